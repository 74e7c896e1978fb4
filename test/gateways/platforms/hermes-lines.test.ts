/** Every line of docs/facts/platforms.md 2 and 3 that means something, by version where its words differ. */
import { describe, expect, test } from 'vitest';
import type { LinkFact } from '../../../src/diagnosis/evidence.ts';
import { hermesLogReader } from '../../../src/gateways/hermes/log-reader.ts';
import { sidecarReader } from '../../../src/gateways/hermes/sidecar.ts';
import { instant } from '../../instant.ts';

type Expected = LinkFact['kind'] | null | Readonly<Record<string, unknown>>;
/** Which version, level, message, fact. */
type Row = readonly [version: string, level: string, message: string, fact: Expected];

const factOf = (logger: string, level: string, message: string): { link: string | null; fact: object } | null => {
  const found = hermesLogReader('gateway.log')
    .line(`2026-11-21 10:00:00,123 ${level} ${logger}: ${message}`)
    ?.evidence.find(({ link }) => link !== null);
  return found ? { link: found.link, fact: found.fact } : null;
};

const rows = (link: string, loggers: readonly string[], table: readonly Row[]): void => {
  describe(link, () => {
    test.each(
      table.flatMap(([version, level, message, fact]) =>
        loggers.map((logger) => [version, logger, level, message, fact] as const),
      ),
    )('%s, %s: %s %s', (_, logger, level, message, fact) => {
      const found = factOf(logger, level, message);
      if (fact === null) expect(found).toBeNull();
      else expect(found).toMatchObject({ link, fact: typeof fact === 'string' ? { kind: fact } : fact });
    });
  });
};

const LOGGERS = (name: string): readonly string[] => [
  `gateway.platforms.${name}`,
  `plugins.platforms.${name}.adapter`,
  `hermes_plugins.${name}_platform.adapter`,
];

