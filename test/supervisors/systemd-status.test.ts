import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSystemdJob, parseUnit, PROPERTIES, type UnitSeen } from '../../src/supervisors/systemd-status.ts';

/** As the real systemctl of Debian 11, 12 and 13 printed them, one unit a line, `|` for the line's end. */
const VERSIONS = ['247', '252', '257'];
const recorded = (version: string): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(new URL(`./systemd-recorded/${version}.txt`, import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [name = '', properties = ''] = line.split(/: (.*)/s);
        return [name, properties.replaceAll('|', '\n')];
      }),
  );

const UNITS: readonly (readonly [name: string, what: string, expected: Partial<UnitSeen>])[] = [
  [
    'running',
    'runs',
    { state: 'active', restarts: 0, exit: null, load: 'loaded', pid: expect.any(Number) as number, jobId: null },
  ],
  [
    'revived',
    'was killed and started again',
    { state: 'active', restarts: 1, exit: null, pid: expect.any(Number) as number },
  ],
  ['reload', 'is being reloaded', { state: 'active', jobId: expect.any(Number) as number }],
  ['masked-running', 'was masked while it ran', { state: 'active', load: 'masked', pid: expect.any(Number) as number }],
  [
    'removed-running',
    'runs on without its file',
    { state: 'active', load: 'not-found', pid: expect.any(Number) as number },
  ],
  [
    'waiting',
    'ended with 75 and waits for its next start',
    { state: 'activating', pid: null, jobId: null, exit: { code: 75 } },
  ],
  [
    'waiting-failed',
    'failed and waits for its next start',
    { state: 'activating', pid: null, jobId: null, exit: { code: 1 } },
  ],
  [
    'notify',
    'has a process but is not ready yet',
    { state: 'activating', pid: expect.any(Number) as number, jobId: expect.any(Number) as number, exit: null },
  ],
  [
    'restarting',
    'is being restarted and does not end',
    { state: 'deactivating', pid: expect.any(Number) as number, jobId: expect.any(Number) as number },
  ],
  [
    'stopping',
    'is being stopped and does not end',
    { state: 'deactivating', pid: expect.any(Number) as number, jobId: expect.any(Number) as number },
  ],
  ['failed', 'ended with 3', { state: 'failed', pid: null, restarts: 0, exit: { code: 3 } }],
  ['config', 'ended with 78 and may not be restarted', { state: 'failed', exit: { code: 78 }, restarts: 0 }],
  ['stop-exit1', 'ended with 1 when it was stopped', { state: 'failed', exit: { code: 1 } }],
  ['timeout', 'had to be killed when it was stopped', { state: 'failed', exit: { signal: 'SIGKILL' } }],
  ['killed', 'was killed and is not restarted', { state: 'failed', exit: { signal: 'SIGKILL' } }],
  ['dumped', 'aborted', { state: 'failed', exit: { signal: 'SIGABRT' } }],
  ['watchdog', 'did not answer its watchdog', { state: 'failed', exit: { signal: 'SIGABRT' } }],
  [
    'latched',
    'ended with 3 until the start limit was hit, which Result does not say',
    { state: 'latched', restarts: 3, exit: { code: 3 } },
  ],
  ['latched-killed', 'was killed until the start limit was hit', { state: 'latched', exit: { signal: 'SIGKILL' } }],
  ['latched-zero', 'ended with 0 until the start limit was hit', { state: 'latched', exit: { code: 0 } }],
  ['latched-pre', 'never came to its main process before the start limit was hit', { state: 'latched', exit: null }],
  [
    'latched-manual',
    'hit the start limit with a restart by hand in between',
    { state: 'latched', restarts: 2, exit: { code: 3 } },
  ],
  ['stopped', 'was stopped', { state: 'inactive', pid: null, exit: { signal: 'SIGTERM' } }],
  ['stopped75', 'was stopped while it waited for its next start', { state: 'inactive', exit: { code: 75 } }],
  ['stopped-waiting', 'had failed and was stopped while it waited', { state: 'inactive', exit: { code: 1 } }],
  ['exit0', 'ended with 0', { state: 'inactive', exit: { code: 0 } }],
  ['never', 'was never started', { state: 'inactive', since: null, exit: null }],
  ['bad', 'has an error in its file', { state: 'failed', load: 'bad-setting', exit: null }],
  ['masked', 'is masked', { state: 'masked', load: 'masked' }],
  ['none', 'is not there', { state: 'missing', load: 'not-found' }],
];

