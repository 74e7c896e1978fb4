/** The systemd supervisor over a fake systemctl; against a real one: test/real/systemd. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { readProcess } from '../../src/sensors/process/proc.ts';
import type { CommandOptions, CommandOutput, RunCommand } from '../../src/supervisors/run-command.ts';
import type { ActionResult, Supervisor, SupervisorAction, Victim } from '../../src/supervisors/supervisor.ts';
import { createSystemdSupervisor, type SystemdOptions } from '../../src/supervisors/systemd.ts';
import { unreached } from '../../src/supervisors/systemd-reasons.ts';
import { ended, living } from './living.ts';

const never = new AbortController().signal;
const ACTIONS: readonly SupervisorAction[] = ['start', 'restart', 'stop', 'kill', 'reset'];
const root = { uid: 0, name: 'root' };
const alice = { uid: 4_242_424, name: 'alice' };

let runtimeDir: string;
beforeEach(async () => {
  runtimeDir = await mkdtemp(join(tmpdir(), 'lifeline-runtime-'));
  await mkdir(join(runtimeDir, 'systemd'));
  await writeFile(join(runtimeDir, 'systemd', 'private'), '');
});
afterEach(async () => {
  await rm(runtimeDir, { recursive: true });
});

const SHOWN = {
  LoadState: 'loaded',
  ActiveState: 'active',
  Result: 'success',
  MainPID: '0',
  NRestarts: '2',
  Job: '',
  StateChangeTimestamp: 'Sat 2026-11-21 12:39:42 UTC',
};
const ok = (stdout = ''): CommandOutput => ({ exitCode: 0, stdout, stderr: '', failure: null });
const no = (stderr: string, exitCode = 1): CommandOutput => ({ exitCode, stdout: '', stderr, failure: null });
const broken = (failure: NonNullable<CommandOutput['failure']>): CommandOutput => ({
  exitCode: null,
  stdout: '',
  stderr: '',
  failure,
});

interface Call {
  readonly line: string;
  readonly options: CommandOptions;
}

/** Answers `show` and `list-jobs` from a table, anything else with `act`. */
const fake = (
  answers: {
    readonly show?: Partial<typeof SHOWN> | CommandOutput;
    readonly jobs?: string;
    readonly act?: CommandOutput;
  } = {},
) => {
  const calls: Call[] = [];
  const { show = {}, jobs = '', act = ok() } = answers;
  const run: RunCommand = async (argv, options = {}) => {
    calls.push({ line: argv.join(' '), options });
    if (argv.includes('list-jobs')) return ok(jobs);
    if (!argv.includes('show')) return act;
    return 'exitCode' in show
      ? show
      : ok(
          Object.entries({ ...SHOWN, ...show })
            .map(([name, value]) => `${name}=${value}`)
            .join('\n'),
        );
  };
  return { run, calls, acted: () => calls.map(({ line }) => line).filter((line) => !/ (show|list-jobs) /.test(line)) };
};

const create = (run: RunCommand, options: Partial<SystemdOptions> = {}): ReturnType<typeof createSystemdSupervisor> =>
  createSystemdSupervisor({
    scope: 'user',
    unit: 'hermes-gateway.service',
    run,
    clock: scaledClock(0, 1),
    env: { XDG_RUNTIME_DIR: runtimeDir },
    ...options,
  });
/** The pid is above what any kernel gives. */
const GONE = { pid: 4_194_999, startTime: 1 };
const take = (
  supervisor: Supervisor,
  action: SupervisorAction,
  signal = never,
  victim: Victim = GONE,
): Promise<ActionResult> =>
  action === 'start' || action === 'reset' ? supervisor[action](signal) : supervisor[action](victim, signal);
const reason = (result: ActionResult): string => (result.outcome === 'failed' ? result.reason : 'done');
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => (error as { code?: unknown }).code,
  );

