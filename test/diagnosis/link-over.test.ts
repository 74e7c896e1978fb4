/**
 * Links of platforms that a gateway is not restarted for, but for what its own words prove: what held the link has
 * ended, its tries are counted out, it closes its own connections, or those it has left behind are in its way. Beside each a near miss, which restarts nothing.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, GatewayFact, LinkFact } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY, type DiagnosisPolicy } from '../../src/diagnosis/policy.ts';
import { initialState } from '../../src/diagnosis/state.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { openClawLogReader } from '../../src/gateways/openclaw/log-reader.ts';
import { policyForKind } from '../../src/monitor/gateway/policy-for-kind.ts';
import { instant } from '../instant.ts';
import { at, process, stamp } from './story.ts';

/** `[second, line]`, or what a sensor found of the link. */
type Line = readonly [number, string | LinkFact];
type Case = readonly [string, string, readonly Line[], number, string];

const each = (from: number, to: number, everyS: number, ...texts: readonly string[]): readonly Line[] =>
  Array.from({ length: Math.floor((to - from) / everyS) + 1 }, (_, n) => from + n * everyS).flatMap((second) =>
    texts.map((text): Line => [second, text]),
  );

const evidence = (second: number, link: string | null, fact: GatewayFact | LinkFact): Evidence =>
  ({ at: instant(at(second)), source: 'test', text: fact.kind, link, fact }) as Evidence;

const said = (
  link: string,
  lines: readonly Line[],
  second: number,
  read: (second: number, text: string) => readonly Evidence[],
  policy: DiagnosisPolicy,
): string => {
  const state = [
    evidence(0, null, process(100, 0)),
    ...lines.flatMap(([when, told]) => (typeof told === 'string' ? read(when, told) : [evidence(when, link, told)])),
  ].reduce(advance, initialState);
  const { verdicts } = judge(state, { gateway: 'main', policy, now: at(second), links: null });
  const own = verdicts.find((verdict) => verdict.link === link);
  return own ? `${own.condition}/${own.remedy}` : 'nothing';
};

