/**
 * What Hermes's adapters of further platforms write in an ordinary life and at a loss (docs/facts/platforms.md 3): the
 * real lines, without a platform behind them.
 */
import type { Level } from './python-log.ts';

/** Level, logger, message. */
export type Said = readonly [Level, string, string];

export interface AdapterScript {
  readonly name: string;
  /** Between `Connecting to …` and `✓ … connected`. */
  readonly connect: readonly Said[];
  /** After `✓ … connected`: what its library writes when it has really logged in. */
  readonly loggedIn: readonly Said[];
  /** What a healthy one writes now and then, and how often, in seconds; null: nothing. */
  readonly routine: { readonly everyS: number; readonly lines: readonly Said[] } | null;
  /** The loss, and what comes again and again while it is lost. */
  readonly lost: readonly Said[];
  readonly tries: { readonly everyS: number; readonly lines: readonly Said[] };
  /** That it is back. */
  readonly back: readonly Said[];
  /** What no restart mends. */
  readonly refused: readonly Said[];
  readonly disconnected: readonly Said[];
  /** Written by a sidecar of its own into a log of its own, without times: which log, below the home. */
  readonly sidecarLog?: string;
}

const plugin = (name: string): string => `plugins.platforms.${name}.adapter`;
const of =
  (logger: string) =>
  (level: Level, message: string): Said => [level, logger, message];
const inbound = (name: string): Said => [
  'INFO',
  'gateway.run',
  `inbound message: platform=${name} user=U1 chat=C1 msg='hello'`,
];

const telegram = of(plugin('telegram'));
const discord = of(plugin('discord'));
const discordLib = of('discord.gateway');
const slack = of(plugin('slack'));
const bolt = of('slack_bolt.AsyncApp');
const whatsapp = of(plugin('whatsapp'));
const bridge = of('bridge');
const weixin = of('gateway.platforms.weixin');
const wecom = of(plugin('wecom'));
const dingtalk = of(plugin('dingtalk'));
const dingtalkLib = of('dingtalk_stream.client');
const signal = of('gateway.platforms.signal');
const matrix = of(plugin('matrix'));
const mattermost = of(plugin('mattermost'));
const email = of(plugin('email'));

