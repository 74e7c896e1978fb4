/** The sandbox gateway as a container of a real engine, the real Lifeline beside it, and the operator's phones. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { BOTH, until, watchPhones, type Phones } from '../phones.ts';
import { readTreatments, type TreatmentSeen } from '../systemd/lifeline-unit.ts';
import type { Engine } from './engine.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'src/main.ts');

export interface ContainerSceneOptions {
  readonly engine: Engine;
  /** Flags of the gateway's container: its restart policy. */
  readonly flags?: readonly string[];
  /** Where the gateway's home lies inside; the same path as outside unless told. */
  readonly inside?: string;
  /** Below the sandbox's own folder: where all of it lies. */
  readonly deep?: string;
  /** Added to the gateway's configuration; kept by the container of its name unless told. */
  readonly gateway?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface ContainerScene extends Phones {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** The gateway's container. */
  readonly name: string;
  /** Makes the gateway's container anew, or one beside it. */
  make(options?: { readonly name?: string; readonly home?: string; readonly flags?: readonly string[] }): void;
  /**
   * The pid on this machine of the gateway's process, once it is another one than `not` and logged in on both
   * platforms.
   */
  main(not?: number): Promise<number>;
  /** As the engine has it now; 0: none. */
  pid(name?: string): Promise<number>;
  /** Gives the gateway's container another name. */
  rename(to: string): Promise<void>;
  /** Runs the engine's tool, by whoever's hand. @throws what it says when it fails */
  tool(...args: readonly string[]): Promise<string>;
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** How often the gateway was started, by its own count. */
  starts(): Promise<number>;
  treatments(): readonly TreatmentSeen[];
  /** `/status` names this process, and no other runs. */
  expectOne(pid: number): Promise<void>;
  /** Processes of this gateway's program on this machine, in whichever container. */
  processes(): readonly number[];
  endLifeline(signal: NodeJS.Signals): Promise<void>;
  startLifeline(): Promise<void>;
  /** While it hangs, no question is answered. */
  hang(hangs: boolean): void;
  log(): string;
}

/** Nothing may be said after the last declared message, nor may anything be started. */
export const AFTERMATH_MS = 3_000;
let count = 0;

