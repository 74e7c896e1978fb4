/** What real logs taught, class by class (issue 19 of this project): loops, fights over a process, several bots, words. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conclusion, healthyStart, noProcess, process, verdictsAt, type Chapter } from './story.ts';

const gatewayAt = (story: readonly Chapter[], second: number): string => {
  const [own] = verdictsAt(story, second);
  return own ? `${own.condition}/${own.remedy} ${own.cause}` : 'nothing';
};

/** A process that ends and comes back, with no word in the log. */
const silentLoop = (every: number, count: number): Chapter[] =>
  Array.from({ length: count }, (_, n): Chapter[] => [
    [100 + n * every, noProcess],
    [100 + n * every + every / 2, process(200 + n, 100 + n * every + every / 2)],
  ]).flat();

const stopsAndStarts = (every: number, count: number): Chapter[] =>
  Array.from({ length: count }, (_, n): Chapter[] => [
    [100 + n * every, 'INFO Received SIGTERM as a planned gateway stop — exiting cleanly'],
    [100 + n * every + every / 2, 'INFO Starting Hermes Gateway...'],
    [100 + n * every + every / 2, 'INFO Gateway running with 2 platform(s)'],
  ]).flat();

const starts = (every: number, count: number): Chapter[] =>
  Array.from({ length: count }, (_, n): Chapter => [n * every, 'INFO Starting Hermes Gateway...']);