export const ADAPTER_SCRIPTS: readonly AdapterScript[] = [
  {
    name: 'telegram',
    connect: [telegram('INFO', '[Telegram] Connected to Telegram (polling mode)')],
    loggedIn: [],
    // A drop of the night, healed within seconds, in the words of 0.19.0.
    routine: {
      everyS: 10_800,
      lines: [
        telegram(
          'WARNING',
          '[Telegram] Telegram network _redact_telegram_error_text(error), scheduling reconnect: httpx.ReadError',
        ),
        telegram(
          'INFO',
          '[Telegram] Telegram polling restarted after network error (attempt 1); health pending getUpdates progress',
        ),
      ],
    },
    lost: [
      telegram('WARNING', '[Telegram] Telegram network error, scheduling reconnect: httpx.ConnectError'),
      telegram('WARNING', '[Telegram] Telegram polling reconnect failed: Timed out'),
    ],
    tries: {
      everyS: 60,
      lines: [
        telegram(
          'WARNING',
          '[Telegram] Telegram network error (attempt 5/10), reconnecting in 60s. Error: httpx.ConnectError',
        ),
      ],
    },
    back: [telegram('INFO', '[Telegram] Telegram polling resumed after network error (attempt 6)')],
    refused: [
      telegram(
        'ERROR',
        "[Telegram] Telegram polling could not recover after 5 retries (200s total wait). The previous gateway session is still held open on Telegram's servers, or another process is using the same bot token.",
      ),
      [
        'ERROR',
        'gateway.run',
        'Fatal telegram adapter error (telegram_polling_conflict): another process is using the same bot token',
      ],
    ],
    disconnected: [telegram('INFO', '[Telegram] Disconnected from Telegram')],
  },
  {
    name: 'discord',
    connect: [
      discordLib('INFO', 'Shard ID None has connected to Gateway (Session ID: 0a1b).'),
      discord('INFO', '[Discord] Connected as lifeline#0001'),
    ],
    loggedIn: [],
    routine: {
      everyS: 7_200,
      lines: [
        discord('WARNING', '[Discord] Discord Gateway WebSocket unhealthy (not_ready, 1/2)'),
        discordLib('INFO', 'Shard ID None has successfully RESUMED session 0a1b.'),
      ],
    },
    lost: [
      discord('WARNING', '[Discord] Discord Gateway WebSocket unhealthy (ack_stale, 2/2)'),
      discord('ERROR', '[Discord] Discord Gateway WebSocket remained unhealthy (ack_stale); forcing reconnect'),
    ],
    tries: { everyS: 60, lines: [['ERROR', 'discord.client', 'Attempting a reconnect in 32.10s']] },
    back: [
      discordLib('INFO', 'Shard ID None has connected to Gateway (Session ID: 0a1c).'),
      discord('INFO', '[Discord] Connected as lifeline#0001'),
    ],
    refused: [
      discord(
        'ERROR',
        '[Discord] Failed to connect to Discord: Shard ID None is requesting privileged intents that have not been explicitly enabled (PrivilegedIntentsRequired)',
      ),
    ],
    disconnected: [discord('INFO', '[Discord] Disconnected')],
  },
  {
    name: 'slack',
    connect: [
      slack('INFO', '[Slack] Authenticated as @bot in workspace W (team: T)'),
      slack('INFO', '[Slack] Socket Mode connected (1 workspace(s))'),
    ],
    loggedIn: [bolt('INFO', 'A new session (s_1) has been established')],
    // A closed session of the client before is nothing once the new one is connected.
    routine: {
      everyS: 14_400,
      lines: [
        bolt('ERROR', 'Failed to connect (error: Session is closed); Retrying...'),
        slack('INFO', '[Slack] Socket Mode connected (1 workspace(s))'),
        bolt('INFO', 'A new session (s_2) has been established'),
      ],
    },
    lost: [slack('WARNING', '[Slack] Socket Mode unhealthy (transport disconnected); reconnecting')],
    tries: { everyS: 10, lines: [bolt('ERROR', 'Failed to connect (error: Session is closed); Retrying...')] },
    back: [
      slack('INFO', '[Slack] Socket Mode connected (1 workspace(s))'),
      bolt('INFO', 'A new session (s_3) has been established'),
    ],
    refused: [slack('ERROR', '[Slack] Connection failed: The request to the Slack API failed. (error: token_revoked)')],
    disconnected: [slack('INFO', '[Slack] Disconnected')],
  },
  {
    name: 'whatsapp',
    connect: [whatsapp('INFO', '[Whatsapp] Bridge found at /home/u/.hermes/bridge.js')],
    loggedIn: [
      bridge('INFO', '🌉 WhatsApp bridge listening on port 3000 (mode: self-chat)'),
      bridge('INFO', '✅ WhatsApp connected!'),
    ],
    routine: {
      everyS: 9_000,
      lines: [
        bridge('INFO', '⚠️  Connection closed (reason: 503). Reconnecting in 3s...'),
        bridge('INFO', '✅ WhatsApp connected!'),
      ],
    },
    lost: [bridge('INFO', '⚠️  Connection closed (reason: 408). Reconnecting in 3s...')],
    tries: { everyS: 20, lines: [bridge('INFO', '⚠️  Connection closed (reason: 408). Reconnecting in 3s...')] },
    back: [bridge('INFO', '✅ WhatsApp connected!')],
    refused: [bridge('INFO', '❌ Logged out. Delete session and restart to re-authenticate.')],
    disconnected: [whatsapp('INFO', '[Whatsapp] Bridge exited during shutdown (code 0).')],
    sidecarLog: 'platforms/whatsapp/bridge.log',
  },
  {
    name: 'weixin',
    connect: [weixin('INFO', '[Weixin] Connected account=a base=https://ilinkai.weixin.qq.com')],
    loggedIn: [],
    routine: {
      everyS: 5_400,
      lines: [weixin('ERROR', '[Weixin] poll error (1/3): Server disconnected')],
    },
    lost: [
      weixin('ERROR', '[Weixin] poll error (1/3): Cannot connect to host ilinkai.weixin.qq.com:443'),
      weixin('ERROR', '[Weixin] poll error (2/3): Cannot connect to host ilinkai.weixin.qq.com:443'),
      weixin('ERROR', '[Weixin] poll error (3/3): Cannot connect to host ilinkai.weixin.qq.com:443'),
    ],
    tries: {
      everyS: 35,
      lines: [weixin('ERROR', '[Weixin] poll error (3/3): Cannot connect to host ilinkai.weixin.qq.com:443')],
    },
    back: [inbound('weixin')],
    refused: [weixin('ERROR', '[Weixin] Session expired; pausing for 10 minutes')],
    disconnected: [weixin('INFO', '[Weixin] Disconnected')],
  },
  {
    name: 'wecom',
    connect: [wecom('INFO', '[Wecom] Connected to wss://openws.work.weixin.qq.com')],
    loggedIn: [],
    // As a matter of course, each five minutes.
    routine: {
      everyS: 300,
      lines: [
        wecom('WARNING', '[Wecom] WebSocket error: WeCom websocket closed'),
        wecom('INFO', '[Wecom] Reconnected'),
      ],
    },
    lost: [wecom('WARNING', '[Wecom] WebSocket error: WeCom websocket closed')],
    // Silent for good.
    tries: { everyS: 3_600, lines: [] },
    back: [wecom('INFO', '[Wecom] Reconnected')],
    refused: [wecom('WARNING', '[Wecom] Reconnect failed: invalid secret (errcode=40001)')],
    disconnected: [wecom('INFO', '[Wecom] Disconnected')],
  },
  {
    name: 'dingtalk',
    connect: [dingtalk('INFO', '[Dingtalk] Connected via Stream Mode')],
    loggedIn: [
      dingtalkLib('INFO', 'open connection, url=https://api.dingtalk.com/v1.0/gateway/connections/open'),
      dingtalkLib('INFO', "endpoint is {'endpoint': 'wss://wss-open-connection.dingtalk.com:443/connect'}"),
    ],
    routine: {
      everyS: 8_000,
      lines: [
        dingtalkLib('INFO', 'received disconnect topic=disconnect'),
        dingtalk('INFO', '[Dingtalk] Reconnecting in 2s...'),
        dingtalkLib('INFO', "endpoint is {'endpoint': 'wss://wss-open-connection.dingtalk.com:443/connect'}"),
      ],
    },
    lost: [dingtalk('WARNING', '[Dingtalk] Stream client error: no close frame received or sent')],
    tries: {
      everyS: 60,
      lines: [
        dingtalk('INFO', '[Dingtalk] Reconnecting in 60s...'),
        dingtalkLib('ERROR', 'open connection failed, error=[Errno 111] Connection refused'),
      ],
    },
    back: [dingtalkLib('INFO', "endpoint is {'endpoint': 'wss://wss-open-connection.dingtalk.com:443/connect'}")],
    refused: [dingtalk('ERROR', '[Dingtalk] Failed to connect: invalid client id or secret (invalidClient)')],
    disconnected: [dingtalk('INFO', '[Dingtalk] Disconnected')],
  },
  {
    name: 'signal',
    connect: [signal('INFO', 'Signal: connected to http://127.0.0.1:8080')],
    loggedIn: [signal('INFO', 'Signal SSE: connected')],
    routine: {
      everyS: 6_000,
      lines: [
        signal('WARNING', 'Signal SSE: error: Server disconnected (reconnecting in 2s)'),
        signal('INFO', 'Signal SSE: connected'),
      ],
    },
    lost: [signal('WARNING', 'Signal SSE: error: All connection attempts failed (reconnecting in 2s)')],
    tries: {
      everyS: 60,
      lines: [signal('WARNING', 'Signal SSE: error: All connection attempts failed (reconnecting in 60s)')],
    },
    back: [signal('INFO', 'Signal SSE: connected')],
    refused: [signal('ERROR', 'Signal: SIGNAL_HTTP_URL and SIGNAL_ACCOUNT are required')],
    disconnected: [],
  },
  {
    name: 'matrix',
    connect: [],
    loggedIn: [matrix('INFO', 'Matrix: initial sync complete, joined 3 rooms')],
    routine: { everyS: 7_000, lines: [matrix('WARNING', 'Matrix: sync error: Server disconnected — retrying in 5s')] },
    lost: [matrix('WARNING', 'Matrix: sync error: Cannot connect to host matrix.example:443 — retrying in 5s')],
    tries: {
      everyS: 35,
      lines: [matrix('WARNING', 'Matrix: sync error: Cannot connect to host matrix.example:443 — retrying in 5s')],
    },
    back: [inbound('matrix')],
    refused: [matrix('ERROR', 'Matrix: permanent auth error from sync: M_UNKNOWN_TOKEN — stopping')],
    disconnected: [],
  },
  {
    name: 'mattermost',
    connect: [],
    loggedIn: [
      mattermost('INFO', 'Mattermost: connecting to wss://mm.example/api/v4/websocket'),
      mattermost('INFO', 'Mattermost: WebSocket connected and authenticated'),
    ],
    // A socket that the server closes in an orderly way has no line of its own.
    routine: {
      everyS: 6_500,
      lines: [
        mattermost('INFO', 'Mattermost: connecting to wss://mm.example/api/v4/websocket'),
        mattermost('INFO', 'Mattermost: WebSocket connected and authenticated'),
      ],
    },
    lost: [mattermost('WARNING', 'Mattermost WS error: Cannot connect to host mm.example:443 — reconnecting in 2s')],
    tries: {
      everyS: 60,
      lines: [
        mattermost('WARNING', 'Mattermost WS error: Cannot connect to host mm.example:443 — reconnecting in 60s'),
      ],
    },
    back: [mattermost('INFO', 'Mattermost: WebSocket connected and authenticated')],
    refused: [mattermost('ERROR', 'Mattermost WS auth failed (HTTP 401) — stopping reconnect')],
    disconnected: [],
  },
  {
    name: 'email',
    connect: [
      email('INFO', '[Email] IMAP connection test passed. 12 existing messages skipped.'),
      email('INFO', '[Email] SMTP connection test passed.'),
    ],
    loggedIn: [],
    routine: { everyS: 12_000, lines: [email('ERROR', '[Email] Poll error: timed out')] },
    lost: [email('ERROR', '[Email] Poll error: [Errno -2] Name or service not known')],
    tries: { everyS: 60, lines: [email('ERROR', '[Email] Poll error: [Errno -2] Name or service not known')] },
    back: [inbound('email')],
    refused: [
      email('ERROR', "[Email] IMAP connection failed: b'[AUTHENTICATIONFAILED] Invalid credentials (Failure)'"),
    ],
    disconnected: [],
  },
  {
    name: 'webhook',
    connect: [],
    loggedIn: [],
    routine: { everyS: 3_000, lines: [inbound('webhook')] },
    lost: [],
    tries: { everyS: 3_600, lines: [] },
    back: [],
    refused: [],
    disconnected: [],
  },
];

export const scriptOf = (name: string): AdapterScript | undefined =>
  ADAPTER_SCRIPTS.find((script) => script.name === name);
