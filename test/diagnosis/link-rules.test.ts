import { describe, expect, test } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, LinkFact } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { policyForKind } from '../../src/monitor/gateway/policy-for-kind.ts';
import { instant } from '../instant.ts';
import { conclusion, healthyStart, process, tell, verdictsAt, at, type Chapter } from './story.ts';

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

const refusedAt110: Chapter[] = [
  ...lostAt100,
  [
    110,
    "WARNING [QQBot:1001] Reconnect failed: Failed to get QQ Bot access token: Client error '401 Unauthorized' for url 'https://bots.qq.com/app/getAppAccessToken'",
  ],
];

const triedByRunner: Chapter[] = [
  ...lostAt100,
  [110, 'INFO Reconnecting qqbot (attempt 5)...'],
  [111, 'ERROR [QQBot:1001] QQ startup failed: Cannot connect to host api.sgroup.qq.com:443'],
];

const LINK = (ok: boolean): LinkFact => ({ kind: 'link-reachable', ok, host: 'api.sgroup.qq.com:443' });

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
    [
      'given its time to log in when it says Reconnected',
      [...lostAt100, [103, 'INFO [QQBot:1001] Reconnected']],
      222,
      'reconnecting/wait',
    ],
    [
      'down when it says Reconnected but never logs in',
      [...lostAt100, [103, 'INFO [QQBot:1001] Reconnected']],
      223,
      'down/restart',
    ],
    [
      'up again when a button is tapped on it half a minute after it was opened, though no login was logged',
      [
        ...lostAt100,
        [103, 'INFO [QQBot:1001] Reconnected'],
        [133, 'WARNING [QQBot:1001] Rejected unauthorized approval click for session a (operator=A)'],
      ],
      300,
      'up/none',
    ],
    [
      'down though a line of a tap follows sooner: it may have come in before the loss',
      [
        ...lostAt100,
        [103, 'INFO [QQBot:1001] Reconnected'],
        [132, 'INFO [QQBot:1001] Interaction: scene=c2c button_data=x operator=A'],
      ],
      300,
      'down/restart',
    ],
    [
      'down though a line of a tap follows the loss, and no socket was opened since',
      [...lostAt100, [140, 'INFO [QQBot:1001] Interaction: scene=c2c button_data=x operator=A']],
      300,
      'down/restart',
    ],
    ['up again after a 4009 with Resume', resume, 1_806, 'up/none'],
    [
      'up after op 7 and a Resume',
      [
        [50, 'INFO [QQBot:1001] Server requested reconnect (op 7)'],
        [51, 'INFO [QQBot:1001] Session resumed (seq=4)'],
      ],
      400,
      'up/none',
    ],
    [
      'given up at the give-up line, at once',
      [...lostAt100, [160, 'ERROR [QQBot:1001] Max reconnect attempts reached (QQCloseError)']],
      160,
      'gave_up/restart',
    ],
    [
      'rejected when the bot is banned',
      [[100, 'ERROR [QQBot:1001] Bot is banned. Check QQ Open Platform.']],
      3_000,
      'rejected/alert',
    ],
    [
      'rejected on a close code that a restart meets again',
      [[100, 'WARNING [QQBot:1001] WebSocket closed: code=4014 reason=intents']],
      3_000,
      'rejected/alert',
    ],
    [
      'unreachable while the platform answers its tries with errors',
      [
        ...lostAt100,
        [
          200,
          "WARNING [QQBot:1001] Reconnect failed: Failed to get QQ Bot gateway URL: Server error '500 Internal Server Error'",
        ],
      ],
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
    ['up when it drops again and again and is back within seconds (#19821)', drops(30, 5, true), 225, 'up/none'],
    ['flapping when it drops again and again without logins', drops(30, 5, false), 225, 'flapping/restart'],
    [
      'flapping, and not to be restarted, when it logs in anew by itself each time',
      drops(30, 5, false).flatMap((chapter, index): Chapter[] => [
        chapter,
        ...(index % 2 === 1 ? ([[chapter[0], 'INFO [QQBot:1001] Identify sent']] satisfies Chapter[]) : []),
      ]),
      225,
      'flapping/alert',
    ],
    [
      'flapping, and not to be restarted, when its token is refused each time',
      drops(30, 5, false).flatMap((chapter, index): Chapter[] => [
        chapter,
        ...(index % 2 === 0
          ? ([[chapter[0], 'INFO [QQBot:1001] Invalid token (4004), will refresh and reconnect']] satisfies Chapter[])
          : []),
      ]),
      225,
      'flapping/alert',
    ],
    [
      'refused, with the secret named, when QQ says so to its try',
      [
        ...lostAt100,
        [101, 'INFO [QQBot:1001] Invalid token (4004), will refresh and reconnect'],
        [110, 'WARNING [QQBot:1001] Reconnect failed: access token: 100016 invalid appid or secret'],
      ],
      36_000,
      'rejected/alert',
    ],
    ['refused by its last try, however long ago', refusedAt110, 36_000, 'rejected/alert'],
    [
      'to be restarted when its last try met a fault of the platform, and it tries no more',
      [...lostAt100, [110, "WARNING [QQBot:1001] Reconnect failed: Server error '500 Internal Server Error'"]],
      3_600,
      'down/restart',
    ],
    [
      'given up, and not to be restarted, when its last try was refused',
      [...refusedAt110, [160, 'ERROR [QQBot:1001] Max reconnect attempts reached']],
      161,
      'gave_up/alert',
    ],
    [
      'up when it logs in after a refusal',
      [...refusedAt110, [160, 'INFO [QQBot:1001] Ready, session_id=b']],
      3_600,
      'up/none',
    ],
    ['between two tries of the runner, which pauses for up to 300 s', triedByRunner, 505, 'unreachable/alert'],
    ['down when the runner tries no more', triedByRunner, 525, 'down/restart'],
    [
      'given its grace when a stale session is refused for a minute',
      [...drops(5, 10, false), [160, 'INFO [QQBot:1001] Ready, session_id=b']],
      300,
      'up/none',
    ],
    ['up when it has held after a row of drops', drops(30, 6, true), 400, 'up/none'],
    [
      'one loss, not several, when a loss has several lines',
      [100, 101, 102, 103, 104, 105].map((second): Chapter => [
        second,
        'WARNING [QQBot:1001] WebSocket error: WebSocket closed',
      ]),
      221,
      'down/restart',
    ],
    [
      'unreachable while the platform cannot be reached from here',
      [...lostAt100, [150, 'WARNING [QQBot:1001] Reconnect failed: boom'], [230, LINK(false)]],
      240,
      'unreachable/alert',
    ],
    [
      'unreachable when it could not connect before the network came back, until its next try',
      [
        ...lostAt100,
        [200, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443'],
        [230, LINK(true)],
        [262, LINK(true)],
      ],
      280,
      'unreachable/alert',
    ],
    [
      'down when it cannot connect after it could be done from here',
      [
        ...lostAt100,
        [200, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443'],
        [230, LINK(true)],
        [262, LINK(true)],
        [263, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443'],
      ],
      264,
      'down/restart',
    ],
    [
      'unreachable when the network has gone again since it could be reached from here',
      [
        ...lostAt100,
        [230, LINK(true)],
        [262, LINK(false)],
        [263, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443'],
        [294, LINK(true)],
      ],
      300,
      'unreachable/alert',
    ],
    [
      'down when its announced try is long past, and nothing was heard of it',
      [
        ...lostAt100,
        [200, 'WARNING [QQBot:1001] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443'],
        [230, LINK(true)],
      ],
      1_200,
      'down/restart',
    ],
    [
      'given up, not to be restarted, while the platform cannot be reached from here',
      [...lostAt100, [160, 'ERROR [QQBot:1001] Max reconnect attempts reached'], [161, LINK(false)]],
      162,
      'gave_up/alert',
    ],
    [
      'given up when what reconnects it is dead',
      [
        ...lostAt100,
        [
          110,
          'ERROR Reconnect watcher could not be kept alive after 5 slow respawns; Manual intervention or a gateway restart is required.',
        ],
      ],
      111,
      'gave_up/restart',
    ],
    [
      'deaf, to be told, when nothing comes back on its connection',
      [[500, { kind: 'link-silent', silentMs: 200_000 }]],
      501,
      'deaf/alert',
    ],
    [
      'deaf, to be restarted, when its own state file calls it ill as well',
      [
        [490, { kind: 'link-claim', state: 'disconnected' }],
        [500, { kind: 'link-silent', silentMs: 200_000 }],
      ],
      501,
      'deaf/restart',
    ],
    ['up whatever its state file claims', [[490, { kind: 'link-claim', state: 'disconnected' }]], 5_000, 'up/none'],
    [
      'tried by the runner for hours',
      [
        ...lostAt100,
        [
          4_000,
          'WARNING qqbot has been failing/reconnecting continuously for 2 hours (30 attempts) — flagging NEEDS_ATTENTION.',
        ],
      ],
      4_001,
      'unreachable/alert',
    ],
    [
      'rejected when the runner takes it from its queue',
      [...lostAt100, [110, 'WARNING Reconnect qqbot: non-retryable error (bad secret), removing from retry queue']],
      111,
      'rejected/alert',
    ],
    ['not flapping when it drops every half hour', drops(1_800, 12, true), 100 + 1_800 * 12, 'up/none'],
  ])('is %s', (_name, story, seconds, expected) => {
    expect(conclusion([...healthyStart(), ...story], seconds, 'qqbot')).toBe(expected);
  });

  test('names the loss and its line as evidence, dated by the log', () => {
    const [verdict] = verdictsAt([...healthyStart(), ...lostAt100], 230).filter(({ link }) => link === 'qqbot');
    expect(verdict).toMatchObject({ since: at(100), cause: 'no_login_after_loss' });
    expect(verdict?.evidence[0]).toMatchObject({
      at: at(100),
      source: 'gateway.log',
      text: 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=',
    });
  });

  test('names a blocked event loop as the cause, and advises a restart for it once', () => {
    const blocked: Chapter[] = [[95, 'INFO Tool terminal returned 120 chars (322.13s)'], ...lostAt100];
    const cause = (story: Chapter[], second: number): string[] =>
      verdictsAt([...healthyStart(), ...story], second).flatMap((verdict) =>
        verdict.link === 'qqbot' ? [`${verdict.condition}/${verdict.remedy}/${verdict.cause}`] : [],
      );
    expect(cause(blocked, 230)).toEqual(['down/restart/loop_blocked']);
    expect(cause([[10, { kind: 'treated', cause: 'loop_blocked' }], ...blocked], 230)).toEqual([
      'down/alert/loop_blocked',
    ]);
  });

  test('forgets a give-up when the gateway starts again, whoever started it', () => {
    const story: Chapter[] = [
      ...healthyStart(),
      ...lostAt100,
      [160, 'ERROR [QQBot:1001] Max reconnect attempts reached'],
      ...healthyStart(200, 200),
    ];
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
    [
      'unreachable while Feishu itself answers its tries with an error',
      [
        ...lost,
        [130, 'ERROR connect failed, err: 503: system busy'],
        [250, 'ERROR connect failed, err: 1000040343: internal error'],
        [370, 'ERROR connect failed, err: 1: system busy'],
      ],
      420,
      'unreachable/alert',
    ],
    [
      'rejected when its last try was refused, and the SDK has ended',
      [...lost, [130, 'ERROR connect failed, err: 403: forbidden']],
      3_000,
      'rejected/alert',
    ],
    ['up when it came back after 200 s', [...lost, [300, 'INFO connected to wss://example/ws']], 500, 'up/none'],
    [
      'up when a message came in after the loss',
      [...lost, [200, 'INFO [Feishu] Inbound message from ou_1']],
      500,
      'up/none',
    ],
    [
      'not proven by its adapter saying Connected',
      [...lost, [120, 'INFO [Feishu] Connected in websocket mode (feishu)']],
      500,
      'down/restart',
    ],
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

describe('a state that has never shown the link connected', () => {
  const never = (second: number, neverSince: number): Chapter => [
    second,
    { kind: 'link-lost', reason: 'disconnected', neverSince: at(neverSince) },
  ];

  test.each<[string, Chapter[], string]>([
    ['is nothing against a login in the log since its start', [never(60, -10), never(400, -10)], 'up/none'],
    ['counts where it has started anew since that login', [never(60, 30)], 'down/restart'],
    [
      'counts once the log tells of a loss',
      [[50, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason='], never(60, -10)],
      'down/restart',
    ],
  ])('%s', (_, story, expected) => {
    expect(conclusion([...healthyStart(), ...story], 500, 'qqbot')).toBe(expected);
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

describe('a link whose logins are not logged', () => {
  const evidence = (second: number, fact: LinkFact): Evidence => ({
    at: instant(at(second)),
    source: 'openclaw.log',
    text: fact.kind,
    link: 'feishu',
    fact,
  });
  const said = (facts: readonly (readonly [number, LinkFact])[], second: number): string => {
    const state = facts.map(([when, fact]) => evidence(when, fact)).reduce(advance, tell([[0, process(100, -2)]]));
    const { verdicts } = judge(state, { gateway: 'main', policy: DEFAULT_POLICY, now: at(second), links: null });
    return verdicts.flatMap(({ link, condition, remedy }) => (link === null ? [] : [`${condition}/${remedy}`])).join();
  };
  const lost: LinkFact = { kind: 'link-lost', reason: 'x', returnsSilently: true };
  const failed: LinkFact = { kind: 'link-retry-failed', failure: 'other', error: 'x' };

  test.each<[string, readonly (readonly [number, LinkFact])[], string]>([
    ['and whose return is not, either: nobody knows', [[10, lost]], 'unknown/none'],
    [
      'and whose tries fail',
      [
        [10, lost],
        [20, failed],
      ],
      'down/alert',
    ],
    [
      'and that its status calls lost',
      [
        [10, lost],
        [20, { kind: 'link-lost', reason: 'disconnected' }],
      ],
      'down/alert',
    ],
    ['lost with words of another kind', [[10, { kind: 'link-lost', reason: 'x' }]], 'down/alert'],
    [
      'lost again and again',
      Array.from({ length: 20 }, (_, each) => [
        [10 + 30 * each, { kind: 'link-lost', reason: 'x' }] as const,
        [39 + 30 * each, { kind: 'link-open' }] as const,
      ]).flat(),
      'flapping/alert',
    ],
  ])('%s', (_, facts, expected) => expect(said(facts, 605)).toBe(expected));
});

describe('WhatsApp of OpenClaw, for which a restart is allowed', () => {
  const openclaw = kindAt('openclaw', '/nowhere');
  const evidence = (second: number, fact: LinkFact): Evidence => ({
    at: instant(at(second)),
    source: 'openclaw.log',
    text: fact.kind,
    link: 'whatsapp',
    fact,
  });
  const said = (facts: readonly (readonly [number, LinkFact])[], second: number): string => {
    const state = facts.map(([when, fact]) => evidence(when, fact)).reduce(advance, tell([[0, process(100, -2)]]));
    const policy = policyForKind(DEFAULT_POLICY, openclaw);
    const { verdicts } = judge(state, { gateway: 'main', policy, now: at(second), links: null });
    return verdicts.flatMap(({ link, condition, remedy }) => (link === null ? [] : [`${condition}/${remedy}`])).join();
  };
  const login: LinkFact = { kind: 'link-login' };
  const lost = (nextInMs?: number): LinkFact => ({
    kind: 'link-lost',
    ...(nextInMs === undefined ? {} : { nextInMs }),
  });
  const tries = Array.from({ length: 12 }, (_, each) => [30 + 30 * each, lost(30_000)] as const);

  test.each<[string, readonly (readonly [number, LinkFact])[], number, string]>([
    [
      'lost, within its grace',
      [
        [10, login],
        [30, lost()],
      ],
      200,
      'reconnecting/wait',
    ],
    [
      'lost, and nothing more',
      [
        [10, login],
        [30, lost()],
      ],
      215,
      'down/restart_link',
    ],
    ['lost, and it says when it tries next', [[10, login], ...tries], 370, 'down/alert'],
    ['the same, when its status says so too', [[10, login], ...tries, [365, lost()]], 370, 'down/alert'],
    ['the same, and then silence beyond any pause', [[10, login], ...tries], 700, 'down/restart_link'],
    ['it has ended its tries', [[10, login], ...tries, [400, { kind: 'link-gave-up' }]], 405, 'gave_up/restart_link'],
    [
      'it has ended its tries, since another session has its place',
      [
        [10, login],
        [30, { ...lost(), kind: 'link-lost', reason: 'session conflict' }],
        [400, { kind: 'link-gave-up' }],
      ],
      405,
      'gave_up/alert',
    ],
    [
      'another session has its place',
      [
        [10, login],
        [30, { ...lost(), kind: 'link-lost', reason: 'session conflict' }],
      ],
      400,
      'down/alert',
    ],
    ['stopped by force and not started', [[10, { kind: 'link-lost', dead: true }]], 195, 'down/restart_link'],
    [
      'stopped by force and started',
      [
        [10, { kind: 'link-lost', dead: true }],
        [12, { kind: 'link-open' }],
      ],
      195,
      'down/alert',
    ],
    [
      'stopped by force and back',
      [
        [10, { kind: 'link-lost', dead: true }],
        [12, login],
      ],
      195,
      'up/none',
    ],
  ])('%s', (_, facts, second, expected) => expect(said(facts, second)).toBe(expected));
});

test.each<[string, readonly (readonly [number, LinkFact])[], string]>([
  [
    'closed once, and back without a word',
    [[10, { kind: 'link-lost', code: 1006, returnsSilently: true }]],
    'unknown/none',
  ],
  [
    'closed each minute, and back without a word in between',
    Array.from(
      { length: 10 },
      (_, each) => [10 + 60 * each, { kind: 'link-lost', code: 1006, returnsSilently: true }] as const,
    ),
    'flapping/alert',
  ],
  [
    'closed each quarter of an hour',
    Array.from(
      { length: 4 },
      (_, each) => [10 + 900 * each, { kind: 'link-lost', code: 1006, returnsSilently: true }] as const,
    ),
    'unknown/none',
  ],
])('Discord of OpenClaw, %s (#39288, #54682, #56086)', (_, facts, expected) => {
  const state = facts
    .map(([when, fact]): Evidence => ({
      at: instant(at(when)),
      source: 'openclaw.log',
      text: fact.kind,
      link: 'discord',
      fact,
    }))
    .reduce(advance, tell([[0, process(100, -2)]]));
  const policy = policyForKind(DEFAULT_POLICY, kindAt('openclaw', '/nowhere'));
  const now = at((facts.at(-1)?.[0] ?? 0) + 240);
  const { verdicts } = judge(state, { gateway: 'main', policy, now, links: null });
  expect(
    verdicts.flatMap(({ link, condition, remedy }) => (link === null ? [] : [`${condition}/${remedy}`])).join(),
  ).toBe(expected);
});

describe('QQ, whose platform ends each connection every half hour', () => {
  const closes = (from: number, times: number, everyS: number): Chapter[] =>
    Array.from({ length: times }, (_, each): Chapter[] => {
      const second = from + each * everyS;
      return [
        [second, 'WARNING [QQBot:1001] WebSocket closed: code=4009 reason=Session timed out'],
        [second + 2, 'INFO [QQBot:1001] WebSocket connected to wss://example/websocket'],
        [second + 3, 'INFO [QQBot:1001] Session resumed'],
      ];
    }).flat();
  const last = 1_800 * 5 + 3;

  test.each<[string, Chapter[], number, string]>([
    ['closed in its time, and once it is not: not yet', closes(1_800, 5, 1_800), last + 4 * 3_600 - 1, 'up/none'],
    ['closed in its time, and then for four hours not', closes(1_800, 5, 1_800), last + 4 * 3_600, 'deaf/alert'],
    [
      'closed each minute, and then for four hours not (#19821)',
      closes(60, 9, 60),
      60 * 9 + 3 + 4 * 3_600,
      'deaf/alert',
    ],
    [
      'the same, and a message comes in meanwhile',
      [...closes(1_800, 5, 1_800), [last + 7_200, "INFO inbound message: platform=qqbot user=u chat=c msg='x'"]],
      last + 4 * 3_600,
      'up/none',
    ],
    ['closed too seldom for a rule', closes(1_800, 3, 1_800), last + 8 * 3_600, 'up/none'],
    ['closed every three hours', closes(1_800, 5, 10_800), 1_800 + 4 * 10_800 + 8 * 3_600, 'up/none'],
    ['never closed', [], 30 * 3_600, 'up/none'],
  ])('%s', (_, chapters, second, expected) => {
    expect(conclusion([...healthyStart(), ...chapters], second, 'qqbot')).toBe(expected);
  });

  test('and while nobody looked, nothing was quiet', () => {
    const state = tell([...healthyStart(), ...closes(1_800, 5, 1_800)]);
    const now = at(last + 5 * 3_600);
    const said = (watchedSince: number): string | undefined =>
      judge(state, { gateway: 'main', policy: DEFAULT_POLICY, now, watchedSince, links: null }).verdicts.find(
        ({ link }) => link === 'qqbot',
      )?.condition;
    expect(said(at(0))).toBe('deaf');
    expect(said(at(last + 4 * 3_600))).toBe('up');
  });
});

describe('a start after which the login line of lives before does not come', () => {
  const again: Chapter[] = [
    [1_000, 'INFO Starting Hermes Gateway...'],
    [1_001, 'INFO Connecting to qqbot...'],
  ];
  test.each<[string, Chapter[], string]>([
    ['the try never ends', [[1_004, 'INFO Gateway running with 1 platform(s)']], 'down/restart'],
    ['the try failed, and then nothing', [[1_002, 'WARNING ✗ qqbot failed to connect']], 'down/restart'],
    [
      'it opened, and nothing failed: perhaps a newer version words it in another way',
      [
        [1_002, 'INFO [QQBot:1001] WebSocket connected to wss://example/websocket'],
        [1_003, 'INFO ✓ qqbot connected'],
        [1_004, 'INFO Gateway running with 1 platform(s)'],
      ],
      'down/alert',
    ],
  ])('%s', (_, chapters, expected) => {
    expect(conclusion([...healthyStart(), [999, process(101, 999)], ...again, ...chapters], 1_700, 'qqbot')).toBe(
      expected,
    );
  });
});

describe('since when a link is up', () => {
  const TRAFFIC: LinkFact = { kind: 'link-traffic' };
  const every = (from: number, to: number, fact: LinkFact): Chapter[] =>
    Array.from({ length: Math.floor((to - from) / 3) }, (_, n): Chapter => [from + n * 3, fact]);
  const born: Chapter = [0, process(100, -2)];
  const LOGIN: LinkFact = { kind: 'link-login' };
  const STILL: LinkFact = { kind: 'link-login', still: true };
  const LOST: LinkFact = { kind: 'link-lost', reason: 'closed' };

  test.each<[string, Chapter[], number]>([
    ['its login, whatever came in since', [born, [10, LOGIN], ...every(13, 200, TRAFFIC)], 10],
    ['the first message, where no login was seen', [born, ...every(13, 200, TRAFFIC)], 13],
    ['a later login', [born, [10, LOGIN], ...every(13, 100, TRAFFIC), [100, LOGIN], ...every(101, 200, TRAFFIC)], 100],
    [
      'the first message after a loss whose login has no line',
      [born, [10, LOGIN], ...every(13, 100, TRAFFIC), [100, LOST], ...every(130, 200, TRAFFIC)],
      130,
    ],
    [
      'the first message after it was opened anew without a word of the loss',
      [born, [10, LOGIN], ...every(13, 100, TRAFFIC), [100, { kind: 'link-open' }], ...every(130, 200, TRAFFIC)],
      130,
    ],
    [
      'the first message after its gateway gave it up',
      [born, [10, LOGIN], [100, { kind: 'link-gave-up' }], ...every(130, 200, TRAFFIC)],
      130,
    ],
    ['the first of its polls that came back', [born, ...every(13, 200, STILL)], 13],
    [
      'the first poll after one that did not',
      [born, ...every(13, 100, STILL), [100, LOST], ...every(130, 200, STILL)],
      130,
    ],
    [
      'the first message of the present life',
      [born, [10, LOGIN], ...every(13, 100, TRAFFIC), [100, process(101, 100)], ...every(130, 200, TRAFFIC)],
      130,
    ],
  ])('%s', (_, story, since) => {
    expect(verdictsAt(story, 201).find(({ link }) => link === 'qqbot')).toMatchObject({
      condition: 'up',
      since: at(since),
    });
  });
});
