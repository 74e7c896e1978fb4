/**
 * Commands that run the service as a child, or leave it in the background, in the ways of several languages: real
 * launchers, and a bot that sees whether another one of it runs.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi, type TestContext } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { createKind } from '../../src/gateways/index.ts';
import { isAlive, listProcesses, readProcess } from '../../src/sensors/process/proc.ts';
import { createKeeping } from '../../src/supervisors/keeping.ts';
import type { GatewayFinder } from '../../src/sensors/process/process.ts';
import type { Supervisor } from '../../src/supervisors/supervisor.ts';
import { patience } from './gateway-script.ts';

const never = new AbortController().signal;
const NODE = process.execPath;

/** Notes that it began beside another one, and its pid. */
const BOT = (dir: string): string => `
import { mkdirSync, readdirSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
mkdirSync('${dir}/bots', { recursive: true });
const isBot = (pid) => { try { const stat = readFileSync('/proc/' + pid + '/stat', 'utf8'); return !/^[ZXx]$/.test(stat.charAt(stat.lastIndexOf(')') + 2)) && readFileSync('/proc/' + pid + '/cmdline', 'utf8').includes('${dir}/bot.mjs'); } catch { return false; } };
writeFileSync('${dir}/bots/' + process.pid, '');
for (const other of readdirSync('${dir}/bots')) if (Number(other) !== process.pid && isBot(other)) appendFileSync('${dir}/two', process.pid + ' beside ' + other + '\\n');
if (process.env.PID_FILE !== 'no') writeFileSync('${dir}/bot.pid', String(process.pid));
setInterval(() => {}, 1000);
`;

const has = (program: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const PROGRAMS: Readonly<Record<string, boolean>> = {
  sh: true,
  node: true,
  bash: has('bash', '-c', 'true'),
  python3: has('python3', '-c', 'import multiprocessing'),
};

interface World {
  readonly dir: string;
  readonly bots: () => Promise<readonly number[]>;
  readonly one: (not?: readonly number[]) => Promise<number>;
  /** A Lifeline that has just come, and knows what it sees. */
  readonly keeping: () => Promise<{ readonly finder: GatewayFinder; readonly supervisor: Supervisor }>;
}

const worldOf = (
  { onTestFinished }: TestContext,
  program: string,
  source: (dir: string) => string,
  pidFile: string | null = null,
): World => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-tree-'));
  const script = join(dir, program === 'node' ? 'start.mjs' : 'start');
  const home = join(dir, 'home');
  mkdirSync(home);
  writeFileSync(join(dir, 'bot.mjs'), BOT(dir));
  writeFileSync(script, source(dir), { mode: 0o755 });
  const gateway = {
    name: 'bot',
    home,
    command: [program === 'node' ? NODE : program, script],
    unit: null,
    supervisor: 'process',
    stopTimeoutMs: 2_000,
  } as const;
  const ofHere = async (): Promise<readonly { readonly pid: number; readonly argv: readonly string[] }[]> =>
    (await listProcesses()).filter((seen) => isAlive(seen) && seen.argv.some((word) => word.includes(dir)));
  const bots = async (): Promise<readonly number[]> =>
    (await ofHere()).filter(({ argv }) => argv.includes(`${dir}/bot.mjs`)).map(({ pid }) => pid);
  onTestFinished(async () => {
    await vi.waitFor(async () => {
      const left = await ofHere();
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      expect(left).toEqual([]);
    }, patience);
    rmSync(dir, { recursive: true });
  });
  return {
    dir,
    bots,
    one: (not = []) =>
      vi.waitFor(async () => {
        const [pid, ...others] = await bots();
        expect(others).toEqual([]);
        if (pid === undefined || not.includes(pid) || !existsSync(join(dir, 'bots', String(pid))))
          throw new Error('no new bot yet');
        return pid;
      }, patience),
    keeping: async () => {
      const { finder, detection } = createKeeping({
        gateway,
        kind: createKind({
          kind: 'generic',
          ...gateway,
          generic: {
            pidFile,
            starting: null,
            ready: null,
            stopping: null,
            fatal: null,
            logs: [],
            links: {},
            checks: [],
          },
        }),
        userHome: dir,
        outputFile: join(dir, 'output.log'),
        run: async () => {
          throw new Error('no program is asked');
        },
        clock: scaledClock(0, 1),
        logger: silentLogger(),
      });
      return { finder, supervisor: (await detection.choose()).supervisor };
    },
  };
};