rows('telegram', LOGGERS('telegram'), [
  ['all', 'WARNING', '[Telegram] Connecting to Telegram (attempt 1/8)…', 'link-retrying'],
  [
    '0.21',
    'WARNING',
    '[Telegram] Telegram is healthy but deaf: 2 update(s) fetched and not handed on (4 received, 2 dispatched)',
    'link-lost',
  ],
  [
    '0.21',
    'ERROR',
    '[Telegram] Telegram updater.stop() did not finish before the network-recovery deadline; rebuilding the adapter',
    'link-lost',
  ],
  [
    'all',
    'WARNING',
    '[Telegram] Connect attempt 1/8 timed out after 30s — retrying in 2s',
    { kind: 'link-retry-failed', failure: 'network' },
  ],
  ['all', 'INFO', '[Telegram] Connected to Telegram (polling mode)', { kind: 'link-open', settlesMs: 100_000 }],
  ['all', 'INFO', '[Telegram] Connected to Telegram (webhook mode)', { kind: 'link-closed', listens: true }],
  ['all', 'INFO', '[Telegram:work] Connected to Telegram (polling mode)', 'link-open'],
  ['0.13', 'WARNING', '[Telegram] Telegram polling retry failed: Conflict: x', 'link-retry-failed'],
  ['0.16', 'WARNING', '[Telegram] Updater not running 60s after reconnect — treating as wedged', 'link-lost'],
  [
    '0.16',
    'WARNING',
    '[Telegram] Polling heartbeat probe failed 60s after reconnect: httpx.ConnectError',
    { kind: 'link-retry-failed', failure: 'network' },
  ],
  [
    '0.18',
    'WARNING',
    '[Telegram] Connected in degraded Telegram mode: gateway is alive, polling will be retried in the background',
    'link-retrying',
  ],
  [
    '0.18',
    'ERROR',
    '[Telegram] Failed to connect to Telegram: Unauthorized',
    { kind: 'link-rejected', why: 'credentials_refused' },
  ],
  [
    '0.18',
    'ERROR',
    '[Telegram] Failed to connect to Telegram: httpx.ConnectError',
    { kind: 'link-retry-failed', failure: 'network' },
  ],
  ['all', 'ERROR', '[Telegram] No bot token configured', { kind: 'link-rejected', why: 'setup_incomplete' }],
  [
    '0.13–0.18',
    'WARNING',
    '[Telegram] Telegram network error, scheduling reconnect: httpx.ConnectError',
    { kind: 'link-lost', reason: 'httpx.ConnectError' },
  ],
  [
    '0.19.0, which prints its own code',
    'WARNING',
    '[Telegram] Telegram network _redact_telegram_error_text(error), scheduling reconnect: httpx.ReadError',
    { kind: 'link-lost', reason: 'httpx.ReadError' },
  ],
  ['0.18', 'ERROR', '[Telegram] Telegram polling error: Bad Gateway', { kind: 'link-lost', reason: 'Bad Gateway' }],
  [
    '0.19.0',
    'ERROR',
    '[Telegram] Telegram polling _redact_telegram_error_text(error): Bad Gateway',
    { kind: 'link-lost', reason: 'Bad Gateway' },
  ],
  [
    'all',
    'WARNING',
    '[Telegram] Telegram network error (attempt 3/10), reconnecting in 20s. Error: httpx.ConnectError',
    { kind: 'link-retry-failed', failure: 'network', nextInMs: 20_000 },
  ],
  [
    'all',
    'WARNING',
    '[Telegram] Telegram polling reconnect failed: Timed out',
    { kind: 'link-retry-failed', failure: 'network' },
  ],
  [
    '0.18',
    'WARNING',
    '[Telegram] Telegram polling degraded (heartbeat probe); gateway stays alive and will retry. Error: Timed out',
    { kind: 'link-lost', reason: 'heartbeat probe' },
  ],
  [
    '0.18, once is nothing',
    'WARNING',
    '[Telegram] Telegram polling heartbeat: 4 update(s) queued but not consumed (stuck probe 1/2)',
    null,
  ],
  [
    '0.18',
    'WARNING',
    '[Telegram] Telegram polling heartbeat: 4 update(s) queued but not consumed (stuck probe 2/2)',
    'link-lost',
  ],
  [
    '0.18',
    'WARNING',
    '[Telegram] Telegram updater is not running (long-poll task gone); triggering polling restart',
    'link-lost',
  ],
  [
    '0.18',
    'WARNING',
    '[Telegram] getUpdates consumer appears wedged (queue not draining); triggering polling restart',
    'link-lost',
  ],
  [
    'newer',
    'WARNING',
    '[Telegram] Telegram polling stalled: no getUpdates progress for 151s (generation 4). Rebuilding the long-poll consumer…',
    'link-lost',
  ],
  [
    '0.18',
    'WARNING',
    "[Telegram] Telegram polling conflict (1/5) — previous session still held open on Telegram's servers. Waiting 20s for it to expire. Error: Conflict",
    { kind: 'link-lost', reason: '409 Conflict: another getUpdates request' },
  ],
  ['0.13', 'WARNING', '[Telegram] Telegram polling conflict (1/3), will retry in 10s. Error: Conflict: x', 'link-lost'],
  ['≤0.18', 'INFO', '[Telegram] Telegram polling resumed after network error (attempt 2)', 'link-open'],
  [
    '0.19',
    'INFO',
    '[Telegram] Telegram polling restarted after network error (attempt 2); health pending getUpdates progress',
    'link-open',
  ],
  [
    'newer',
    'INFO',
    '[Telegram] Telegram polling confirmed healthy: getUpdates progressing (generation 2)',
    'link-login',
  ],
  ['all', 'INFO', '[Telegram] Flushing text batch telegram:1 (12 chars)', 'link-traffic'],
  [
    'all',
    'ERROR',
    '[Telegram] Telegram polling could not reconnect after 10 network error retries. Restarting gateway. Last error: x',
    'link-lost',
  ],
  [
    'newer',
    'ERROR',
    '[Telegram] Telegram reconnect task wedged for 300s with no ladder progress; forcing retryable-fatal so the gateway reconnects instead of staying silently deaf.',
    'link-lost',
  ],
  [
    '0.18',
    'ERROR',
    "[Telegram] Telegram polling could not recover after 5 retries (200s total wait). The previous gateway session is still held open on Telegram's servers, or another process is using the same bot token.",
    { kind: 'link-rejected', why: 'token_in_use' },
  ],
  [
    'all',
    'ERROR',
    '[Telegram] Telegram bot token already in use (PID 4242). Stop the other gateway first.',
    { kind: 'link-rejected', why: 'token_in_use' },
  ],
  ['all', 'INFO', '[Telegram] Disconnected from Telegram', 'link-closed'],
  ['all, of a send alone', 'ERROR', '[Telegram] Failed to send Telegram message: Timed out', null],
]);

rows(
  'telegram',
  ['telegram.ext.Updater'],
  [
    [
      '0.3',
      'ERROR',
      'Error while getting Updates: httpx.ReadError: ',
      { kind: 'link-retry-failed', wasLost: true, settlesMs: 150_000 },
    ],
    ['0.5', 'ERROR', 'Exception happened while polling for updates.', { kind: 'link-retry-failed', wasLost: true }],
    [
      '0.5',
      'ERROR',
      'telegram.error.NetworkError: httpx.ConnectError: All connection attempts failed',
      { kind: 'link-retry-failed', failure: 'network' },
    ],
    ['all', 'ERROR', 'Error while calling `get_updates` one more time to mark all fetched updates.', null],
  ],
);

