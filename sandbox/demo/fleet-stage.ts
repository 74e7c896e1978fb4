/** A fleet as the page sees it: its hosts in the place of a gateway's links, and what can happen to machines as faults. */
import type { Bilingual, FleetView, Language, Stage, StageFault } from '../page/stage.ts';
import { phoneOf } from './stage.ts';
import type { FleetWorld, Host, Member } from './fleet-world.ts';

type Entry = StageFault & {
  /** @throws when it cannot be done now. */
  readonly begin: (world: FleetWorld) => Promise<void>;
  readonly lift?: (world: FleetWorld) => Promise<void>;
  readonly isOn: (world: FleetWorld) => boolean;
};

/** Whoever keeps a hub starts it again by then. */
const HUB_BACK_MS = 20_000;

const hostNamed = ({ hosts }: FleetWorld, name: string): Host => {
  const host = hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return host;
};

const ENTRIES: readonly Entry[] = [
  {
    id: 'gateway_ill',
    label: { zh: 'web-1 的网关：QQ 放弃重连', en: "web-1's gateway: QQ gives up" },
    about: {
      zh: '那台机器自己发现、自己重启网关，中枢只负责告诉你。',
      en: 'That host sees it and restarts its gateway by itself; the hub tells you.',
    },
    ill: true,
    cure: 'restart',
    ends: 'process',
    begin: (world) => hostNamed(world, 'web-1').sandbox.gateway.break('qq_gives_up'),
    isOn: (world) => hostNamed(world, 'web-1').sandbox.gateway.state().fault !== null,
  },
  {
    id: 'kill_hub',
    label: { zh: '杀掉说话的中枢', en: 'Kill the hub that speaks' },
    about: {
      zh: '另一个中枢在 15 秒内接手，问到一半的话也接着算数；被杀的那个稍后回来等着。',
      en: 'The other takes over within 15 s, and what was asked goes on; the killed one is back later, and waits.',
    },
    ill: true,
    cure: 'itself',
    ends: 'process',
    begin: async (world) => {
      const hub = world.speaking();
      if (hub === null) throw new Error('no hub speaks now');
      await hub.kill();
      setTimeout(() => hub.start(), HUB_BACK_MS).unref();
    },
    isOn: ({ hubs }) => hubs.some((hub) => hub.pid() === null),
  },
  {
    id: 'kill_host',
    label: { zh: 'web-2 断电', en: 'web-2 loses its power' },
    about: {
      zh: '网关和 Lifeline 一起没了：90 秒没有消息，中枢告诉你；再按一次来电。',
      en: 'Gateway and Lifeline are gone at once: after 90 s the hub tells you. Press again for the power to be back.',
    },
    ill: true,
    cure: 'human',
    ends: 'lifted',
    begin: async (world) => {
      const host = hostNamed(world, 'web-2');
      await host.kill();
      for (const { pid } of host.sandbox.gateway.pids()) process.kill(pid, 'SIGKILL');
    },
    lift: async (world) => {
      const host = hostNamed(world, 'web-2');
      await host.sandbox.gateway.start();
      host.start();
    },
    isOn: (world) => hostNamed(world, 'web-2').pid() === null,
  },
  {
    id: 'cut_host',
    label: { zh: 'db-1 断网', en: 'db-1 loses its network' },
    about: {
      zh: '它照常自己看护，只是中枢听不到它：90 秒后告诉你；再按一次接上。',
      en: 'It watches on alone, and the hub does not hear it: after 90 s you are told. Press again to plug it in.',
    },
    ill: true,
    cure: 'human',
    ends: 'lifted',
    begin: async (world) => hostNamed(world, 'db-1').cable.pull(),
    lift: (world) => hostNamed(world, 'db-1').cable.plug(),
    isOn: (world) => hostNamed(world, 'db-1').cable.isPulled(),
  },
  {
    id: 'kill_server',
    label: { zh: '杀掉 NATS 服务器', en: 'Kill the NATS server' },
    about: {
      zh: '中枢说最后一句话就不再开口；每台机器照常自己处理。再按一次启动它，攒下的告警都会到。',
      en: 'The hub says a last word and falls silent; each host heals on alone. Press again to start it: nothing is lost.',
    },
    ill: true,
    cure: 'human',
    ends: 'lifted',
    begin: ({ server }) => server.kill(),
    lift: ({ server }) => server.start(),
    isOn: ({ server }) => server.pid() === null,
  },
];