const proven = (finder: GatewayFinder) =>
  vi.waitFor(async () => {
    const { gateway, beside } = await finder.look();
    expect(beside).toEqual([]);
    if (gateway === null) throw new Error('no gateway is proven yet');
    return gateway;
  }, patience);

const killed = async ({ pid }: ProcessSeen): Promise<void> => {
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(async () => expect(isAlive(await readProcess(pid))).toBe(false), patience);
};

const bot = (dir: string): string => `${NODE} ${dir}/bot.mjs`;

/** What each does is its name; what is behind it starts the bot anew by itself. */
const LAUNCHERS: readonly (readonly [string, string, (dir: string) => string])[] = [
  ['a child in the foreground', 'sh', (dir) => `${bot(dir)}\necho ended\n`],
  ['exec', 'sh', (dir) => `exec ${bot(dir)}\n`],
  ['a child that is waited for', 'sh', (dir) => `${bot(dir)} &\nwait\n`],
  ['a loop that starts it again', 'sh', (dir) => `while :; do ${bot(dir)}; sleep 0.1; done\n`],
  ['a loop that ignores SIGTERM', 'sh', (dir) => `trap '' TERM\nwhile :; do ${bot(dir)}; sleep 0.1; done\n`],
  ['nohup in the background', 'sh', (dir) => `nohup ${bot(dir)} >/dev/null 2>&1 &\n`],
  ['the background, after a while', 'sh', (dir) => `sleep 1.5\n${bot(dir)} &\n`],
  ['a session of its own', 'sh', (dir) => `setsid ${bot(dir)} >/dev/null 2>&1 &\n`],
  ['a session of its own, waited for', 'sh', (dir) => `setsid ${bot(dir)} &\nwait\n`],
  ['a double fork', 'sh', (dir) => `( ( setsid ${bot(dir)} & ) & )\n`],
  ['a trap, and a child in the foreground', 'bash', (dir) => `trap 'echo bye' TERM\n${bot(dir)}\necho ended\n`],
  ['a trap that passes it on', 'bash', (dir) => `${bot(dir)} &\ntrap "kill $!; wait $!; exit" TERM\nwait $!\n`],
  ['job control', 'bash', (dir) => `set -m\n${bot(dir)} &\nwait\n`],
  ['subprocess', 'python3', (dir) => `import subprocess\nsubprocess.run(['${NODE}', '${dir}/bot.mjs'])\n`],
  [
    'a new session',
    'python3',
    (dir) => `import subprocess\nsubprocess.Popen(['${NODE}', '${dir}/bot.mjs'], start_new_session=True)\n`,
  ],
  [
    'a daemon in its own way',
    'python3',
    (dir) =>
      `import os\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\nos.chdir('/')\nos.execv('${NODE}', ['node', '${dir}/bot.mjs'])\n`,
  ],
  [
    'multiprocessing',
    'python3',
    (dir) =>
      `import multiprocessing, os\nif __name__ == '__main__':\n  p = multiprocessing.get_context('fork').Process(target=os.execv, args=('${NODE}', ['node', '${dir}/bot.mjs']))\n  p.start()\n  p.join()\n`,
  ],
  [
    'child_process',
    'node',
    (dir) =>
      `import { spawn } from 'node:child_process';\nspawn(process.execPath, ['${dir}/bot.mjs'], { stdio: 'inherit' });\n`,
  ],
  [
    'a detached child',
    'node',
    (dir) =>
      `import { spawn } from 'node:child_process';\nspawn(process.execPath, ['${dir}/bot.mjs'], { stdio: 'ignore', detached: true }).unref();\n`,
  ],
  [
    'cluster',
    'node',
    (dir) =>
      `import cluster from 'node:cluster';\ncluster.setupPrimary({ exec: '${dir}/bot.mjs' });\ncluster.fork();\ncluster.on('exit', () => cluster.fork());\n`,
  ],
];

