/**
 * What becomes of a container that has ended, by what podman 4.3.1 and docker 20.10.24 really said of it
 * (`engines-recorded.json`).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { endingOf, parseEvents, type ContainerEnding } from '../../src/supervisors/docker-events.ts';
import { parseContainer, type Container } from '../../src/supervisors/docker-inspect.ts';
import { outlookOf } from '../../src/supervisors/docker-outlook.ts';

interface Recorded {
  readonly engine: 'docker' | 'podman';
  readonly what: string;
  readonly policy: string;
  readonly inspect: object;
  /** One JSON object a line, as the engine printed them. */
  readonly events: string;
}

const RECORDED = JSON.parse(
  readFileSync(join(import.meta.dirname, 'engines-recorded.json'), 'utf8'),
) as readonly Recorded[];

const containerOf = ({ inspect }: Pick<Recorded, 'inspect'>): Container => {
  const container = parseContainer(JSON.stringify([inspect]));
  if (!container) throw new Error('no container');
  return container;
};
const LONG = 60_000;
const outlook = (recorded: Recorded, seenMs = LONG): string => {
  const container = containerOf(recorded);
  const ending = endingOf(parseEvents(recorded.events, container.id), container);
  const found = outlookOf({ container, ending, seenMs, endedMs: seenMs, startedMs: seenMs });
  return found.next === 'nothing' && found.ended ? `${found.next}: ${found.ended}` : found.next;
};

/**
 * By the row of what was done: what follows, by policy where that matters. `runs`: it was started again before anybody
 * could ask.
 */
const EXPECTED: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {
  'SIGKILL from outside': { no: 'nothing', else: 'runs' },
  'SIGTERM from outside': 'nothing',
  'stop, and it ends with 0': 'stopped',
  'stop, and SIGTERM ends it': 'stopped',
  'stop, and it must be killed': 'stopped',
  kill: 'nothing: killed',
  // Docker takes it for a stop; podman does not, and starts it again where the policy says so.
  'kill with SIGTERM': { no: 'stopped', 'on-failure': 'stopped', podman: 'runs', docker: 'stopped' },
  'it ends with 0': 'nothing',
  'it ends with 3': 'nothing',
  'it ends with 3 each time': 'nothing',
  // Podman 4.3 may miss its own stop between two starts, and goes on.
  'it ends with 3 each time, and is stopped': { podman: 'runs', docker: 'stopped' },
  pause: 'blocked',
  // Podman 4.3 with runc does not hear of it.
  'out of memory': { podman: 'nothing', docker: 'nothing: out_of_memory' },
  'SIGHUP by the engine, then SIGKILL from outside': { podman: 'nothing: killed', docker: 'nothing' },
  'never started': 'nothing',
};
const expectedOf = ({ engine, what, policy }: Recorded): string => {
  const expected = EXPECTED[what];
  return typeof expected === 'string'
    ? expected
    : (expected?.[policy] ?? expected?.[engine] ?? expected?.['else'] ?? 'no row');
};

describe.each(['podman', 'docker'] as const)('%s', (engine) => {
  const rows = RECORDED.filter((recorded) => recorded.engine === engine);
  test.each(
    rows
      .filter((row) => expectedOf(row) !== 'runs')
      .map((row) => [row.what, row.policy, expectedOf(row), row] as const),
  )('%s, with the policy %s: %s', (_what, _policy, expected, row) => expect(outlook(row)).toBe(expected));
  test.each(rows.filter((row) => expectedOf(row) === 'runs').map((row) => [row.what, row.policy, row] as const))(
    '%s, with the policy %s: it runs again, and the count of its restarts says by whom',
    (_what, _policy, row) => {
      expect(containerOf(row)).toMatchObject({ status: 'running' });
      expect(containerOf(row).restarts).toBeGreaterThanOrEqual(1);
    },
  );

  it('has rows for every policy and every way to end', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.map((row) => [row.what, expectedOf(row)]).filter(([, expected]) => expected === 'no row')).toEqual([]);
  });

  it('waits for the last word of the engine, and not for ever', () => {
    const crashed = rows.find(({ what }) => what === 'it ends with 3');
    if (!crashed) throw new Error('not recorded');
    expect(outlook(crashed, 0)).toBe('settling');
    expect(outlook(crashed, 1_400)).toBe('settling');
    expect(outlook(crashed, 1_600)).toBe('nothing');
  });

  it('takes a stop for one from its first word on', () => {
    const stopped = rows.find(({ what, policy }) => what === 'stop, and it must be killed' && policy === 'no');
    expect(stopped && outlook(stopped, 0)).toBe('stopped');
  });
});

const container = (more: Partial<Container>): Container => ({
  id: 'c0ffee',
  name: 'gateway',
  engine: 'docker',
  status: 'exited',
  pid: null,
  exitCode: 1,
  oomKilled: false,
  startedAt: 1_000,
  finishedAt: 2_000,
  restarts: 0,
  restartPolicy: { name: 'no', maxRetries: 0 },
  stoppedByUser: null,
  ...more,
});
const inWords = (found: ReturnType<typeof outlookOf>): string => {
  if (found.next === 'starts') return `starts within ${found.withinMs}`;
  if (found.next !== 'nothing') return found.next;
  if (found.ended) return `nothing: ${found.ended}`;
  return found.enabled ? 'nothing, enabled' : 'nothing';
};

const always = { name: 'always', maxRetries: 0 } as const;