describe('a gateway', () => {
  test.each<[string, Chapter[], number, RegExp]>([
    [
      'that dies and comes back without a word',
      [...healthyStart(), ...silentLoop(13, 5)],
      170,
      /^crash_looping\/alert/,
    ],
    ['that came back once', [...healthyStart(), ...silentLoop(13, 1)], 170, /^healthy\/none/],
    ['of fifteen planned stops', [...healthyStart(), ...stopsAndStarts(30, 15)], 550, / ended_again_and_again$/],
    [
      'of eight planned stops: a person tries something out',
      [...healthyStart(), ...stopsAndStarts(30, 8)],
      340,
      /^healthy\/none/,
    ],
    ['of four planned stops', [...healthyStart(), ...stopsAndStarts(30, 4)], 240, /^healthy\/none/],
    [
      'of 18 planned stops within half an hour',
      [...healthyStart(), ...stopsAndStarts(95, 18)],
      1_790,
      / ended_again_and_again$/,
    ],
    ['of 12 within half an hour', [...healthyStart(), ...stopsAndStarts(140, 12)], 1_790, /^healthy\/none/],
    [
      'that has no other word of a start than that it is ready, and is stopped again and again',
      [
        ...healthyStart(),
        ...Array.from({ length: 16 }, (_, n): Chapter[] => [
          [100 + n * 20, 'INFO Received SIGTERM as a planned gateway stop — exiting cleanly'],
          [110 + n * 20, 'INFO Gateway running with 2 platform(s)'],
        ]).flat(),
      ],
      420,
      / ended_again_and_again$/,
    ],
    ['of four starts within half an hour', starts(500, 4), 1_510, /^crash_looping\/alert/],
    ['of four such starts, the last of which holds', starts(500, 4), 1_500 + 601, /^starting\/alert/],
    [
      'whose second start waits by the brake',
      [
        ...healthyStart(),
        [60, 'WARNING Gateway (re)started 5 times in 120s — backing off 60s to break a respawn storm.'],
      ],
      61,
      /^healthy\/none/,
    ],
    [
      'with a lock that another one holds',
      [
        ...healthyStart(),
        ...[60, 70, 80].map((second): Chapter => [
          second,
          'ERROR Gateway runtime lock is already held by another instance. Exiting.',
        ]),
      ],
      81,
      /^duplicate\/alert another_instance/,
    ],
    [
      'without one adapter',
      [[0, 'WARNING No adapter could be created for any of the 2 configured platform(s). Check that …']],
      1,
      /^misconfigured\/alert nothing_connected/,
    ],
    [
      'with all platforms queued, for a while',
      [[0, 'WARNING Gateway started with no connected platforms — 1 platform(s) queued for retry: telegram: x']],
      179,
      /^healthy\/wait/,
    ],
    [
      'with all platforms queued, for long',
      [[0, 'WARNING Gateway started with no connected platforms — 1 platform(s) queued for retry: telegram: x']],
      180,
      /^misconfigured\/alert nothing_connected/,
    ],
    [
      'of which one platform came after all',
      [
        [0, 'WARNING Gateway started with no connected platforms — 1 platform(s) queued for retry: telegram: x'],
        [90, 'INFO ✓ telegram reconnected successfully'],
      ],
      400,
      /^healthy\/none/,
    ],
    [
      'that needs a pairing',
      [
        [0, 'INFO Starting Hermes Gateway...'],
        [1, 'ERROR Gateway exiting cleanly: whatsapp: WhatsApp enabled but not paired'],
      ],
      100,
      /^misconfigured\/alert config_rejected/,
    ],
  ])('%s', (_, story, second, verdict) => {
    expect(gatewayAt(story, second)).toMatch(verdict);
  });

  test('that cannot read its configuration goes on, and is told until it can', () => {
    const ignored: Chapter = [
      0,
      '  2026-11-21 10:00:00,000 WARNING gateway.config: Failed to process config.yaml — falling back to .env',
    ];
    const start = healthyStart(1);
    expect(gatewayAt([ignored, ...start], 30)).toBe('misconfigured/alert config_ignored');
    expect(conclusion([ignored, ...start], 30, 'qqbot')).toBe('up/none');
    expect(gatewayAt([ignored, ...start, ...healthyStart(300, 101)], 330)).toBe('healthy/none fine');
  });

  test('that is stopped and started is told, or rightly not, at whatever pace', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 600, noNaN: true }), (every) => {
        const said = gatewayAt([...healthyStart(), ...stopsAndStarts(every, 16)], 100 + 15.6 * every);
        if (every < 38) expect(said).toMatch(/ ended_again_and_again$/);
        if (every > 45 && every < 110) expect(said).toMatch(/^healthy/);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a Feishu link', () => {
  const LOST = 'ERROR receive message loop exit, err: no close frame received or sent';
  const BACK = 'INFO connected to wss://example/ws?ticket=x';
  const two: Chapter[] = [...healthyStart(), [3, `${BACK} [conn_id=10]`], [4, `${BACK} [conn_id=20]`]];
  test.each<[string, Chapter[], number, string]>([
    ['of two bots is lost when one of them is', [...two, [100, `${LOST} [conn_id=10]`]], 500, 'down/restart'],
    [
      'of two bots is not healed by the other one',
      [...two, [100, `${LOST} [conn_id=10]`], [101, `${LOST} [conn_id=20]`], [110, `${BACK} [conn_id=21]`]],
      500,
      'down/restart',
    ],
    [
      'of two bots is healed when both are back',
      [
        ...two,
        [100, `${LOST} [conn_id=10]`],
        [101, `${LOST} [conn_id=20]`],
        [110, `${BACK} [conn_id=21]`],
        [120, `${BACK} [conn_id=11]`],
      ],
      500,
      'up/none',
    ],
    [
      'is not lost by the late end of a connection that was replaced',
      [
        ...two,
        [100, `${LOST} [conn_id=10]`],
        [110, `${BACK} [conn_id=11]`],
        [111, 'INFO disconnected to wss://example/ws [conn_id=10]'],
      ],
      500,
      'up/none',
    ],
    [
      'of another event loop is down, also where logins are not logged',
      [
        [0, 'INFO Starting Hermes Gateway...'],
        [1, 'INFO [Feishu] Connected in websocket mode (feishu)'],
        [2, 'INFO Gateway running with 1 platform(s)'],
        [
          50,
          'ERROR receive message loop exit, err: Task <Task pending> got Future <Future> attached to a different loop',
        ],
      ],
      351,
      'down/restart',
    ],
    [
      'that an old version has given up is to be restarted',
      [...healthyStart(), [100, 'WARNING Giving up reconnecting feishu after 20 attempts']],
      101,
      'gave_up/restart',
    ],
    [
      'without its package is refused',
      [...healthyStart(), [100, 'WARNING No adapter available for feishu']],
      101,
      'rejected/alert',
    ],
  ])('%s', (_, story, second, verdict) => {
    expect(conclusion(story, second, 'feishu')).toBe(verdict);
  });
});

test.each([
  '[Errno 8] nodename nor servname provided, or not known',
  'Server disconnected without sending a response.',
  'Failed to get QQ Bot gateway URL: ',
  'Failed to get QQ Bot gateway URL',
  '[WinError 10060] 由于连接方在一段时间后没有正确答复',
])('a QQ link whose tries meet "%s" cannot reach its platform', (error) => {
  const story: Chapter[] = [
    ...healthyStart(),
    [100, 'WARNING [QQBot:1001] WebSocket closed: code=4009 reason='],
    ...[102, 160, 218].map((second): Chapter => [second, `WARNING [QQBot:1001] Reconnect failed: ${error}`]),
  ];
  expect(conclusion(story, 225, 'qqbot')).toBe('unreachable/alert');
});

test('a QQ link whose one try failed, and that then falls silent, is not called unreachable on the way', () => {
  const story: Chapter[] = [
    ...healthyStart(),
    [100, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason='],
    [102, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443'],
  ];
  const said = Array.from({ length: 300 }, (_, n) => conclusion(story, 102 + n, 'qqbot'));
  expect([...new Set(said)]).toEqual(['reconnecting/wait', 'down/restart']);
});