describe
  .runIf(process.platform === 'linux')
  .concurrent('a command that starts the bot by', { timeout: 120_000 }, () => {
    for (const [how, program, source] of LAUNCHERS)
      it.runIf(PROGRAMS[program])(`${how} (${program}) is one tree`, async (test) => {
        const world = worldOf(test, program, source);
        const first = await world.keeping();
        expect(await first.supervisor.start(never)).toMatchObject({ outcome: 'done' });
        const pids = [await world.one()];
        await proven(first.finder);
        expect((await first.supervisor.start(never)).steps).toEqual([]);
        expect(await world.bots()).toEqual(pids);

        // A restart leaves nothing of the old one.
        expect(await first.supervisor.restart(await proven(first.finder), never)).toMatchObject({ outcome: 'done' });
        pids.push(await world.one(pids));

        // Its main process alone is killed; another Lifeline, which has not seen it before, starts it.
        await killed(await proven(first.finder));
        const second = await world.keeping();
        await second.finder.look();
        expect(await second.supervisor.start(never)).toMatchObject({ outcome: 'done' });
        pids.push(await world.one(pids));

        // The bot alone is killed: its launcher starts it again, or ends.
        process.kill(pids.at(-1) ?? 0, 'SIGKILL');
        await vi.waitFor(async () => {
          await second.supervisor.start(never);
          expect((await world.bots()).filter((pid) => !pids.includes(pid))).toHaveLength(1);
        }, patience);
        pids.push(await world.one(pids));

        expect(await second.supervisor.stop(await proven(second.finder), never)).toMatchObject({ outcome: 'done' });
        expect(await world.bots()).toEqual([]);
        expect(await second.supervisor.survivors?.()).toEqual([]);
        expect(existsSync(join(world.dir, 'two')) ? readFileSync(join(world.dir, 'two'), 'utf8') : '').toBe('');
      });

    it('a script whose main process has ended is not stopped while the bot lives, and a stop ends that', async (test) => {
      const world = worldOf(test, 'sh', (dir) => `${bot(dir)}\necho ended\n`);
      const { finder, supervisor } = await world.keeping();
      await supervisor.start(never);
      const pid = await world.one();
      await killed(await proven(finder));
      expect((await supervisor.survivors?.())?.map((each) => each.pid)).toEqual([pid]);
      expect(await supervisor.stop(null, never)).toMatchObject({ outcome: 'done' });
      expect(await world.bots()).toEqual([]);
    });

    it('a script that was started by hand is known by what was seen of it', async (test) => {
      const world = worldOf(test, 'sh', (dir) => `${bot(dir)}\necho ended\n`);
      const script = join(world.dir, 'start');
      const cwd = join(world.dir, 'home');
      const byHand = spawn('sh', [script], { cwd, stdio: 'ignore' });
      const { finder, supervisor } = await world.keeping();
      const old = await world.one();
      expect((await proven(finder)).pid).toBe(byHand.pid);
      byHand.kill('SIGKILL');
      await vi.waitFor(async () => expect((await finder.look()).gateway).toBeNull(), patience);
      expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
      await world.one([old]);
    });

    it('what a command left behind that failed is ended', async (test) => {
      const world = worldOf(test, 'sh', (dir) => `${bot(dir)} &\nsleep 0.3\nexit 3\n`);
      const { supervisor } = await world.keeping();
      expect(await supervisor.start(never)).toMatchObject({
        outcome: 'failed',
        reason: expect.stringMatching(/with code 3/) as string,
      });
      expect(await world.bots()).toEqual([]);
    });

    describe('a service that sheds all signs of its start', () => {
      const shed = (dir: string): string => `setsid env -i ${bot(dir)} >/dev/null 2>&1 &\n`;

      it('is told by its pid file, and ended', async (test) => {
        const world = worldOf(test, 'sh', shed, '../bot.pid');
        const { finder, supervisor } = await world.keeping();
        expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
        const pid = await world.one();
        expect((await proven(finder)).pid).toBe(pid);
        expect(await supervisor.restart(await proven(finder), never)).toMatchObject({ outcome: 'done' });
        const next = await world.one([pid]);
        // A Lifeline that comes now finds it, too.
        const { finder: another } = await world.keeping();
        expect((await proven(another)).pid).toBe(next);
        expect(await supervisor.stop(await proven(finder), never)).toMatchObject({ outcome: 'done' });
        expect(await world.bots()).toEqual([]);
      });

      it('is not what a pid file names that is older than the process', async (test) => {
        const world = worldOf(test, 'sh', shed, '../other.pid');
        const { finder } = await world.keeping();
        const stranger = spawn(NODE, [join(world.dir, 'bot.mjs')], { stdio: 'ignore' });
        await world.one();
        const file = join(world.dir, 'other.pid');
        writeFileSync(file, String(stranger.pid));
        expect((await finder.look()).gateway?.pid).toBe(stranger.pid);
        const { finder: other } = await world.keeping();
        const past = Date.now() / 1_000 - 3_600;
        utimesSync(file, past, past);
        expect((await other.look()).gateway).toBeNull();
      });
    });
  });
