import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import type { Outlook, ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { readProcess, seeProcess } from '../../src/sensors/process/proc.ts';
import { createLaunchdSupervisor } from '../../src/supervisors/launchd.ts';
import type { Supervisor } from '../../src/supervisors/supervisor.ts';
import { createFakeTools, type Answer, type FakeTools } from './fake-tools.ts';
import { ended, living } from './living.ts';
import { NO_DOMAIN, NOT_FOUND, printed, refused, type JobOutput } from './launchd-outputs.ts';

const LABEL = 'ai.hermes.gateway';
const GUI = `gui/501/${LABEL}`;
const USER = `user/501/${LABEL}`;
const never = new AbortController().signal;

let tools: FakeTools;
let dir: string;
let plistPath: string;
let supervisor: Supervisor;
beforeEach(async () => {
  tools = await createFakeTools();
  dir = await mkdtemp(join(tmpdir(), 'lifeline-launchd-'));
  plistPath = join(dir, `${LABEL}.plist`);
  await writeFile(plistPath, '');
  supervisor = createLaunchdSupervisor({
    label: LABEL,
    plistPath,
    uid: 501,
    run: tools.run,
    clock: scaledClock(Date.now(), 100),
  });
});
afterEach(async () => {
  await tools.remove();
  await rm(dir, { recursive: true });
});

const RUNNING: Answer = {
  args: `^print ${GUI}$`,
  when: 'running',
  stdout: printed(GUI, { state: 'running', pid: process.pid, runs: 3 }),
};
const IDLE: Answer = {
  args: `^print ${GUI}$`,
  when: 'idle',
  stdout: printed(GUI, { state: 'not running', exit: 'last exit code = 0' }),
};
const UNLOADED: readonly Answer[] = [
  { args: `^print ${GUI}$`, ...NOT_FOUND },
  { args: `^print ${USER}$`, ...NOT_FOUND },
  { args: '^print-disabled ', stdout: 'disabled services = {\n\t"com.example" => enabled\n}\n' },
];
/** What changes something; the looks in between are left out. */
const acts = async (): Promise<readonly string[]> =>
  (await tools.calls()).filter((call) => !call.startsWith('launchctl print'));

describe('status', () => {
  it('tells the process by pid and start time, and how often it was started again', async () => {
    await tools.play('launchctl', [RUNNING], 'running');
    const self = await readProcess(process.pid);
    expect(await supervisor.status()).toEqual({
      state: 'active',
      main: { pid: process.pid, startTime: self?.startTime, startedAt: self?.startedAt, uid: self?.uid },
      restarts: 2,
      since: self?.startedAt,
      job: null,
      exit: null,
      outlook: { next: 'settling' },
    });
    expect(await tools.calls()).toEqual([`launchctl print ${GUI}`]);
  });

  it('finds a job of the background session, where nobody is logged in at the screen', async () => {
    await tools.play('launchctl', [
      { args: `^print ${GUI}$`, ...NO_DOMAIN },
      { args: `^print ${USER}$`, stdout: printed(USER, { state: 'running', pid: process.pid }) },
    ]);
    expect(await supervisor.status()).toMatchObject({ state: 'active', main: { pid: process.pid } });
    expect(supervisor.command('restart')).toBe(`launchctl kickstart -k ${USER}`);
  });

  it('tells unloaded, disabled and missing apart', async () => {
    await tools.play('launchctl', UNLOADED);
    // Who unloads a job wants it down.
    expect(await supervisor.status()).toMatchObject({ state: 'inactive', outlook: { next: 'stopped' } });
    await tools.play('launchctl', [
      ...UNLOADED.slice(0, 2),
      { args: '^print-disabled ', stdout: `disabled services = {\n\t"${LABEL}" => disabled\n}\n` },
    ]);
    expect((await supervisor.status()).state).toBe('masked');
    await rm(plistPath);
    await writeFile(join(dir, 'other.plist'), '');
    expect(await supervisor.status()).toMatchObject({ state: 'missing', outlook: { next: 'unknown' } });
  });

  test.each<[string, JobOutput, Outlook]>([
    [
      'waits for its next start',
      { state: 'spawn scheduled', exit: 'last exit code = 1' },
      { next: 'starts', withinMs: 30_000 },
    ],
    [
      'only lies there after 78',
      { state: 'not running', exit: 'last exit code = 78: EX_CONFIG' },
      { next: 'nothing', enabled: true, ended: 'config_refused' },
    ],
    ['only lies there', { state: 'not running', exit: 'last exit code = 1' }, { next: 'nothing', enabled: true }],
  ])('tells what becomes of a loaded job that %s', async (_what, output, outlook) => {
    await tools.play('launchctl', [{ args: '^print', stdout: printed(GUI, output) }]);
    expect(await supervisor.status()).toMatchObject({ main: null, outlook });
  });

  it('sees no process where the pid is of nobody', async () => {
    await tools.play('launchctl', [{ args: '^print', stdout: printed(GUI, { state: 'running', pid: 4_194_999 }) }]);
    expect(await supervisor.status()).toMatchObject({ state: 'active', main: null, since: null });
  });

  it('says what to do where launchd cannot be asked', async () => {
    await tools.play('launchctl', [
      { args: '^print', code: 1, stderr: 'Could not print service: 1: Operation not permitted\n' },
    ]);
    await expect(supervisor.status()).rejects.toThrow(/Operation not permitted.*Run Lifeline as user 501/s);
    await tools.play('launchctl', [{ args: '^print', stdout: 'something quite new' }]);
    await expect(supervisor.status()).rejects.toMatchObject({ name: 'UserError', code: 'SUPERVISOR_UNREACHABLE' });
    const nowhere = createLaunchdSupervisor({
      label: LABEL,
      plistPath,
      uid: 501,
      run: async () => ({ exitCode: null, stdout: '', stderr: '', failure: 'not_found' }),
      clock: scaledClock(0, 1),
    });
    await expect(nowhere.status()).rejects.toMatchObject({ name: 'UserError', code: 'SUPERVISOR_TOOL_MISSING' });
  });
});

describe('start', () => {
  it('loads a job that is not loaded', async () => {
    await tools.play('launchctl', [...UNLOADED, { args: '^bootstrap ' }]);
    const result = await supervisor.start(never);
    expect(result).toMatchObject({
      outcome: 'done',
      steps: [{ action: 'command', pid: null, command: `launchctl bootstrap gui/501 ${plistPath}` }],
    });
    expect(await acts()).toEqual([`launchctl bootstrap gui/501 ${plistPath}`]);
  });

  it('kicks a loaded job that does not run, and leaves alone one that does', async () => {
    await tools.play('launchctl', [RUNNING, IDLE, { args: '^kickstart ' }], 'idle');
    expect((await supervisor.start(never)).outcome).toBe('done');
    expect(await acts()).toEqual([`launchctl kickstart ${GUI}`]);
    await tools.play('launchctl', [RUNNING], 'running');
    expect(await supervisor.start(never)).toEqual({ outcome: 'done', steps: [] });
  });

  it('tries the background session where nobody is logged in at the screen', async () => {
    await tools.play('launchctl', [
      ...UNLOADED,
      { args: '^bootstrap gui', ...refused(125, 'Domain does not support specified action') },
      { args: '^bootstrap user' },
    ]);
    expect((await supervisor.start(never)).outcome).toBe('done');
    expect(await acts()).toEqual([
      `launchctl bootstrap gui/501 ${plistPath}`,
      `launchctl bootstrap user/501 ${plistPath}`,
    ]);
  });

  it('waits for the last process of a job that was just unloaded', async () => {
    await tools.play(
      'launchctl',
      [
        ...UNLOADED,
        { args: '^bootstrap', when: 'first', ...refused(37, 'Operation already in progress'), then: 'second' },
        { args: '^bootstrap', when: 'second', ...refused(5, 'Input/output error'), then: 'third' },
        { args: '^bootstrap', when: 'third' },
      ],
      'first',
    );
    expect((await supervisor.start(never)).outcome).toBe('done');
    expect(await acts()).toHaveLength(3);
  });

  it('takes "Input/output error" of a job that is loaded after all as such', async () => {
    await tools.play(
      'launchctl',
      [
        { args: `^print ${GUI}$`, when: 'loaded', stdout: printed(GUI, { state: 'not running' }) },
        ...UNLOADED,
        { args: '^bootstrap', ...refused(5, 'Input/output error'), then: 'loaded' },
        { args: '^kickstart' },
      ],
      'unloaded',
    );
    expect((await supervisor.start(never)).outcome).toBe('done');
    expect((await acts()).at(-1)).toBe(`launchctl kickstart ${GUI}`);
  });

  test.each([
    [
      refused(125, 'Domain does not support specified action'),
      /logged in at the screen.*launchctl bootstrap gui\/501/s,
    ],
    [refused(5, 'Input/output error'), /plutil -lint/],
    [refused(134, 'Service cannot load in requested session'), /LimitLoadToSessionType/],
    [refused(119, 'Service is disabled'), /launchctl enable gui\/501\/ai\.hermes\.gateway/],
    [refused(37, 'Operation already in progress'), /has not ended yet/],
    [refused(150, 'Something new'), /150: Something new.*launchctl bootstrap gui\/501/s],
  ])('explains %o', async (answer, words) => {
    await tools.play('launchctl', [...UNLOADED, { args: '^bootstrap', ...answer }]);
    const result = await supervisor.start(never);
    expect(result.outcome === 'failed' && result.reason).toMatch(words);
  });

  it('never loads what somebody has disabled, or what is not there', async () => {
    await tools.play('launchctl', [
      ...UNLOADED.slice(0, 2),
      { args: '^print-disabled', stdout: `\t"${LABEL}" => true\n` },
    ]);
    const disabled = await supervisor.start(never);
    expect(disabled.outcome === 'failed' && disabled.reason).toMatch(/launchctl enable/);
    await rm(plistPath);
    const gone = await supervisor.start(never);
    expect(gone.outcome === 'failed' && gone.reason).toMatch(/install its service again; lifeline doctor/);
    expect(await acts()).toEqual([]);
    await writeFile(plistPath, '');
  });
});

describe('restart, stop, kill and reset', () => {
  /** What the job of these tests holds. */
  let self: ProcessSeen;
  beforeEach(async () => {
    const seen = await seeProcess(process.pid);
    if (!seen) throw new Error('this process lives');
    self = seen;
  });

  it('restarts a loaded job at once, and loads one that is not', async () => {
    await tools.play('launchctl', [RUNNING, { args: '^kickstart ' }], 'running');
    expect((await supervisor.restart(self, never)).outcome).toBe('done');
    await tools.play('launchctl', [...UNLOADED, { args: '^bootstrap ' }]);
    expect((await supervisor.restart(self, never)).outcome).toBe('done');
    expect(await acts()).toEqual([`launchctl kickstart -k ${GUI}`, `launchctl bootstrap gui/501 ${plistPath}`]);
  });

  it('loads a job that was unloaded between the look and the restart', async () => {
    await tools.play(
      'launchctl',
      [RUNNING, { args: '^kickstart', ...NOT_FOUND, then: 'unloaded' }, ...UNLOADED, { args: '^bootstrap ' }],
      'running',
    );
    expect((await supervisor.restart(self, never)).outcome).toBe('done');
    expect(await acts()).toEqual([`launchctl kickstart -k ${GUI}`, `launchctl bootstrap gui/501 ${plistPath}`]);
  });

  it('tells why a restart was refused', async () => {
    await tools.play(
      'launchctl',
      [
        RUNNING,
        { args: '^kickstart', code: 1, stderr: 'Could not kickstart service "x": 1: Operation not permitted\n' },
      ],
      'running',
    );
    const result = await supervisor.restart(self, never);
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('Operation not permitted') as string,
    });
  });

  it('stops by unloading, and waits until the job is gone', async () => {
    await tools.play(
      'launchctl',
      [
        RUNNING,
        { args: '^bootout', when: 'running', ...refused(36, 'Operation now in progress', 'Boot-out'), then: 'leaving' },
        {
          args: `^print ${GUI}$`,
          when: 'leaving',
          stdout: printed(GUI, { state: 'SIGTERMed', pid: process.pid }),
          then: 'gone',
        },
        ...UNLOADED,
      ],
      'running',
    );
    expect((await supervisor.stop(self, never)).outcome).toBe('done');
    expect(await acts()).toEqual([`launchctl bootout ${GUI}`]);
    expect(await supervisor.stop(self, never)).toEqual({ outcome: 'done', steps: [] });
    expect(supervisor.command('start')).toBe(`launchctl bootstrap gui/501 ${plistPath}`);
  });

  it('kills the process, and is content where there is none', async () => {
    await tools.play(
      'launchctl',
      [RUNNING, IDLE, { args: '^kill', ...refused(3, 'No such process', 'Kill') }],
      'running',
    );
    expect((await supervisor.kill(self, never)).outcome).toBe('done');
    expect(await acts()).toEqual([`launchctl kill SIGKILL ${GUI}`]);
    await tools.play('launchctl', [IDLE], 'idle');
    expect(await supervisor.kill(self, never)).toEqual({ outcome: 'done', steps: [] });
  });

  it.each(['restart', 'kill'] as const)(
    'a %s is for the victim alone: whoever came since is let live, and so is what the job holds besides',
    async (action) => {
      await tools.play('launchctl', [RUNNING], 'running');
      expect(await supervisor[action](await ended(), never)).toEqual({ outcome: 'done', steps: [] });
      // Not a child of what the job holds, which is this very process.
      const elsewhere = await readProcess(process.ppid);
      expect(await supervisor[action](elsewhere, never)).toEqual({
        outcome: 'failed',
        steps: [],
        reason: `pid ${process.ppid} is not what ${LABEL} holds, so ${LABEL} is left alone`,
      });
      expect(await acts()).toEqual([]);
    },
  );

  it('restarts and kills the job of a wrapper behind which the victim is', async () => {
    await tools.play('launchctl', [RUNNING, { args: '^(kickstart|kill) ' }], 'running');
    const victim = await living();
    expect((await supervisor.restart(victim, never)).outcome).toBe('done');
    expect((await supervisor.kill(victim, never)).outcome).toBe('done');
    expect(await acts()).toEqual([`launchctl kickstart -k ${GUI}`, `launchctl kill SIGKILL ${GUI}`]);
  });

  it.each(['restart', 'kill'] as const)(
    'a %s ends nothing where nobody is to be ended, and somebody has started it since',
    async (action) => {
      await tools.play('launchctl', [RUNNING, { args: '^(kickstart|kill) ' }], 'running');
      expect(await supervisor[action](null, never)).toEqual({ outcome: 'done', steps: [] });
      expect(await acts()).toEqual([]);
    },
  );

  it('does nothing to reset, and nothing at all after an abort', async () => {
    await tools.play('launchctl', [RUNNING], 'running');
    expect(await supervisor.reset(never)).toEqual({ outcome: 'done', steps: [] });
    await expect(supervisor.restart(self, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(await tools.calls()).toEqual([]);
  });
});

it('tells the commands for people, with quotes where a path needs them', async () => {
  const other = createLaunchdSupervisor({
    label: LABEL,
    plistPath: "/Users/li lei/x'y.plist",
    uid: 501,
    run: tools.run,
    clock: scaledClock(0, 1),
  });
  expect([other.name, other.unit]).toEqual(['launchd', LABEL]);
  expect(other.command('start')).toBe(`launchctl bootstrap gui/501 '/Users/li lei/x'\\''y.plist'`);
  expect(other.command('stop')).toBe(`launchctl bootout ${GUI}`);
  expect(other.command('kill')).toBe(`launchctl kill SIGKILL ${GUI}`);
  expect(other.command('reset')).toBe('true');
});