rows('discord', LOGGERS('discord'), [
  ['all', 'INFO', '[Discord] Connected as bot#1234', 'link-login'],
  [
    'all',
    'ERROR',
    '[Discord] Timeout waiting for connection to Discord',
    { kind: 'link-retry-failed', failure: 'network' },
  ],
  [
    'all',
    'ERROR',
    '[Discord] Failed to connect to Discord: Improper token has been passed. (LoginFailure)',
    { kind: 'link-rejected', why: 'credentials_refused' },
  ],
  [
    'all',
    'ERROR',
    '[Discord] Failed to connect to Discord: Shard ID None WebSocket closed with 4014 (PrivilegedIntentsRequired)',
    { kind: 'link-rejected', why: 'intents_missing' },
  ],
  [
    'all',
    'ERROR',
    '[Discord] Failed to connect to Discord: Cannot connect to host discord.com:443',
    { kind: 'link-retry-failed', failure: 'network', wasLost: true },
  ],
  ['0.18', 'ERROR', '[Discord] Discord gateway task exited: RuntimeError', 'link-lost'],
  ['0.18', 'WARNING', '[Discord] Discord liveness probe failed (1/3): TimeoutError', null],
  ['0.18', 'ERROR', '[Discord] Discord client appears dead, forcing reconnect', 'link-lost'],
  ['0.19, once is normal', 'WARNING', '[Discord] Discord Gateway WebSocket unhealthy (not_ready, 1/2)', null],
  [
    '0.19',
    'WARNING',
    '[Discord] Discord Gateway WebSocket unhealthy (ack_stale, 2/2)',
    { kind: 'link-lost', reason: 'ack_stale' },
  ],
  [
    '0.19',
    'ERROR',
    '[Discord] Discord Gateway WebSocket remained unhealthy (event_silence); forcing reconnect',
    { kind: 'link-lost', reason: 'event_silence' },
  ],
  ['all', 'INFO', '[Discord] Disconnected', 'link-closed'],
]);
rows(
  'discord',
  ['discord.gateway', 'discord.client'],
  [
    ['library', 'INFO', 'Shard ID None has connected to Gateway (Session ID: 0a).', 'link-login'],
    ['library', 'INFO', 'Shard ID None has successfully RESUMED session 0a.', 'link-login'],
    ['library', 'INFO', 'Shard ID None session has been invalidated.', 'link-retrying'],
    ['library', 'WARNING', 'Shard ID None has stopped responding to the gateway. Closing and restarting.', 'link-lost'],
    ['library', 'ERROR', 'Attempting a reconnect in 3.42s', 'link-lost'],
  ],
);

rows('slack', LOGGERS('slack'), [
  ['all', 'INFO', '[Slack] Authenticated as @bot in workspace W (team: T)', 'link-open'],
  ['all', 'INFO', '[Slack] Socket Mode connected (1 workspace(s))', { kind: 'link-open', settlesMs: 60_000 }],
  [
    'all',
    'ERROR',
    '[Slack] Connection failed: The request to the Slack API failed. (error: token_revoked)',
    { kind: 'link-rejected', why: 'credentials_refused' },
  ],
  ['all', 'ERROR', '[Slack] SLACK_APP_TOKEN not set', { kind: 'link-rejected', why: 'setup_incomplete' }],
  ['0.18', 'WARNING', '[Slack] Socket Mode unhealthy (transport disconnected); reconnecting', 'link-lost'],
  ['0.18', 'ERROR', '[Slack] Socket Mode reconnect failed: Cannot connect to host slack.com:443', 'link-retry-failed'],
]);
rows(
  'slack',
  ['slack_bolt.AsyncApp'],
  [
    ['library', 'INFO', 'A new session (s_1) has been established', 'link-login'],
    ['library', 'INFO', 'The session (s_1) seems to be stale. Reconnecting... reason', 'link-lost'],
    [
      'library',
      'ERROR',
      'Failed to connect (error: Session is closed); Retrying...',
      { kind: 'link-lost', dead: true, perhapsFormer: true, settlesMs: 60_000 },
    ],
    [
      'library',
      'ERROR',
      'Failed to connect (error: Cannot connect to host slack.com:443); Retrying...',
      'link-retry-failed',
    ],
    ['library', 'INFO', '⚡️ Bolt app is running!', null],
  ],
);

rows('whatsapp', LOGGERS('whatsapp'), [
  [
    'all',
    'WARNING',
    '[Whatsapp] WhatsApp is enabled but not paired (no creds.json at /x). Run hermes whatsapp',
    { kind: 'link-rejected', why: 'logged_out' },
  ],
  [
    'all',
    'WARNING',
    '[Whatsapp] Node.js not found. WhatsApp requires Node.js.',
    { kind: 'link-rejected', why: 'setup_incomplete' },
  ],
  ['all', 'ERROR', '[Whatsapp] WhatsApp bridge process exited unexpectedly (code 1).', 'link-lost'],
  ['all', 'ERROR', '[Whatsapp] Failed to start bridge: [Errno 2]', 'link-retry-failed'],
  ['all', 'INFO', '[Whatsapp] Bridge found at /x/bridge.js', null],
  ['all', 'INFO', '[Whatsapp] Bridge ready (status: connected)', 'link-open'],
  ['all', 'INFO', '[Whatsapp] Bridge ready (status: disconnected)', { kind: 'link-retry-failed', goesOn: true }],
  ['all', 'INFO', '[Whatsapp] ⚠ WhatsApp not connected after 30s', { kind: 'link-retry-failed', goesOn: true }],
]);