const WELL: Bilingual = { zh: '在看护', en: 'watches' };
const OFF: Bilingual = { zh: '断电', en: 'no power' };
const CUT: Bilingual = { zh: '断网', en: 'no network' };
const ILL: Bilingual = { zh: '网关出故障了', en: 'its gateway is ill' };
const SPEAKS: Bilingual = { zh: '在说话', en: 'speaks' };
const WAITS: Bilingual = { zh: '等着接手', en: 'waits to take over' };
const KILLED: Bilingual = { zh: '被杀掉了', en: 'was killed' };
const RUNS: Bilingual = { zh: '在运行', en: 'runs' };

const hostState = (host: Host): { readonly good: boolean; readonly words: Bilingual } => {
  if (host.pid() === null) return { good: false, words: OFF };
  if (host.cable.isPulled()) return { good: false, words: CUT };
  const { process: gateway, fault } = host.sandbox.gateway.state();
  return gateway === null || fault !== null ? { good: false, words: ILL } : { good: true, words: WELL };
};

const hubState = (hub: Member, speaker: Member | null): Bilingual => {
  if (hub.pid() === null) return KILLED;
  return hub === speaker ? SPEAKS : WAITS;
};

const LEVELS: Readonly<Record<number, string>> = {
  10: 'DEBUG',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARNING',
  50: 'ERROR',
  60: 'CRITICAL',
};

/** What the hubs and hosts have logged, each line with whose it is. */
const linesOf = (member: Member): readonly { readonly at: string; readonly text: string }[] =>
  member
    .log()
    .split('\n')
    .slice(-60)
    .flatMap((line) => {
      try {
        const { time, level, msg, host, reason } = JSON.parse(line) as Record<string, string | number | undefined>;
        const at = new Date(String(time));
        const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
          .toISOString()
          .slice(0, 19)
          .replace('T', ' ');
        const more = [host, reason].filter((each) => each !== undefined).join(', ');
        return [
          {
            at: String(time),
            text: `${local} ${LEVELS[Number(level)] ?? 'INFO'} ${member.name}: ${msg}${more === '' ? '' : ` (${more})`}`,
          },
        ];
      } catch {
        return [];
      }
    });

export const fleetStageOf = (world: FleetWorld): Stage => {
  let spoken: Language = 'zh';
  const entry = (id: string): Entry => {
    const found = ENTRIES.find((each) => each.id === id);
    if (found === undefined) throw new Error(`there is no fault ${id}`);
    return found;
  };
  const active = (): readonly Entry[] => ENTRIES.filter(({ isOn }) => isOn(world));
  const lift = async (id?: string): Promise<void> => {
    for (const each of active()) if (id === undefined || each.id === id) await each.lift?.(world);
  };
  return {
    phones: [phoneOf(world.sandbox, world.sandbox.feishu), phoneOf(world.sandbox, world.sandbox.qq)],
    faults: ENTRIES.map(({ id, label, about, ill, cure, ends }) => ({ id, label, about, ill, cure, ends })),
    gateway: {
      view: async () => {
        const speaker = world.speaking();
        const fleet: FleetView = {
          faults: active().map(({ id }) => id),
          members: [
            ...world.hosts.map((host) => ({ name: host.name, pid: host.pid(), ...hostState(host) })),
            ...world.hubs.map((hub) => ({
              name: hub.name,
              pid: hub.pid(),
              good: hub.pid() !== null,
              words: hubState(hub, speaker),
            })),
            {
              name: 'NATS',
              pid: world.server.pid(),
              good: world.server.pid() !== null,
              words: world.server.pid() === null ? KILLED : RUNS,
            },
          ],
        };
        return {
          name: speaker?.name ?? '–',
          pid: speaker?.pid() ?? null,
          startedAt: null,
          fault: null,
          links: [],
          fleet,
        };
      },
      tail: async (count) =>
        [...world.hubs, ...world.hosts]
          .flatMap(linesOf)
          .toSorted((a, b) => a.at.localeCompare(b.at))
          .slice(-count)
          .map(({ text }) => text),
      break: (id) => entry(id).begin(world),
      lift,
    },
    language: () => spoken,
    speak: async (language) => {
      world.configure(language === 'zh' ? 'zh-CN' : 'en');
      spoken = language;
    },
  };
};
