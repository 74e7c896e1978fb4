import { describe, expect, test } from 'vitest';
import { conclusion, healthyStart, verdictsAt, at, type Chapter } from './story.ts';

const resume: Chapter[] = [
  [1802, 'WARNING [QQBot:1001] WebSocket closed: code=4009 reason=Session timed out'],
  [1802, 'INFO [QQBot:1001] Reconnecting in 2s (attempt 1)...'],
  [1804, 'INFO [QQBot:1001] WebSocket connected to wss://example/websocket'],
  [1804, 'INFO [QQBot:1001] Reconnected'],
  [1804, 'INFO [QQBot:1001] Resume sent (session_id=abc, seq=5)'],
  [1805, 'INFO [QQBot:1001] Session resumed'],
];

const lostAt100: Chapter[] = [
  [100, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason='],
  [100, 'INFO [QQBot:1001] Reconnecting in 2s (attempt 1)...'],
];

const drops = (every: number, count: number, login: boolean): Chapter[] =>
  Array.from({ length: count }, (_, n): Chapter[] => [
    [100 + n * every, 'WARNING [QQBot:1001] WebSocket closed: code=4009 reason='],
    [101 + n * every, 'INFO [QQBot:1001] Reconnected'],
    ...(login ? ([[102 + n * every, 'INFO [QQBot:1001] Session resumed']] satisfies Chapter[]) : []),
  ]).flat();

describe('the verdict for a QQ link', () => {
  test.each<[string, Chapter[], number, string]>([
    ['up after a login', [], 10, 'up/none'],
    ['still up after a quiet day', [], 86_400, 'up/none'],
    ['reconnecting within grace after a loss', lostAt100, 219, 'reconnecting/wait'],
    ['down when grace is over without a login', lostAt100, 220, 'down/restart'],
    ['down when it says Reconnected but never logs in', [...lostAt100, [103, 'INFO [QQBot:1001] Reconnected']], 221, 'down/restart'],
    ['up again after a 4009 with Resume', resume, 1_806, 'up/none'],
    ['up after op 7 and a Resume', [[50, 'INFO [QQBot:1001] Server requested reconnect (op 7)'], [51, 'INFO [QQBot:1001] Session resumed (seq=4)']], 400, 'up/none'],
    ['given up at the give-up line, at once', [...lostAt100, [160, 'ERROR [QQBot:1001] Max reconnect attempts reached (QQCloseError)']], 160, 'gave_up/restart'],
    ['rejected when the bot is banned', [[100, 'ERROR [QQBot:1001] Bot is banned. Check QQ Open Platform.']], 3_000, 'rejected/alert'],
    ['rejected on a close code that a restart meets again', [[100, 'WARNING [QQBot:1001] WebSocket closed: code=4014 reason=intents']], 3_000, 'rejected/alert'],
    [
      'unreachable while the platform answers its tries with errors',
      [...lostAt100, [200, "WARNING [QQBot:1001] Reconnect failed: Failed to get QQ Bot gateway URL: Server error '500 Internal Server Error'"]],
      300,
      'unreachable/alert',
    ],
    [
      'unreachable while its tries cannot connect',
      [...lostAt100, [200, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443']],
      300,
      'unreachable/alert',
    ],
    [
      'down when it has fallen silent after a failed try',
      [...lostAt100, [102, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443']],
      600,
      'down/restart',
    ],
    ['flapping when it drops again and again with logins between', drops(20, 5, true), 185, 'flapping/restart'],
    ['flapping when it drops again and again without logins', drops(20, 5, false), 185, 'flapping/restart'],
    ['not flapping when it drops every half hour', drops(1_800, 12, true), 100 + 1_800 * 12, 'up/none'],
  ])('is %s', (_name, story, seconds, expected) => {
    expect(conclusion([...healthyStart(), ...story], seconds, 'qqbot')).toBe(expected);
  });

  test('names the loss and its line as evidence, dated by the log', () => {
    const [verdict] = verdictsAt([...healthyStart(), ...lostAt100], 230).filter(({ link }) => link === 'qqbot');
    expect(verdict).toMatchObject({ since: at(100), cause: 'no_login_after_loss' });
    expect(verdict?.evidence[0]).toMatchObject({ at: at(100), source: 'gateway.log', text: 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=' });
  });

  test('forgets a give-up when the gateway starts again, whoever started it', () => {
    const story: Chapter[] = [...healthyStart(), ...lostAt100, [160, 'ERROR [QQBot:1001] Max reconnect attempts reached'], ...healthyStart(200, 200)];
    expect(conclusion(story, 210, 'qqbot')).toBe('up/none');
  });

  test('is not made from lines that the previous process wrote', () => {
    const story: Chapter[] = [
      [1_000, { kind: 'process', process: { pid: 9, startTime: 9, startedAt: at(990) } }],
      [100, 'ERROR [QQBot:1001] Max reconnect attempts reached'],
    ];
    expect(conclusion(story, 1_001, 'qqbot')).toBe('unknown/none');
  });
});

describe('the verdict for a Feishu link', () => {
  const lost: Chapter[] = [
    [100, 'ERROR receive message loop exit, err: no close frame received or sent'],
    [100, 'INFO trying to reconnect for the 1st time'],
  ];
  test.each<[string, Chapter[], number, string]>([
    ['up after the SDK says connected', [], 10, 'up/none'],
    ['reconnecting for its SDK is slow', lost, 399, 'reconnecting/wait'],
    ['down after 300 s without a proof', lost, 400, 'down/restart'],
    ['up when it came back after 200 s', [...lost, [300, 'INFO connected to wss://example/ws']], 500, 'up/none'],
    ['up when a message came in after the loss', [...lost, [200, 'INFO [Feishu] Inbound message from ou_1']], 500, 'up/none'],
    ['not proven by its adapter saying Connected', [...lost, [120, 'INFO [Feishu] Connected in websocket mode (feishu)']], 500, 'down/restart'],
  ])('is %s', (_name, story, seconds, expected) => {
    expect(conclusion([...healthyStart(), ...story], seconds, 'feishu')).toBe(expected);
  });

  test('only tells a human where logins were never visible in the log', () => {
    const story: Chapter[] = [
      [0, 'INFO Gateway running with 1 platform(s)'],
      [100, 'ERROR receive message loop exit, err: keepalive ping timeout'],
    ];
    expect(conclusion(story, 500, 'feishu')).toBe('down/alert');
  });
});

describe('text that people write in a chat', () => {
  test.each([
    'INFO inbound message: platform=qqbot text="[QQBot:1001] WebSocket closed: code=4009 reason=x"',
    'INFO [QQBot:1001] C2C message: Max reconnect attempts reached',
    'INFO [Telegram] Max reconnect attempts reached',
    'WARNING [Weixin] WebSocket closed: code=1006 reason=',
  ])('is no event: %s', (text) => {
    expect(conclusion([...healthyStart(), [100, text]], 1_000, 'qqbot')).toBe('up/none');
  });
});
