/**
 * A service, as a unit of a private `systemd --user` or as a bare process, watched as a generic gateway by the real
 * Lifeline, and the operator's phones. Several scenes may share one systemd.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import { readProcess } from '../../../src/sensors/process/proc.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { BOTH, until, watchPhones, type Phones } from '../phones.ts';
import { startLifeline, type LifelineUnit } from '../systemd/lifeline-unit.ts';
import type { UserSystemd } from '../systemd/user-systemd.ts';
import { makeMemoryGroup } from './memory-group.ts';
import { answers, makeHungry, makeNginx, makeRedis, pidsOf, unitOf, type Service } from './services.ts';

export interface ServiceSceneOptions {
  readonly service: 'redis' | 'nginx' | 'hungry';
  /** How long what was declared may take, where a rule makes it long. */
  readonly patienceMs?: number;
  /** How many MB all processes of `hungry` may hold together; none unless told. */
  readonly limit?: number;
  /** Lines for its unit; null: a bare process, which this test starts. */
  readonly unit: readonly string[] | null;
  /** Whether the unit is enabled. */
  readonly enabled?: boolean;
  /** Whether it runs by the time that Lifeline starts. */
  readonly running?: boolean;
  /** Added to the keys of the gateway. */
  readonly gateway?: Readonly<Record<string, unknown>>;
  /** Added to what stands under `generic`. */
  readonly generic?: Readonly<Record<string, unknown>>;
  /** Added to the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What rings on both phones from the start of Lifeline on. */
  readonly declare?: readonly RegExp[];
  /** What is done to the world before Lifeline starts. */
  readonly before?: (service: Service, strangers: Strangers) => Promise<void>;
}

/** Processes that are none of Lifeline's business, ended with the scene. */
export interface Strangers {
  /** One in the service's folder with the service's words in its command line. @returns its pid */
  decoy(): Promise<number>;
  /**
   * One that listens on the service's port as soon as that is free, and answers there as a web server. @returns its pid
   */
  squatter(): Promise<number>;
}

export interface ServiceScene extends Phones {
  readonly strangers: Strangers;
  readonly service: Service;
  readonly systemd: UserSystemd;
  readonly unit: string;
  readonly lifeline: LifelineUnit;
  readonly sandbox: Sandbox;
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** The main process, once it is another one than `not` and answers. */
  main(not?: number): Promise<number>;
  /** A finger on the button of this label, on the newest message on Feishu that has it; waits for such a message. */
  tap(label: RegExp): Promise<void>;
  /** When all that was declared has come. */
  readonly declared: Promise<unknown>;
  /** Why the gateway is as it is, by Lifeline's own look. */
  verdict(): Promise<string>;
  end(): Promise<void>;
}

let count = 0;

const MAKERS = { redis: makeRedis, nginx: makeNginx, hungry: makeHungry } as const;

/** Plays a story in a scene of its own; what goes wrong in it is told before what that leaves undone. */
export const inServiceScene = async (
  systemd: UserSystemd,
  options: ServiceSceneOptions,
  play: (scene: ServiceScene) => Promise<void>,
): Promise<void> => {
  const scene = await openServiceScene(systemd, options);
  try {
    await play(scene);
  } catch (error) {
    await scene.end().catch(() => undefined);
    throw error;
  }
  await scene.end();
};

