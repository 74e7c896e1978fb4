/** The systemd supervisor against a real `systemd --user` of its own. */
import { access, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import type { ProcessSeen } from '../../../src/diagnosis/evidence.ts';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import { createSystemdSupervisor } from '../../../src/supervisors/systemd.ts';
import { findUnitOfPid, readGroups } from '../../../src/sensors/process/control-group.ts';
import { isAlive, listProcesses, seeProcess } from '../../../src/sensors/process/proc.ts';
import type { ProcessSnapshot } from '../../../src/sensors/process/process-table.ts';
import type {
  ActionResult,
  Supervisor,
  SupervisorAction,
  SupervisorStatus,
  Victim,
} from '../../../src/supervisors/supervisor.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const patience = { timeout: 30_000, interval: 50 };
const never = new AbortController().signal;
const FOREVER = 'ExecStart=/bin/sleep infinity';
/** Asked to end by a signal that does nothing. */
const STUBBORN = `${FOREVER}\nKillSignal=SIGWINCH\nTimeoutStopSec=600`;

let systemd: UserSystemd;
let count = 0;

/** A unit of its own for each test, pinned in memory as an installed one is by default.target. */
const unitWith = async (service: string, unit = ''): Promise<Supervisor> => {
  const name = `bot${++count}.service`;
  await mkdir(join(systemd.unitFolder, 'default.target.wants'), { recursive: true });
  await symlink(`../${name}`, join(systemd.unitFolder, 'default.target.wants', name));
  await systemd.writeUnit(name, `[Unit]\n${unit}\n[Service]\n${service}\n`);
  return supervise(name);
};
const supervise = (unit: string, waitMs?: number): Supervisor =>
  createSystemdSupervisor({
    scope: 'user',
    unit,
    run: runCommand,
    clock: scaledClock(0, 1),
    env: systemd.env,
    ...(waitMs === undefined ? {} : { waitMs }),
  });

const until = (
  supervisor: Supervisor,
  matches: Partial<SupervisorStatus> | ((status: SupervisorStatus) => boolean),
): Promise<SupervisorStatus> =>
  vi.waitFor(async () => {
    const status = await supervisor.status();
    if (typeof matches === 'function') expect(matches(status), JSON.stringify(status)).toBe(true);
    else expect(status).toMatchObject(matches);
    return status;
  }, patience);
const running = (supervisor: Supervisor, not?: number): Promise<SupervisorStatus> =>
  until(supervisor, ({ state, main }) => state === 'active' && main !== null && main.pid !== not);
const started = async (supervisor: Supervisor): Promise<ProcessSeen> => {
  expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
  return held(supervisor);
};
/** What its unit holds. */
const held = async (supervisor: Supervisor, not?: number): Promise<ProcessSeen> => {
  const { main } = await running(supervisor, not);
  if (!main) throw new Error('it runs');
  return main;
};
const take = (supervisor: Supervisor, action: SupervisorAction, victim: Victim = null): Promise<ActionResult> =>
  action === 'start' || action === 'reset' ? supervisor[action](never) : supervisor[action](victim, never);
const reason = (result: ActionResult): string => (result.outcome === 'failed' ? result.reason : 'done');

describe.skipIf(skipped('the systemd supervisor', whyNoUserSystemd()))('a unit of a real systemd --user', () => {
  beforeAll(async () => {
    systemd = await startUserSystemd();
  });
  afterAll(async () => {
    await systemd.stop();
  });

  it('is started, and its status names the process by pid and start time', async () => {
    const supervisor = await unitWith(`${FOREVER}\nRestart=always`);
    expect(await supervisor.status()).toEqual({
      state: 'inactive',
      main: null,
      restarts: 0,
      since: null,
      job: null,
      exit: null,
      // What never ran and what ran and was let go look alike to systemd.
      outlook: { next: 'forgotten', enabled: true, always: true },
    });
    const before = Date.now();
    const result = await supervisor.start(never);
    expect(result).toMatchObject({
      outcome: 'done',
      steps: [
        { action: 'command', command: `systemctl --user --no-ask-password --job-mode=fail start ${supervisor.unit}` },
      ],
    });
    const { main, since, ...rest } = await running(supervisor);
    expect(rest).toEqual({ state: 'active', restarts: 0, job: null, exit: null, outlook: { next: 'settling' } });
    const shown = Number((await systemd.systemctl('show', '--property=MainPID', '--value', supervisor.unit)).stdout);
    expect(main).toEqual({
      pid: shown,
      startTime: expect.any(Number) as number,
      startedAt: expect.any(Number) as number,
      uid: process.getuid?.(),
    });
    // Whole seconds, and the kernel's own ticks.
    for (const at of [since, main?.startedAt]) {
      expect(at).toBeGreaterThan(before - 3_000);
      expect(at).toBeLessThan(Date.now() + 3_000);
    }
  });

  it('is not started twice', async () => {
    const supervisor = await unitWith(FOREVER);
    const first = await started(supervisor);
    expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
    expect(await held(supervisor)).toEqual(first);
  });

  it('is found by its process', async () => {
    const supervisor = await unitWith(FOREVER);
    expect(await findUnitOfPid((await started(supervisor)).pid)).toEqual({
      kind: 'service',
      scope: 'user',
      uid: 0,
      unit: supervisor.unit,
    });
  });

  it('gets a new process by a restart', async () => {
    const supervisor = await unitWith(FOREVER);
    const first = await started(supervisor);
    const { pid } = first;
    expect(await supervisor.restart(first, never)).toMatchObject({ outcome: 'done', steps: [{ pid }] });
    expect((await running(supervisor, pid)).restarts).toBe(0);
  });

  it('lets whoever came since live: a restart and a kill are for their victim alone', async () => {
    const supervisor = await unitWith(`${FOREVER}\nRestart=always\nRestartSec=100ms`);
    const victim = await started(supervisor);
    process.kill(victim.pid, 'SIGKILL');
    const newer = await held(supervisor, victim.pid);
    for (const action of ['restart', 'kill'] as const)
      expect(await supervisor[action](victim, never)).toEqual({ outcome: 'done', steps: [] });
    expect(await held(supervisor)).toEqual(newer);
    const elsewhere = await started(await unitWith(FOREVER));
    for (const action of ['restart', 'kill'] as const)
      expect(reason(await supervisor[action](elsewhere, never))).toBe(
        `pid ${elsewhere.pid} is not what ${supervisor.unit} holds, so ${supervisor.unit} is left alone`,
      );
    expect(await held(supervisor)).toEqual(newer);
  });

  it('is stopped and stays so, though it is to be restarted always', async () => {
    const supervisor = await unitWith(`${FOREVER}\nRestart=always\nRestartSec=100ms`);
    expect(await supervisor.stop(await started(supervisor), never)).toMatchObject({ outcome: 'done' });
    const stopped = await until(supervisor, { state: 'inactive', main: null, job: null, exit: { signal: 'SIGTERM' } });
    expect(stopped.since).not.toBeNull();
    expect((await started(supervisor)).pid).toBeGreaterThan(0);
  });

  it('is revived by systemd when its process is killed, and that counts', async () => {
    const supervisor = await unitWith(`${FOREVER}\nRestart=always\nRestartSec=100ms`);
    const { pid: first } = await started(supervisor);
    process.kill(first, 'SIGKILL');
    const second = await running(supervisor, first);
    expect(second.restarts).toBe(1);
    process.kill(second.main?.pid ?? 0, 'SIGKILL');
    expect((await until(supervisor, ({ state, restarts }) => state === 'active' && restarts === 2)).main?.pid).not.toBe(
      second.main?.pid,
    );
  });

  it('waits for its next start: activating, without a process, with its last exit', async () => {
    const supervisor = await unitWith(
      "ExecStart=/bin/sh -c 'exit 75'\nRestart=always\nRestartSec=600\nSuccessExitStatus=75",
    );
    await supervisor.start(never);
    await until(supervisor, { state: 'activating', main: null, job: null, exit: { code: 75 } });
  });

  it('is started at once while it waits for its next start', async () => {
    const supervisor = await unitWith(`${FOREVER}\nRestart=always\nRestartSec=600`);
    process.kill((await started(supervisor)).pid, 'SIGKILL');
    await until(supervisor, { state: 'activating', main: null });
    expect(await supervisor.start(never)).toMatchObject({
      outcome: 'done',
      steps: [{ command: supervisor.command('restart') }],
    });
    await running(supervisor);
  });

  it('is killed, reset and started, in that order and without a pause', async () => {
    const supervisor = await unitWith(STUBBORN);
    const victim = await started(supervisor);
    const { pid } = victim;
    expect(await supervisor.kill(victim, never)).toMatchObject({
      outcome: 'done',
      steps: [{ pid, command: `systemctl --user --no-ask-password kill --signal=KILL ${supervisor.unit}` }],
    });
    expect(await supervisor.status()).toMatchObject({ state: 'failed', main: null, exit: { signal: 'SIGKILL' } });
    expect(await supervisor.reset(never)).toMatchObject({
      outcome: 'done',
      steps: [{ command: `systemctl --user --no-ask-password reset-failed ${supervisor.unit}` }],
    });
    expect((await supervisor.status()).state).toBe('inactive');
    expect((await started(supervisor)).pid).not.toBe(pid);
  });

  it('is killed while it is frozen', async () => {
    const supervisor = await unitWith(`${FOREVER}\nRestart=always\nRestartSec=100ms`);
    const victim = await started(supervisor);
    process.kill(victim.pid, 'SIGSTOP');
    expect(await supervisor.kill(victim, never)).toMatchObject({ outcome: 'done' });
    expect((await running(supervisor, victim.pid)).restarts).toBe(1);
  });

  it('has nothing to kill or to reset when it does not run', async () => {
    const supervisor = await unitWith(FOREVER);
    expect(await supervisor.kill(null, never)).toMatchObject({ outcome: 'done' });
    expect(await supervisor.reset(never)).toMatchObject({ outcome: 'done' });
    expect(await supervisor.stop(null, never)).toMatchObject({ outcome: 'done' });
  });

  it.each([
    ['with an error', "ExecStart=/bin/sh -c 'exit 3'", { code: 3 }],
    ['with 0', 'ExecStart=/bin/true', { code: 0 }],
    ['by a signal', `ExecStart=/bin/sh -c 'kill -9 $$$$'`, { signal: 'SIGKILL' }],
  ])('that ends %s until the start limit is hit is latched; reset and start help', async (_how, service, exit) => {
    const supervisor = await unitWith(
      `${service}\nRestart=always\nRestartSec=50ms`,
      'StartLimitIntervalSec=600\nStartLimitBurst=3',
    );
    await supervisor.start(never);
    await until(supervisor, { state: 'latched', main: null, restarts: 3, exit });
    const refused = await supervisor.start(never);
    expect(reason(refused)).toMatch(
      /^systemd did not do it \(systemctl .* start bot\d+\.service\): Job for bot\d+\.service failed/,
    );
    expect((await supervisor.status()).state).toBe('latched');
    expect(await supervisor.reset(never)).toMatchObject({ outcome: 'done' });
    expect(await supervisor.status()).toMatchObject({ state: 'inactive', restarts: 0 });
    await systemd.writeUnit(supervisor.unit, `[Service]\n${FOREVER}\n`);
    expect((await started(supervisor)).pid).toBeGreaterThan(0);
  });

  it('that ends with 78 where that forbids a restart is failed and not latched', async () => {
    const supervisor = await unitWith(
      "ExecStart=/bin/sh -c 'exit 78'\nRestart=always\nRestartSec=50ms\nRestartPreventExitStatus=78",
    );
    await supervisor.start(never);
    await until(supervisor, { state: 'failed', main: null, restarts: 0, exit: { code: 78 } });
  });

  it('that ends with 1 when it is stopped is failed; a start helps', async () => {
    const ready = join(systemd.dir, 'trap-is-set');
    const supervisor = await unitWith(
      `ExecStart=/bin/sh -c 'trap "exit 1" TERM; touch ${ready}; sleep infinity & wait'\nRestart=always\nRestartSec=50ms`,
    );
    const victim = await started(supervisor);
    await vi.waitFor(() => access(ready), patience);
    expect(await supervisor.stop(victim, never)).toMatchObject({ outcome: 'done' });
    await until(supervisor, { state: 'failed', exit: { code: 1 } });
    await started(supervisor);
  });

  it('that is masked is not started, and the reason says how to allow it', async () => {
    const unit = `bot${++count}.service`;
    await symlink('/dev/null', join(systemd.unitFolder, unit));
    await systemd.systemctl('daemon-reload');
    const supervisor = supervise(unit);
    expect(await supervisor.status()).toMatchObject({ state: 'masked', main: null });
    for (const result of [await supervisor.start(never), await supervisor.restart(null, never)]) {
      expect(result).toEqual({
        outcome: 'failed',
        steps: [],
        reason: `${unit} is masked, so somebody has forbidden its start. To allow it: systemctl --user unmask ${unit}`,
      });
    }
  });

  it('that was masked while it runs is active; it may be stopped but not restarted', async () => {
    const supervisor = await unitWith(FOREVER);
    const victim = await started(supervisor);
    const { pid } = victim;
    await rm(join(systemd.unitFolder, supervisor.unit));
    await symlink('/dev/null', join(systemd.unitFolder, supervisor.unit));
    await systemd.systemctl('daemon-reload');
    expect(await supervisor.status()).toMatchObject({ state: 'active', main: { pid } });
    expect(reason(await supervisor.restart(victim, never))).toContain('is masked');
    expect((await supervisor.status()).main?.pid).toBe(pid);
    expect(await supervisor.stop(victim, never)).toMatchObject({ outcome: 'done' });
    expect((await supervisor.status()).state).toBe('masked');
  });

  it('that is not there is missing, whatever is asked', async () => {
    const supervisor = supervise('nobody.service');
    expect(await supervisor.status()).toEqual({
      state: 'missing',
      main: null,
      restarts: 0,
      since: null,
      job: null,
      exit: null,
      outlook: { next: 'unknown' },
    });
    const somebody = await seeProcess(process.pid);
    for (const action of ['start', 'restart', 'stop', 'kill', 'reset'] as const)
      expect(reason(await take(supervisor, action, somebody))).toMatch(/^systemd knows no unit nobody\.service\./);
  });

  it('that has an error in its file says how to see it', async () => {
    const supervisor = await unitWith('Restart=always');
    expect((await supervisor.status()).state).toBe('failed');
    expect(reason(await supervisor.start(never))).toMatch(/systemd-analyze --user verify bot/);
  });

  it.each(['control-group', 'mixed', 'process', 'none'])(
    'that runs the bot as a child (KillMode=%s) is one with it',
    async (mode) => {
      const supervisor = await unitWith(
        `ExecStart=/bin/sh -c 'setsid sleep 601 & setsid sleep 602 & wait'\nKillMode=${mode}\nTimeoutStopSec=2`,
      );
      const main = await started(supervisor);
      const ofUnit = async (): Promise<readonly ProcessSnapshot[]> => {
        const all = (await listProcesses()).filter(({ argv }) => argv[0] === 'sleep' && /^60[12]$/.test(argv[1] ?? ''));
        const holders = await Promise.all(all.map(({ pid }) => readGroups(pid)));
        return all.filter((each, at) => isAlive(each) && holders[at]?.process.includes(supervisor.unit));
      };
      const children = await vi.waitFor(async () => {
        const found = await ofUnit();
        expect(found).toHaveLength(2);
        return found;
      }, patience);
      expect(await supervisor.restart(main, never)).toMatchObject({ outcome: 'done' });
      const next = await held(supervisor, main.pid);
      await vi.waitFor(async () => {
        const now = await ofUnit();
        expect(now).toHaveLength(2);
        for (const { pid } of children) expect(now.map((each) => each.pid)).not.toContain(pid);
      }, patience);
      // Its main process alone dies.
      process.kill(next.pid, 'SIGKILL');
      await until(supervisor, ({ main: now, state }) => now === null && state !== 'deactivating');
      expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
      const last = await held(supervisor, next.pid);
      await vi.waitFor(async () => expect(await ofUnit()).toHaveLength(2), patience);
      expect(await supervisor.stop(last, never)).toMatchObject({ outcome: 'done' });
      expect(await ofUnit()).toEqual([]);
      expect(await supervisor.survivors?.()).toEqual([]);
    },
  );

  it('that somebody else restarts at this moment is left alone', async () => {
    const supervisor = await unitWith(STUBBORN);
    const victim = await started(supervisor);
    const { pid } = victim;
    await systemd.systemctl('--no-block', 'restart', supervisor.unit);
    // Their restart is only queued when their command returns.
    await until(
      supervisor,
      ({ state, job, main }) => state === 'deactivating' && job === 'restart' && main?.pid === pid,
    );
    for (const action of ['start', 'restart', 'stop'] as const)
      expect(reason(await take(supervisor, action, victim))).toMatch(
        /already busy .* a restart that somebody asked for/,
      );
    expect(await supervisor.status()).toMatchObject({ job: 'restart', main: { pid } });
    // The last step still works: the kill lets their restart go on.
    expect(await supervisor.kill(victim, never)).toMatchObject({ outcome: 'done' });
    await running(supervisor, pid);
  });

  it('that somebody else stops after the look is left alone by systemd itself', async () => {
    const supervisor = await unitWith(STUBBORN);
    const victim = await started(supervisor);
    const late = createSystemdSupervisor({
      scope: 'user',
      unit: supervisor.unit,
      clock: scaledClock(0, 1),
      env: systemd.env,
      run: async (argv, options) => {
        if (argv.includes('restart')) await systemd.systemctl('--no-block', 'stop', supervisor.unit);
        return runCommand(argv, options);
      },
    });
    expect(reason(await late.restart(victim, never))).toMatch(/already busy .* a stop that somebody asked for/);
    expect((await supervisor.status()).job).toBe('stop');
    expect(await supervisor.kill(victim, never)).toMatchObject({ outcome: 'done' });
  });

  it('that does not end is not waited for for ever: a restart goes on, a stop says that it does', async () => {
    const supervisor = supervise((await unitWith(STUBBORN)).unit, 500);
    const victim = await started(supervisor);
    const { pid } = victim;
    expect(await supervisor.restart(victim, never)).toMatchObject({ outcome: 'done', steps: [{ pid }] });
    expect(await supervisor.status()).toMatchObject({ state: 'deactivating', job: 'restart', main: { pid } });
    await supervisor.kill(victim, never);
    const second = await held(supervisor, pid);
    expect(reason(await supervisor.stop(second, never))).toMatch(
      /^systemd has not finished this in .* and goes on with it: systemctl --user .* stop bot/,
    );
    expect(await supervisor.status()).toMatchObject({ state: 'deactivating', job: 'stop', main: { pid: second.pid } });
    expect(await supervisor.kill(second, never)).toMatchObject({ outcome: 'done' });
  });

  it('is asked for nothing once Lifeline gives up, and waited for no longer', async () => {
    const supervisor = await unitWith(STUBBORN);
    const victim = await started(supervisor);
    const { pid } = victim;
    await expect(supervisor.restart(victim, AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
    const hurry = new AbortController();
    const result = supervisor.restart(victim, hurry.signal);
    await until(supervisor, { job: 'restart' });
    hurry.abort();
    expect(reason(await result)).toMatch(/wait no longer/);
    expect(await supervisor.status()).toMatchObject({ job: 'restart', main: { pid } });
    await supervisor.kill(victim, never);
  });

  it('that tells systemd when it is ready is activating until then', async () => {
    const supervisor = supervise((await unitWith(`Type=notify\n${FOREVER}`)).unit, 500);
    expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
    const status = await until(supervisor, { state: 'activating', job: 'start' });
    expect(status.main).not.toBeNull();
    expect(await supervisor.kill(status.main, never)).toMatchObject({ outcome: 'done' });
  });
});
