/**
 * A fleet of real processes: a real nats-server, hubs and agents as `lifeline hub` and `lifeline run`, and the sandbox's
 * platforms with the phones.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SHORT_GRACE } from '../../sandbox/config-file.ts';
import type { SandboxGateway } from '../../sandbox/gateway/controller.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { PhoneMessage } from '../../sandbox/phone.ts';
import { MAIN } from '../program.ts';
import { newMember, startNats, until, type Nats } from './nats.ts';
import { createSendTimes, type SendTimes } from './send-times.ts';

export interface Process {
  readonly name: string;
  readonly child: () => ChildProcess;
  log(): string;
  /** What it has said since its last start. */
  current(): string;
  kill(signal: NodeJS.Signals): void;
  start(): void;
  ended(): Promise<void>;
}

export interface FleetScene {
  readonly sandbox: Sandbox;
  readonly nats: Nats;
  readonly hubs: readonly Process[];
  readonly agents: readonly (Process & { readonly gateway: SandboxGateway; readonly folder: string })[];
  readonly sendTimes: SendTimes;
  /** What a hub or an agent of the scene connects with. */
  seedOf(name: string): string;
  /** The configuration file of a hub or an agent. */
  configOf(name: string): string;
  /** What Lifeline's bot has told the operator on Feishu, oldest first. */
  told(): readonly PhoneMessage[];
  say(text: string, id?: string): PhoneMessage;
  tap(messageId: string, label?: string): Promise<void>;
  want(text: RegExp, limitMs?: number): Promise<PhoneMessage>;
  /** The hub that speaks now, once one does. @param not another than this. */
  speaking(not?: Process): Promise<Process>;
  /** Resolves when this hub's hosts are heard and their gateways are well. */
  allWell(): Promise<void>;
  /** Waits on any condition of the world. */
  until(what: string, holds: () => unknown, limitMs?: number): Promise<void>;
  end(): Promise<void>;
}

export interface FleetSceneOptions {
  readonly hubs?: number;
  readonly agents?: readonly string[];
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly hubConfig?: Readonly<Record<string, unknown>>;
  /** The phone of the operator. Default: feishu, whose sends have times; of QQ only the sandbox knows. */
  readonly phone?: 'feishu' | 'qq';
  readonly agentConfig?: (host: string, sandbox: Sandbox) => Readonly<Record<string, unknown>>;
  readonly locale?: 'zh-CN' | 'en';
  /** Added to the environment of a hub or an agent. */
  readonly env?: (name: string) => Readonly<Record<string, string>>;
  /** Members with the key of another; nobody hears them. */
  readonly keyOf?: Readonly<Record<string, string>>;
  /** Where the server keeps its streams. */
  readonly storeDir?: string;
}

export const processOf = (name: string, args: readonly string[], env: Readonly<Record<string, string>>): Process => {
  let log = '';
  let child: ChildProcess;
  let begun = 0;
  const start = (): void => {
    begun = log.length;
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        log += chunk.toString();
      });
  };
  start();
  return {
    name,
    child: () => child,
    log: () => log,
    current: () => log.slice(begun),
    kill: (signal) => void child.kill(signal),
    start,
    ended: () => until(`the end of ${name}`, () => child.exitCode !== null || child.signalCode !== null),
  };
};

const qqChannel = ({ cast, qq }: Sandbox) => ({
  app_id: cast.lifeline.qq.appId,
  client_secret: cast.lifeline.qq.secret,
  api_base: qq.url,
  token_url: `${qq.url}/app/getAppAccessToken`,
});

