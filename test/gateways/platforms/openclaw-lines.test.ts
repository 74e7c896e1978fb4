/** Every line of docs/facts/platforms.md 5 that means something, and what `channels.status` tells of each channel. */
import { describe, expect, test } from 'vitest';
import type { LinkFact } from '../../../src/diagnosis/evidence.ts';
import { accountFacts } from '../../../src/gateways/openclaw/account-facts.ts';
import { createLinkNames } from '../../../src/gateways/openclaw/accounts.ts';
import { openClawLogReader } from '../../../src/gateways/openclaw/log-reader.ts';
import { openClawSymptom } from '../../../src/gateways/openclaw/symptoms.ts';
import { nothingTold, statusEvidence } from '../../../src/gateways/openclaw/status.ts';
import { platformFor } from '../../../src/gateways/platforms/index.ts';
import { instant } from '../../instant.ts';

type Expected = LinkFact['kind'] | null | Readonly<Record<string, unknown>>;

const line = (subsystem: string, message: string): string =>
  JSON.stringify({
    0: JSON.stringify({ subsystem }),
    1: message,
    _meta: { logLevelName: 'INFO', date: '2026-11-21T10:00:00.000Z' },
    time: '2026-11-21T10:00:00.000Z',
  });

/** What the console leaves out of a message, since the subsystem before it says the same. */
const withoutOwnName = (subsystem: string, message: string): string => {
  const name = subsystem.split('channels/')[1]?.split('/')[0] ?? '';
  return message.replace(new RegExp(`^(?:\\[${name}\\] *|${name}(?= |:) *:? *)`, 'i'), '');
};

const factOf = (subsystem: string, message: string, config = {}) =>
  openClawLogReader('openclaw.log', createLinkNames(config))
    .line(line(subsystem, message))
    ?.evidence.find(({ link }) => link !== null) ?? null;