const openServiceScene = async (
  systemd: UserSystemd,
  {
    service: which,
    limit,
    patienceMs,
    unit: lines,
    enabled = true,
    running = true,
    gateway = {},
    generic = {},
    config: changes = {},
    declare = [],
    before,
  }: ServiceSceneOptions,
): Promise<ServiceScene> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-service-'));
  const unit = `${which}-${process.pid}-${++count}.service`;
  const sandbox = await createSandbox({ dir: join(dir, 'sandbox') });
  const group = limit === undefined ? null : await makeMemoryGroup(unit, limit);
  const service = await MAKERS[which](join(dir, which), group?.folder ?? null);
  const children: ChildProcess[] = [];
  const strangers = strangersOf(service, children);
  let lifeline: LifelineUnit | null = null;
  let seen = '';
  const details = (): string => `Lifeline:\n${lifeline?.log() ?? ''}\nthe service:\n${seen}`;
  const waitUntil = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> =>
    until(
      what,
      async () => {
        seen = await readFile(join(service.home, service.log), 'utf8').then(
          (text) => text.split('\n').slice(-15).join('\n'),
          () => '',
        );
        return holds();
      },
      details,
    );
  const show = async (property: string): Promise<string> =>
    (await systemd.systemctl('show', `--property=${property}`, '--value', unit)).stdout.trim();

  /** The main process of the unit, or the eldest of the bare ones. */
  const now = async (): Promise<number> => (lines === null ? (pidsOf(service)[0] ?? 0) : Number(await show('MainPID')));
  const main = async (not?: number): Promise<number> => {
    let pid = 0;
    await waitUntil(`${which} to run`, async () => {
      pid = await now();
      return pid > 0 && pid !== not && (await answers(service));
    });
    return pid;
  };

  const close = async (): Promise<void> => {
    await lifeline?.stop();
    if (lines !== null) {
      await systemd.systemctl('stop', '--no-block', unit);
      await systemd.systemctl('kill', '--signal=KILL', unit);
      await systemd.systemctl('reset-failed', unit);
    }
    for (const pid of pidsOf(service)) {
      if ((await readProcess(pid)) !== null) process.kill(pid, 'SIGKILL');
    }
    for (const child of children) child.kill('SIGKILL');
    await group?.remove();
    await sandbox.stop();
    await rm(dir, { recursive: true, force: true });
  };

  try {
    if (lines === null) {
      if (running) startBare(service);
    } else {
      await systemd.writeUnit(unit, unitOf(service, lines));
      if (enabled) await systemd.systemctl('enable', unit);
      if (running) await systemd.systemctl('start', unit);
    }
    if (running) await main();
    await before?.(service, strangers);
    const phones = watchPhones(sandbox, details, patienceMs);
    const keptBy =
      lines === null ? { supervisor: 'process', command: service.command } : { supervisor: 'systemd-user', unit };
    const config = sandbox.writeConfig({
      gateways: [
        {
          name: 'main',
          kind: 'generic',
          home: service.home,
          ...keptBy,
          stop_timeout: '3s',
          ...gateway,
          generic: { ...service.generic, ...generic },
        },
      ],
      // Each outage is an incident of its own, and over as soon as it is well.
      watch: { settle: '1s', again: '0s' },
      ...changes,
    });
    const declared = Promise.all(declare.map((text) => phones.want(BOTH, text)));
    // Whoever waits for it hears of a failure; until then it is no unhandled one.
    declared.catch(() => undefined);
    lifeline = await startLifeline(systemd, sandbox, config);
    const started = lifeline;
    // A story is one of a service that Lifeline has seen alive; its first look may come long after it is connected.
    if (running) {
      const seen = `进程 ${await now()}，`;
      await waitUntil(`Lifeline to have seen ${which}`, async () => {
        const answer = phones.want(['qq'], /^\S+ main/);
        phones.say('qq', '/status main');
        return (await answer).some(({ text }) => text.includes(seen));
      });
    }
    return {
      ...phones,
      strangers,
      service,
      systemd,
      unit,
      lifeline: started,
      sandbox,
      until: waitUntil,
      main,
      declared,
      tap: async (label) => {
        const { feishu, cast } = sandbox;
        const found = (): { readonly message: string; readonly button: string } | undefined =>
          feishu
            .conversation(cast.lifeline.feishu.appId, cast.operator.feishu)
            .toReversed()
            .flatMap(({ id, card }) =>
              (card?.blocks ?? [])
                .flatMap((block) => (block.kind === 'buttons' ? block.buttons : []))
                .filter((button) => label.test(button.label))
                .map((button) => ({ message: id, button: button.id })),
            )[0];
        await waitUntil(`the button ${String(label)}`, () => found() !== undefined);
        const { message = '', button = '' } = found() ?? {};
        await feishu.press(cast.lifeline.feishu.appId, cast.operator.feishu, message, button);
      },
      verdict: () => causeOf(config, { ...systemd.env, ...sandbox.env }),
      end: async () => {
        await close();
        phones.check();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** As from a shell that is closed: in a session of its own. */
export const startBare = ({ command: [program, ...args], home }: Service): void => {
  spawn(program, args, { cwd: home, detached: true, stdio: 'ignore' }).unref();
};

const strangersOf = ({ home, configFile, port }: Service, children: ChildProcess[]): Strangers => ({
  decoy: async () => {
    const decoy = spawn('tail', ['-f', configFile], { cwd: home, stdio: 'ignore' });
    children.push(decoy);
    await once(decoy, 'spawn');
    return decoy.pid ?? 0;
  },
  squatter: async () => {
    const script = `const listen = () => require('node:net').createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok')).on('error', () => setTimeout(listen, 1)).listen(${port}, '127.0.0.1', () => console.log('up')); listen();`;
    const squatter = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(squatter);
    await once(squatter.stdout, 'data');
    return squatter.pid ?? 0;
  },
});

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** By `lifeline status --json`. */
const causeOf = async (config: string, env: Readonly<Record<string, string>>): Promise<string> => {
  const { stdout } = await runCommand([process.execPath, MAIN, 'status', '--json', '--config', config], {
    env,
    timeoutMs: 60_000,
  });
  return (JSON.parse(stdout.split('\n')[0] ?? '{}') as { readonly cause?: string }).cause ?? '';
};
