import { describe, expect, test } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, Suspect } from '../../src/diagnosis/evidence.ts';
import { at, conclusion, healthyStart, noProcess, process, tell, verdictsAt, type Chapter } from './story.ts';
import { severityOf } from '../../src/incidents/severity.ts';
import { instant } from '../instant.ts';

const SEND_FAILED = 'ERROR [Feishu] Send error: Executor shutdown has been called';

const failedSend: Chapter[] = [
  [100, 'ERROR [Feishu] Send error: Executor shutdown has been called'],
  [130, 'ERROR [Feishu] Send error: '],
  [130, '  Traceback (most recent call last):'],
  [130, '  RuntimeError: Executor shutdown has been called'],
];

const readyAgain = (pids: readonly number[]): Chapter[] =>
  pids.map((pid, index): Chapter => [index * 100, { kind: 'gateway-ready', pid }]);

/** Beside the gateway. */
const DOUBLE: Suspect = { pid: 101, startTime: 10_100, startedAt: at(50), command: 'hermes gateway run' };

/** Its own word that its loop was held up. */
const heldUp = (seconds: readonly number[], blockedMs: number, measured = true): Chapter[] => [
  ...healthyStart(),
  ...seconds.map((second): Chapter => [second, { kind: 'loop-blocked', blockedMs, ...(measured ? { measured } : {}) }]),
];

/** It ends by a fault of its own, and is started again at these seconds. */
const faultsAt = (...seconds: readonly number[]): Chapter[] => [
  ...healthyStart(),
  ...seconds.flatMap((second): Chapter[] => [
    [second - 20, 'ERROR Gateway exiting with failure: x'],
    ...healthyStart(second, 100 + second / 10),
  ]),
];
const HOUR = 3_600;

describe('a Hermes without any platform', () => {
  const SAID: Chapter[] = [
    [0, process(100, -2)],
    [0, 'INFO Starting Hermes Gateway...'],
    [1, 'WARNING No messaging platforms enabled.'],
  ];
  const RUNS: Chapter = [3, { kind: 'gateway-claim', state: 'running', pid: 100 }];

  test.each<[string, Chapter[], number, string]>([
    ['is starting until it is past its start', SAID, 2, 'starting/wait start_in_progress'],
    ['runs without one, by its state file', [...SAID, RUNS], 4, 'misconfigured/alert no_platform_enabled'],
    ['runs without one, by its age', SAID, 181, 'misconfigured/alert no_platform_enabled'],
    ['still does after a day', [...SAID, RUNS], 86_400, 'misconfigured/alert no_platform_enabled'],
    ['has ended itself', [...SAID, [5, noProcess]], 6, 'misconfigured/alert config_rejected'],
    [
      'has ended itself with a word',
      [...SAID, [4, 'INFO Gateway stopped'], [5, noProcess]],
      6,
      'misconfigured/alert config_rejected',
    ],
    ['is well once a platform connects', [...SAID, RUNS, [60, 'INFO ✓ telegram connected']], 61, 'healthy/none fine'],
    [
      'stays refused where it says that, too',
      [[0, process(100, -2)], [0, 'ERROR Gateway multiplexer config error: x'], ...SAID.slice(2)],
      2,
      'misconfigured/alert config_rejected',
    ],
    [
      'was stopped on purpose after it had run',
      [
        ...SAID,
        RUNS,
        [7_200, 'INFO Received SIGTERM as a planned gateway stop — exiting cleanly'],
        [7_201, 'INFO Gateway stopped'],
        [7_202, noProcess],
      ],
      7_203,
      'stopped_on_purpose/none planned_stop',
    ],
  ])('%s', (_, story, second, expected) => {
    const verdict = verdictsAt(story, second).find(({ link }) => link === null);
    expect(`${verdict?.condition}/${verdict?.remedy} ${verdict?.cause}`).toBe(expected);
  });

  test('is told as a warning while it runs, and as critical where it has ended', () => {
    const severity = (story: Chapter[], second: number): readonly string[] => verdictsAt(story, second).map(severityOf);
    expect(severity([...SAID, RUNS], 4)).toEqual(['warning']);
    expect(severity([...SAID, [5, noProcess]], 6)).toEqual(['critical']);
  });
});