describe.each<[link: string, subsystem: string, rows: readonly (readonly [string, Expected])[]]>([
  [
    'telegram',
    'channels/telegram',
    [
      ['[default] starting provider (@bot)', 'link-open'],
      ['[telegram][diag] isolated polling ingress started spool=x', 'link-open'],
      [
        '[telegram] Polling stall detected (no completed getUpdates for 121s); forcing restart. [diag x]',
        { kind: 'link-lost', ended: true },
      ],
      [
        'Telegram polling runner stopped (polling stall detected); restarting in 30s.',
        { kind: 'link-retrying', nextInMs: 30_000 },
      ],
      ['[telegram] polling runner stopped (polling stall detected); restarting in 2.1s.', 'link-retrying'],
      ['[telegram] Polling runner stop timed out after 15s; forcing restart cycle.', null],
      [
        '[telegram][diag] isolated polling ingress failed: fetch failed',
        { kind: 'link-retry-failed', failure: 'network' },
      ],
      [
        "Telegram getUpdates conflict: Call to 'getUpdates' failed! (409: Conflict: terminated by other getUpdates request); Another OpenClaw gateway, script, or Telegram poller may be using this bot token; x",
        { kind: 'link-rejected', why: 'token_in_use' },
      ],
      ['Telegram isolated polling ingress failed; restarting in 30s.', { kind: 'link-retrying', nextInMs: 30_000 }],
      [
        'Telegram setup network error: fetch failed; retrying in 5s.',
        { kind: 'link-retry-failed', error: 'fetch failed', failure: 'network', nextInMs: 5_000 },
      ],
      [
        "Telegram network error: Network request for 'getUpdates' failed!; retrying in 30s.",
        { kind: 'link-retry-failed', nextInMs: 30_000, wasLost: true, settlesMs: 180_000 },
      ],
      [
        'Telegram webhook cleanup failed: fetch failed; retrying in 2.05s.',
        { kind: 'link-retry-failed', nextInMs: 2_050 },
      ],
      ['Telegram bot init failed: 401: Unauthorized', { kind: 'link-rejected', why: 'credentials_refused' }],
      ['[telegram] Isolated polling ingress stop timed out after 15s; forcing restart cycle.', null],
      ['Telegram command sync failed: fetch failed', null],
      ['webhook local listener on http://127.0.0.1:8787/telegram-webhook', { kind: 'link-closed', listens: true }],
      ['webhook advertised to telegram on https://x', { kind: 'link-closed', listens: true }],
      [
        'telegram setWebhook retry stopped after non-recoverable error: 401: Unauthorized',
        { kind: 'link-rejected', why: 'credentials_refused' },
      ],
      [
        '[two] Duplicate Telegram bot token: account "two" shares a token with account "default". Keep one owner account per bot token.',
        { link: 'telegram:two', kind: 'link-rejected', why: 'token_in_use' },
      ],
      [
        '[default] channel exited: Telegram polling already active for bot token 0a on account "default" (9s old); refusing duplicate poller for account "default". Stop x',
        { kind: 'link-rejected', why: 'token_in_use' },
      ],
      [
        '[default] channel exited: Telegram bot token missing for account "default" (set channels.telegram.x)',
        { kind: 'link-rejected', why: 'setup_incomplete' },
      ],
      [
        '[default] channel exited: channels.telegram.botToken: unresolved SecretRef "env:default:X". Resolve x',
        { kind: 'link-rejected', why: 'setup_incomplete' },
      ],
      ['[telegram][diag] rebuilding transport for next polling cycle', 'link-retrying'],
      ['[default] 401: Unauthorized', { kind: 'link-rejected', why: 'credentials_refused' }],
      ['[default] channel exited: x', { kind: 'link-lost', reason: 'x' }],
      [
        "[default] channel exited: Call to 'getUpdates' failed! (401: Unauthorized)",
        { kind: 'link-rejected', why: 'credentials_refused' },
      ],
      ['[default] channel exited: listen EADDRINUSE: address already in use 127.0.0.1:8787', 'link-lost'],
      ['[default] channel exited: channel startup failed: module not found', 'link-lost'],
      ['[default] auto-restart skipped, terminal disconnect', 'link-gave-up'],
      ['[default] giving up after 10 restart attempts', 'link-gave-up'],
    ],
  ],
  [
    'discord',
    'channels/discord',
    [
      ['[default] logged in to discord as 1', 'link-open'],
      [
        'Slow listener detected: InteractionEventListener took 4503ms for event INTERACTION_CREATE',
        { kind: 'link-traffic', lateByMs: 4_503 },
      ],
      [
        'Slow listener detected: DiscordMessageListener took 35.2 seconds for event MESSAGE_CREATE',
        { kind: 'link-traffic', lateByMs: 35_200 },
      ],
      ['discord gateway: Gateway websocket closed: 1006', { kind: 'link-lost', code: 1006 }],
      ['discord gateway: Gateway websocket closed: 4014', { kind: 'link-rejected', why: 'intents_missing' }],
      ['discord gateway: Gateway websocket closed: 4004', { kind: 'link-rejected', why: 'credentials_refused' }],
      ['gateway: WebSocket connection closed with code 1005', { kind: 'link-lost', code: 1005, returnsSilently: true }],
      [
        'discord gateway: Gateway reconnect scheduled in 2000ms (close, resume=true)',
        { kind: 'link-retrying', nextInMs: 2_000 },
      ],
      [
        'discord: gateway READY wait timed out after 15000ms; reconnecting with backoff (attempt 2)',
        'link-retry-failed',
      ],
      ['discord: gateway was not ready after 15000ms; restarting gateway', 'link-retry-failed'],
      [
        'discord gateway: Attempting resume with backoff: 1000ms',
        { kind: 'link-retrying', nextInMs: 1_000, hadWorked: true, spoken: true },
      ],
      [
        'discord gateway: Attempting resume with backoff: 2000ms after code 1006',
        { kind: 'link-retrying', nextInMs: 2_000, hadWorked: true },
      ],
      [
        'connection stalled: no HELLO received within 30000ms, forcing reconnect',
        { kind: 'link-retry-failed', failure: 'platform', unlessSpokenMs: 30_000 },
      ],
      ['discord gateway opened but did not reach READY within 30000ms', 'link-lost'],
      ['discord gateway reconnect-exhausted: Max reconnect attempts (50) reached', 'link-gave-up'],
      ['discord: gateway closed with code 4014 (missing privileged gateway intents)', 'link-rejected'],
      ['discord gateway warning: x', null],
      [
        'discord: reconnect watchdog timeout after 300000ms; force-stopping monitor task',
        { kind: 'link-lost', ended: true },
      ],
      ['discord gateway error: Error: Gateway heartbeat ACK timeout', 'link-lost'],
      ['discord: failed to deploy native commands: fetch failed', null],
    ],
  ],
  [
    'slack',
    'channels/slack',
    [
      ['[default] starting provider', { kind: 'link-retrying', wasLost: true }],
      ['slack socket mode connected', 'link-login'],
      ['slack socket disconnected (close); reconnecting in 2s (attempt 1/∞) (x)', 'link-lost'],
      // Older ones, and those of the console, which leaves the channel's name out (#27077, #66989, #72808).
      ['socket mode connected', 'link-login'],
      ['socket disconnected (disconnect). retry 1/∞ in 2s', { kind: 'link-lost', reason: 'disconnect' }],
      [
        'slack socket mode failed to start. retry 1/12 in 2s (A request error occurred: getaddrinfo ENOTFOUND slack.com)',
        { kind: 'link-retry-failed', failure: 'network', nextInMs: 2_000 },
      ],
      ['[default] channel stop exceeded 5000ms after abort; continuing shutdown', { kind: 'link-lost', dead: true }],
      [
        'slack socket mode failed to start; retry 1/∞ in 2s reason="fetch failed"',
        { kind: 'link-retry-failed', nextInMs: 2_000 },
      ],
      [
        'slack socket mode disconnected due to non-recoverable auth error — skipping channel (token_revoked)',
        { kind: 'link-rejected', why: 'credentials_refused' },
      ],
      ['slack socket mode reports 2 active connections for this Slack app', 'link-needs-attention'],
      ['slack socket mode reports 1 active connections for this Slack app', null],
      ['slack http mode listening at /slack/events', { kind: 'link-closed', listens: true }],
      ['slack relay mode connecting to wss://x gateway_id:x', 'link-retrying'],
      ['slack relay mode connected gateway_id:x', 'link-login'],
      [
        'slack relay mode disconnected; reconnecting in 4s (attempt 2) reason="closed"',
        { kind: 'link-lost', reason: 'closed', nextInMs: 4_000 },
      ],
      ['slack presence polling rate limited; retrying after 30s', null],
    ],
  ],
  [
    'whatsapp',
    'gateway/channels/whatsapp',
    [
      ['Listening for WhatsApp inbound messages (x)', 'link-login'],
      ['WhatsApp Web connection closed (status 428). Retry 1/12 in 2s.', { kind: 'link-lost', code: 428 }],
      ['WhatsApp watchdog timeout (app-silent) - restarting connection', 'link-lost'],
      [
        'No messages received in 30m - restarting connection',
        { kind: 'link-lost', reason: 'No messages received in 30m' },
      ],
      [
        'WhatsApp Web connection closed during setup (status 408). Retry 1/12 in 2s.',
        { kind: 'link-lost', code: 408, nextInMs: 2_000 },
      ],
      [
        'WhatsApp Web connection closed during setup (status 440: session conflict). Resolve conflicting sessions',
        { kind: 'link-rejected', why: 'token_in_use' },
      ],
      [
        'WhatsApp Web connection closed during setup (status 408) after 12/12 attempts. Relink with `x`',
        { kind: 'link-rejected' },
      ],
      ['WhatsApp session logged out during setup. Run `x`', { kind: 'link-rejected', why: 'logged_out' }],
      ['WhatsApp auth state is still stabilizing. Retry 1/12 for inbox attach in 2s.', 'link-retrying'],
      ['WhatsApp auth state is still stabilizing after 12/12 attempts. Stopping web monitoring.', 'link-gave-up'],
      ['WhatsApp session logged out. Run x to relink.', { kind: 'link-rejected', why: 'logged_out' }],
      [
        'WhatsApp Web connection closed (status 440: session conflict). Stopping web monitoring.',
        { kind: 'link-rejected', why: 'token_in_use' },
      ],
      ['Web connection closed (status 440). Retry 2/12 in 4.46s…', { kind: 'link-lost', reason: 'session conflict' }],
      [
        'Web connection closed (status 499). Retry 1/12 in 2.16s… (status=499)',
        { kind: 'link-lost', code: 499, nextInMs: 2_160 },
      ],
      // Until February 2026 (#9737, #11290).
      ['WhatsApp gateway connected', 'link-login'],
      ['WhatsApp gateway disconnected (status 408)', { kind: 'link-lost', code: 408 }],
      ['WhatsApp Web reconnect: max attempts reached (12/12). Stopping web monitoring.', 'link-gave-up'],
    ],
  ],
  [
    'weixin',
    'gateway/channels/openclaw-weixin/default',
    [
      ['[default] Monitor started: baseUrl=https://x', 'link-open'],
      [
        '[default] getUpdates: token for default is stale, pausing all requests for 60 min',
        { kind: 'link-rejected', why: 'logged_out' },
      ],
      ['[default] session-guard: paused accountId=default', { kind: 'link-rejected', why: 'logged_out' }],
      [
        'getUpdates: session expired (errcode=-14), pausing all requests for 60 min',
        { kind: 'link-rejected', why: 'logged_out' },
      ],
      [
        'weixin getUpdates: session expired (errcode -14), pausing bot for 60 min',
        { kind: 'link-rejected', why: 'logged_out' },
      ],
      ['[default] getUpdates failed: ret=-1 errcode=-3 errmsg=x', 'link-retry-failed'],
      ['[default] getUpdates: 3 consecutive failures, backing off 30s', 'link-lost'],
      ['[default] inbound message: from=U1 types=text', 'link-traffic'],
      ['[default] weixin not logged in — run: x', { kind: 'link-rejected', why: 'logged_out' }],
    ],
  ],
  [
    'wecom',
    'channels/wecom',
    [
      ['[default] WebSocket connected', 'link-open'],
      ['[default] Authentication successful', 'link-login'],
      ['[default] WebSocket disconnected: x', 'link-lost'],
      [
        '[default] Connection lost, reconnecting in 2000ms (attempt 2/10)...',
        { kind: 'link-retrying', nextInMs: 2_000 },
      ],
      ['[default] Max reconnect attempts reached (10), giving up', 'link-lost'],
      ['[default] Authentication failed: errcode=1', { kind: 'link-retry-failed', failure: 'platform' }],
      [
        '[default] Auth failure attempts exhausted (5 attempts). Please check botId/secret configuration.',
        { kind: 'link-rejected', why: 'credentials_refused' },
      ],
      [
        '[default] Kicked by server: a new connection was established elsewhere. Auto-restart is suppressed',
        { kind: 'link-rejected', why: 'token_in_use' },
      ],
    ],
  ],
  [
    'signal',
    'channels/signal',
    [
      ['Signal stream error: fetch failed', 'link-lost'],
      ['Signal connection lost, reconnecting in 4s...', { kind: 'link-retrying', nextInMs: 4_000 }],
      ['Signal stream ended, reconnecting in 1s...', { kind: 'link-retrying', nextInMs: 1_000 }],
      // Until the middle of 2026.
      ['Signal SSE stream error: fetch failed', 'link-lost'],
      ['Signal SSE connection lost, reconnecting in 4s...', { kind: 'link-retrying', nextInMs: 4_000 }],
      ['Signal SSE stream ended, reconnecting in 1s...', 'link-retrying'],
      ['Signal reconnect stopped: Signal daemon rejected the event stream (401)', 'link-rejected'],
      ['[signal-ws] connecting to ws://127.0.0.1:8080/v1/receive/x', 'link-retrying'],
      ['[signal-ws] connected', 'link-login'],
      [
        '[signal-ws] closed (code=1006, reason=no reason)',
        { kind: 'link-lost', reason: 'code=1006, reason=no reason' },
      ],
      ['[signal-ws] error: connect ECONNREFUSED 127.0.0.1:8080', { kind: 'link-retry-failed', failure: 'network' }],
      ['[signal-ws] parse error: x', null],
      // Its child signal-cli, line by line.
      ['signal-cli: INFO  DaemonCommand - Starting daemon in single-account mode for +4915112345678', null],
      ['signal-cli: WARN  ReceiveHelper - Connection closed unexpectedly, reconnecting in 100 ms', null],
      ['signal-cli: WARN  ReceiveHelper - Connection closed unexpectedly, reconnecting in 12800 ms', null],
      [
        'signal-cli: WARN  ReceiveHelper - Connection closed unexpectedly, reconnecting in 25600 ms',
        {
          kind: 'link-lost',
          reason: 'signal-cli has lost its connection to Signal',
          nextInMs: 25_600,
          settlesMs: 120_000,
        },
      ],
      // Of 0.9 (AsamK/signal-cli#800), and without a logger.
      ['signal-cli: WARN ManagerImpl - Connection closed unexpectedly, reconnecting in 51200 ms', 'link-lost'],
      ['signal-cli: Connection closed unexpectedly, reconnecting in 51200 ms', 'link-lost'],
      [
        'signal-cli: Error while checking account +4915112345678: [403] Authorization failed!',
        { kind: 'link-rejected', why: 'logged_out' },
      ],
      ['signal-cli: User +4915112345678 is not registered.', { kind: 'link-rejected', why: 'logged_out' }],
      [
        'signal-cli: WARN  MultiAccountManager - Ignoring +4915112345678: User is not registered. (NotRegisteredException)',
        { kind: 'link-rejected', why: 'logged_out' },
      ],
      [
        'signal daemon exited (source=process code=1 signal=null)',
        { kind: 'link-lost', reason: 'signal-cli has ended: source=process code=1 signal=null' },
      ],
      [
        'signal-cli spawn error: Error: spawn signal-cli ENOENT',
        { kind: 'link-rejected', why: 'setup_incomplete', reason: 'Error: spawn signal-cli ENOENT' },
      ],
      [
        'signal daemon not ready after 10142ms (connect ECONNREFUSED 127.0.0.1:8080)',
        {
          kind: 'link-retry-failed',
          failure: 'other',
          error: 'signal-cli is not ready: connect ECONNREFUSED 127.0.0.1:8080',
          settlesMs: 90_000,
        },
      ],
      // Whatever people wrote to it is not its own word.
      ['signal-cli: Body: User x is not registered', null],
      ['signal-cli: receive exception: invalid PreKey message: decryption failed', null],
    ],
  ],
  [
    'teams',
    'channels/msteams',
    [
      ['starting provider (port 3978)', { kind: 'link-closed', listens: true }],
      ['msteams provider started on port 3978', { kind: 'link-closed', listens: true }],
      ['msteams credentials not configured', { kind: 'link-rejected', why: 'setup_incomplete' }],
      [
        '[default] channel exited: listen EADDRINUSE: address already in use :::3978',
        { kind: 'link-lost', ended: true },
      ],
      ['[default] giving up after 10 restart attempts', 'link-gave-up'],
      ['received message', null],
    ],
  ],
  [
    'line',
    'channels/line',
    [
      ['[default] starting LINE provider (Bot)', { kind: 'link-closed', listens: true }],
      [
        '[default] channel exited: LINE channel access token missing for account "default"',
        { kind: 'link-rejected', why: 'setup_incomplete' },
      ],
    ],
  ],
  [
    'google_chat',
    'channels/googlechat',
    [
      ['[default] starting Google Chat webhook', { kind: 'link-closed', listens: true }],
      ['[default] auto-restart attempt 2/10 in 11s', { kind: 'link-retrying', attempt: 2, nextInMs: 11_000 }],
      [
        '[default] auto-restart attempt 3/10 in 22s',
        { kind: 'link-lost', reason: 'its task has ended 3 times in a row', nextInMs: 22_000 },
      ],
      ['[default] invalid webhook path', { kind: 'link-rejected', why: 'setup_incomplete' }],
    ],
  ],
  [
    'mattermost',
    'channels/mattermost',
    [
      ['mattermost connected as @bot', 'link-open'],
      [
        'mattermost websocket error: Error: connect ECONNREFUSED 127.0.0.1:8065',
        { kind: 'link-lost', returnsSilently: true },
      ],
      ['mattermost websocket closed', { kind: 'link-lost', reason: 'closed' }],
      ['mattermost websocket pong timeout — reconnecting', { kind: 'link-lost', reason: 'pong timeout' }],
      [
        'mattermost connection failed: TypeError: fetch failed',
        { kind: 'link-retry-failed', failure: 'network', settlesMs: 90_000 },
      ],
      ['mattermost: API auth failed: Error: 401', { kind: 'link-rejected', why: 'credentials_refused' }],
      ['mattermost reconnecting in 4s', { kind: 'link-retrying', nextInMs: 4_000, settlesMs: 90_000 }],
      ['mattermost: API not accessible, retrying in 8s', { kind: 'link-retrying', nextInMs: 8_000 }],
      ['mattermost: failed to register slash commands: x', null],
    ],
  ],
])('%s, of %s', (link, subsystem, rows) => {
  const check = (message: string, expected: Expected): void => {
    const found = factOf(subsystem, message);
    if (expected === null) expect(found).toBeNull();
    else {
      const { link: named = link, ...fact } = typeof expected === 'string' ? { kind: expected } : expected;
      expect(found).toMatchObject({ link: named, fact });
    }
  };
  test.each(rows)('%s', check);

  const onConsole = rows.flatMap(([message, fact]) => {
    const shown = withoutOwnName(subsystem, message);
    return shown === message ? [] : [[shown, fact] as const];
  });
  if (onConsole.length > 0) test.each(onConsole)('on the console: %s', check);
});

