import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  isStillKnown,
  linuxProcesses,
  parseBootTime,
  parseMemory,
  parseNulList,
  parseOwnPid,
  parseStat,
} from '../../../src/sensors/process/proc-linux.ts';
import { parsePsLine, parseRss, psProcesses } from '../../../src/sensors/process/proc-ps.ts';
import {
  isAlive,
  isEnding,
  listProcesses,
  ownPidOf,
  processEnvironment,
  processMemory,
  processPlace,
  readProcess,
  sameProcess,
  stillLives,
} from '../../../src/sensors/process/proc.ts';
import type { ProcessSnapshot } from '../../../src/sensors/process/process-table.ts';

const patience = { timeout: 20_000, interval: 20 };
/** For what only /proc tells. */
const onLinux = it.runIf(process.platform === 'linux');
const children: ChildProcess[] = [];

/** Starts a child whose stdout can be read, and ends it after the test. */
const run = (
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): ChildProcess & { readonly pid: number } => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  children.push(child);
  return child as ChildProcess & { readonly pid: number };
};

const firstLine = async (child: ChildProcess): Promise<string> => {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return chunk.toString().trim();
};

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
});

/** A line of /proc/PID/stat as Linux 6 writes it; fields 6 to 21 and those after 22 are of no interest. */
const statLine = (pid: number, comm: string, state: string, ppid: number, startTime: number): string =>
  `${pid} (${comm}) ${state} ${ppid} 8533 3326 0 -1 4194304 100 0 0 0 7 3 0 0 20 0 1 0 ${startTime} 2998272 411 18446744073709551615 0 0 17 1 0 0\n`;

describe('parseStat', () => {
  it.each([
    ['node'],
    ['tmux: server'],
    ['(sd-pam)'],
    [') R 1 ('],
    [') Z 1 1 1 1 1 1 1'],
    ['))) ((('],
    ['a\nb) S 2'],
    [''],
  ])('reads the fields after a program that calls itself %j', (comm) => {
    expect(parseStat(statLine(4711, comm, 'S', 12, 987654))).toEqual({
      pid: 4711,
      state: 'S',
      ppid: 12,
      group: 8533,
      session: 3326,
      startTime: 987654,
    });
  });

  it('is not misled by any name', () => {
    const letters = fc.constantFrom('R', 'S', 'D', 'Z', 'T', 't', 'X', 'I');
    const hostile = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom(')', '(', ' ', 'R', 'Z', '1', '\n', '9 '), { maxLength: 15 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.nat(), hostile, letters, fc.nat(), fc.nat(), (pid, comm, state, ppid, startTime) => {
        expect(parseStat(statLine(pid, comm, state, ppid, startTime))).toEqual({
          pid,
          state,
          ppid,
          group: 8533,
          session: 3326,
          startTime,
        });
      }),
    );
  });

  it.each([
    [''],
    ['4711'],
    ['4711 (node'],
    ['4711 (node) S 1'],
    ['x (node) S 1'],
    ['4711 (node) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x'],
  ])('says null to %j', (text) => expect(parseStat(text)).toBeNull());
});

describe('parseNulList', () => {
  it.each<[string, readonly string[]]>([
    ['', []],
    ['node\0', ['node']],
    ['node\0-e\0a b\0', ['node', '-e', 'a b']],
    ['sh\0-c\0\0', ['sh', '-c', '']],
    ['hermes gateway run', ['hermes gateway run']],
  ])('splits %j', (text, list) => expect(parseNulList(text)).toEqual(list));
});

describe('parseBootTime', () => {
  it('finds the line among the others', () =>
    expect(parseBootTime('cpu 1 2\nctxt 5\nbtime 1795251923\nprocesses 9\n')).toBe(1_795_251_923_000));
  it('says null when there is none', () => expect(parseBootTime('cpu 1 2\n')).toBeNull());
});