describe.each(VERSIONS)('systemd %s: a unit that', (version) => {
  const printed = recorded(version);

  it.each(UNITS)('(%s) %s', (name, _what, expected) => {
    expect(parseUnit(printed.get(name) ?? '')).toMatchObject(expected);
  });

  it('is recorded above has its row here, and every property that is asked for', () => {
    expect([...printed.keys()].toSorted()).toEqual(UNITS.map(([name]) => name).toSorted());
    for (const text of printed.values())
      expect(
        text
          .split('\n')
          .map((line) => line.split('=')[0])
          .toSorted(),
      ).toEqual([...PROPERTIES].toSorted());
  });

  it('came into its state at a time in UTC', () => {
    const text = (printed.get('running') ?? '').replace(
      /^StateChangeTimestamp=.*$/m,
      'StateChangeTimestamp=Sat 2026-11-21 12:39:42 UTC',
    );
    expect(parseUnit(text).since).toBe(Date.UTC(2026, 10, 21, 12, 39, 42));
    expect(parseUnit(printed.get('waiting') ?? '').since).toBeGreaterThan(Date.UTC(2026, 0, 1));
  });
});

const properties = (changes: Readonly<Record<string, string>>): string =>
  Object.entries({ LoadState: 'loaded', ActiveState: 'failed', Result: 'exit-code', ...changes })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
const CRASHED = {
  Restart: 'always',
  StartLimitBurst: '5',
  StartLimitIntervalUSec: '10min',
  ExecMainExitTimestampMonotonic: '1000',
  InactiveExitTimestampMonotonic: '2000',
};

it.each([
  ['it waited for a start after its last end', CRASHED, 'latched'],
  ['there is no start limit: burst 0', { ...CRASHED, StartLimitBurst: '0' }, 'failed'],
  ['there is no start limit: interval 0', { ...CRASHED, StartLimitIntervalUSec: '0' }, 'failed'],
  ['it is never restarted', { ...CRASHED, Restart: 'no' }, 'failed'],
  [
    'its last process was started after it had left the dead state',
    { ...CRASHED, InactiveExitTimestampMonotonic: '500' },
    'failed',
  ],
  ['systemd says start-limit-hit itself', { ...CRASHED, Restart: 'no', Result: 'start-limit-hit' }, 'latched'],
])('a failed unit where %s', (_when, changes, state) => {
  expect(parseUnit(properties(changes)).state).toBe(state);
});

it.each([
  ['active', 'active'],
  ['reloading', 'active'],
  ['refreshing', 'active'],
  ['activating', 'activating'],
  ['deactivating', 'deactivating'],
  ['maintenance', 'inactive'],
  ['inactive', 'inactive'],
])('ActiveState %s is %s', (active, state) => {
  expect(parseUnit(properties({ ActiveState: active })).state).toBe(state);
});

it.each([
  ['Sat 2026-11-21 12:39:42 UTC', Date.UTC(2026, 10, 21, 12, 39, 42)],
  ['Sat 2026-11-21 12:39:42.123456 UTC', Date.UTC(2026, 10, 21, 12, 39, 42)],
  ['Sat 2026-11-21 20:39:42 CST', null],
  ['n/a', null],
  ['', null],
])('the time %j', (printed, since) => {
  expect(parseUnit(properties({ StateChangeTimestamp: printed })).since).toBe(since);
});

it.each([
  ['5', 5],
  ['0', 0],
  ['', null],
])('NRestarts %j, which versions before 235 do not count', (printed, restarts) => {
  expect(parseUnit(properties({ NRestarts: printed })).restarts).toBe(restarts);
});

it('an exit by a signal that has no name is told by its number', () => {
  expect(parseUnit(properties({ ExecMainCode: '2', ExecMainStatus: '35' })).exit).toEqual({ signal: 'signal 35' });
});

it('text that is no unit is an error and not a state', () => {
  expect(() => parseUnit('')).toThrow('LoadState');
  expect(() => parseUnit('ActiveState=active')).toThrow('LoadState');
});

describe('a job', () => {
  const LIST =
    '383 stopping.service   stop    running\n280 notify.service     start   running\n374 restarting.service restart waiting\n 82 reload.service     reload  running\n';
  it.each([
    ['stopping.service', 'stop'],
    ['notify.service', 'start'],
    ['restarting.service', 'restart'],
    ['reload.service', 'restart'],
    ['stop.service', null],
    ['running', null],
  ])('of %s: %s', (unit, job) => {
    expect(parseSystemdJob(LIST, unit)).toBe(job);
  });

  it('that is done by now is none', () => {
    expect(parseSystemdJob('', 'x.service')).toBeNull();
    expect(parseSystemdJob('No jobs running.\n', 'x.service')).toBeNull();
  });
});