rows(
  'weixin',
  ['gateway.platforms.weixin'],
  [
    [
      'all',
      'INFO',
      '[Weixin] Connected account=a base=https://ilinkai.weixin.qq.com',
      { kind: 'link-open', settlesMs: 90_000 },
    ],
    ['all', 'ERROR', '[Weixin] Session expired; pausing for 10 minutes', { kind: 'link-rejected', why: 'logged_out' }],
    [
      'all',
      'WARNING',
      '[Weixin] getUpdates failed ret=-1 errcode=-3 errmsg=busy (1/3)',
      { kind: 'link-retry-failed', failure: 'platform', settlesMs: 90_000 },
    ],
    [
      'all',
      'ERROR',
      '[Weixin] poll error (1/3): Server disconnected',
      { kind: 'link-retry-failed', failure: 'network' },
    ],
    ['all', 'ERROR', '[Weixin] poll error (3/3): Server disconnected', { kind: 'link-lost', settlesMs: 90_000 }],
    ['all', 'INFO', '[Weixin] inbound from=U1 type=text media=0', 'link-traffic'],
    ['all, of one peer', 'WARNING', '[Weixin] session expired for U1; retrying without context_token', null],
  ],
);

rows('wecom', LOGGERS('wecom'), [
  ['all', 'INFO', '[Wecom] Connected to wss://openws.work.weixin.qq.com', 'link-login'],
  ['all, unlike QQ', 'INFO', '[Wecom] Reconnected', 'link-login'],
  ['all', 'WARNING', '[Wecom] WebSocket error: WeCom websocket closed', 'link-lost'],
  [
    'all',
    'WARNING',
    '[Wecom] Reconnect failed: Timed out waiting for WeCom subscribe acknowledgement',
    { kind: 'link-retry-failed', failure: 'platform' },
  ],
  [
    'all',
    'WARNING',
    '[Wecom] Reconnect failed: invalid secret (errcode=40001)',
    { kind: 'link-rejected', why: 'credentials_refused' },
  ],
  ['all', 'WARNING', '[Wecom] WeCom startup failed: WECOM_BOT_ID and WECOM_SECRET are required', 'link-rejected'],
  ['all', 'INFO', '[WeCom] Flushing text batch wecom:1 (3 chars)', 'link-traffic'],
]);

rows('dingtalk', LOGGERS('dingtalk'), [
  ['all', 'INFO', '[Dingtalk] Connected via Stream Mode', { kind: 'link-open', settlesMs: 90_000 }],
  ['all', 'WARNING', '[Dingtalk] Stream client error: no close frame received or sent', 'link-lost'],
  ['all', 'INFO', '[Dingtalk] Reconnecting in 30s...', { kind: 'link-retrying', nextInMs: 30_000 }],
  ['all', 'WARNING', '[Dingtalk] No valid session_webhook for chat_id=1', null],
]);
rows(
  'dingtalk',
  ['dingtalk_stream.client'],
  [
    ['library', 'INFO', "endpoint is {'endpoint': 'wss://x'}", 'link-open'],
    [
      'library',
      'ERROR',
      'open connection failed, error=[Errno 111] Connection refused',
      { kind: 'link-retry-failed', failure: 'network' },
    ],
    ['library', 'INFO', 'received disconnect topic=disconnect', 'link-lost'],
  ],
);