describe('parsePsLine', () => {
  it.each<[string, ProcessSnapshot]>([
    [
      ' 3326  3308  3300     0 Ss   Sat Nov 21 09:22:00 2026 bash /dev/fd/3',
      {
        pid: 3326,
        ppid: 3308,
        group: 3300,
        session: 0,
        uid: 0,
        state: 'S',
        startedAt: Date.UTC(2026, 10, 21, 9, 22),
        startTime: Date.UTC(2026, 10, 21, 9, 22) / 10,
        argv: ['bash', '/dev/fd/3'],
      },
    ],
    [
      '  412     1   412   501 S    Tue Sep  1 08:03:11 2026     /opt/hermes/bin/python -m hermes_cli.main gateway run',
      {
        pid: 412,
        ppid: 1,
        group: 412,
        session: 0,
        uid: 501,
        state: 'S',
        startedAt: Date.UTC(2026, 8, 1, 8, 3, 11),
        startTime: Date.UTC(2026, 8, 1, 8, 3, 11) / 10,
        argv: ['/opt/hermes/bin/python', '-m', 'hermes_cli.main', 'gateway', 'run'],
      },
    ],
    [
      '77210 77100 77100    -2 Z    Sun Mar 29 01:30:00 2026 (python3.11)',
      {
        pid: 77210,
        ppid: 77100,
        group: 77100,
        session: 0,
        uid: -2,
        state: 'Z',
        startedAt: Date.UTC(2026, 2, 29, 1, 30),
        startTime: Date.UTC(2026, 2, 29, 1, 30) / 10,
        argv: ['(python3.11)'],
      },
    ],
  ])('reads %j', (line, snapshot) => expect(parsePsLine(line)).toEqual(snapshot));

  it.each([
    [''],
    ['PID PPID PGID UID STAT STARTED COMMAND'],
    ['12 1 12 0 S'],
    ['12 1 12 0 S Sat Xyz 21 09:22:00 2026 sh'],
    ['12 1 0 S Sat Nov 21 09:22:00 2026 sh'],
  ])('says null to %j', (line) => expect(parsePsLine(line)).toBeNull());
});

describe('isEnding', () => {
  const seen = (state: string, ...argv: readonly string[]): ProcessSnapshot => ({
    pid: 77,
    ppid: 1,
    group: 77,
    session: 77,
    uid: 0,
    startTime: 1,
    startedAt: 1,
    state,
    argv,
  });
  it.each([
    ['none', null, true],
    ['a zombie', seen('Z'), true],
    ['one that has given its memory back, and is no zombie yet', seen('R'), true],
    ['one that waits', seen('S', 'hermes', 'gateway', 'run'), false],
    ['a stopped one', seen('T', 'hermes', 'gateway', 'run'), false],
  ])('of %s', (_name, process, ending) => expect(isEnding(process)).toBe(ending));
});

describe('readProcess', () => {
  it('sees this process as the system does', async () => {
    const seen = await readProcess(process.pid);
    expect(seen).toMatchObject({ pid: process.pid, ppid: process.ppid, uid: process.geteuid?.() });
    expect(isAlive(seen)).toBe(true);
    expect(seen?.argv.length).toBeGreaterThan(0);
    expect(Math.abs((seen?.startedAt ?? 0) - (Date.now() - process.uptime() * 1_000))).toBeLessThan(5_000);
  });

  onLinux('gives the arguments as they were, with blanks and empty ones', async () => {
    const script = 'console.log("up"); setInterval(() => {}, 1000)';
    const child = run(process.execPath, ['-e', script, 'two words', '', 'ünïcode']);
    await firstLine(child);
    expect((await readProcess(child.pid))?.argv).toEqual([process.execPath, '-e', script, 'two words', '', 'ünïcode']);
  });

  it('is not misled by a real process with a hostile name', async () => {
    const child = run(process.execPath, [
      '-e',
      'process.title = ") Z 1 ("; console.log("up"); setInterval(() => {}, 1000)',
    ]);
    await firstLine(child);
    expect(await readProcess(child.pid)).toMatchObject({ pid: child.pid, ppid: process.pid });
    expect(isAlive(await readProcess(child.pid))).toBe(true);
  });

  it('says null when there is no such process', async () => {
    const child = run(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await readProcess(child.pid)).toBeNull();
    expect(isAlive(null)).toBe(false);
  });

  it('knows a zombie, which a signal 0 takes for a process', async () => {
    // Once the shell has become `sleep`, nobody asks for its child's exit code.
    const parent = run('sh', ['-c', 'sleep 300 & echo $!; exec sleep 300']);
    const pid = Number(await firstLine(parent));
    await vi.waitFor(async () => expect((await readProcess(parent.pid))?.argv[0]).toBe('sleep'), patience);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await readProcess(pid))?.state).toBe('Z'), patience);
    expect(process.kill(pid, 0)).toBe(true);
    expect(isAlive(await readProcess(pid))).toBe(false);
  });
});