test('a number that signal-cli names stays on the machine', () => {
  const text = factOf('channels/signal', 'signal-cli: User +4915112345678 is not registered.')?.text;
  expect(text).toContain('is not registered');
  expect(text).not.toContain('15112345678');
});

test.each(
  ['channels/signal', 'gateway/channels/signal'].flatMap((subsystem) =>
    [
      'ready',
      'signal SIGTERM received',
      'received SIGTERM; shutting down',
      'Gateway failed to start: x',
      'memory pressure: level=critical rss=9',
      'restart-loop breaker tripped: x',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'ERROR App - java.lang.OutOfMemoryError: Java heap space',
      'embedded run timeout: runId=1 timeoutMs=600000',
      '[default] channel exited: x',
      'Signal stream error: fetch failed',
      'Signal reconnect stopped: x',
    ].map((words) => [subsystem, words] as const),
  ),
)('what signal-cli says is never the word of the gateway (%s): %s', (subsystem, words) => {
  const written = line(subsystem, `signal-cli: ${words}`);
  expect(openClawLogReader('openclaw.log').line(written)?.evidence).toEqual([]);
  expect(openClawSymptom(createLinkNames({}))(written)).toBeNull();
});

test('accounts of a channel have links of their own', () => {
  const config = {
    channels: { telegram: { accounts: { one: { botToken: 'x' }, two: { botToken: 'y' } }, defaultAccount: 'one' } },
  };
  expect(factOf('channels/telegram', '[two] starting provider (@bot)', config)?.link).toBe('telegram:two');
  expect(factOf('channels/telegram', '[one] starting provider (@bot)', config)?.link).toBe('telegram');
});

