/**
 * What OpenClaw's log says of its links as data: which message is which fact (docs/facts/openclaw.md 5.1, 5.2, 5.4,
 * 5.5). Its file and its console word some lines differently, so patterns take the common tail; the level is not asked,
 * since it is wrong for the Feishu SDK. The group `account` names the account; without it the line is of the only one.
 */
import type { LinkFact } from '../../diagnosis/evidence.ts';
import { isNetworkFailure } from '../network-words.ts';
import { refusalIn } from '../refusal-words.ts';

export type Groups = Readonly<Record<string, string | undefined>>;

export interface LinkPattern {
  readonly message: RegExp;
  readonly fact: (groups: Groups) => LinkFact | null;
}

const always = (fact: LinkFact) => (): LinkFact => fact;

const PLATFORM = /\bcode[:=]\s*\d+|HTTP [45]\d\d|system busy|status(?: code)? [45]\d\d/i;
/** Of Tencent's QQ plugin, for an answer that is an error; without one it says `Network error`. */
const API_ERROR = /\bAPI Error \[/;
/** An answer of QQ's without a token; what it says instead is blanked out, and a restart would be told the same. */
const NO_TOKEN = 'Failed to get access_token: ***';
/** QQ's word to a bot that asks too often: a restart would ask once more. */
const ASKED_TOO_OFTEN = '频率限制';

const unspecificRefusal = (
  error: string,
): { failure: 'platform'; refused: 'platform_errors' | 'credentials_refused' } | null => {
  if (error.includes(ASKED_TOO_OFTEN)) return { failure: 'platform', refused: 'platform_errors' };
  return error.includes(NO_TOKEN) ? { failure: 'platform', refused: 'credentials_refused' } : null;
};

/** A failed try's own words tell whether the platform answered with an error or could not be reached at all. */
const failureOf = (error = ''): Extract<LinkFact, { kind: 'link-retry-failed' }> => ({
  kind: 'link-retry-failed',
  error,
  ...(refusalIn(error) ?? unspecificRefusal(error) ?? { failure: kindOfFailure(error.trim()) }),
});

const kindOfFailure = (error: string): 'platform' | 'network' | 'other' => {
  if (PLATFORM.test(error) || API_ERROR.test(error)) return 'platform';
  return error === '' || isNetworkFailure(error) ? 'network' : 'other';
};

/** `wss://host/…`, as `host:port`. */
const hostFact = (address = ''): LinkFact | null => {
  const [, host, port = '443'] = /^wss?:\/\/([^/:\s?#@]+)(?::(\d+))?/.exec(address) ?? [];
  return host === undefined ? null : { kind: 'link-host', host: `${host}:${port}` };
};

const feishu = (message: string, fact: LinkPattern['fact']): LinkPattern => ({
  message: new RegExp(`^(?:feishu: |feishu\\[(?<account>[^\\]]*)\\]: )?${message}`, 's'),
  fact,
});

/** A new client would be refused as this one was, until somebody mends that. */
const endedIn = (reason = ''): LinkFact => {
  const refused = refusalIn(reason)?.refused;
  if (refused === undefined) return { kind: 'link-gave-up' };
  return {
    kind: 'link-rejected',
    reason: reason.slice(0, 300),
    ...(refused === 'platform_refuses' || refused === 'platform_errors' ? {} : { why: refused }),
  };
};

/** docs/facts/openclaw.md 5.4. A reconnect that worked prints nothing: `channels.status` tells it. */
export const FEISHU_PATTERNS: readonly LinkPattern[] = [
  { message: /^starting feishu\[(?<account>[^\]]*)\]/, fact: always({ kind: 'link-open' }) },
  feishu('starting WebSocket connection', always({ kind: 'link-open' })),
  // Also printed behind a failed try: no proof.
  feishu('WebSocket client started', always({ kind: 'link-open' })),
  // "Recoverable" is wrong: the SDK has stopped, and nothing makes a new one.
  feishu('WebSocket SDK reported recoverable error: (?<reason>.*)', ({ reason }) => endedIn(reason)),
  feishu('WebSocket connection ended, recreating client in \\d+ms: (?<reason>.*)', ({ reason }) => ({
    kind: 'link-lost',
    reason: reason ?? '',
  })),
  feishu('WebSocket start failed, retrying in (?<ms>\\d+)ms: (?<error>.*)', ({ ms, error }) => ({
    ...failureOf(error),
    nextInMs: Number(ms),
  })),
  // Of openclaw-china; its SDK tries no more.
  feishu('failed to (?:start WebSocket connection|force reconnect): (?<error>.*)', ({ error }) => failureOf(error)),
  feishu('(?:received message from|dispatching to agent|dispatch complete)', always({ kind: 'link-traffic' })),
  // Of openclaw-lark 2026.7: each is written as it comes in on the connection.
  feishu(
    '(?:vc invited event received \\(ingress=websocket\\)|drive comment event: )',
    always({ kind: 'link-traffic' }),
  ),
  // Old versions pass on what their own requests met at the start.
  feishu('(?<error>AxiosError: .*)', ({ error }) => failureOf(error)),
  feishu("(?<error>TypeError: Cannot destructure property 'tenant_access_token'.*)", ({ error }) => ({
    kind: 'link-retry-failed',
    failure: 'platform',
    error: error ?? '',
  })),
  feishu('abort signal received, stopping', always({ kind: 'link-closed' })),
];

/** What the SDK prints: `[level]: [ '[ws]', 'text' ]`, over several lines on the console. */
const sdk = (message: string, fact: LinkPattern['fact']): LinkPattern => ({
  message: new RegExp(String.raw`^\[(?:info|warn|error)\]: \[\s*'(?:\[ws\]|ws)',\s*['"]` + message, 's'),
  fact,
});

/** The SDK is a library: its lines have no subsystem, and no account. */
export const FEISHU_SDK_PATTERNS: readonly LinkPattern[] = [
  sdk(`reconnect'`, always({ kind: 'link-lost', reason: 'the connection ended', returnsSilently: true })),
  sdk('no pong/inbound within', always({ kind: 'link-lost', reason: 'no pong', returnsSilently: true })),
  sdk('invalid appId: (?<reason>[^\'"]*)', ({ reason }) => ({
    kind: 'link-rejected',
    reason: `invalid appId: ${reason ?? ''}`,
  })),
  sdk(
    '(?<error>(?:connect (?:failed|E[A-Z_]+)|getaddrinfo|unable to connect to the server|code: \\d+)[^\'"\\n]*)',
    ({ error }) => failureOf(error),
  ),
  {
    // The message of whatever has thrown while it asked for an address: the way there, a proxy, a certificate (#35202).
    message:
      /^\[error\]: \[\s*'\[ws\]',\s*['"](?!invoke event failed|failed to |invalid |send data failed|ws error)(?<error>[^'"\n]{1,300})/,
    fact: ({ error }) => failureOf(error),
  },
  // It has ended this client, and nothing makes a new one (#49323, #63437).
  sdk('ws client closed manually \\(force\\)', always({ kind: 'link-lost', reason: 'closed by force', dead: true })),
  sdk('ws client closed manually', always({ kind: 'link-closed' })),
];

/** On the console of old versions the SDK's lines have its tag in the place of a subsystem. */
export const FEISHU_CONSOLE_PATTERNS: readonly LinkPattern[] = [
  {
    message: /^(?<error>[^\n]*\bopen\.(?:feishu\.cn|larksuite\.com)\b[^\n]*)/,
    fact: ({ error = '' }) => (isNetworkFailure(error) ? failureOf(error) : null),
  },
];

/** Its tags: `[qqbot:default]`, `[default]`, and of the token's maker `[qqbot:token:APPID]` behind one of those. */
const qq = (message: string, fact: LinkPattern['fact']): LinkPattern => ({
  message: new RegExp(`^(?:\\[(?:qqbot:)?(?<account>[^\\]:]*)\\] )?(?:\\[[^\\]]*\\] )*${message}`, 's'),
  fact,
});
const REFUSED = /^(?:offline\/sandbox-only|banned)$/;

/** The plugin of openclaw-china: its level stands in a tag, and no line names its account. */
const china = (message: string, fact: LinkPattern['fact']): LinkPattern => ({
  message: new RegExp(`^(?:\\[qqbot\\] )?(?:\\[(?:WARN|ERROR)\\] )?${message}`, 's'),
  fact,
});

/** docs/facts/openclaw.md 5.5, its last points. */
const QQ_CHINA_PATTERNS: readonly LinkPattern[] = [
  china('starting gateway for account ', always({ kind: 'link-open' })),
  china('connecting gateway: (?<address>wss?://\\S+)', ({ address }) => hostFact(address)),
  china('gateway socket opened$', always({ kind: 'link-open' })),
  china('gateway (?:ready|resumed)$', always({ kind: 'link-login' })),
  china('\\[inbound-user\\] ', always({ kind: 'link-traffic' })),
  china('gateway socket closed \\((?<code>\\d{1,5})\\)(?: (?<reason>.*))?', ({ code, reason }) => ({
    kind: 'link-lost',
    code: Number(code),
    ...(reason ? { reason } : {}),
  })),
  china('gateway socket error: (?<reason>.*)', ({ reason = '' }) => ({ kind: 'link-lost', reason })),
  china('gateway connect failed: (?<error>.*)', ({ error }) => failureOf(error)),
  // The socket is thrown away before this, and its close has no line.
  china('\\[reconnect\\] (?:server requested reconnect|invalid session); retry in (?<ms>\\d{1,7})ms', ({ ms }) => ({
    kind: 'link-retrying',
    nextInMs: Number(ms),
    wasLost: true,
  })),
  china('\\[reconnect\\] [^;\\n]{1,100}; retry in (?<ms>\\d{1,7})ms', ({ ms }) => ({
    kind: 'link-retrying',
    nextInMs: Number(ms),
  })),
  china('(?:abort signal received, stopping gateway|stop requested)$', always({ kind: 'link-closed' })),
];

/** docs/facts/openclaw.md 5.5. A close with 4009 or 1006 is tried again by the plugin; with 1000 it is not. */
export const QQ_PATTERNS: readonly LinkPattern[] = [
  ...QQ_CHINA_PATTERNS,
  qq('Gateway (?:ready|resumed)', always({ kind: 'link-login' })),
  // Tencent's plugin 1.x; up to March 2026 it said `Gateway ready` of a new session alone (openclaw-qqbot#148).
  qq('(?:Session resumed$|Ready(?: with [^\\n]{0,100})?, session: )', always({ kind: 'link-login' })),
  // It logs each event of the platform.
  qq('📩 Dispatch event: t=', always({ kind: 'link-traffic' })),
  qq('WebSocket connected', always({ kind: 'link-open' })),
  qq('Starting gateway\\b', always({ kind: 'link-open' })),
  qq('Connecting to (?<address>wss?://\\S+)', ({ address }) => hostFact(address)),
  // A new login, as after a restart.
  {
    message:
      /^\[(?:qqbot:)?(?<account>[^\]:\n]{0,100})\] (?:(?:Internal e|E)rror (?:\d{1,5} )?\([\w ]{0,60}\), will re-identify|Invalid token \(4004\), will refresh token)/,
    fact: always({ kind: 'link-retrying', anew: true }),
  },
  qq('WebSocket closed: (?<code>\\d+)(?: (?<reason>.*))?', ({ code, reason }) => ({
    kind: 'link-lost',
    code: Number(code),
    ...(reason ? { reason } : {}),
  })),
  qq('Gateway disconnected: (?<reason>.*)', ({ reason = '' }) =>
    REFUSED.test(reason) ? { kind: 'link-rejected', reason } : { kind: 'link-lost', reason },
  ),
  // It tries only where it has no connection; the close before that may have had no line.
  qq('Connection failed: (?<error>.*)', ({ error }) => ({ ...failureOf(error), wasLost: true })),
  qq('(?<error>(?:Network error|Background refresh (?:failed|crashed):)[^\\n]*)', ({ error }) => failureOf(error)),
  qq('Reconnecting \\S+ in (?<ms>\\d+)ms \\(attempt (?<attempt>\\d+)\\)', ({ ms, attempt }) => ({
    kind: 'link-retrying',
    attempt: Number(attempt),
    nextInMs: Number(ms),
  })),
  qq('Rate limited \\(4008\\), waiting (?<ms>\\d+)ms', ({ ms }) => ({ kind: 'link-retrying', nextInMs: Number(ms) })),
  // It goes on trying; that it is lost again and again, its losses tell.
  qq('Too many quick disconnects', always({ kind: 'link-retrying' })),
  qq('Max reconnect attempts reached', always({ kind: 'link-gave-up' })),
  qq('Bot is (?<reason>(?:offline|banned)[^.]*)\\.', ({ reason }) => ({ kind: 'link-rejected', reason: reason ?? '' })),
  qq('(?<reason>QQBot not configured[^\\n]*)', ({ reason }) => ({ kind: 'link-rejected', reason: reason ?? '' })),
];

const task = (message: string, fact: LinkPattern['fact']): LinkPattern => ({
  message: new RegExp(`^(?:\\[(?<account>[^\\]:]*)\\] )?${message}`, 's'),
  fact,
});

/** The gateway on a channel whose task ended, under that channel's subsystem (docs/facts/openclaw.md 5.1, 5.2). */
export const CHANNEL_PATTERNS: readonly LinkPattern[] = [
  task('auto-restart attempt (?<attempt>\\d+)/\\d+ in (?<seconds>\\d+(?:\\.\\d+)?)s', ({ attempt, seconds }) => ({
    kind: 'link-retrying',
    attempt: Number(attempt),
    nextInMs: Number(seconds) * 1_000,
  })),
  // A start follows at once; where none does, nothing makes one (#77651, #79896, #82310).
  task('(?<reason>channel stop exceeded \\d+ms after abort)', ({ reason = '' }): LinkFact => ({
    kind: 'link-lost',
    reason,
    dead: true,
  })),
  task('restarting after timed-out channel stop completed', always({ kind: 'link-retrying' })),
  // Its tag is the channel's own name; its task, which would be tried again, never began.
  {
    message: /^\[[\w-]{1,40}\] channel startup failed: (?<reason>.*)/s,
    fact: ({ reason = '' }) => ({ kind: 'link-rejected', reason: reason.slice(0, 300), why: 'setup_incomplete' }),
  },
  task('giving up after \\d+ restart attempts', always({ kind: 'link-gave-up', counted: true })),
  task('auto-restart skipped, terminal disconnect', always({ kind: 'link-gave-up', terminal: true })),
  task('channel exited(?:: (?<reason>.*)| without an error)', ({ reason }) => ({
    kind: 'link-lost',
    reason: reason ?? 'the channel ended',
    ended: true,
  })),
  task(
    'channel autostart suppressed by crash-loop breaker; refusing automatic start for [\\w-]+(?: account (?<named>[^.\\s]+))?',
    always({ kind: 'link-held', reason: 'channel autostart suppressed by crash-loop breaker' }),
  ),
];

/**
 * A plugin of a channel that does not load, of which there is no channel then (docs/facts/openclaw.md 5.2). Each program
 * of OpenClaw's loads them, and writes this into the same file.
 */
export const PLUGIN_PATTERNS: readonly LinkPattern[] = [
  {
    message: /^(?:\[plugins\] )?(?<channel>[\w-]{1,60}) failed to load from (?<reason>[^\n]{0,600})/,
    fact: ({ reason = '' }) => ({
      kind: 'link-rejected',
      reason: `its plugin failed to load: ${reason.slice(0, 300)}`,
      why: 'setup_incomplete',
      unbegun: true,
    }),
  },
];

const monitor = (message: string, fact: LinkPattern['fact']): LinkPattern => ({
  message: new RegExp(`^\\[(?<channel>[\\w-]+):(?<account>[^\\]]*)\\] (?:health-monitor: )?${message}`, 's'),
  fact,
});

/** `[feishu:default] health-monitor: …`; which channel, the group `channel` tells. */
export const MONITOR_PATTERNS: readonly LinkPattern[] = [
  monitor('restarting \\(reason: ', always({ kind: 'link-retrying' })),
  monitor('restart failed: (?<error>.*)', ({ error }) => failureOf(error)),
  monitor('hit \\d+ restarts/hour limit', always({ kind: 'link-needs-attention' })),
  monitor('skipping restart, (?:terminal[- ]disconnect|blocked)', always({ kind: 'link-gave-up', terminal: true })),
  monitor(
    'channel autostart suppressed',
    always({ kind: 'link-held', reason: 'channel autostart suppressed by its restart-loop breaker' }),
  ),
];