it('tells two lives of one pid apart by their start', () => {
  expect(sameProcess({ pid: 7, startTime: 100 }, { pid: 7, startTime: 100 })).toBe(true);
  expect(sameProcess({ pid: 7, startTime: 100 }, { pid: 7, startTime: 101 })).toBe(false);
  expect(sameProcess({ pid: 7, startTime: 100 }, { pid: 8, startTime: 100 })).toBe(false);
});

it('lists all processes, this one and its child among them', async () => {
  const child = run(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)']);
  await firstLine(child);
  const all = await listProcesses();
  expect(all.find(({ pid }) => pid === process.pid)).toBeDefined();
  expect(all.find(({ pid }) => pid === child.pid)).toMatchObject({ ppid: process.pid });
});

describe('processEnvironment', () => {
  onLinux('reads the variables of another process, the first of a name', async () => {
    const child = run(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
      HERMES_HOME: '/some/where=else',
      EMPTY: '',
    });
    await firstLine(child);
    const environment = await processEnvironment(child.pid);
    expect(environment).toMatchObject({ HERMES_HOME: '/some/where=else', EMPTY: '' });
    expect(environment).not.toHaveProperty('HERMES');
  });

  it('says null when the process is gone', async () => {
    const child = run(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await processEnvironment(child.pid)).toBeNull();
  });
});

describe('processPlace', () => {
  onLinux('tells where a process works and what it executes, also where that was replaced under it', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'lifeline-place-')));
    onTestFinished(() => rm(folder, { recursive: true }));
    const program = join(folder, 'program');
    await copyFile('/bin/sleep', program);
    const child = spawn(program, ['300'], { cwd: folder, stdio: 'ignore' });
    children.push(child);
    await once(child, 'spawn');
    expect(await processPlace(child.pid ?? 0)).toEqual({ folder, executable: program });
    await rm(program);
    expect(await processPlace(child.pid ?? 0)).toEqual({ folder, executable: program });
  });

  it('knows nothing of a process that is gone', async () => {
    const child = run(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await processPlace(child.pid)).toEqual({ folder: null, executable: null });
  });
});

describe('the pid by which a process knows itself', () => {
  it.each([
    ['Name:\tnode\nNSpid:\t4711\nNSpgid:\t1\n', { pid: 4711, depth: 0 }],
    ['Name:\tnode\nNSpid:\t4711\t12\t1\nNSpgid:\t1\n', { pid: 1, depth: 2 }],
    ['Name:\tNSpid:\t7\nPid:\t4711\n', null],
    ['Name:\tnode\nPid:\t4711\n', null],
    ['', null],
  ])('in /proc: %j', (text, expected) => expect(parseOwnPid(text)).toEqual(expected));

  it('is its pid where it lives in the same pid namespace, or is gone', async () => {
    expect(await ownPidOf(process.pid)).toEqual({ pid: process.pid, depth: 0 });
    expect(await ownPidOf(2 ** 30)).toEqual({ pid: 2 ** 30, depth: 0 });
  });
});

describe('whether a process still lives', () => {
  const living = async (): Promise<{ readonly pid: number; readonly startTime: number }> => {
    const child = run(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)']);
    await firstLine(child);
    const seen = await readProcess(child.pid);
    if (!seen) throw new Error('it did not start');
    return seen;
  };

  it('is told at once, of this very process', async () => {
    const seen = await living();
    expect(stillLives(seen)).toBe(true);
    process.kill(seen.pid, 'SIGKILL');
    await vi.waitFor(() => expect(stillLives(seen)).toBe(false), patience);
  });

  onLinux('is not told of another one that got its pid', async () => {
    const seen = await living();
    expect(stillLives({ ...seen, startTime: seen.startTime - 1 })).toBe(false);
    expect(stillLives({ pid: 2 ** 30, startTime: 1 })).toBe(false);
  });

  onLinux('is not told of a zombie', async () => {
    const parent = run('sh', ['-c', 'sleep 300 & echo $!; exec sleep 300']);
    const pid = Number(await firstLine(parent));
    const seen = await readProcess(pid);
    await vi.waitFor(async () => expect((await readProcess(parent.pid))?.argv[0]).toBe('sleep'), patience);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await readProcess(pid))?.state).toBe('Z'), patience);
    expect(stillLives({ pid, startTime: seen?.startTime ?? 0 })).toBe(false);
  });
});

