/** A private `systemd --user` for one test: its own runtime folder, units and control group; nothing of it stays. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  closeSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCommand, type CommandOutput } from '../../../src/supervisors/run-command.ts';
import type { Plan } from './keeper.ts';

export interface UserSystemd {
  /** For whoever is to reach this manager as its own user. */
  readonly env: Readonly<Record<'XDG_RUNTIME_DIR' | 'XDG_CONFIG_HOME' | 'DBUS_SESSION_BUS_ADDRESS', string>>;
  /** A scratch folder, removed with the rest. */
  readonly dir: string;
  /** The home of its units; their definitions are where an installer puts them, below `.config`. */
  readonly home: string;
  readonly unitFolder: string;
  readonly uid: number;
  /** The topmost part of its control group. */
  readonly slice: string;
  /** `systemctl --user …`; does not throw when it fails. */
  systemctl(...args: readonly string[]): Promise<CommandOutput>;
  /** Writes the unit's file and lets systemd read it. */
  writeUnit(unit: string, text: string): Promise<void>;
  /**
   * Ends the manager with all its units and starts it again, as a reboot of the machine does; resolves when it is up.
   */
  reboot(): Promise<void>;
  /** Ends the manager with all its units, by force after some seconds, and removes everything. */
  stop(): Promise<void>;
}

const SYSTEMD = ['/lib/systemd/systemd', '/usr/lib/systemd/systemd'];

/** Why there can be no private `systemd --user` here; null when there can. Printed, so that a skip is seen. */
export const whyNoUserSystemd = (): string | null => {
  if (process.platform !== 'linux') return 'systemd exists on Linux only';
  if (!SYSTEMD.some((path) => existsSync(path)))
    return 'systemd is not installed (apt-get install systemd dbus-user-session)';
  if (!existsSync('/usr/lib/systemd/user/dbus.socket'))
    return 'the user bus is not installed (apt-get install dbus-user-session)';
  if (process.getuid?.() !== 0)
    return 'this needs root, for a control group of its own; nothing is done to your own systemd';
  try {
    const own = ownHierarchies(hierarchies());
    for (const folder of own) accessSync(folder, constants.W_OK);
    return own.length > 0 ? null : 'there is no control group file system (/sys/fs/cgroup)';
  } catch {
    return 'the control groups of this machine cannot be written (a container?)';
  }
};

/** Prints why something is skipped. @returns whether it is */
export const skipped = (what: string, why: string | null): boolean => {
  if (why !== null) console.warn(`SKIPPED ${what}: ${why}`);
  return why !== null;
};

/**
 * @param as another user than root, whose runtime folder is then /run/user/UID as in real life; it must not exist yet.
 */
export const startUserSystemd = async (as = 0): Promise<UserSystemd> => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-systemd-'));
  const home = join(dir, 'home');
  const config = join(home, '.config');
  const runtimeDir = as === 0 ? join(dir, 'run') : `/run/user/${as}`;
  const unitFolder = join(config, 'systemd', 'user');
  for (const folder of [home, unitFolder]) mkdirSync(folder, { recursive: true });
  mkdirSync(runtimeDir, { mode: 0o700 });
  if (as !== 0)
    for (const folder of [dir, home, config, join(config, 'systemd'), unitFolder, runtimeDir])
      chownSync(folder, as, as);

  const env = {
    XDG_RUNTIME_DIR: runtimeDir,
    XDG_CONFIG_HOME: config,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtimeDir}/bus`,
  };
  const all = hierarchies();
  const slice = `lifelinetest${randomBytes(4).toString('hex')}.slice`;
  const plan: Plan = {
    systemd: SYSTEMD.find((path) => existsSync(path)) ?? '',
    dir,
    runtimeDir,
    env: { ...env, HOME: home, PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    // Named as in real life below a slice that is only ours.
    group: `${slice}/user-${as}.slice/user@${as}.service`,
    hierarchies: all.map(({ path }) => path),
    own: ownHierarchies(all),
    uid: as,
  };
  const output = openSync(join(dir, 'systemd.log'), 'a');
  const keeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('./keeper.ts', import.meta.url)), JSON.stringify(plan)],
    {
      // In a session of its own it survives the Ctrl-C that ends the tests, and cleans up.
      detached: true,
      stdio: ['pipe', output, output],
    },
  );
  closeSync(output);
  const gone = once(keeper, 'exit');
  const systemctl = (...args: readonly string[]): Promise<CommandOutput> =>
    as === 0
      ? runCommand(['systemctl', '--user', ...args], { env })
      : runCommand(['setpriv', `--reuid=${as}`, `--regid=${as}`, '--clear-groups', 'systemctl', '--user', ...args], {
          env,
        });
  const stop = async (): Promise<void> => {
    keeper.stdin?.end();
    await gone;
  };
  try {
    await up(systemctl, join(dir, 'systemd.log'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env,
    dir,
    home,
    unitFolder,
    uid: as,
    slice,
    systemctl,
    stop,
    reboot: async () => {
      const boots = (): number =>
        existsSync(join(dir, 'boots')) ? readFileSync(join(dir, 'boots'), 'utf8').split('\n').length : 0;
      const before = boots();
      keeper.stdin?.write('reboot\n');
      while (boots() === before) await sleep(50);
      await up(systemctl, join(dir, 'systemd.log'));
    },
    writeUnit: async (unit, text) => {
      await writeFile(join(unitFolder, unit), text);
      const { exitCode, stderr } = await systemctl('daemon-reload');
      if (exitCode !== 0) throw new Error(`daemon-reload: ${stderr}`);
    },
  };
};

const UP_MS = 30_000;

const up = async (systemctl: UserSystemd['systemctl'], log: string): Promise<void> => {
  for (const end = performance.now() + UP_MS; ; await sleep(100)) {
    const { stdout, stderr } = await systemctl('is-system-running');
    if (/running|degraded/.test(stdout)) return;
    if (performance.now() > end)
      throw new Error(`systemd --user is not up: ${stdout} ${stderr}\n${readFileSync(log, 'utf8').slice(-2_000)}`);
  }
};

interface Hierarchy {
  readonly path: string;
  /** systemd keeps its own tree here: cgroup v2, and the hierarchy that v1 names after it. */
  readonly systemds: boolean;
}

const hierarchies = (): readonly Hierarchy[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([, path = '', type, options = '']) =>
      type === 'cgroup' || type === 'cgroup2'
        ? [{ path, systemds: type === 'cgroup2' || options.split(',').includes('name=systemd') }]
        : [],
    );

const ownHierarchies = (all: readonly Hierarchy[]): string[] =>
  all.filter(({ systemds }) => systemds).map(({ path }) => path);