describe.each([
  ['the console', (text: string) => `2026-11-21T10:00:00.000Z ${text}`],
  ['the file', (text: string) => JSON.stringify({ 0: text, _meta: { date: '2026-11-21T10:00:00.000Z' } })],
])("DingTalk's own plugin, which writes past the gateway's logger, in %s", (_where, written) => {
  test.each<[string, string, string | null, Readonly<Record<string, unknown>> | null]>([
    [
      'a try that the network fails',
      '[DingTalk:__default__] 连接建立失败: connect ETIMEDOUT 192.0.2.1:443',
      'dingtalk',
      { kind: 'link-retry-failed', failure: 'network', wasLost: true, settlesMs: 120_000 },
    ],
    [
      'the same try in its other words',
      '[DingTalk:bot1] 重连失败：连接建立超时或失败 (尝试 3)',
      'dingtalk:bot1',
      { kind: 'link-retry-failed', failure: 'network', wasLost: true },
    ],
    [
      'a try that the platform refuses',
      '[DingTalk:bot1] 重连失败：Request failed with status code 503 (尝试 1)',
      'dingtalk:bot1',
      { kind: 'link-retry-failed', failure: 'platform' },
    ],
    [
      'what its debug mode tells',
      '[DingTalk:__default__] ✅ 重连成功 (socket 状态=1)',
      'dingtalk',
      { kind: 'link-login' },
    ],
    [
      'a close, there',
      '[DingTalk:__default__] WebSocket close: code=1006, reason=未知, isStopped=false',
      'dingtalk',
      { kind: 'link-lost', code: 1006, settlesMs: 120_000 },
    ],
    ['what its library prints, which says nothing', 'Disconnecting.', null, null],
    ['another line of it', '[DingTalk:__default__] 发送 PING 失败：x', null, null],
  ])('%s', (_what, text, link, fact) => {
    const found = openClawLogReader('openclaw.log').line(written(text))?.evidence[0] ?? null;
    expect(found?.link ?? null).toBe(link);
    if (fact === null) expect(found).toBeNull();
    else expect(found?.fact).toMatchObject(fact);
  });
});