rows(
  'signal',
  ['gateway.platforms.signal'],
  [
    ['all', 'INFO', 'Signal: connected to http://127.0.0.1:8080', 'link-open'],
    ['all', 'INFO', 'Signal SSE: connected', { kind: 'link-login', pauseMs: 2_000 }],
    [
      'all',
      'WARNING',
      'Signal SSE: error: Server disconnected (reconnecting in 4s)',
      { kind: 'link-lost', reason: 'Server disconnected' },
    ],
    ['all', 'WARNING', 'Signal SSE: HTTP error: 500 (reconnecting in 4s)', 'link-lost'],
    ['all, normal alone', 'WARNING', 'Signal: SSE idle for 121s, checking daemon health', null],
    ['all', 'WARNING', 'Signal: health check failed (503), forcing reconnect', 'link-lost'],
    [
      'all, at a start',
      'ERROR',
      'Signal: health check failed (status 404)',
      { kind: 'link-retry-failed', failure: 'platform' },
    ],
    [
      'all',
      'ERROR',
      'Signal: cannot reach signal-cli at http://127.0.0.1:8080',
      { kind: 'link-retry-failed', failure: 'network' },
    ],
  ],
);
rows('matrix', LOGGERS('matrix'), [
  ['all', 'INFO', 'Matrix: initial sync complete, joined 3 rooms', 'link-login'],
  [
    'all',
    'WARNING',
    'Matrix: sync error: Server disconnected — retrying in 5s',
    { kind: 'link-lost', settlesMs: 90_000 },
  ],
  [
    'all',
    'ERROR',
    'Matrix: permanent auth error from sync: M_UNKNOWN_TOKEN — stopping',
    { kind: 'link-rejected', why: 'credentials_refused' },
  ],
  [
    'all',
    'ERROR',
    'Matrix: permanent auth error: Connection timeout to host https://matrix.example.com:4013/sync — stopping sync',
    { kind: 'link-lost', dead: true, met: 'network' },
  ],
  [
    'all',
    'ERROR',
    'Matrix: permanent auth error: 401 Unauthorized: timed out session — stopping sync',
    { kind: 'link-rejected', why: 'credentials_refused' },
  ],
]);
rows(
  'telegram',
  ['telegram.ext', 'telegram.ext.Updater'],
  [
    // All that is written when a token is revoked (seen with 0.19.0).
    [
      'python-telegram-bot 22.6',
      'ERROR',
      'Network Retry Loop (Polling Updates): Invalid token. Aborting retry loop.',
      { kind: 'link-rejected', why: 'credentials_refused' },
    ],
    [
      'python-telegram-bot 22.6, told by the adapter',
      'ERROR',
      'Network Retry Loop (Bootstrap delete Webhook): Failed run number 0 of 0. Aborting.',
      null,
    ],
  ],
);
rows('mattermost', LOGGERS('mattermost'), [
  // Written when the challenge is sent, whatever the server makes of it (seen with 0.19.0).
  ['all', 'INFO', 'Mattermost: WebSocket connected and authenticated', { kind: 'link-open', settlesMs: 20_000 }],
  [
    'all',
    'INFO',
    'Mattermost: connecting to wss://mm.example.org/api/v4/websocket',
    { kind: 'link-retrying', wasLost: true },
  ],
  ['all', 'INFO', 'Mattermost: authenticated as @bot (bot1) on https://mm.example.org', null],
  ['all', 'ERROR', 'MM API POST users/bot1/typing → 503: {"message":"refused"}', null],
  ['all', 'WARNING', 'Mattermost WS error: Server disconnected — reconnecting in 4s', 'link-lost'],
  ['all', 'INFO', 'Mattermost: WebSocket closed (1006)', 'link-lost'],
  ['all', 'ERROR', 'Mattermost: URL or token not configured', { kind: 'link-rejected', why: 'setup_incomplete' }],
  [
    'all',
    'ERROR',
    'Mattermost WS auth failed (HTTP 401) — stopping reconnect',
    { kind: 'link-rejected', why: 'credentials_refused' },
  ],
]);
rows(
  'matrix',
  LOGGERS('matrix'),
  [
    'homeserver URL not configured',
    'need MATRIX_ACCESS_TOKEN or MATRIX_USER_ID + MATRIX_PASSWORD',
    "device D1 has immutable identity keys that don't match this installation. Generate a new access token",
    'server has different identity keys for device D1 — local crypto state is stale. Delete x and restart.',
    'cannot upload device keys for D1: x. Try generating a new access token to get a fresh device.',
    'E2EE is required but dependencies are missing. x. Refusing to connect — encrypted rooms would silently fail.',
  ].map((message): Row => ['all', 'ERROR', `Matrix: ${message}`, { kind: 'link-rejected', why: 'setup_incomplete' }]),
);
rows(
  'matrix',
  ['nio.responses', 'nio'],
  [
    [
      'of early 2026',
      'WARNING',
      "Error validating response: 'next_batch' is a required property",
      { kind: 'link-retry-failed', failure: 'platform', wasLost: true, settlesMs: 90_000 },
    ],
    ['of early 2026', 'WARNING', "Error validating response: 'room_id' is a required property", null],
  ],
);
rows('matrix', LOGGERS('matrix'), [['all', 'WARNING', 'Matrix: E2EE optional but dependencies are missing. x', null]]);
rows('email', LOGGERS('email'), [
  ['all', 'INFO', '[Email] IMAP connection test passed. 4 existing messages skipped.', 'link-login'],
  ['all', 'ERROR', '[Email] Poll error: timed out', { kind: 'link-lost', settlesMs: 120_000 }],
  [
    'all',
    'ERROR',
    "[Email] IMAP connection failed: b'[AUTHENTICATIONFAILED] Invalid credentials (Failure)'",
    { kind: 'link-rejected', why: 'credentials_refused' },
  ],
]);