describe('Hermes', () => {
  const policy = policyForKind(DEFAULT_POLICY, hermes);
  const saidBy = (link: string, lines: readonly Line[], second: number): string => {
    const reader = hermesLogReader('agent.log');
    return said(
      link,
      lines,
      second,
      (when, text) => reader.line(`${stamp(when)} WARNING ${text}`)?.evidence ?? [],
      policy,
    );
  };
  const RUN = 'gateway.run: ';
  const started = (link: string, ...own: readonly string[]): readonly Line[] => [
    [0, `${RUN}Starting Hermes Gateway...`],
    [1, `${RUN}Connecting to ${link}...`],
    ...own.map((text): Line => [2, text]),
    [2, `${RUN}✓ ${link} connected`],
    [3, `${RUN}Gateway running with 1 platform(s)`],
  ];
  const TELEGRAM = started('telegram', 'gateway.platforms.telegram: [Telegram] Connected to Telegram (polling mode)');
  const NETWORK: readonly Line[] = [
    [600, 'gateway.platforms.telegram: [Telegram] Telegram network error, scheduling reconnect: httpx.ConnectError'],
  ];
  const fatal = (link: string, code: string): string => `${RUN}Fatal ${link} adapter error (${code}): it is over`;
  const DISCORD = started('discord', 'discord.gateway: Shard ID None has connected to Gateway (Session ID: x).');
  const watchdog = (reason: string): Line => [
    600,
    `plugins.platforms.discord.adapter: [Discord] Discord Gateway WebSocket unhealthy (${reason}, 1/2)`,
  ];
  const MATRIX = started('matrix', 'gateway.platforms.matrix: Matrix: initial sync complete, joined 3 rooms');
  const MATRIX_ENDED =
    'gateway.platforms.matrix: Matrix: permanent auth error: Connection timeout to host — stopping sync';
  const WECOM = started('wecom', 'gateway.platforms.wecom: [Wecom] Connected to wss://openws.work.weixin.qq.com');
  const CLOSED = 'gateway.platforms.wecom: [Wecom] WebSocket error: WeCom websocket closed';

  test.each<Case>([
    [
      'an adapter that was taken away and never queued',
      'telegram',
      [...TELEGRAM, ...NETWORK, [900, fatal('telegram', 'telegram_network_error')]],
      1_300,
      'down/restart',
    ],
    [
      'Matrix, which has taken a time-out for a refusal and ended its poll (#80336)',
      'matrix',
      [...MATRIX, [600, MATRIX_ENDED]],
      1_501,
      'down/restart',
    ],
    [
      'the same within a quarter of an hour of that time-out',
      'matrix',
      [...MATRIX, [600, MATRIX_ENDED]],
      1_499,
      'down/alert',
    ],
    [
      'Matrix, which is refused',
      'matrix',
      [...MATRIX, [600, 'gateway.platforms.matrix: Matrix: permanent auth error: M_UNKNOWN_TOKEN — stopping sync']],
      1_501,
      'rejected/alert',
    ],
    [
      'one that was queued, and the runner tries',
      'telegram',
      [
        ...TELEGRAM,
        ...NETWORK,
        [900, fatal('telegram', 'telegram_network_error')],
        [900, `${RUN}telegram queued for background reconnection`],
        ...each(930, 4_000, 300, `${RUN}Reconnecting telegram (attempt 9)...`),
        ...each(935, 4_000, 300, `${RUN}Reconnect telegram failed, next retry in 300s`),
      ],
      4_000,
      'down/alert',
    ],
    [
      'one whose setting is missing',
      'email',
      [...started('email'), [600, fatal('email', 'email_missing_configuration')]],
      2_000,
      'misconfigured/alert',
    ],
    [
      'one whose place another program took',
      'telegram',
      [...TELEGRAM, ...NETWORK, [900, fatal('telegram', 'telegram_polling_conflict')]],
      2_000,
      'rejected/alert',
    ],
    [
      'tries that are counted out',
      'telegram',
      [...TELEGRAM, ...NETWORK, [3_000, `${RUN}Giving up reconnecting telegram after 20 attempts`]],
      3_001,
      'gave_up/restart',
    ],
    [
      'tries that are counted out while the platform cannot be reached',
      'telegram',
      [
        ...TELEGRAM,
        ...NETWORK,
        [3_000, `${RUN}Giving up reconnecting telegram after 20 attempts`],
        [3_100, { kind: 'link-reachable', ok: false, host: 'api.telegram.org:443' }],
      ],
      3_101,
      'gave_up/alert',
    ],
    [
      'tries that are counted out right behind an error of the platform',
      'telegram',
      [
        ...TELEGRAM,
        ...NETWORK,
        [2_990, 'gateway.platforms.telegram: [Telegram] Telegram polling reconnect failed: Bad Gateway'],
        [3_000, `${RUN}Giving up reconnecting telegram after 20 attempts`],
      ],
      3_100,
      'gave_up/alert',
    ],
    ['WeCom that closes and then says nothing', 'wecom', [...WECOM, [600, CLOSED]], 1_000, 'down/restart'],
    [
      'WeCom that closes and is refused at each try',
      'wecom',
      [...WECOM, [600, CLOSED], ...each(610, 3_000, 60, 'gateway.platforms.wecom: [Wecom] Reconnect failed: HTTP 502')],
      3_000,
      'unreachable/alert',
    ],
    [
      'WeCom that closes and is back, as every five minutes',
      'wecom',
      [...WECOM, ...each(600, 3_000, 300, CLOSED, 'gateway.platforms.wecom: [Wecom] Reconnected')],
      3_290,
      'up/none',
    ],
    [
      'Discord’s watchdog that stops in the middle',
      'discord',
      [...DISCORD, watchdog('socket_closed')],
      1_200,
      'down/restart',
    ],
    [
      'Discord’s watchdog before a session is resumed',
      'discord',
      [
        ...DISCORD,
        watchdog('socket_closed'),
        [604, 'discord.gateway: Shard ID None has successfully RESUMED session x.'],
      ],
      1_200,
      'up/none',
    ],
    ['Discord’s watchdog while a session is resumed', 'discord', [...DISCORD, watchdog('not_ready')], 1_200, 'up/none'],
    [
      'Discord’s watchdog where its library’s words are not to be seen',
      'discord',
      [[0, 'gateway.platforms.discord: [Discord] Flushing text batch x'], watchdog('socket_closed')],
      1_200,
      'unknown/none',
    ],
    [
      'Telegram’s library in its own words: another program polls',
      'telegram',
      [
        ...TELEGRAM,
        ...each(
          600,
          1_500,
          30,
          'gateway.platforms.telegram: [Telegram] Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
        ),
      ],
      1_500,
      'down/alert',
    ],
  ])('%s', (_, link, lines, second, expected) => expect(saidBy(link, lines, second)).toBe(expected));
});