export const inContainerScene = async (
  options: ContainerSceneOptions,
  play: (scene: ContainerScene) => Promise<void>,
): Promise<void> => {
  const { engine, flags = [], inside, gateway, config, deep = '' } = options;
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-box-'));
  const sandbox = await createSandbox({ dir: join(dir, deep) });
  const { home, command } = sandbox.gateway;
  const name = `lifeline-box-${process.pid}-${(count += 1)}`;
  const made = new Set<string>();
  const file = sandbox.writeConfig({ alerts: { copies: 2 }, ...config });
  const written = parse(await readFile(file, 'utf8')) as { readonly gateways: readonly object[] };
  await writeFile(
    file,
    stringify({
      ...written,
      gateways: written.gateways.map((each) => ({ ...each, supervisor: 'docker', unit: name, ...gateway })),
    }),
  );

  // Where only podman is to be asked, or hangs, Lifeline finds it first.
  const bin = join(dir, 'first');
  spawnSync('mkdir', [bin]);
  const real = spawnSync('sh', ['-c', `command -v ${engine.name}`], { encoding: 'utf8' }).stdout.trim();
  const hanging = join(dir, 'hanging');
  await writeFile(
    join(bin, engine.name),
    `#!/bin/sh\nwhile [ -e ${hanging} ]; do sleep 0.1; done\nexec ${real} "$@"\n`,
    { mode: 0o755 },
  );
  const path =
    engine.name === 'podman'
      ? [bin, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':')
      : `${bin}:${process.env['PATH'] ?? ''}`;

  let log = '';
  let bot: ChildProcess | null = null;
  const details = (): string =>
    `Lifeline:\n${log.split('\n').slice(-40).join('\n')}\nthe gateway:\n${sandbox.gateway.tail(20).join('\n')}\n${spawnSync(engine.name, ['ps', '--all'], { encoding: 'utf8' }).stdout}`;
  const phones = watchPhones(sandbox, details);
  const waitUntil = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> =>
    until(what, holds, details);

  const make: ContainerScene['make'] = ({ name: as = name, home: from = home, flags: more = flags } = {}) => {
    made.add(as);
    const to = inside ?? home;
    const env = {
      ...sandbox.env,
      HERMES_HOME: to,
      HOME: '/tmp',
      TZ: process.env['TZ'] ?? 'UTC',
      PATH: '/usr/bin:/bin',
    };
    const volumes = [
      `${ROOT}:${ROOT}:ro`,
      `${dir}:${dir}`,
      ...(from === to ? [] : [`${from}:${to}`]),
      ...(process.execPath.startsWith('/usr/') || process.execPath.startsWith(ROOT)
        ? []
        : [`${dirname(process.execPath)}:${dirname(process.execPath)}:ro`]),
    ];
    engine.program(
      as,
      [
        ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        ...volumes.flatMap((volume) => ['--volume', volume]),
        ...more,
      ],
      command,
    );
  };
  // Not in this thread: the platforms would stand still meanwhile.
  const tool = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(engine.name, args, { cwd: dirname(file), timeout: 60_000 })).stdout;
  let named = name;
  const rename = async (to: string): Promise<void> => {
    made.add(to);
    await tool('rename', named, to);
    named = to;
  };
  const pid = (of = named): Promise<number> =>
    tool('inspect', '--format', '{{.State.Pid}}', of).then(
      (text) => Number(text.trim()) || 0,
      () => 0,
    );
  const linesIn = async (path: string, words: string): Promise<number> =>
    (await readFile(join(home, path), 'utf8').catch(() => '')).split('\n').filter((line) => line.includes(words))
      .length;
  const starts = (): Promise<number> => linesIn('gateway-starts.log', '.');
  let startsSeen = 0;
  const main = async (not?: number): Promise<number> => {
    let found = 0;
    let now = 0;
    await waitUntil('the container to run, logged in', async () => {
      found = await pid();
      now = await starts();
      return (
        found !== 0 &&
        found !== not &&
        (not === undefined || now > startsSeen) &&
        (await linesIn('logs/agent.log', 'Ready, session_id=')) >= now &&
        BOTH.every((phone) => sandbox[phone].connections(sandbox.cast.gateway[phone].appId) > 0)
      );
    });
    startsSeen = now;
    return found;
  };

  const startLifeline = async (): Promise<void> => {
    const inherited = Object.fromEntries(
      [
        'HOME',
        'USER',
        'LANG',
        'TZ',
        'TMPDIR',
        'NODE_COMPILE_CACHE',
        'DOCKER_HOST',
        'CONTAINERS_CONF',
        'XDG_RUNTIME_DIR',
      ].flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
    );
    const child = spawn(process.execPath, [MAIN, 'run', '--config', file], {
      cwd: dirname(file),
      env: { ...inherited, PATH: path, ...sandbox.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    bot = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await waitUntil('Lifeline to connect', () => {
      if (child.exitCode !== null) throw new Error(`Lifeline ended with ${child.exitCode}:\n${log}`);
      return BOTH.every((phone) => sandbox[phone].connections(sandbox.cast.lifeline[phone].appId) > 0);
    });
  };
  const endLifeline = async (signal: NodeJS.Signals): Promise<void> => {
    const child = bot;
    bot = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill(signal);
    await gone;
  };
  const hang = (hangs: boolean): void => {
    spawnSync(hangs ? 'touch' : 'rm', hangs ? [hanging] : ['-f', hanging]);
  };

  try {
    make();
    await main();
    await startLifeline();
    await play({
      ...phones,
      engine,
      sandbox,
      name,
      make,
      main,
      pid,
      rename,
      until: waitUntil,
      tool,
      starts,
      treatments: () => readTreatments(join(sandbox.dir, 'lifeline', 'lifeline.db')),
      expectOne: async (expected) => {
        const named = phones.want(['qq'], new RegExp(`^🟢 main[\\s\\S]*进程 ${expected}，`));
        phones.say('qq', '/status main');
        await named;
      },
      processes: () => sandbox.gateway.pids().map((found) => found.pid),
      endLifeline,
      startLifeline,
      hang,
      log: () => log,
    });
    phones.check();
  } catch (error) {
    if (process.env['LIFELINE_TEST_LOG'] !== undefined)
      await writeFile(process.env['LIFELINE_TEST_LOG'], log).catch(() => undefined);
    throw error;
  } finally {
    hang(false);
    await endLifeline('SIGTERM');
    for (const each of made) engine.remove(each);
    await sandbox.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
