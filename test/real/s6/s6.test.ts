/** The s6 supervisor against a real s6-svscan with a scan folder of its own (Debian: apt-get install s6). */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { isAlive, listProcesses, readProcess } from '../../../src/sensors/process/proc.ts';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import { createS6Supervisor } from '../../../src/supervisors/s6.ts';
import type { Supervisor, SupervisorStatus } from '../../../src/supervisors/supervisor.ts';

const patience = { timeout: 30_000, interval: 50 };
const never = new AbortController().signal;

const installed = spawnSync('s6-svscan', ['-h']).error === undefined;
if (!installed) console.log('skipped: s6 is not installed here (Debian: apt-get install s6)');

/** As Hermes's image has it (docs/facts/hermes.md 5.3): 0 and 78 mean that it stays down. */
const FINISH = '#!/bin/sh\ncase "$1" in 0|78) exit 125 ;; esac\nexit 0\n';
const RUNS = {
  obedient: 'exec sleep 1000',
  ignores_sigterm: "trap '' TERM; while :; do sleep 1; done",
  ends_with_0_on_sigterm: "trap 'exit 0' TERM; while :; do sleep 0.1; done",
  ends_with_78: 'exit 78',
  runs_a_child: 'setsid sleep 603 & sleep 603 & wait',
} as const;