export const openFleet = async ({
  hubs: hubCount = 1,
  agents: names = ['web-1'],
  labels = {},
  hubConfig = {},
  phone = 'feishu',
  agentConfig = () => ({}),
  locale = 'en',
  env: envOf = () => ({}),
  keyOf = {},
  storeDir,
}: FleetSceneOptions = {}): Promise<FleetScene> => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-fleet-'));
  const members = [
    ...Array.from({ length: hubCount }, (_, index) => newMember(`hub-${index + 1}`, 'hub')),
    ...names.map((name) => newMember(name, 'host')),
  ];
  const nats = await startNats(storeDir === undefined ? {} : { storeDir });
  const sandbox = await createSandbox({ dir: join(dir, 'sandbox'), locale });
  const { cast, feishu } = sandbox;
  const sendTimes = createSendTimes(feishu.url);
  const access = (name: string) => ({
    host: name,
    servers: [nats.url],
    credentials: members.find((each) => each.name === (keyOf[name] ?? name))?.seed,
  });
  const worlds: Sandbox[] = [];
  const heard = names.filter((name) => keyOf[name] === undefined).length;
  const env = { HOME: dir, XDG_RUNTIME_DIR: join(dir, 'run') };
  mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });

  const feishuChannel = async (name: string) => ({
    app_id: cast.lifeline.feishu.appId,
    app_secret: cast.lifeline.feishu.secret,
    domain: await sendTimes.door(name),
  });

  const startHub = async (index: number): Promise<Process> => {
    const name = `hub-${index + 1}`;
    const folder = join(dir, name);
    mkdirSync(folder, { mode: 0o700 });
    const file = join(folder, 'config.yaml');
    writeFileSync(
      file,
      stringify({
        locale,
        data_dir: join(folder, 'data'),
        fleet: { ...access(name), hub: true },
        channels: phone === 'qq' ? { qq: qqChannel(sandbox) } : { feishu: await feishuChannel(name) },
        operators: [{ name: 'me', role: 'admin', [phone]: cast.operator[phone] }],
        ...hubConfig,
      }),
      { mode: 0o600 },
    );
    // Hubs are on machines of their own, as far as locks of this machine go.
    const runtime = join(folder, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    return processOf(name, ['hub', '--config', file], {
      HOME: folder,
      XDG_RUNTIME_DIR: runtime,
      ...envOf(name),
    });
  };

  const startAgent = async (name: string) => {
    const folder = join(dir, name);
    mkdirSync(folder, { mode: 0o700 });
    // A world of its own for each host; the phones are those of the first.
    const world = name === names[0] ? sandbox : await createSandbox({ dir: join(folder, 'sandbox'), locale });
    worlds.push(world);
    const { gateway } = world;
    await gateway.start();
    await until(`the gateway of ${name}`, () => gateway.tail(50).some((line) => line.includes('Ready, session_id=')));
    const file = join(folder, 'config.yaml');
    writeFileSync(
      file,
      stringify({
        locale,
        data_dir: join(folder, 'data'),
        fleet: {
          ...access(name),
          labels: labels[name] ?? {},
          ...(agentConfig(name, sandbox)['fleet'] as object | undefined),
        },
        gateways: [
          {
            name: 'main',
            kind: 'hermes',
            home: gateway.home,
            supervisor: 'process',
            command: gateway.command,
            stop_timeout: '5s',
            ...(agentConfig(name, sandbox)['gateway'] as object | undefined),
          },
        ],
        watch: {
          pulse: '1s',
          grace: SHORT_GRACE,
          settle: '5s',
        },
        healing: { per_hour: 30, per_day: 100, pauses: ['0s'] },
        ...(agentConfig(name, sandbox)['config'] as object | undefined),
      }),
      { mode: 0o600 },
    );
    return { ...processOf(name, ['run', '--config', file], { ...env, ...envOf(name) }), gateway, folder };
  };

  const told = (): readonly PhoneMessage[] =>
    feishu.conversation(cast.lifeline.feishu.appId, cast.operator.feishu).filter((message) => message.from === 'bot');
  const hubs = await Promise.all(Array.from({ length: hubCount }, (_, index) => startHub(index)));
  const agents: (Process & { readonly gateway: SandboxGateway; readonly folder: string })[] = [];
  for (const name of names) agents.push(await startAgent(name));

  const report = (): string =>
    [
      `told: ${told()
        .map(({ text: words }) => words)
        .join('\n---\n')}`,
      ...[...hubs, ...agents].map((each) => `== ${each.name}\n${each.log().split('\n').slice(-25).join('\n')}`),
    ].join('\n');

  const waitFor: FleetScene['until'] = async (what, holds, limitMs = 60_000) => {
    try {
      await until(what, holds, limitMs);
    } catch (error) {
      throw new Error(`${String(error)}\n${report()}`, { cause: error });
    }
  };
  const say: FleetScene['say'] = (text, id) =>
    feishu.say(cast.lifeline.feishu.appId, cast.operator.feishu, text, id === undefined ? undefined : { id });
  let watching: Promise<void> | null = null;
  /** A hub says when it begins and when it ends to speak; one that was killed has said nothing since its start. */
  const isSpeaking = (hub: Process): boolean =>
    hub.current().lastIndexOf('this hub speaks') > hub.current().lastIndexOf('this hub falls silent');

  return {
    sandbox,
    nats,
    sendTimes,
    configOf: (name) => join(dir, name, 'config.yaml'),
    seedOf: (name) => members.find((each) => each.name === name)?.seed ?? '',
    speaking: async (not) => {
      let found: Process | undefined;
      await waitFor('a hub to speak', () => (found = hubs.find((hub) => hub !== not && isSpeaking(hub))));
      watching ??= sendTimes.watch(nats.url, members[0]?.seed ?? '');
      await watching;
      return found!;
    },
    allWell: async () => {
      let asked = -Infinity;
      await waitFor('all to be well', () => {
        if (performance.now() - asked > 2_500) {
          asked = performance.now();
          say('/status');
        }
        return told().some(({ text }) => text.includes(`gateway${heard === 1 ? '' : 's'} on ${heard} host`));
      });
    },
    hubs,
    agents,
    told,
    say,
    tap: async (messageId, label) => {
      const buttons =
        told()
          .find(({ id }) => id === messageId)
          ?.card?.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : [])) ?? [];
      const button = label === undefined ? buttons[0] : buttons.find((each) => each.label === label);
      if (!button) throw new Error(`no button ${label ?? ''}, only ${JSON.stringify(buttons)}`);
      await feishu.press(cast.lifeline.feishu.appId, cast.operator.feishu, messageId, button.id);
    },
    until: waitFor,
    want: async (text, limitMs = 60_000) => {
      let found: PhoneMessage | undefined;
      try {
        await until(String(text), () => (found = told().find((message) => text.test(message.text))), limitMs);
      } catch (error) {
        throw new Error(`${String(error)}\n${report()}`, { cause: error });
      }
      if (!found) throw new Error('unreachable');
      return found;
    },
    end: async () => {
      for (const each of [...agents, ...hubs]) {
        each.kill('SIGCONT');
        each.kill('SIGTERM');
      }
      await Promise.all([...agents, ...hubs].map((each) => each.ended()));
      await Promise.all([sandbox, ...worlds.filter((world) => world !== sandbox)].map((world) => world.stop()));
      await sendTimes.stop();
      await nats.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