test.each<[string, Partial<Container>, ContainerEnding | null, number, string]>([
  [
    'what would be revived and is down was stopped, also where no event tells',
    { restartPolicy: always },
    null,
    0,
    'stopped',
  ],
  [
    'a kill may be the last resort of a stop, whose word comes after the end',
    { restartPolicy: always, exitCode: 137 },
    'killed',
    1_499,
    'settling',
  ],
  ['unless it was killed', { restartPolicy: always, exitCode: 137 }, 'killed', 1_500, 'nothing: killed'],
  ['of what would not be revived nothing is known without events', {}, null, 0, 'nothing'],
  ['podman 5 says it itself', { engine: 'podman', stoppedByUser: true }, 'by_itself', 0, 'stopped'],
  [
    'docker waits before the next start of a loop',
    { status: 'restarting', restartPolicy: always, restarts: 3 },
    null,
    0,
    'starts within 800',
  ],
  [
    'but no longer than a minute',
    { status: 'restarting', restartPolicy: always, restarts: 40 },
    null,
    0,
    'starts within 60000',
  ],
  ['it is not to run where nobody has said so', {}, null, 0, 'nothing'],
  [
    'what ended and should run',
    { restartPolicy: { name: 'on-failure', maxRetries: 3 }, restarts: 3 },
    null,
    0,
    'nothing, enabled',
  ],
  [
    'podman is on its way',
    { engine: 'podman', status: 'stopped', restartPolicy: always },
    'by_itself',
    4_000,
    'settling',
  ],
  [
    'and does not arrive where its helper was killed',
    { engine: 'podman', status: 'stopped' },
    'by_itself',
    6_000,
    'nothing',
  ],
  ['podman restarts by hand', { engine: 'podman', exitCode: 0 }, 'started', 1_000, 'starts within 0'],
  ['and has failed to', { engine: 'podman', exitCode: 0 }, 'started', 31_000, 'nothing'],
  ['the engine has not heard of the end yet', { status: 'running', exitCode: null }, null, 100, 'settling'],
  [
    'the container goes on without its gateway: who keeps it in there is not known',
    { status: 'running', exitCode: null },
    null,
    30_000,
    'unknown',
  ],
  [
    'the container was started so lately that its gateway is on its way',
    { status: 'running', exitCode: null },
    null,
    29_999,
    'starts within 0',
  ],
  [
    'what podman had running when the machine went down',
    { engine: 'podman', status: 'created', exitCode: null, restartPolicy: always },
    null,
    6_000,
    'nothing, enabled',
  ],
  [
    'podman is created again for a moment at each start',
    { engine: 'podman', status: 'created', exitCode: 1 },
    null,
    4_000,
    'settling',
  ],
  [
    'what somebody makes is about to be started',
    { status: 'created', exitCode: null, startedAt: null, finishedAt: null },
    null,
    4_999,
    'settling',
  ],
  [
    'what was never started',
    { status: 'created', exitCode: null, startedAt: null, finishedAt: null },
    null,
    5_000,
    'nothing',
  ],
  ['is being removed', { status: 'removing' }, null, 0, 'settling'],
  ['ran out of memory', { oomKilled: true, exitCode: 137 }, 'by_itself', 2_000, 'nothing: out_of_memory'],
  ['something else in it ran out of memory before', { oomKilled: true, exitCode: 1 }, 'by_itself', 2_000, 'nothing'],
])('%s', (_what, more, ending, seenMs, expected) => {
  const found = outlookOf({ container: container(more), ending, seenMs, endedMs: seenMs, startedMs: seenMs });
  expect(inWords(found)).toBe(expected);
});

describe('events', () => {
  const line = (action: string, at: number, signal?: string): string =>
    JSON.stringify({
      id: 'c0ffee',
      Action: action,
      timeNano: at * 1e6,
      Actor: { Attributes: signal === undefined ? {} : { signal } },
    });

  it.each<[string, readonly string[], Partial<Container>, ContainerEnding]>([
    ['a stop of the life before is none of this', [line('stop', 1), line('start', 2), line('die', 3)], {}, 'by_itself'],
    [
      'a restart of docker is told once it runs again',
      [line('start', 1), line('restart', 2), line('die', 3)],
      {},
      'by_itself',
    ],
    [
      'a signal of long ago did not end it',
      [line('start', 1), line('kill', 2, '15'), line('die', 700_000)],
      {},
      'by_itself',
    ],
    [
      'docker writes the signal down after the end',
      [line('start', 1), line('die', 30), line('kill', 40, '15')],
      { exitCode: 0 },
      'stopped',
    ],
    [
      'without a start, because the engine has forgotten it',
      [line('kill', 2, '15'), line('die', 3)],
      { exitCode: 143 },
      'stopped',
    ],
    ['nothing at all', [], {}, 'by_itself'],
    ['it was started between the two questions', [line('stop', 2), line('start', 2_500)], {}, 'started'],
    [
      'podman is starting it',
      [line('start', 1), line('die', 2), line('cleanup', 2), line('init', 2_400)],
      { engine: 'podman' },
      'started',
    ],
    ['what ended after that has not been started', [line('start', 1_500), line('die', 2_000)], {}, 'by_itself'],
  ])('%s', (_what, lines, more, expected) =>
    expect(endingOf(parseEvents(lines.join('\n'), 'c0ffee'), container(more))).toBe(expected),
  );

  it('leaves out what is no event of this container', () => {
    expect(
      parseEvents(
        [
          '',
          'not json',
          '[]',
          '{"Action":"die"}',
          line('die', 5).replace('c0ffee', 'f00d'),
          '{"id":"c0ffee","Action":"die"}',
          line('die', 7),
        ].join('\n'),
        'c0ffee',
      ),
    ).toEqual([{ action: 'die', at: 7, signal: null }]);
  });
});
