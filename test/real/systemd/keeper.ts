/**
 * Keeps one private `systemd --user` for a test and takes away all of it when its own input ends: when the test says
 * so, and just as well when the test run was killed. Called by `user-systemd.ts` only, with its plan as JSON.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Plan {
  readonly systemd: string;
  /** Everything that the test writes; removed at the end. */
  readonly dir: string;
  /** Removed at the end when it is not in `dir`. */
  readonly runtimeDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** The manager's control group, below each of these hierarchies. */
  readonly group: string;
  readonly hierarchies: readonly string[];
  /** Those that the manager is put into; it makes its units' groups in the others itself. */
  readonly own: readonly string[];
  readonly uid: number;
}

/** A line for each start of the manager after the first. */
const BOOTS = 'boots';
const BOOTED = '/run/systemd/system';
/** What does not end within this is killed. */
const EXIT_MS = 8_000;
/** Into the groups first, then systemd: it takes along every process that it finds in its own group. */
const INTO =
  'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ >"$1/cgroup.procs" || exit 1; shift; n=$((n - 1)); done; exec "$@"';

const plan = JSON.parse(process.argv[2] ?? '') as Plan;
const { dir, env, group, hierarchies, own } = plan;
const groupIn = (hierarchy: string): string => join(hierarchy, group);
/** The topmost part that is ours. */
const rootIn = (hierarchy: string): string => join(hierarchy, group.split('/')[0] ?? group);

const made = !existsSync(BOOTED);
if (made) mkdirSync(BOOTED, { recursive: true });
for (const hierarchy of own) {
  mkdirSync(groupIn(hierarchy), { recursive: true });
  // As the system's manager hands a user's its group.
  for (const file of ['', 'cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads', 'tasks']) {
    if (existsSync(join(groupIn(hierarchy), file))) chownSync(join(groupIn(hierarchy), file), plan.uid, plan.uid);
  }
}

const become = plan.uid === 0 ? [] : ['setpriv', `--reuid=${plan.uid}`, `--regid=${plan.uid}`, '--clear-groups'];
const startManager = (): ChildProcess =>
  spawn('/bin/sh', ['-c', INTO, 'sh', String(own.length), ...own.map(groupIn), ...become, plan.systemd, '--user'], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
let manager = startManager();
let running = true;
let ended = endOf(manager).then(() => void (running = false));

/** As a machine that is shut down and started again: all units end, and what is enabled comes back. */
const reboot = async (): Promise<void> => {
  execFile('systemctl', ['--user', 'exit'], { env, timeout: EXIT_MS, uid: plan.uid, gid: plan.uid }, () => undefined);
  await ended;
  manager = startManager();
  running = true;
  ended = endOf(manager).then(() => void (running = false));
  appendFileSync(join(dir, BOOTS), 'again\n');
};

const groupsBelow = (folder: string): string[] =>
  existsSync(folder)
    ? [
        ...readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
          entry.isDirectory() ? groupsBelow(join(folder, entry.name)) : [],
        ),
        folder,
      ]
    : [];

/** Whatever a unit has left, and the groups themselves. */
const clear = async (): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    const groups = hierarchies.flatMap((hierarchy) => groupsBelow(rootIn(hierarchy)));
    if (groups.length === 0) return;
    for (const folder of groups) {
      try {
        for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean))
          process.kill(Number(pid), 'SIGKILL');
        rmdirSync(folder);
      } catch {
        // Gone by itself, or not empty yet: the next round sees.
      }
    }
    await sleep(50);
  }
};

const end = async (): Promise<void> => {
  if (running)
    execFile('systemctl', ['--user', 'exit'], { env, timeout: EXIT_MS, uid: plan.uid, gid: plan.uid }, () => undefined);
  await Promise.race([ended, sleep(EXIT_MS)]);
  manager.kill('SIGKILL');
  await clear();
  rmSync(dir, { recursive: true, force: true });
  rmSync(plan.runtimeDir, { recursive: true, force: true });
  if (made) {
    try {
      rmdirSync(BOOTED);
    } catch {
      // Somebody else uses it by now.
    }
  }
};

let ending: Promise<void> | null = null;
const endOnce = (): void => {
  ending ??= end().finally(() => process.exit());
};
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, endOnce);
process.stdin
  .on('data', () => void reboot())
  .on('end', endOnce)
  .on('error', endOnce);