describe.skipIf(!installed)('s6', () => {
  let dir: string;
  let svscan: ChildProcess;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lifeline-s6-'));
    svscan = spawn('s6-svscan', [dir], { stdio: 'ignore', detached: true });
  });
  afterEach(async () => {
    // SIGTERM takes the supervised processes along; one that ignores it gets SIGKILL.
    const ended = new Promise((resolve) => svscan.once('exit', resolve));
    for (const name of Object.keys(RUNS)) spawnSync('s6-svc', ['-dk', join(dir, name)]);
    spawnSync('s6-svscanctl', ['-t', dir]);
    await ended;
    await rm(dir, { recursive: true });
  });

  const supervise = async (
    name: keyof typeof RUNS,
    options: { readonly stopTimeoutMs?: number } = {},
  ): Promise<Supervisor> => {
    const slot = join(dir, name);
    await mkdir(slot);
    for (const [file, text] of [
      ['finish', FINISH],
      ['run', `#!/bin/sh\n${RUNS[name]}\n`],
    ] as const) {
      await writeFile(join(slot, file), text);
      await chmod(join(slot, file), 0o755);
    }
    // The scanner may not be listening yet.
    await vi.waitFor(() => expect(spawnSync('s6-svscanctl', ['-a', dir]).status).toBe(0), patience);
    return createS6Supervisor({ slot, run: runCommand, clock: scaledClock(0, 1), toolFolder: null, ...options });
  };
  const until = (supervisor: Supervisor, holds: (status: SupervisorStatus) => boolean): Promise<SupervisorStatus> =>
    vi.waitFor(async () => {
      const status = await supervisor.status();
      if (!holds(status)) throw new Error(`not yet: ${JSON.stringify(status)}`);
      return status;
    }, patience);
  const running = (supervisor: Supervisor, not?: number): Promise<SupervisorStatus> =>
    until(supervisor, ({ state, main }) => state === 'active' && main !== null && main.pid !== not);

  it('tells a running process by pid and start time', async () => {
    const supervisor = await supervise('obedient');
    const { main, job, exit, restarts } = await running(supervisor);
    expect({ job, exit, restarts }).toEqual({ job: null, exit: null, restarts: null });
    expect(Math.abs((main?.startedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('restarts, and a new process is there', async () => {
    const supervisor = await supervise('obedient');
    const before = await running(supervisor);
    expect((await supervisor.restart(before.main, never)).outcome).toBe('done');
    await running(supervisor, before.main?.pid);
  });

  it('restarts a gateway that ends with 0, which its finish script would keep down', async () => {
    const supervisor = await supervise('ends_with_0_on_sigterm');
    const before = await running(supervisor);
    expect((await supervisor.restart(before.main, never)).outcome).toBe('done');
    await running(supervisor, before.main?.pid);
  });

  it('kills one that ignores SIGTERM once its time is over, and starts it', async () => {
    const supervisor = await supervise('ignores_sigterm', { stopTimeoutMs: 500 });
    const before = await running(supervisor);
    const result = await supervisor.restart(before.main, never);
    expect(result.outcome).toBe('done');
    // What its loop waits for is ended without a command.
    const commands = result.steps.flatMap(({ command }) => command ?? []);
    expect(commands.map((command) => command.split(' ').at(-2))).toEqual(['-t', '-k', '-u']);
    await running(supervisor, before.main?.pid);
  });

  it('stops, so that nothing starts it again, and starts', async () => {
    const supervisor = await supervise('obedient');
    const { main } = await running(supervisor);
    expect((await supervisor.stop(main, never)).outcome).toBe('done');
    expect(await supervisor.status()).toMatchObject({
      state: 'inactive',
      main: null,
      exit: { signal: 'SIGTERM' },
      outlook: { next: 'stopped' },
    });
    expect((await supervisor.start(never)).outcome).toBe('done');
    await running(supervisor);
  });

  it.each(['restart', 'stop', 'kill'] as const)('a %s ends what the main process has started', async (action) => {
    const supervisor = await supervise('runs_a_child');
    const { main } = await running(supervisor);
    const childrenOf = async (pid: number): Promise<readonly number[]> =>
      (await listProcesses()).filter((each) => each.ppid === pid && isAlive(each)).map((each) => each.pid);
    const children = await vi.waitFor(async () => {
      const found = await childrenOf(main?.pid ?? 0);
      expect(found).toHaveLength(2);
      return found;
    }, patience);
    expect(await supervisor[action](main, never)).toMatchObject({ outcome: 'done' });
    for (const pid of children) expect(isAlive(await readProcess(pid))).toBe(false);
    if (action !== 'stop') await running(supervisor, main?.pid);
    await supervisor.stop(null, never);
    expect(await supervisor.survivors?.()).toEqual([]);
  });

  it('is killed and revived by s6 itself', async () => {
    const supervisor = await supervise('obedient');
    const before = await running(supervisor);
    expect((await supervisor.kill(before.main, never)).outcome).toBe('done');
    await running(supervisor, before.main?.pid);
  });

  it('lets whoever came since live: a restart and a kill are for their victim alone', async () => {
    const supervisor = await supervise('obedient');
    const { main: victim } = await running(supervisor);
    expect((await supervisor.kill(victim, never)).outcome).toBe('done');
    const { main: newer } = await running(supervisor, victim?.pid);
    for (const action of ['restart', 'kill'] as const)
      expect(await supervisor[action](victim, never)).toEqual({ outcome: 'done', steps: [] });
    expect((await running(supervisor)).main).toEqual(newer);
  });

  it('restarts one that was frozen with SIGSTOP', async () => {
    const supervisor = await supervise('obedient');
    const before = await running(supervisor);
    spawnSync('s6-svc', ['-p', join(dir, 'obedient')]);
    expect((await supervisor.restart(before.main, never)).outcome).toBe('done');
    await running(supervisor, before.main?.pid);
  });

  it('tells a fatal configuration, which stays down and can be started again', async () => {
    const supervisor = await supervise('ends_with_78');
    expect(await until(supervisor, ({ state }) => state === 'failed')).toMatchObject({
      main: null,
      exit: { code: 78 },
    });
    expect((await supervisor.start(never)).outcome).toBe('done');
    await until(supervisor, ({ state }) => state === 'failed');
  });

  it('knows no slot that is not there, or that nobody supervises', async () => {
    // Outside the scanned folder, or the scanner might take it up.
    const idle = await mkdtemp(join(tmpdir(), 'lifeline-s6-idle-'));
    onTestFinished(() => rm(idle, { recursive: true }));
    for (const slot of [join(dir, 'nowhere'), idle]) {
      const supervisor = createS6Supervisor({ slot, run: runCommand, clock: scaledClock(0, 1), toolFolder: null });
      expect((await supervisor.status()).state).toBe('missing');
      expect(await supervisor.start(never)).toMatchObject({
        outcome: 'failed',
        steps: [],
        reason: expect.stringContaining('s6-svscanctl') as string,
      });
    }
  });

  it.skipIf(process.getuid?.() !== 0)('says so when it may not ask', async () => {
    const slot = (await supervise('obedient')).unit;
    await chmod(dir, 0o755);
    const asNobody = createS6Supervisor({
      slot,
      run: ([program, ...args], options) =>
        runCommand(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', program, ...args], options),
      clock: scaledClock(0, 1),
      toolFolder: null,
    });
    await vi.waitFor(() => expect(asNobody.status()).rejects.toThrow(/only root or the user of/), patience);
  });
});