describe('the command line', () => {
  it.each<[string, Partial<SystemdOptions>, string]>([
    ['of a unit of the same user', {}, 'systemctl --user --no-ask-password'],
    ['of a unit of the system', { scope: 'system' }, 'systemctl --no-ask-password'],
    [
      "of root for another user's unit",
      { self: root, owner: alice },
      'runuser -u alice -- env XDG_RUNTIME_DIR=/run/user/4242424 systemctl --user --no-ask-password',
    ],
  ])('%s', (_what, options, tool) => {
    const supervisor = create(fake().run, options);
    expect(ACTIONS.map((action) => supervisor.command(action))).toEqual([
      `${tool} --job-mode=fail start hermes-gateway.service`,
      `${tool} --job-mode=fail restart hermes-gateway.service`,
      `${tool} --job-mode=fail stop hermes-gateway.service`,
      `${tool} kill --signal=KILL hermes-gateway.service`,
      `${tool} reset-failed hermes-gateway.service`,
    ]);
    expect(supervisor.name).toBe(options.scope === 'system' ? 'systemd-system' : 'systemd-user');
  });

  it.each(ACTIONS)('of %s is the one that is run and written down', async (action) => {
    const { run, acted } = fake({ show: { ActiveState: 'inactive' } });
    const supervisor = create(run);
    const result = await take(supervisor, action);
    expect(result).toEqual({
      outcome: 'done',
      steps: [{ at: expect.any(Number) as number, action: 'command', pid: null, command: supervisor.command(action) }],
    });
    expect(acted()).toEqual([supervisor.command(action)]);
  });

  it.each([
    ['hermes-gateway', 'hermes-gateway.service'],
    ['hermes@ops.service', 'hermes@ops.service'],
    ['a\\x2db.service', 'a\\x2db.service'],
  ])('takes the unit %s as %s', (given, unit) => {
    expect(create(fake().run, { unit: given }).unit).toBe(unit);
  });

  it.each(['--help.service', '-H', '*.service', 'a b.service', '', 'x.timer', 'a/b.service', 'x;reboot.service'])(
    'refuses the unit %j',
    (unit) => {
      expect(() => create(fake().run, { unit })).toThrow(/is not the name of a systemd service/);
    },
  );
});