describe('the verdict for a gateway', () => {
  test.each<[string, Chapter[], number, string]>([
    ['healthy after its start', healthyStart(), 10, 'healthy/none'],
    ['in a loop of starts whose only word is who is ready', readyAgain([1, 2, 3, 4, 5]), 401, 'crash_looping/alert'],
    ['not, with one start fewer', readyAgain([1, 2, 3, 4]), 401, 'healthy/none'],
    ['healthy when the same process says so again', readyAgain([1, 1, 1, 1, 1, 1]), 501, 'healthy/none'],
    [
      'healthy when each process says that it starts, and somebody asked for it',
      [1, 2, 3, 4, 5].flatMap((pid, index): Chapter[] => [
        [index * 100, { kind: 'gateway-stopping', planned: true, forRestart: true }],
        [index * 100 + 1, { kind: 'gateway-starting' }],
        [index * 100 + 2, { kind: 'gateway-ready', pid }],
      ]),
      410,
      'healthy/none',
    ],
    [
      'unanswered while its loop turns now and then',
      heldUp([150, 220, 290, 360, 430], 69_000),
      431,
      'unanswered/alert',
    ],
    ['not, as long as it was held for less than half', heldUp([150, 220, 290, 360], 69_000), 361, 'healthy/none'],
    [
      'not any more when it has not said so for a while',
      heldUp([150, 220, 290, 360, 430], 69_000),
      610,
      'healthy/none',
    ],
    ['not for one long hold, as of a machine that slept', heldUp([900], 800_000), 901, 'healthy/none'],
    ['not for what two logs tell twice', heldUp([150, 150, 150, 150, 150], 120_000), 151, 'healthy/none'],
    ['not for tools that take long', heldUp([150, 220, 290, 360, 430], 69_000, false), 431, 'healthy/none'],
    ['starting until it says that it runs', healthyStart().slice(0, 3), 100, 'starting/wait'],
    ['a matter for a human when the start takes too long', healthyStart().slice(0, 3), 200, 'starting/alert'],
    ['unknown when nothing was ever seen', [], 10, 'unknown/none'],
    ['given a moment without a process in a home that nobody used yet', [[0, noProcess]], 59, 'unknown/wait'],
    ['told, and not started, without a process in a home that nobody used yet', [[0, noProcess]], 500, 'stopped/alert'],
    ['given a moment when the process has just gone', [...healthyStart(), [100, noProcess]], 105, 'stopping/wait'],
    ['given time for a service manager to bring it back', [...healthyStart(), [100, noProcess]], 159, 'stopping/wait'],
    ['stopped when the process is gone without a word', [...healthyStart(), [100, noProcess]], 160, 'stopped/start'],
    [
      'stopped when a first look finds no process and then reads how it once started',
      [[100, noProcess], ...healthyStart().slice(1)],
      160,
      'stopped/start',
    ],
    [
      'stopped after an unexpected signal',
      [...healthyStart(), [100, 'INFO Received SIGTERM — initiating shutdown'], [103, noProcess]],
      163,
      'stopped/start',
    ],
    [
      'stopped on purpose after a planned stop, for ever',
      [
        ...healthyStart(),
        [100, 'INFO Received SIGTERM as a planned gateway stop — exiting cleanly'],
        [101, 'INFO Stopping gateway...'],
        [103, noProcess],
      ],
      90_000,
      'stopped_on_purpose/none',
    ],
    [
      'stopping while it drains',
      [...healthyStart(), [100, 'INFO Received SIGTERM — initiating shutdown']],
      130,
      'stopping/wait',
    ],
    [
      'stopping between the two processes of a restart by somebody else',
      [...healthyStart(), [100, 'INFO Stopping gateway for restart...'], [103, noProcess]],
      200,
      'stopping/wait',
    ],
    [
      'stopped when such a restart never comes back',
      [...healthyStart(), [100, 'INFO Stopping gateway for restart...'], [103, noProcess]],
      290,
      'stopped/start',
    ],
    [
      'frozen when its loop is wedged',
      [...healthyStart(), [100, { kind: 'loop', pid: 100, state: 'wedged' }]],
      101,
      'frozen/restart',
    ],
    [
      'healthy when the loop cannot be asked',
      [...healthyStart(), [100, { kind: 'loop', pid: 100, state: 'unknown' }]],
      101,
      'healthy/none',
    ],
    [
      'healthy when another process was wedged',
      [...healthyStart(), [100, { kind: 'loop', pid: 99, state: 'wedged' }]],
      101,
      'healthy/none',
    ],
    [
      'healthy after one send failed for want of an executor',
      [...healthyStart(), ...failedSend.slice(0, 1)],
      900,
      'healthy/none',
    ],
    [
      'healthy while one message fails several times within seconds',
      [...healthyStart(), [100, SEND_FAILED], [102, SEND_FAILED], [104, SEND_FAILED]],
      105,
      'healthy/none',
    ],
    [
      'broken when nothing went well after such a message either',
      [...healthyStart(), [100, SEND_FAILED], [102, SEND_FAILED], [104, SEND_FAILED]],
      164,
      'broken_executor/restart',
    ],
    [
      'healthy when a send loses its executor while the gateway stops',
      [...healthyStart(), [99, 'INFO Stopping gateway for restart...'], ...failedSend, ...healthyStart(140, 200)],
      400,
      'healthy/none',
    ],
    [
      'frozen when it was told to stop and neither ends nor starts',
      [...healthyStart(), [100, 'INFO Received SIGTERM — initiating shutdown']],
      280,
      'frozen/restart',
    ],
    [
      'a matter for a human when a stop that was asked for hangs',
      [...healthyStart(), [100, 'INFO Received SIGTERM as a planned gateway stop — exiting cleanly']],
      280,
      'frozen/alert',
    ],
    [
      'healthy when another process said the words of a stop and this one lives on',
      [
        ...healthyStart(),
        [100, 'INFO Received SIGTERM — initiating shutdown'],
        [100, 'INFO [QQBot:1001] Disconnected'],
        [101, 'INFO Gateway stopped (total teardown 0.5s)'],
        [140, process(100, -2)],
      ],
      300,
      'healthy/none',
    ],
    ...(
      [
        ['frozen', 'INFO Stopping gateway for restart...', 100, 281, 'frozen/restart'],
        ['waited for before that', 'INFO Stopping gateway for restart...', 100, 279, 'stopping/wait'],
        [
          'left alone after a planned stop',
          'INFO Received SIGTERM as a planned gateway stop — exiting cleanly',
          100,
          281,
          'frozen/alert',
        ],
        [
          'healthy by the state file of another process',
          'INFO Stopping gateway for restart...',
          101,
          400,
          'healthy/none',
        ],
      ] as const
    ).map(([what, words, pid, second, expected]): [string, Chapter[], number, string] => [
      `${what} when its own state file says that it has stopped and its process lives on`,
      [
        ...healthyStart(),
        [95, words],
        [100, 'INFO Gateway stopped (total teardown 0.5s)'],
        [100, { kind: 'gateway-claim', state: 'stopped', pid }],
        [140, process(100, -2)],
        [200, process(100, -2)],
      ],
      second,
      expected,
    ]),
    [
      'healthy when a second process, known to be one, stops',
      [
        ...healthyStart(),
        [100, { kind: 'duplicates', processes: [DOUBLE] }],
        [105, 'INFO Received SIGTERM — initiating shutdown'],
        [105, 'INFO [QQBot:1001] Disconnected'],
      ],
      300,
      'healthy/none',
    ],
    [
      'left alone while a restart that was asked for waits for running turns',
      [...healthyStart(), [100, 'INFO Stopping gateway for restart...']],
      8_000,
      'healthy/none',
    ],
    [
      'crash looping when it starts four times in ten minutes unasked',
      [0, 60, 120, 180].flatMap((second) => healthyStart(second, 100 + second)),
      190,
      'crash_looping/alert',
    ],
    [
      'healthy when each of these starts followed an orderly end of which nothing else is told',
      [0, 60, 120, 180]
        .flatMap((second): Chapter[] => [...healthyStart(second, 100 + second), [second + 40, 'INFO Gateway stopped']])
        .slice(0, -1),
      190,
      'healthy/none',
    ],
    [
      'crash looping when it ends by a fault of its own three times in ten minutes',
      faultsAt(4_000, 4_120, 4_240),
      4_250,
      'crash_looping/alert',
    ],
    ['healthy when two of three starts followed such an end', faultsAt(4_000, 4_120), 4_130, 'healthy/none'],
    [
      'crash looping when it ends by a fault of its own each hour, four times',
      faultsAt(HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR),
      4 * HOUR + 10,
      'crash_looping/alert',
    ],
    ['healthy when it did so three times', faultsAt(HOUR, 2 * HOUR, 3 * HOUR), 3 * HOUR + 10, 'healthy/none'],
    [
      'healthy when it does so each second hour',
      faultsAt(2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR),
      8 * HOUR + 10,
      'healthy/none',
    ],
    [
      'too slow when its own watch says that it still starts, though its first words are in no log',
      [
        [1, process(100, 0)],
        [
          300,
          "WARNING Gateway startup exceeded 300s but phase 'x' holds a progress lease for another 326s — honoring it.",
        ],
      ],
      481,
      'starting/alert',
    ],
    [
      'healthy when that watch spoke of a start which came to its end',
      [
        [1, process(100, 0)],
        [
          300,
          "WARNING Gateway startup exceeded 300s but phase 'x' holds a progress lease for another 326s — honoring it.",
        ],
        [320, 'INFO Gateway running with 2 platform(s)'],
      ],
      900,
      'healthy/none',
    ],
    [
      'crash looping when each followed a signal',
      [0, 60, 120, 180]
        .flatMap((second): Chapter[] => [
          ...healthyStart(second, 100 + second),
          [second + 39, 'INFO Received SIGTERM — initiating shutdown'],
          [second + 40, 'INFO Gateway stopped'],
        ])
        .slice(0, -2),
      190,
      'crash_looping/alert',
    ],
    [
      'started without what its owner wrote',
      [
        [
          0,
          '  2026-11-21 10:00:00,000 WARNING hermes_cli.config: Failed to parse /h/config.yaml: x. Falling back to default config — every user override (model settings) is being IGNORED. Fix the YAML and restart.',
        ],
        ...healthyStart(1),
      ],
      10,
      'misconfigured/alert',
    ],
    [
      'well while its command line reads what somebody has just written',
      [
        ...healthyStart(),
        [
          5,
          '  2026-11-21 10:00:05,000 WARNING hermes_cli.config: Failed to parse /h/config.yaml: x. Falling back to default config — every user override (model settings) is being IGNORED. Fix the YAML and restart.',
        ],
      ],
      10,
      'healthy/none',
    ],
    [
      'well with what it had before its owner wrote something wrong',
      [
        ...healthyStart(),
        [
          5,
          '  2026-11-21 10:00:05,000 WARNING hermes_cli.config: Failed to parse /h/config.yaml: x. Keeping the previously loaded config for this process — edits to config.yaml are being IGNORED until the YAML is fixed.',
        ],
      ],
      10,
      'healthy/none',
    ],
    [
      'crash looping when it dies four times after a stop that somebody asked for: that excuses one start',
      [
        ...healthyStart(),
        [50, 'INFO Received SIGTERM as a planned gateway stop — exiting cleanly'],
        ...[60, 120, 180, 240, 300].flatMap((second): readonly Chapter[] => [
          [second, noProcess],
          [second + 5, process(200 + second, second + 5)],
        ]),
      ],
      310,
      'crash_looping/alert',
    ],
    [
      'healthy when the last of those starts has held',
      [0, 60, 120, 180].flatMap((second) => healthyStart(second, 100 + second)),
      700,
      'healthy/none',
    ],
    [
      'healthy when somebody restarts it four times in ten minutes',
      [0, 60, 120, 180]
        .flatMap((second): Chapter[] => [
          ...healthyStart(second, 100 + second),
          [second + 50, 'INFO Stopping gateway for restart...'],
        ])
        .slice(0, -1),
      190,
      'healthy/none',
    ],
    [
      'healthy when Lifeline itself restarts it four times in ten minutes',
      [0, 60, 120, 180].flatMap((second): Chapter[] => [
        [second, { kind: 'treated', cause: null }],
        ...healthyStart(second + 1, 100 + second),
      ]),
      190,
      'healthy/none',
    ],
    [
      'crash looping when it is restarted every half hour all day',
      [0, 1, 2, 3, 4, 5]
        .flatMap((n): Chapter[] => [
          ...healthyStart(n * 1_800, 100 + n),
          [n * 1_800 + 1_700, 'INFO Stopping gateway for restart...'],
        ])
        .slice(0, -1),
      9_010,
      'crash_looping/alert',
    ],
    [
      'a duplicate when starts beside it are refused again and again',
      [
        ...healthyStart(),
        ...[100, 130, 160].map((second): Chapter => [
          second,
          'ERROR Another gateway instance is already running (PID 100, HERMES_HOME=/h).',
        ]),
      ],
      170,
      'duplicate/alert',
    ],
    [
      'healthy when one start beside it is refused many times a second, once in a while',
      [
        ...healthyStart(),
        ...[100, 400].flatMap((second) =>
          Array.from({ length: 60 }, (): Chapter => [
            second,
            'ERROR Another gateway instance is already running (PID 100, HERMES_HOME=/h).',
          ]),
        ),
      ],
      415,
      'healthy/none',
    ],
    [
      'healthy when one start beside it was refused',
      [...healthyStart(), [100, 'ERROR Another gateway instance is already running (PID 100, HERMES_HOME=/h).']],
      170,
      'healthy/none',
    ],
    [
      'a duplicate when two processes serve its home',
      [...healthyStart(), [100, { kind: 'duplicates', processes: [DOUBLE] }]],
      101,
      'duplicate/alert',
    ],
    [
      'a duplicate, not to be started, when another one came while it started',
      [
        ...healthyStart(),
        [100, noProcess],
        [
          130,
          'ERROR Another gateway instance (PID 19469) started during our startup. Exiting to avoid double-running.',
        ],
      ],
      200,
      'duplicate/alert',
    ],
    [
      'a duplicate, not to be started, when it may not end the one that it was to replace',
      [...healthyStart(), [100, noProcess], [130, 'ERROR Permission denied killing PID 19469. Cannot replace.']],
      200,
      'duplicate/alert',
    ],
    [
      'a duplicate, not to be started, when every start meets a stale pid file',
      [...healthyStart(), [100, noProcess], [130, 'ERROR PID file race lost to another gateway instance. Exiting.']],
      200,
      'duplicate/alert',
    ],
    [
      'starting while it is held by its own brake',
      [
        ...healthyStart(),
        [100, noProcess],
        [110, 'WARNING Gateway (re)started 6 times in 110s — backing off 160s to break a respawn storm.'],
      ],
      400,
      'starting/wait',
    ],
    [
      'without a network when both links are lost and neither can connect',
      [
        ...healthyStart(),
        [100, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason='],
        [100, 'ERROR receive message loop exit, err: no close frame received or sent'],
        [200, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443'],
        [200, 'ERROR connect failed, err: [Errno -3] Temporary failure in name resolution'],
      ],
      230,
      'network_down/alert',
    ],
    [
      'broken when sends keep failing for want of an executor',
      [...healthyStart(), ...failedSend],
      131,
      'broken_executor/restart',
    ],
    [
      'misconfigured when it says so itself',
      [...healthyStart(), [100, 'ERROR Gateway hit a non-retryable startup conflict: token in use'], [101, noProcess]],
      500,
      'misconfigured/alert',
    ],
    [
      'misconfigured after exit 78',
      [...healthyStart(), [100, 'INFO Exiting with code 78 (configuration)'], [101, noProcess]],
      500,
      'misconfigured/alert',
    ],
    [
      'misconfigured when only its ledger tells of exit 78',
      [...healthyStart(), [101, noProcess], [102, { kind: 'gateway-exit', code: 78, pid: 100 }]],
      500,
      'misconfigured/alert',
    ],
    [
      'healthy when its ledger tells of the life before',
      [...healthyStart(), [102, { kind: 'gateway-exit', code: 78, pid: 99 }]],
      500,
      'healthy/none',
    ],
    [
      'updating while the marker is there',
      [...healthyStart(), [100, { kind: 'marker', marker: 'update', present: true }], [101, noProcess]],
      500,
      'updating/wait',
    ],
    [
      'a matter for a human when an update has left it down for long',
      [...healthyStart(), [100, { kind: 'marker', marker: 'update', present: true }], [101, noProcess]],
      2_000,
      'updating/alert',
    ],
    [
      'healthy beside a marker that an update left behind',
      [...healthyStart(), [100, { kind: 'marker', marker: 'update', present: true }]],
      2_000,
      'healthy/none',
    ],
    [
      'healthy again with a new process, whatever was before',
      [...healthyStart(), ...failedSend, [200, noProcess], ...healthyStart(230, 200)],
      240,
      'healthy/none',
    ],
    [
      'healthy when only the pid was used again by a new process',
      [
        ...healthyStart(),
        [50, noProcess],
        [60, process(100, 55)],
        [61, 'INFO Starting Hermes Gateway...'],
        [62, 'INFO Gateway running with 2 platform(s)'],
      ],
      70,
      'healthy/none',
    ],
    [
      'stopped when its last state file still says running',
      [
        [0, { kind: 'gateway-claim', state: 'running', pid: 7 }],
        [1, noProcess],
      ],
      61,
      'stopped/start',
    ],
    [
      'stopped on purpose when its last state file says stopped',
      [
        [0, { kind: 'gateway-claim', state: 'stopped', pid: 7 }],
        [1, noProcess],
      ],
      20,
      'stopped_on_purpose/none',
    ],
  ])('is %s', (_name, story, seconds, expected) => {
    expect(conclusion(story, seconds, null)).toBe(expected);
  });

  test.each<[string, number | undefined, number]>([
    ['since it last turned', 7, 7],
    ['since it was found so, where nothing tells more', undefined, 100],
    ['not since before its process began', -3_600, -2],
    ['not since after it was found so', 120, 100],
  ])('is frozen %s', (_name, turned, since) => {
    const story: Chapter[] = [
      ...healthyStart(),
      [
        100,
        { kind: 'loop', pid: 100, state: 'wedged', ...(turned === undefined ? {} : { turnedAt: instant(at(turned)) }) },
      ],
    ];
    expect(verdictsAt(story, 101).find(({ link }) => link === null)).toMatchObject({
      condition: 'frozen',
      since: at(since),
    });
  });

  test('counts a failure once that stands in two logs', () => {
    const failure = (source: string, ms: number): Evidence => ({
      at: instant(at(100) + ms),
      source,
      text: 'ERROR Send error',
      link: null,
      fact: { kind: 'executor-shutdown' },
    });
    const state = [failure('gateway.log', 0), failure('gateway.error.log', 40)].reduce(advance, tell(healthyStart()));
    expect(state.executorFailures).toHaveLength(1);
  });

  test('tells of the network once, not of each link that it cuts off', () => {
    const story: Chapter[] = [
      ...healthyStart(),
      [100, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason='],
      [130, 'ERROR receive message loop exit, err: no close frame received or sent'],
      [200, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443'],
      [200, 'ERROR connect failed, err: [Errno -3] Temporary failure in name resolution'],
    ];
    expect(conclusion(story, 240, 'qqbot')).toBe('reconnecting/wait');
    expect(conclusion(story, 240, null)).toBe('healthy/none');
    expect(conclusion(story, 250, null)).toBe('network_down/alert');
  });

  test('keeps the links of a gateway whose neighbour says that it closes them', () => {
    const story: Chapter[] = [
      ...healthyStart(),
      [100, 'INFO [QQBot:1001] Disconnected'],
      [101, 'INFO Gateway stopped (total teardown 0.5s)'],
      [140, process(100, -2)],
    ];
    expect(conclusion(story, 141, 'qqbot')).toBe('up/none');
  });

  test('folds its links: nothing is said of them while the gateway is not up', () => {
    const story: Chapter[] = [
      ...healthyStart(),
      [90, 'ERROR [QQBot:1001] Max reconnect attempts reached'],
      [100, noProcess],
    ];
    expect(conclusion(story, 200, 'qqbot')).toBe('unknown/none');
  });
});