rows(
  'google_chat',
  ['gateway.platforms.google_chat', 'plugins.platforms.google_chat.adapter'],
  [
    [
      '0.13',
      'INFO',
      '[GoogleChat] Connected; project=p, subscription=<redacted>, bot_user_id=1, flow_control(msgs=1, bytes=1)',
      { kind: 'link-open', settlesMs: 90_000 },
    ],
    ['0.19', 'INFO', '[GoogleChat] Connected; project=p, inbound=pubsub, subscription=<redacted>', 'link-open'],
    [
      '0.19',
      'INFO',
      '[GoogleChat] Connected; project=p, inbound=http, subscription=<none>',
      { kind: 'link-closed', listens: true },
    ],
    [
      'all',
      'WARNING',
      '[GoogleChat] Pub/Sub stream died (attempt 1/10): 503 x',
      { kind: 'link-lost', reason: '503 x' },
    ],
    ['all', 'WARNING', '[GoogleChat] Pub/Sub stream died (attempt 10/10): 503 x', 'link-gave-up'],
    ['all', 'INFO', '[GoogleChat] Pub/Sub stream reconnected after 1 attempts', 'link-open'],
    [
      'all',
      'ERROR',
      '[GoogleChat] Config validation failed: no such file',
      { kind: 'link-rejected', why: 'setup_incomplete' },
    ],
    ['all', 'ERROR', '[GoogleChat] subscription.get failed: 503 x', { kind: 'link-retry-failed' }],
    ['all', 'WARNING', '[GoogleChat] Loop not accepting callbacks; dropping event', null],
  ],
);

describe('platforms that only listen', () => {
  test.each<[string, string, string, string, Expected]>([
    ['webhook', 'INFO', 'gateway.platforms.webhook', '[webhook] Listening on 0.0.0.0:8644 — routes: x', 'link-closed'],
    [
      'webhook',
      'ERROR',
      'gateway.platforms.webhook',
      '[webhook] Could not bind 0.0.0.0:8644: address already in use. Set a different host',
      { kind: 'link-rejected', why: 'setup_incomplete' },
    ],
    [
      'webhook',
      'ERROR',
      'gateway.platforms.webhook',
      '[webhook] Port 8644 already in use. Set a different port in config.yaml',
      { kind: 'link-rejected', why: 'setup_incomplete' },
    ],
    [
      'api_server',
      'ERROR',
      'gateway.platforms.api_server',
      '[Api_Server] Refusing to start: API_SERVER_KEY is required',
      { kind: 'link-rejected', why: 'setup_incomplete' },
    ],
    [
      'api_server',
      'INFO',
      'gateway.platforms.api_server',
      '[Api_Server] API server listening on http://127.0.0.1:8642 (model: x)',
      { kind: 'link-closed', listens: true },
    ],
    [
      'wecom_callback',
      'WARNING',
      'plugins.platforms.wecom.callback_adapter',
      '[WecomCallback] aiohttp/httpx not installed',
      { kind: 'link-rejected', why: 'setup_incomplete' },
    ],
    ['teams', 'ERROR', 'plugins.platforms.teams.adapter', '[teams] Failed to connect: boom', 'link-retry-failed'],
    ['webhook', 'WARNING', 'gateway.platforms.webhook', '[webhook] Invalid signature for route x', null],
    ['webhook', 'ERROR', 'agent.tool_executor', '[webhook] Refusing to start: x', null],
  ])('%s: %s %s: %s', (link, level, logger, message, fact) => {
    const found = factOf(logger, level, message);
    if (fact === null) expect(found).toBeNull();
    else expect(found).toMatchObject({ link, fact: typeof fact === 'string' ? { kind: fact } : fact });
  });
});