describe('the bus', () => {
  it('is that of XDG_RUNTIME_DIR, and times are asked for in UTC', async () => {
    const { run, calls } = fake();
    await create(run).status();
    const bus = { XDG_RUNTIME_DIR: runtimeDir, DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtimeDir}/bus`, TZ: 'UTC' };
    expect(calls.map(({ options }) => options.env)).toEqual(calls.map(() => bus));
    expect(calls.length).toBeGreaterThan(0);
  });

  it('keeps the address that the session gave', async () => {
    const { run, calls } = fake();
    await create(run, { env: { XDG_RUNTIME_DIR: runtimeDir, DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/x' } }).status();
    expect(calls[0]?.options.env).toMatchObject({ DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/x' });
  });

  it('of the system needs nothing', async () => {
    const { run, calls } = fake();
    await create(run, { scope: 'system', env: {} }).status();
    expect(calls[0]?.options.env).toEqual({ TZ: 'UTC' });
  });

  const unreachable = existsSync('/run/systemd/system') ? 'SYSTEMD_NO_USER_MANAGER' : 'SYSTEMD_NOT_RUNNING';
  it.each<[string, () => Partial<SystemdOptions>]>([
    ['is nowhere', () => ({ self: alice, env: {} })],
    ['is only named', () => ({ self: alice, env: { XDG_RUNTIME_DIR: '/nowhere' } })],
    ['is that of the user from whom su came', () => ({ self: alice, env: { XDG_RUNTIME_DIR: runtimeDir } })],
    [
      "is that of root who asks for another's",
      () => ({ self: root, owner: alice, env: { XDG_RUNTIME_DIR: runtimeDir } }),
    ],
  ])('is not used where it %s: nothing is run, and the reason is told', async (_where, options) => {
    const { run, calls } = fake();
    const supervisor = create(run, options());
    expect(await codeOf(supervisor.status())).toBe(unreachable);
    for (const action of ACTIONS)
      expect(await take(supervisor, action)).toMatchObject({ outcome: 'failed', steps: [] });
    expect(calls).toEqual([]);
  });

  it('of another user is not tried but by root', async () => {
    const { run, calls } = fake();
    const supervisor = create(run, { self: { uid: 5_000, name: 'bob' }, owner: alice });
    expect(await codeOf(supervisor.status())).toBe('SYSTEMD_OTHER_USER');
    expect(reason(await supervisor.restart(null, never))).toBe(
      'hermes-gateway.service is a unit of the user alice, and Lifeline runs as bob. Run Lifeline as alice.',
    );
    expect(calls).toEqual([]);
  });

  /** Recorded from systemd 247, 252 and 257. */
  it.each<[string, CommandOutput, Partial<SystemdOptions>, string, RegExp]>([
    ['no systemctl', broken('not_found'), {}, 'SYSTEMD_MISSING', /no systemd.*"process"/],
    [
      'no systemd',
      no(
        "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down",
      ),
      { scope: 'system' },
      'SYSTEMD_NOT_RUNNING',
      /"process"/,
    ],
    [
      'a manager that has ended',
      no('Failed to connect to bus: Connection refused'),
      {},
      'SYSTEMD_NO_USER_MANAGER',
      /Run once: loginctl enable-linger /,
    ],
    [
      'no variable (252)',
      no('Failed to connect to bus: No medium found'),
      {},
      'SYSTEMD_NO_USER_MANAGER',
      /enable-linger/,
    ],
    [
      'no variable (247)',
      no(
        'Failed to connect to bus: $DBUS_SESSION_BUS_ADDRESS and $XDG_RUNTIME_DIR not defined (consider using --machine=<user>@.host --user to connect to bus of other user)',
      ),
      {},
      'SYSTEMD_NO_USER_MANAGER',
      /enable-linger/,
    ],
    [
      'no socket (257)',
      no('Failed to connect to user scope bus via local transport: No such file or directory'),
      {},
      'SYSTEMD_NO_USER_MANAGER',
      /enable-linger/,
    ],
    [
      "no system's bus (257)",
      no('Failed to connect to system scope bus via local transport: No such file or directory'),
      { scope: 'system' },
      'SYSTEMD_NO_BUS',
      /systemctl status dbus\.service/,
    ],
    ['anything else', no('Something new'), {}, 'SYSTEMD_REFUSED', /Something new/],
    ['silence', broken('timeout'), {}, 'SYSTEMD_REFUSED', /did not finish in time/],
  ])('tells of %s', async (_what, show, options, code, words) => {
    const supervisor = create(fake({ show }).run, options);
    const error = await supervisor.status().catch((thrown: unknown) => thrown as Error & { code: string });
    expect(error).toMatchObject({ name: 'UserError', code, message: expect.stringMatching(words) as string });
    for (const action of ACTIONS) expect(reason(await take(supervisor, action))).toMatch(words);
  });
});

describe('the status', () => {
  it('names the main process by pid and start time, without its command line', async () => {
    const own = await readProcess(process.pid);
    const { run } = fake({ show: { MainPID: String(process.pid) } });
    expect(await create(run).status()).toEqual({
      state: 'active',
      main: { pid: process.pid, startTime: own?.startTime, startedAt: own?.startedAt, uid: own?.uid },
      restarts: 2,
      since: Date.UTC(2026, 10, 21, 12, 39, 42),
      job: null,
      exit: null,
      outlook: { next: 'settling' },
    });
  });

  it('has no main process when that is gone', async () => {
    expect((await create(fake({ show: { MainPID: '4194304' } }).run).status()).main).toBeNull();
  });

  it('names the job, and none that is done meanwhile', async () => {
    expect(
      (await create(fake({ show: { Job: '12' }, jobs: '12 hermes-gateway.service restart running' }).run).status()).job,
    ).toBe('restart');
    expect((await create(fake({ show: { Job: '12' } }).run).status()).job).toBeNull();
  });
});

describe('what is not done', () => {
  it.each<[string, Partial<typeof SHOWN>, readonly SupervisorAction[], RegExp]>([
    [
      'a masked unit is not started',
      { LoadState: 'masked', ActiveState: 'inactive' },
      ['start', 'restart'],
      /is masked.* systemctl --user unmask hermes-gateway\.service/,
    ],
    [
      'a unit that is not there is not touched',
      { LoadState: 'not-found', ActiveState: 'inactive' },
      ACTIONS,
      /knows no unit hermes-gateway\.service/,
    ],
    [
      'a unit with an error is not started',
      { LoadState: 'bad-setting', ActiveState: 'inactive' },
      ['start', 'restart'],
      /systemd-analyze --user verify/,
    ],
    [
      "somebody else's job is not disturbed",
      { Job: '5' },
      ['start', 'restart'],
      /already busy with hermes-gateway\.service: a stop/,
    ],
  ])('%s', async (_what, show, actions, words) => {
    for (const action of actions) {
      const { run, acted } = fake({ show, jobs: '5 hermes-gateway.service stop running' });
      const result = await take(create(run), action);
      expect(result).toMatchObject({ outcome: 'failed', steps: [] });
      expect(reason(result)).toMatch(words);
      expect(acted()).toEqual([]);
    }
  });

  it("a stop waits for somebody else's stop, and for no start", async () => {
    const stopped = fake({ show: { Job: '5' }, jobs: '5 hermes-gateway.service stop running' });
    expect(await take(create(stopped.run), 'stop')).toMatchObject({ outcome: 'done' });
    expect(stopped.acted()).toHaveLength(1);
    const started = fake({ show: { Job: '5' }, jobs: '5 hermes-gateway.service start running' });
    expect(reason(await take(create(started.run), 'stop'))).toMatch(/already busy/);
    expect(started.acted()).toEqual([]);
  });

  it('nothing is asked once the signal is aborted', async () => {
    const { run, calls } = fake();
    for (const action of ACTIONS)
      await expect(take(create(run), action, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(calls).toEqual([]);
  });

  /** Recorded, but for polkit's. */
  it.each<[string, string, SupervisorAction, RegExp]>([
    [
      'a job that came in between',
      "Failed to restart hermes-gateway.service: Transaction for hermes-gateway.service/restart is destructive (hermes-gateway.service has 'stop' job queued, but 'restart' is included in transaction).",
      'restart',
      /already busy .* a stop that somebody asked for/,
    ],
    ['a mask', 'Failed to restart hermes-gateway.service: Unit hermes-gateway.service is masked.', 'restart', /unmask/],
    [
      'a unit that went away',
      'Failed to restart hermes-gateway.service: Unit hermes-gateway.service not found.',
      'restart',
      /knows no unit/,
    ],
    [
      'an error in the file',
      'Failed to restart x.service: Unit x.service has a bad unit file setting.',
      'restart',
      /verify/,
    ],
    [
      'a start that failed',
      'Job for hermes-gateway.service failed because the control process exited with error code.',
      'restart',
      /Job for .* failed .* journalctl --user-unit hermes-gateway\.service -n 20/s,
    ],
    [
      'something else',
      'Failed: disk full, token=abcdefghijklmnop1234',
      'kill',
      /^systemd did not do it \(systemctl --user .* kill .*\): Failed: disk full, (?!.*abcdefghijklmnop1234)/,
    ],
  ])('tells of %s', async (_what, words, action, told) => {
    const result = await take(create(fake({ act: no(words) }).run), action);
    expect(result).toMatchObject({ outcome: 'failed', steps: [{ action: 'command' }] });
    expect(reason(result)).toMatch(told);
  });

  it.each(['Interactive authentication required.', 'Access denied'])(
    "a system unit that polkit keeps from Lifeline's user (%s): how to do it by hand, and once for all",
    async (words) => {
      const { run } = fake({ act: no(`Failed to restart hermes-gateway.service: ${words}`) });
      const told = reason(
        await create(run, { scope: 'system', self: { uid: 1_000, name: 'bob' } }).restart(GONE, never),
      );
      expect(told).toContain(
        'By hand: sudo systemctl --no-ask-password --job-mode=fail restart hermes-gateway.service\n',
      );
      expect(told).toMatch(/polkit\.addRule\(.*lookup\("unit"\) == "hermes-gateway\.service".*subject\.user == "bob"/);
    },
  );

  it.each<[string, CommandOutput, string]>([
    ['runuser itself', broken('not_found'), 'SYSTEMD_NO_RUNUSER'],
    ['systemctl', no("env: 'systemctl': No such file or directory", 127), 'SYSTEMD_MISSING'],
    ['the manager', no('Failed to connect to bus: Connection refused'), 'SYSTEMD_NO_USER_MANAGER'],
  ])('where root becomes another user, %s that is not there is told', (_what, output, code) => {
    expect(unreached(output, { scope: 'user', unit: 'hermes-gateway.service', self: root, owner: alice })?.code).toBe(
      code,
    );
  });
});

describe('whom it ends', () => {
  const VERBS = ['restart', 'kill'] as const;

  it.each(VERBS)('%s is for the process that the unit holds, where that is the victim', async (action) => {
    const victim = await living();
    const held = { show: { MainPID: String(victim.pid) } };
    let shown = 0;
    const { run, acted } = fake(held);
    // Once it was killed, systemd lets go of it.
    const letsGo: RunCommand = async (argv, options) =>
      argv.includes('show') && ++shown > 1
        ? fake({ show: { ActiveState: 'inactive' } }).run(argv, options)
        : run(argv, options);
    const supervisor = create(letsGo);
    expect(await supervisor[action](victim, never)).toMatchObject({
      outcome: 'done',
      steps: [{ pid: victim.pid, command: supervisor.command(action) }],
    });
    expect(acted()).toEqual([supervisor.command(action)]);
  });

  it.each(VERBS)('%s does nothing where another process has come since: somebody was quicker', async (action) => {
    const [victim, newer] = [await ended(), await living()];
    const { run, acted } = fake({ show: { MainPID: String(newer.pid) } });
    expect(await create(run)[action](victim, never)).toEqual({ outcome: 'done', steps: [] });
    expect(acted()).toEqual([]);
  });

  it.each(VERBS)('%s leaves a unit alone that holds another process than the victim', async (action) => {
    const [victim, held] = [await living(), await living()];
    const { run, acted } = fake({ show: { MainPID: String(held.pid) } });
    expect(reason(await create(run)[action](victim, never))).toBe(
      `pid ${victim.pid} is not what hermes-gateway.service holds, so hermes-gateway.service is left alone`,
    );
    expect(acted()).toEqual([]);
  });

  it('where nobody is to be ended, a restart is a start, which leaves whoever came since alone, and a kill is nothing', async () => {
    const newer = await living();
    const { run, acted } = fake({ show: { MainPID: String(newer.pid) } });
    const supervisor = create(run);
    expect(await supervisor.restart(null, never)).toMatchObject({ outcome: 'done' });
    expect(await supervisor.kill(null, never)).toEqual({ outcome: 'done', steps: [] });
    expect(acted()).toEqual([supervisor.command('start')]);
  });

  it('a restart of a unit without a process starts it', async () => {
    const victim = await ended();
    const { run, acted } = fake({ show: { ActiveState: 'failed' } });
    const supervisor = create(run);
    expect(await supervisor.restart(victim, never)).toMatchObject({ outcome: 'done' });
    expect(acted()).toEqual([supervisor.command('restart')]);
  });

  it('a stop is of the unit, whatever it holds: only an operator asks for that', async () => {
    const [victim, newer] = [await ended(), await living()];
    const { run, acted } = fake({ show: { MainPID: String(newer.pid) } });
    const supervisor = create(run);
    expect(await supervisor.stop(victim, never)).toMatchObject({ outcome: 'done' });
    expect(acted()).toEqual([supervisor.command('stop')]);
  });
});

describe('what is done in another way', () => {
  it('a unit that runs by now may be started: systemd itself does nothing then', async () => {
    const { run } = fake({ show: { MainPID: '17' } });
    expect(await create(run).start(never)).toMatchObject({ outcome: 'done' });
  });

  it('a unit that waits for its next start is restarted at once instead of queued', async () => {
    const { run, acted } = fake({ show: { ActiveState: 'activating' } });
    const supervisor = create(run);
    expect(await supervisor.start(never)).toMatchObject({
      outcome: 'done',
      steps: [{ command: supervisor.command('restart') }],
    });
    expect(acted()).toEqual([supervisor.command('restart')]);
  });

  it.each<[SupervisorAction, string]>([
    ['kill', 'Failed to kill unit hermes-gateway.service: Unit hermes-gateway.service not loaded.'],
    ['reset', 'Failed to reset failed state of unit hermes-gateway.service: Unit hermes-gateway.service not loaded.'],
  ])('%s of a unit that systemd does not keep in memory is done', async (action, words) => {
    expect(await take(create(fake({ show: { ActiveState: 'inactive' }, act: no(words) }).run), action)).toMatchObject({
      outcome: 'done',
    });
  });

  it.each<[SupervisorAction, string]>([
    ['start', 'done'],
    ['restart', 'done'],
    ['stop', 'failed'],
  ])('%s that takes longer than the wait is %s', async (action, outcome) => {
    const { run, calls } = fake({ show: { ActiveState: 'inactive' }, act: broken('timeout') });
    expect(await take(create(run, { waitMs: 1_234 }), action)).toMatchObject({
      outcome,
      steps: [{ action: 'command' }],
    });
    expect(calls.at(-1)?.options.timeoutMs).toBe(1_234);
  });

  it.each<[string, number, number, SupervisorAction, number]>([
    ['a stop is waited for as long as the gateway may take', 20_000, 330_000, 'stop', 330_000],
    ['a stop is waited for no shorter than other actions', 20_000, 5_000, 'stop', 20_000],
    ['a start is not waited for as long as a stop', 20_000, 330_000, 'start', 20_000],
  ])('%s', async (_, waitMs, stopTimeoutMs, action, waited) => {
    const { run, calls } = fake({ show: { ActiveState: 'inactive' } });
    await take(create(run, { waitMs, stopTimeoutMs }), action);
    expect(calls.at(-1)?.options.timeoutMs).toBe(waited);
  });

  it('a restart is waited for as long as the end of its process may take', async () => {
    const victim = await living();
    const { run, calls } = fake({ show: { MainPID: String(victim.pid) } });
    await create(run, { waitMs: 20_000, stopTimeoutMs: 330_000 }).restart(victim, never);
    expect(calls.at(-1)?.options.timeoutMs).toBe(330_000);
  });

  it('what was run stays written down when systemd is gone afterwards', async () => {
    let asked = 0;
    const victim = await living();
    const { run } = fake({ show: { MainPID: String(victim.pid) } });
    const dying: RunCommand = async (argv, options) =>
      argv.includes('show') && ++asked > 1 ? no('Failed to connect to bus: Connection refused') : run(argv, options);
    expect(await create(dying).kill(victim, never)).toMatchObject({
      outcome: 'failed',
      steps: [{ action: 'command', pid: victim.pid }],
      reason: expect.stringContaining('enable-linger') as string,
    });
  });

  it('kill returns once systemd has let go of the process', async () => {
    let asked = 0;
    const victim = await living();
    const { run } = fake({ show: { MainPID: String(victim.pid) } });
    const late: RunCommand = async (argv, options) => {
      if (argv.includes('show') && ++asked > 3) return fake({ show: { ActiveState: 'failed' } }).run(argv, options);
      return run(argv, options);
    };
    expect(await create(late).kill(victim, never)).toMatchObject({ outcome: 'done', steps: [{ pid: victim.pid }] });
    expect(asked).toBe(4);
  });
});