describe('OpenClaw', () => {
  const policy = policyForKind(DEFAULT_POLICY, kindAt('openclaw', '/nowhere'));
  const saidBy = (link: string, lines: readonly Line[], second: number): string => {
    const reader = openClawLogReader('openclaw.log');
    return said(
      link,
      lines,
      second,
      (when, text) => reader.line(`${new Date(at(when)).toISOString()} ${text}`)?.evidence ?? [],
      policy,
    );
  };
  const READY: readonly Line[] = [
    [1, '[gateway] loading configuration…'],
    [2, '[gateway] ready'],
  ];
  const TELEGRAM: readonly Line[] = [...READY, [3, '[telegram] [default] starting provider (@bot)']];
  const exited = (reason: string): Line => [600, `[telegram] [default] channel exited: ${reason}`];
  const DISCORD: readonly Line[] = [...READY, [3, '[discord] logged in to discord as 1']];
  const closed = (code: number): string => `[discord] discord gateway: WebSocket connection closed with code ${code}`;
  const SLACK_STARTS = '[slack] [default] starting provider';
  const STALLED = '[discord] connection stalled: no HELLO received within 30000ms';
  const DINGTALK_LOGIN = '[dingtalk] [default] Reconnection successful';
  const DINGTALK: readonly Line[] = [...READY, [3, DINGTALK_LOGIN]];
  const DINGTALK_ENDED =
    '[dingtalk] [default] WebSocket error event: WebSocket was closed before the connection was established';
  const RESUME = '[discord] discord gateway: Attempting resume with backoff: 1000ms';
  const LISTENER = (attempt: number): readonly Line[] => [
    [attempt * 30, '[googlechat] [default] starting Google Chat webhook'],
    [attempt * 30, `[googlechat] [default] auto-restart attempt ${attempt}/10 in 29s`],
  ];
  const SLOW_EVENT =
    '[EventQueue] Slow listener detected: InteractionEventListener took 4503ms for event INTERACTION_CREATE';
  /** A poll that has worked. */
  const LONG_AGO: Line = [100, { kind: 'link-login' }];
  const STALL = '[telegram] Polling stall detected (no completed getUpdates for 121s); forcing restart. [diag x]';
  const SLACK: readonly Line[] = [...READY, [3, '[slack] slack socket mode connected']];
  const SLACK_LOST = '[slack] slack socket disconnected (disconnect); reconnecting in 2s (attempt 1/∞) (x)';
  const TOO_MANY = '[slack] slack socket mode failed to start; retry 2/∞ in 4s reason="too_many_websockets"';
  const MONITOR = '[health-monitor] [telegram:default] health-monitor: restarting (reason: stopped)';

  const AGAIN = (times: number): readonly Line[] => [
    ...DISCORD,
    ...Array.from({ length: times }, (_, turn): readonly Line[] => [
      [1_000 + turn * 600, '[health-monitor] [discord:default] health-monitor: restarting (reason: stuck)'],
      [1_004 + turn * 600, '[discord] logged in to discord as 1'],
    ]).flat(),
  ];
  test.each<Case>([
    [
      'a channel that the monitor starts as often as it may, which logs in each time (#32176)',
      'discord',
      AGAIN(6),
      4_010,
      'flapping/alert',
    ],
    ['the same once more seldom', 'discord', AGAIN(5), 3_500, 'unknown/none'],
    ['the same once the monitor has let it be', 'discord', AGAIN(6), 5_030, 'unknown/none'],
    [
      'the same while it is lost, which tells more',
      'discord',
      [...AGAIN(6), [4_100, { kind: 'link-lost', reason: 'x' }]],
      4_710,
      'down/alert',
    ],
    [
      'a plugin that does not load',
      'feishu',
      [
        [1, '[gateway] loading configuration…'],
        [2, "[plugins] feishu failed to load from /x/feishu/index.ts: Error: Cannot find module 'x'"],
        [3, '[gateway] ready'],
      ],
      400,
      'misconfigured/alert',
    ],
    [
      'the same by another program, beside a link that has begun',
      'feishu',
      [
        ...READY,
        [3, '[feishu] feishu[default]: WebSocket client started'],
        [100, "[plugins] feishu failed to load from /x/feishu/index.ts: Error: Cannot find module 'x'"],
      ],
      110,
      'connecting/wait',
    ],
    [
      'a channel that ended, and nothing starts it',
      'telegram',
      [...TELEGRAM, exited("Cannot read properties of undefined (reading 'x')")],
      1_000,
      'down/restart_link',
    ],
    [
      'the same a quarter of an hour after an error of the network',
      'telegram',
      [...TELEGRAM, exited("Request to 'getUpdates' timed out after 500 seconds")],
      1_501,
      'down/restart_link',
    ],
    [
      'the same before that',
      'telegram',
      [...TELEGRAM, exited("Request to 'getUpdates' timed out after 500 seconds")],
      1_499,
      'down/alert',
    ],
    [
      'the same where the platform was reached since',
      'telegram',
      [
        ...TELEGRAM,
        exited("Request to 'getUpdates' timed out after 500 seconds"),
        [1_200, { kind: 'link-reachable', ok: true, host: 'api.telegram.org:443' }],
      ],
      1_201,
      'down/restart_link',
    ],
    [
      'a channel that ended a moment ago because the platform answers with an error',
      'telegram',
      [...TELEGRAM, exited("Call to 'getUpdates' failed! (502: Bad Gateway)")],
      601,
      'reconnecting/wait',
    ],
    [
      'a channel that ended, and that is started again and again',
      'telegram',
      [
        ...TELEGRAM,
        ...each(
          600,
          3_000,
          240,
          '[telegram] [default] channel exited: fetch failed',
          '[telegram] [default] auto-restart attempt 2/10 in 200s',
        ),
      ],
      3_000,
      'unreachable/alert',
    ],
    [
      'a channel that ended because the platform answers with an error',
      'telegram',
      [...TELEGRAM, exited("Call to 'getUpdates' failed! (502: Bad Gateway)")],
      1_400,
      'down/alert',
    ],
    [
      'a channel that ended because the platform refuses it',
      'telegram',
      [...TELEGRAM, exited("Call to 'getMe' failed! (401: Unauthorized)")],
      1_400,
      'rejected/alert',
    ],
    [
      'a channel that ends right behind each start',
      'slack',
      [
        ...READY,
        ...each(
          3,
          600,
          60,
          '[slack] [default] starting provider',
          '[slack] [default] channel exited: Cannot read properties of undefined',
          '[slack] [default] auto-restart attempt 1/10 in 5s',
        ),
        [660, '[slack] [default] giving up after 10 restart attempts'],
      ],
      2_000,
      'gave_up/alert',
    ],
    [
      'restarts that are counted out of a channel that had worked',
      'slack',
      [
        ...READY,
        [3, '[slack] socket mode connected'],
        [600, '[slack] [default] channel exited: x'],
        [660, '[slack] [default] giving up after 10 restart attempts'],
      ],
      2_000,
      'gave_up/restart_link',
    ],
    [
      'restarts that its refusal has ended',
      'slack',
      [
        ...READY,
        [3, '[slack] socket mode connected'],
        [600, '[slack] [default] auto-restart skipped, terminal disconnect'],
      ],
      2_000,
      'gave_up/alert',
    ],
    [
      'a WhatsApp that the monitor takes for ended for good (#142256)',
      'whatsapp',
      [
        ...READY,
        [3, '[whatsapp] Listening for personal WhatsApp inbound messages.'],
        [600, '[health-monitor] [whatsapp:default] health-monitor: skipping restart, terminal-disconnect'],
      ],
      2_000,
      'gave_up/alert',
    ],
    [
      'its monitor starts it, and no start follows',
      'telegram',
      [...TELEGRAM, ...each(600, 3_000, 600, MONITOR)],
      3_400,
      'down/restart',
    ],
    [
      'its monitor starts it, and a start follows, while Telegram answers 502',
      'telegram',
      [
        ...TELEGRAM,
        ...each(
          600,
          3_000,
          600,
          MONITOR,
          '[telegram] [default] starting provider (@bot)',
          "[telegram] [diag] isolated polling ingress failed: Call to 'getUpdates' failed! (502: Bad Gateway)",
        ),
      ],
      3_300,
      'down/alert',
    ],
    [
      'Telegram, whose poll stalled and whose stop never ended',
      'telegram',
      [...TELEGRAM, LONG_AGO, [900, STALL]],
      1_200,
      'down/restart_link',
    ],
    [
      'the same within the time that a conflict takes',
      'telegram',
      [...TELEGRAM, LONG_AGO, [900, STALL]],
      1_100,
      'reconnecting/wait',
    ],
    [
      'the same where the next cycle was announced',
      'telegram',
      [
        ...TELEGRAM,
        LONG_AGO,
        [900, STALL],
        [915, '[telegram] Telegram polling runner stopped (polling stall detected); restarting in 30s.'],
      ],
      1_600,
      'down/alert',
    ],
    [
      'the same where no login was ever to be seen, and no error in the time of a poll',
      'telegram',
      [
        ...TELEGRAM,
        [900, STALL],
        [915, '[telegram] Telegram polling runner stopped (polling stall detected); restarting in 30s.'],
      ],
      1_095,
      'up/none',
    ],
    [
      'the same before that',
      'telegram',
      [
        ...TELEGRAM,
        [900, STALL],
        [915, '[telegram] Telegram polling runner stopped (polling stall detected); restarting in 30s.'],
      ],
      1_094,
      'reconnecting/wait',
    ],
    [
      'a second stall behind one that passed, whose stop never ended',
      'telegram',
      [
        ...TELEGRAM,
        [900, STALL],
        [915, '[telegram] Telegram polling runner stopped (polling stall detected); restarting in 30s.'],
        [3_300, STALL],
      ],
      3_600,
      'down/restart_link',
    ],
    [
      'the same in the words of isolated polling',
      'telegram',
      [
        ...TELEGRAM,
        LONG_AGO,
        [900, STALL],
        [915, '[telegram] Telegram isolated polling ingress restart requested; restarting in 30s.'],
      ],
      1_600,
      'down/alert',
    ],
    [
      'Slack, to which the connections that it has left behind are too many',
      'slack',
      [...SLACK, [600, SLACK_LOST], ...each(602, 2_000, 30, TOO_MANY)],
      1_501,
      'down/restart',
    ],
    [
      'the same before its old connections can have ended',
      'slack',
      [...SLACK, [600, SLACK_LOST], ...each(602, 2_000, 30, TOO_MANY).filter(([second]) => second < 1_499)],
      1_499,
      'down/alert',
    ],
    [
      'Slack, which refuses it for another reason',
      'slack',
      [
        ...SLACK,
        [600, SLACK_LOST],
        ...each(602, 2_000, 30, '[slack] slack socket mode failed to start; retry 2/∞ in 4s reason="x"'),
      ],
      1_501,
      'down/alert',
    ],
    [
      'Google Chat, whose listener ends as soon as it begins (#20222)',
      'google_chat',
      [...READY, ...LISTENER(1), ...LISTENER(2), ...LISTENER(3), ...LISTENER(4), ...LISTENER(5)],
      400,
      'down/alert',
    ],
    [
      'the same twice, and then it stays',
      'google_chat',
      [...READY, ...LISTENER(1), ...LISTENER(2), [200, '[googlechat] [default] starting Google Chat webhook']],
      1_400,
      'listening/none',
    ],
    [
      'Slack, whose task begins anew and then says nothing (#66989)',
      'slack',
      [...SLACK, [600, SLACK_STARTS]],
      790,
      'down/alert',
    ],
    ['the same within its grace', 'slack', [...SLACK, [600, SLACK_STARTS]], 770, 'reconnecting/wait'],
    [
      'Slack, whose task begins anew each half hour and is connected each time',
      'slack',
      [
        ...SLACK,
        ...each(600, 6_000, 1_800, SLACK_STARTS),
        ...each(602, 6_002, 1_800, '[slack] socket mode connected'),
      ].toSorted(([one], [other]) => one - other),
      7_000,
      'up/none',
    ],
    ['Slack, whose task begins for the first time', 'slack', [...READY, [3, SLACK_STARTS]], 790, 'unknown/none'],
    [
      'Discord, whose client closes each connection that it has made',
      'discord',
      [...DISCORD, ...each(600, 1_500, 24, closed(1006), RESUME, closed(1005))],
      1_500,
      'flapping/restart_link',
    ],
    [
      'the same where an event came in just before a close, and none follows (#3106)',
      'discord',
      [...DISCORD, ...each(600, 1_500, 24, closed(1005), RESUME), [1_505, SLOW_EVENT]],
      1_560,
      'unknown/none',
    ],
    [
      'the same where the closes go on behind that event',
      'discord',
      [
        ...DISCORD,
        ...each(600, 900, 24, closed(1005), RESUME),
        [905, SLOW_EVENT],
        ...each(930, 1_500, 24, closed(1005)),
      ],
      1_560,
      'flapping/restart_link',
    ],
    [
      'Discord, which closes each connection itself while events come in',
      'discord',
      [
        ...DISCORD,
        ...each(600, 1_500, 24, closed(1006), RESUME).flatMap((each): readonly Line[] => [
          each,
          [each[0] + 10, SLOW_EVENT],
        ]),
      ],
      1_501,
      'flapping/alert',
    ],
    [
      'Discord, which closes each connection itself',
      'discord',
      [...DISCORD, ...each(600, 1_500, 24, closed(1006), RESUME)],
      1_500,
      'flapping/alert',
    ],
    [
      'Discord, which closes each connection itself, an hour after its client did',
      'discord',
      [
        ...DISCORD,
        ...each(600, 900, 24, closed(1006), RESUME, closed(1005)),
        ...each(4_500, 5_400, 24, closed(1006), RESUME),
      ],
      5_400,
      'flapping/alert',
    ],
    [
      'Discord, which accepts a connection and then says nothing',
      'discord',
      [...DISCORD, ...each(600, 1_500, 31, STALLED, closed(1005), `${RESUME} after code 1005`)],
      1_500,
      'flapping/alert',
    ],
    [
      'Discord, whose client is not READY, though something was said on each connection',
      'discord',
      [...DISCORD, ...each(600, 1_500, 30, RESUME, STALLED, closed(1005))],
      1_500,
      'flapping/restart_link',
    ],
    [
      'the same in a log that begins in the midst of it',
      'discord',
      [[0, '[gateway] ready'], ...each(600, 1_500, 30, RESUME, STALLED, closed(1005))],
      1_500,
      'flapping/restart_link',
    ],
    [
      'a word on the connection before that one is none on it',
      'discord',
      [...DISCORD, ...each(600, 1_500, 31, RESUME), ...each(630, 1_530, 31, STALLED, closed(1005))].toSorted(
        ([one], [other]) => one - other,
      ),
      1_531,
      'flapping/alert',
    ],
    [
      'DingTalk, whose library ends each connection while it is made, right behind its login',
      'dingtalk',
      [...DINGTALK, ...each(600, 1_500, 2, DINGTALK_LOGIN, DINGTALK_ENDED)],
      1_500,
      'flapping/restart_link',
    ],
    [
      'the same without a login between, as where nothing answers',
      'dingtalk',
      [...DINGTALK, ...each(600, 1_500, 10, DINGTALK_ENDED)],
      1_500,
      'down/alert',
    ],
    [
      'DingTalk, which is ended from outside right behind each login',
      'dingtalk',
      [
        ...DINGTALK,
        ...each(600, 1_500, 2, DINGTALK_LOGIN, '[dingtalk] [default] WebSocket error event: read ECONNRESET'),
      ],
      1_500,
      'flapping/alert',
    ],
    [
      'DingTalk, whose library does so twice',
      'dingtalk',
      [...DINGTALK, ...each(600, 602, 2, DINGTALK_LOGIN, DINGTALK_ENDED), [604, DINGTALK_LOGIN]],
      1_500,
      'up/none',
    ],
  ])('%s', (_, link, lines, second, expected) => expect(saidBy(link, lines, second)).toBe(expected));

  test('a word of Discord within the half minute before counts for this connection, an older one does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59 }), (before) => {
        const loop = Array.from({ length: 16 }, (_, n) => 600 + 60 * n).flatMap((second): readonly Line[] => [
          [second - before, RESUME],
          [second, STALLED],
          [second, closed(1005)],
        ]);
        const expected = before < 30 ? 'flapping/restart_link' : 'flapping/alert';
        expect(saidBy('discord', [...DISCORD, ...loop], 1_500)).toBe(expected);
      }),
    );
  });
});