describe('what a log tells of messages that are lost', () => {
  test.each<[string, string, string, string, string | null]>([
    ['plugins.platforms.feishu.adapter', 'ERROR', '[Feishu] Background inbound processing failed', 'dropped', 'feishu'],
    [
      'plugins.platforms.feishu.adapter',
      'ERROR',
      '[Feishu] Pending-inbound queue full (1000); dropped oldest event om_1',
      'dropped',
      'feishu',
    ],
    [
      'plugins.platforms.feishu.adapter',
      'ERROR',
      '[Feishu] Adapter loop unavailable for 120s; dropped 3 queued inbound event(s)',
      'dropped',
      'feishu',
    ],
    ['gateway.platforms.weixin', 'ERROR', '[Weixin] unhandled inbound error from=u: KeyError', 'dropped', 'weixin'],
    [
      'plugins.platforms.dingtalk.adapter',
      'ERROR',
      '[Dingtalk] Error processing incoming message',
      'dropped',
      'dingtalk',
    ],
    ['gateway.platforms.signal', 'ERROR', 'Signal SSE: error handling event', 'dropped', 'signal'],
    [
      'plugins.platforms.matrix.adapter',
      'WARNING',
      "Matrix: dropped 3 consecutive live events as 'too old' more than 30s after startup (skew ≈ 400s). The host",
      'dropped',
      'matrix',
    ],
    ['gateway.platforms.base', 'ERROR', '[Slack] Error handling message: database is locked', 'failed', 'slack'],
    [
      'gateway.platforms.base',
      'ERROR',
      '[Telegram] response_delivery_dropped: non-empty response (9 chars) produced no delivered message',
      'unsent',
      'telegram',
    ],
    [
      'plugins.platforms.google_chat.adapter',
      'WARNING',
      '[GoogleChat] Loop not accepting callbacks; dropping event',
      'dropped',
      'google_chat',
    ],
    [
      'gateway.platforms.whatsapp_cloud',
      'ERROR',
      '[whatsapp_cloud] handle_message raised for wamid wamid.1',
      'dropped',
      'whatsapp_cloud',
    ],
    [
      'telegram.ext.Application',
      'ERROR',
      'No error handlers are registered, logging exception.',
      'dropped',
      'telegram',
    ],
    [
      'plugins.platforms.matrix.adapter',
      'WARNING',
      'Matrix: event handler failed during sync dispatch: KeyError',
      'dropped',
      'matrix',
    ],
    ['plugins.platforms.line.adapter', 'ERROR', 'LINE: dispatch_event failed', 'dropped', 'line'],
    [
      'gateway.platforms.base',
      'ERROR',
      '[Telegram] Dropping inbound message: no gateway message handler is installed on this adapter. The adapter is',
      'dropped',
      'telegram',
    ],
    [
      'hermes_plugins.feishu_platform.feishu_comment',
      'ERROR',
      '[Feishu-Comment] Failed to deliver reply',
      'unsent',
      'feishu',
    ],
    [
      'plugins.platforms.feishu.feishu_comment',
      'ERROR',
      '[Feishu-Comment] _run_comment_agent: agent failed: 402 insufficient balance',
      'failed',
      'feishu',
    ],
    // What is no failure, or is tried again.
    [
      'plugins.platforms.feishu.feishu_comment',
      'WARNING',
      '[Feishu-Comment] API FAIL raw response: Failed to deliver reply',
      'none',
      null,
    ],
    ['gateway.run', 'ERROR', '[Feishu-Comment] Failed to deliver reply', 'none', null],
    ['plugins.platforms.feishu.adapter', 'INFO', '[Feishu] Background inbound processing failed', 'none', null],
    [
      'plugins.platforms.feishu.adapter',
      'WARNING',
      '[Feishu] Queued inbound event for replay (loop not ready, queue depth=1)',
      'none',
      null,
    ],
    ['gateway.platforms.signal', 'ERROR', 'Signal SSE: error handling event of a friend', 'none', null],
  ])('%s %s %s', (logger, level, message, step, link) => {
    const found = hermesLogReader('gateway.log')
      .line(`2026-11-21 10:00:00,123 ${level} ${logger}: ${message}`)
      ?.evidence.flatMap(({ fact }) => (fact.kind === 'conversation' ? [[fact.step, fact.on]] : []));
    expect(found).toEqual(step === 'none' ? [] : [[step, link]]);
  });
});

describe('the runner', () => {
  test.each<[string, string, Expected, string]>([
    ['INFO', 'Connecting to telegram...', 'link-retrying', 'telegram'],
    ['INFO', '✓ telegram connected', { kind: 'link-open', settlesMs: 100_000 }, 'telegram'],
    ['INFO', '✓ discord connected', 'link-login', 'discord'],
    ['INFO', '✓ wecom reconnected successfully', 'link-login', 'wecom'],
    ['INFO', '✓ slack connected (profile: work)', 'link-open', 'slack:work'],
    ['INFO', '✓ whatsapp_cloud connected', 'link-open', 'whatsapp_cloud'],
    ['WARNING', '✗ slack failed to connect', 'link-retry-failed', 'slack'],
    ['ERROR', 'Fatal telegram adapter error (telegram_network_error): 10 tries', 'link-lost', 'telegram'],
    [
      'ERROR',
      'Fatal discord adapter error (discord_auth_error): Discord bot token rejected',
      { kind: 'link-rejected', why: 'credentials_refused' },
      'discord',
    ],
    [
      'ERROR',
      'Fatal discord adapter error (discord_intents_required): x',
      { kind: 'link-rejected', why: 'intents_missing' },
      'discord',
    ],
    ['ERROR', 'Fatal discord adapter error (discord_connect_timeout): x', 'link-lost', 'discord'],
    [
      'ERROR',
      'Fatal slack adapter error (missing_dependency): slack-bolt not installed',
      { kind: 'link-rejected', why: 'setup_incomplete' },
      'slack',
    ],
    [
      'ERROR',
      'Fatal slack adapter error (slack-app-token_lock): Slack app token already in use (PID 4)',
      { kind: 'link-rejected', why: 'token_in_use' },
      'slack',
    ],
    [
      'ERROR',
      'Fatal google_chat adapter error (pubsub_permission): x',
      { kind: 'link-rejected', why: 'credentials_refused' },
      'google_chat',
    ],
    ['ERROR', 'Fatal line adapter error (bind_failed): x', 'link-lost', 'line'],
    [
      'ERROR',
      'Fatal telegram adapter error (telegram_polling_conflict): x',
      { kind: 'link-rejected', why: 'token_in_use' },
      'telegram',
    ],
    [
      'ERROR',
      'Fatal whatsapp adapter error (whatsapp_not_paired): x',
      { kind: 'link-rejected', why: 'logged_out' },
      'whatsapp',
    ],
    ['INFO', 'email queued for background reconnection', 'link-retrying', 'email'],
    ['INFO', 'Reconnecting matrix (attempt 2)...', 'link-retrying', 'matrix'],
    [
      'INFO',
      'Reconnect signal failed, next retry in 60s',
      { kind: 'link-retry-failed', failure: 'other', nextInMs: 60_000 },
      'signal',
    ],
    [
      'WARNING',
      'Reconnect telegram: non-retryable error (token rejected), removing from retry queue',
      { kind: 'link-rejected', why: 'credentials_refused' },
      'telegram',
    ],
    ['WARNING', 'Giving up reconnecting telegram after 20 attempts', 'link-gave-up', 'telegram'],
    [
      'WARNING',
      'dingtalk paused after 10 consecutive failures (auto-paused after repeated failures) — x',
      'link-gave-up',
      'dingtalk',
    ],
    [
      'WARNING',
      "Platform 'Discord' requirements not met (discord.py)",
      { kind: 'link-rejected', why: 'setup_incomplete' },
      'discord',
    ],
    ['INFO', "inbound message: platform=webhook user=x chat=c msg='x'", 'link-traffic', 'webhook'],
    [
      'WARNING',
      "No adapter for 'teams' — is the plugin installed? (platform is enabled in config.yaml but no plugin registered it)",
      { kind: 'link-rejected', why: 'setup_incomplete' },
      'teams',
    ],
    [
      'WARNING',
      'discord is enabled but no profile (default or secondary) provided a bot credential for it — the platform is not being served.',
      { kind: 'link-rejected', why: 'setup_incomplete' },
      'discord',
    ],
  ])('%s %s', (level, message, fact, link) => {
    expect(factOf('gateway.run', level, message)).toMatchObject({
      link,
      fact: typeof fact === 'string' ? { kind: fact } : fact,
    });
  });
});