describe('the memory of a process', () => {
  it.each([
    ['Name:\tnode\nVmHWM:\t  9999 kB\nVmRSS:\t   512 kB\nRssAnon:\t1 kB\n', 512 * 1_024],
    ['Name:\tnode\nState:\tZ (zombie)\n', null],
    ['', null],
  ])('in /proc: %j', (text, bytes) => expect(parseMemory(text)).toBe(bytes));

  it.each([
    ['  2048\n', 2_048 * 1_024],
    ['', null],
    [undefined, null],
    ['ps: no such process', null],
  ])('by ps: %j', (text, bytes) => expect(parseRss(text)).toBe(bytes));

  it('is some megabytes of one that runs, and not known of one that is gone', async () => {
    const child = run(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)']);
    await firstLine(child);
    for (const bytes of [await processMemory(child.pid), await psProcesses.memory(child.pid)]) {
      expect(bytes).toBeGreaterThan(5_000_000);
      expect(bytes).toBeLessThan(2_000_000_000);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect([await processMemory(child.pid), await psProcesses.memory(child.pid)]).toEqual([null, null]);
  });

  onLinux('is not known where /proc says nothing', async () => expect(await linuxProcesses.memory(2 ** 30)).toBeNull());
});

describe('ps, where there is no /proc', () => {
  it("sees a process as /proc does, but for the arguments' borders and parts of a second", async () => {
    const child = run(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)', 'two words']);
    await firstLine(child);
    const [byPs, here] = [await psProcesses.read(child.pid), await readProcess(child.pid)];
    expect(byPs).toMatchObject({ pid: child.pid, ppid: process.pid, uid: here?.uid });
    expect(byPs?.argv.slice(-2)).toEqual(['two', 'words']);
    expect(Math.abs((byPs?.startedAt ?? 0) - (here?.startedAt ?? 0))).toBeLessThan(5_000);
    expect((await psProcesses.list()).find(({ pid }) => pid === child.pid)).toEqual({
      ...byPs,
      state: expect.any(String) as string,
    });
  });

  it('says null when there is no such process', async () => {
    const child = run(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await psProcesses.read(child.pid)).toBeNull();
  });
});

it.each([
  { what: 'of a young process', readAt: 10_000, startedAt: 5_000, now: 69_000, known: true },
  { what: 'of a young process, a minute later', readAt: 10_000, startedAt: 5_000, now: 70_000, known: false },
  { what: 'of an old process, a minute later', readAt: 100_000, startedAt: 40_000, now: 160_000, known: true },
  { what: 'of an old process, after ten minutes', readAt: 100_000, startedAt: 40_000, now: 700_000, known: false },
])('user and command line $what', ({ readAt, startedAt, now, known }) => {
  expect(isStillKnown(readAt, startedAt, now)).toBe(known);
});

describe('a list that reads less', () => {
  const pids = async (): Promise<readonly number[]> => (await listProcesses(false)).map(({ pid }) => pid);

  onLinux('has what has come since the list before, and no more what has ended', async () => {
    await pids();
    const child = run('sleep', ['300']);
    expect(await pids()).toContain(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await pids()).not.toContain(child.pid);
  });

  onLinux('sees that a young process executes another program', async () => {
    const fifo = join(await mkdtemp(join(tmpdir(), 'lifeline-exec-')), 'go');
    onTestFinished(() => rm(dirname(fifo), { recursive: true }));
    const child = run('sh', ['-c', `mkfifo ${fifo}; echo up; read line < ${fifo}; exec sleep 300`]);
    await firstLine(child);
    const programOf = async (): Promise<string | undefined> =>
      (await listProcesses(false)).find(({ pid }) => pid === child.pid)?.argv[0];
    expect(await programOf()).toBe('sh');
    await writeFile(fifo, 'go\n');
    await vi.waitFor(async () => expect(await programOf()).toBe('sleep'), { timeout: 20_000, interval: 20 });
  });
});