describe('channels.status', () => {
  const now = instant(Date.parse('2026-11-21T10:00:00Z'));
  const ago = (seconds: number): number => now - seconds * 1_000;
  const of = (link: string, account: object): readonly unknown[] =>
    accountFacts(account as Readonly<Record<string, unknown>>, now, platformFor(link)?.openclaw ?? null).map(
      ({ at, fact }) => [at, fact],
    );

  const up = { running: true, connected: true, lifecycle: 'ready', lastConnectedAt: ago(9_000) };
  test.each<[string, string, object, readonly unknown[]]>([
    [
      'a poll that comes back',
      'telegram',
      { ...up, lastTransportActivityAt: ago(40) },
      [[ago(9_000), { kind: 'link-login' }]],
    ],
    [
      'connected, and no poll for long: deaf',
      'telegram',
      { ...up, lastTransportActivityAt: ago(200) },
      [[ago(200), { kind: 'link-lost', reason: 'no answer for 200 s' }]],
    ],
    [
      'a token that is refused',
      'telegram',
      { running: false, terminalDisconnect: true, lifecycle: 'blocked', lastError: '401: Unauthorized' },
      [[now, { kind: 'link-rejected', reason: '401: Unauthorized', why: 'credentials_refused' }]],
    ],
    [
      'an intent that is off',
      'discord',
      {
        running: true,
        connected: false,
        lifecycle: 'blocked',
        lastError: 'closed with code 4014 (missing privileged gateway intents)',
      },
      [
        [
          now,
          {
            kind: 'link-rejected',
            reason: 'closed with code 4014 (missing privileged gateway intents)',
            why: 'intents_missing',
          },
        ],
      ],
    ],
    [
      'a drop',
      'discord',
      { running: true, connected: false, lifecycle: 'recovering' },
      [[now, { kind: 'link-lost', reason: 'disconnected' }]],
    ],
    [
      'logged out',
      'whatsapp',
      { running: false, linked: false, healthState: 'logged-out' },
      [[now, { kind: 'link-rejected', reason: 'logged out', why: 'logged_out' }]],
    ],
    [
      'another session',
      'whatsapp',
      { running: false, linked: true, healthState: 'conflict', lastError: 'x' },
      [[now, { kind: 'link-rejected', reason: 'x', why: 'token_in_use' }]],
    ],
    [
      'a poll of Weixin that came back, without any `connected`',
      'weixin',
      { running: true, lastStartAt: ago(9_000), lastEventAt: ago(30) },
      [[ago(30), { kind: 'link-login', still: true }]],
    ],
    [
      'a poll of Weixin that no longer comes back',
      'weixin',
      { running: true, lastStartAt: ago(9_000), lastEventAt: ago(130) },
      [[ago(130), { kind: 'link-lost', reason: 'no poll came back any more' }]],
    ],
    [
      'Weixin that never polled',
      'weixin',
      { running: true, lastStartAt: ago(20) },
      [[ago(20), { kind: 'link-open', content: true }]],
    ],
    ['WeCom, which never says that it is connected', 'wecom', { running: true, lastStartAt: ago(9_000) }, []],
    [
      'WeCom that was kicked',
      'wecom',
      { running: false, lastError: 'Kicked by server: a new connection was established elsewhere' },
      [
        [
          now,
          {
            kind: 'link-rejected',
            reason: 'Kicked by server: a new connection was established elsewhere',
            why: 'token_in_use',
          },
        ],
      ],
    ],
    [
      'one that is switched off',
      'slack',
      { enabled: false, running: false },
      [[now, { kind: 'link-closed', wanted: true }]],
    ],
  ])('%s (%s)', (_, link, account, expected) => {
    expect(of(link, account)).toEqual(expected);
  });

  test('that a channel goes on polling is told now and then, and is no news', () => {
    const told = nothingTold();
    const names = createLinkNames({});
    const news = [0, 30, 60, 400].map((seconds) => {
      const status = {
        channelAccounts: {
          'openclaw-weixin': [{ accountId: 'default', running: true, lastEventAt: now + seconds * 1_000 }],
        },
      };
      const { evidence, isNews } = statusEvidence(status, names, told, instant(now + seconds * 1_000));
      return [evidence.map(({ link }) => link).join(), isNews];
    });
    expect(news).toEqual([
      ['weixin', true],
      ['', false],
      ['', false],
      ['weixin', false],
    ]);
  });
});

test.each([
  ['the console', '2026-11-21T10:00:00.000Z [EventQueue] '],
  ['the file', null],
])("an event that Discord's old client was slow with, in %s", (_, before) => {
  const text = 'Slow listener detected: DiscordMessageListener took 4503ms for event MESSAGE_CREATE';
  const written =
    before === null
      ? JSON.stringify({ 0: `[EventQueue] ${text}`, _meta: { date: '2026-11-21T10:00:00.000Z' } })
      : `${before}${text}`;
  expect(openClawLogReader('openclaw.log').line(written)?.evidence).toMatchObject([
    { link: 'discord', fact: { kind: 'link-traffic', lateByMs: 4_503 } },
  ]);
});