test('a token that is a placeholder is told by the reader of the configuration alone', () => {
  const message =
    "telegram is enabled but TELEGRAM_BOT_TOKEN is set to a placeholder value ('your_t...'). Set a real bot token";
  expect(factOf('gateway.config', 'ERROR', message)).toMatchObject({
    link: 'telegram',
    fact: { kind: 'link-rejected', why: 'setup_incomplete' },
  });
  expect(factOf('gateway.config', 'WARNING', 'telegram is enabled but TELEGRAM_BOT_TOKEN is empty.')).toBeNull();
  expect(factOf('gateway.platforms.telegram', 'ERROR', message)).toBeNull();
});

test.each([
  ['a tool that prints the line', 'agent.tool_executor', '[Telegram] Disconnected from Telegram'],
  ['a chat that quotes one', 'gateway.run', "inbound message: platform=irc user=x chat=c msg='[Slack] Disconnected'"],
  ['a platform that is not known', 'gateway.run', '✓ irc connected'],
])('%s is no fact', (_, logger, message) => {
  expect(factOf(logger, 'INFO', message)).toBeNull();
});

describe("the log of WhatsApp's bridge", () => {
  const now = instant(1_790_000_000_000);
  const read = (text: string, when?: 'before' | 'since') =>
    sidecarReader('bridge.log', { now: () => now })?.line(text, when) ?? null;

  test.each<[string, Expected]>([
    ['✅ WhatsApp connected!', 'link-login'],
    ['⚠️  Connection closed (reason: 428). Reconnecting in 3s...', { kind: 'link-lost', code: 428 }],
    ['↻ WhatsApp requested restart (code 515). Reconnecting...', 'link-retrying'],
    ['❌ Logged out. Delete session and restart to re-authenticate.', { kind: 'link-rejected', why: 'logged_out' }],
    ['📱 Scan this QR code with WhatsApp on your phone:', { kind: 'link-rejected', why: 'logged_out' }],
    ['🌉 WhatsApp bridge listening on port 3000 (mode: self-chat)', 'link-open'],
    ['anything else', null],
  ])('%s', (text, fact) => {
    const record = read(text, 'since');
    if (fact === null) expect(record).toBeNull();
    else
      expect(record).toMatchObject({
        at: now,
        evidence: [{ at: now, link: 'whatsapp', fact: typeof fact === 'string' ? { kind: fact } : fact }],
      });
  });

  test('counts only where its lines are seen coming: nothing dates them', () => {
    expect(read('❌ Logged out. Delete session and restart to re-authenticate.', 'before')).toBeNull();
    expect(read('❌ Logged out. Delete session and restart to re-authenticate.')).toBeNull();
  });

  test('is no log of the gateway itself', () => {
    expect(sidecarReader('gateway.log')).toBeNull();
  });
});
