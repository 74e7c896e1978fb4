/**
 * OpenClaw's log messages as data: which message is which fact (facts/openclaw.md 3.2, 5). Its file and its console word
 * some lines differently, so patterns take the common tail; the level is not asked, since it is wrong for the Feishu SDK.
 */
import type { GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';

type Groups = Readonly<Record<string, string | undefined>>;

export interface LinkPattern {
  readonly link: LinkName;
  /** Which subsystems say it; null: a library, without one. */
  readonly from: RegExp | null;
  readonly message: RegExp;
  readonly fact: (groups: Groups) => LinkFact | null;
}

export interface GatewayPattern {
  readonly message: RegExp;
  readonly fact: (groups: Groups) => GatewayFact;
}

const always =
  <Fact>(fact: Fact) =>
  (): Fact =>
    fact;

const NETWORK = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN|ETIMEDOUT|ECONNRESET|timed? ?out|getaddrinfo|socket hang up|Network error/i;
const PLATFORM = /\bcode[:=]\s*\d+|HTTP [45]\d\d|system busy|status(?: code)? [45]\d\d/i;

/** A failed try's own words tell whether the platform answered with an error or could not be reached at all. */
const failureOf = (error: string): Extract<LinkFact, { kind: 'link-retry-failed' }> => ({
  kind: 'link-retry-failed',
  error,
  failure: PLATFORM.test(error) ? 'platform' : NETWORK.test(error) ? 'network' : 'other',
});

const FEISHU = /^(?:channels\/)?feishu$/;
const feishu = (message: string, fact: LinkPattern['fact']): LinkPattern => ({ link: 'feishu', from: FEISHU, message: new RegExp(`^(?:feishu\\[[^\\]]*\\]: )?${message}`, 's'), fact });
/** What the SDK prints: `[level]: [ '[ws]', 'text' ]`, over several lines on the console. */
const sdk = (message: string, fact: LinkPattern['fact']): LinkPattern => ({ link: 'feishu', from: null, message: new RegExp(String.raw`^\[(?:info|warn|error)\]: \[\s*'(?:\[ws\]|ws)',\s*['"]` + message, 's'), fact });

/** Facts/openclaw.md 5.4. A reconnect that worked prints nothing: `channels.status` tells it. */
export const FEISHU_PATTERNS: readonly LinkPattern[] = [
  feishu('starting (?:WebSocket connection|feishu\\[)', always({ kind: 'link-open' })),
  feishu('WebSocket client started', always({ kind: 'link-open' })),
  feishu('WebSocket SDK reported recoverable error: (?<error>.*)', always({ kind: 'link-gave-up' })),
  feishu('WebSocket connection ended, recreating client in (?<ms>\\d+)ms: (?<reason>.*)', ({ reason }) => ({ kind: 'link-lost', reason: reason ?? '' })),
  feishu('WebSocket start failed, retrying in (?<ms>\\d+)ms: (?<error>.*)', ({ ms, error }) => ({ ...failureOf(error ?? ''), nextInMs: Number(ms) })),
  feishu('(?:received message from|dispatching to agent|dispatch complete)', always({ kind: 'link-traffic' })),
  feishu('abort signal received, stopping', always({ kind: 'link-closed' })),
  sdk(`reconnect'`, always({ kind: 'link-lost', reason: 'the connection ended' })),
  sdk('no pong/inbound within', always({ kind: 'link-lost', reason: 'no pong' })),
  sdk('invalid appId: (?<reason>[^\']*)', ({ reason }) => ({ kind: 'link-rejected', reason: `invalid appId: ${reason ?? ''}` })),
  sdk('(?<error>(?:connect (?:failed|E[A-Z]+)|unable to connect to the server|code: \\d+)[^\\n]*)', ({ error }) => failureOf(error ?? '')),
  sdk('ws client closed manually', always({ kind: 'link-closed' })),
];

const QQ = /^(?:channels\/)?(?:openclaw-)?qqbot$/;
const qq = (message: string, fact: LinkPattern['fact']): LinkPattern => ({ link: 'qqbot', from: QQ, message: new RegExp(`^(?:\\[[^\\]]*\\] )*${message}`, 's'), fact });

/** Facts/openclaw.md 5.5. A close with 4009 or 1006 is tried again by the plugin; with 1000 it is not. */
export const QQ_PATTERNS: readonly LinkPattern[] = [
  qq('Gateway (?:ready|resumed)', always({ kind: 'link-login' })),
  qq('WebSocket connected', always({ kind: 'link-open' })),
  qq('Connecting to wss?://(?<host>[^/\\s]+)', ({ host }) => (host === undefined ? null : { kind: 'link-host', host: host.includes(':') ? host : `${host}:443` })),
  qq('WebSocket closed: (?<code>\\d+)(?: (?<reason>.*))?', ({ code, reason }) => ({ kind: 'link-lost', code: Number(code), ...(reason ? { reason } : {}) })),
  qq('Gateway disconnected: (?<reason>.*)', ({ reason = '' }) => (reason === 'offline/sandbox-only' || reason === 'banned' ? { kind: 'link-rejected', reason } : { kind: 'link-lost', reason })),
  qq('Connection failed: (?<error>.*)', ({ error }) => failureOf(error ?? '')),
  qq('(?<error>Network error[^\\n]*)', ({ error }) => failureOf(error ?? '')),
  qq('Reconnecting \\S+ in (?<ms>\\d+)ms \\(attempt (?<attempt>\\d+)\\)', ({ ms, attempt }) => ({ kind: 'link-retrying', attempt: Number(attempt), nextInMs: Number(ms) })),
  qq('Rate limited \\(4008\\), waiting (?<ms>\\d+)ms', ({ ms }) => ({ kind: 'link-retrying', nextInMs: Number(ms) })),
  qq('Max reconnect attempts reached', always({ kind: 'link-gave-up' })),
  qq('Too many quick disconnects', always({ kind: 'link-rejected', reason: 'too many quick disconnects' })),
  qq('Bot is (?<reason>[^.]*)\\.', ({ reason }) => ({ kind: 'link-rejected', reason: reason ?? '' })),
  qq('QQBot not configured(?<reason>.*)', ({ reason }) => ({ kind: 'link-rejected', reason: `not configured${reason ?? ''}` })),
];

/** `[feishu:default] health-monitor: …` and the ladder of a channel whose task ended (facts/openclaw.md 5.1, 5.2). */
export const MONITOR_PATTERNS: readonly { readonly message: RegExp; readonly fact: (groups: Groups) => LinkFact }[] = [
  { message: /^(?:\[(?<link>[a-z]+):[^\]]*\] )health-monitor: restarting \(reason: (?<reason>[^)]*)\)/, fact: always({ kind: 'link-retrying' }) },
  { message: /^(?:\[(?<link>[a-z]+):[^\]]*\] )health-monitor: hit \d+ restarts\/hour limit/, fact: always({ kind: 'link-needs-attention' }) },
  { message: /^(?:\[(?<link>[a-z]+):[^\]]*\] )health-monitor: skipping restart, terminal-disconnect/, fact: always({ kind: 'link-gave-up' }) },
];

export const CHANNEL_PATTERNS: readonly { readonly message: RegExp; readonly fact: (groups: Groups) => LinkFact }[] = [
  { message: /^(?:\[[^\]]*\] )*auto-restart attempt (?<attempt>\d+)\/\d+ in (?<seconds>\d+(?:\.\d+)?)s/, fact: ({ attempt, seconds }) => ({ kind: 'link-retrying', attempt: Number(attempt), nextInMs: Number(seconds) * 1_000 }) },
  { message: /^(?:\[[^\]]*\] )*giving up after \d+ restart attempts/, fact: always({ kind: 'link-gave-up' }) },
  { message: /^(?:\[[^\]]*\] )*channel exited(?:: (?<reason>.*)| without an error)/s, fact: ({ reason }) => ({ kind: 'link-lost', reason: reason ?? 'the channel ended' }) },
];

/** Facts/openclaw.md 3.2, 5.3. */
export const GATEWAY_PATTERNS: readonly GatewayPattern[] = [
  { message: /^loading configuration/, fact: always({ kind: 'gateway-starting' }) },
  { message: /^(?:gateway )?ready(?:$|\s)/, fact: always({ kind: 'gateway-ready' }) },
  { message: /^received SIGTERM; shutting down/, fact: always({ kind: 'gateway-stopping', planned: true, forRestart: false }) },
  { message: /^received SIGUSR[12]; restarting/, fact: always({ kind: 'gateway-stopping', planned: true, forRestart: true }) },
  { message: /^(?:\[?shutdown\]? )?completed cleanly in/, fact: always({ kind: 'gateway-stopped' }) },
  { message: /^(?:Gateway start blocked|Gateway failed to start|Gateway aborted): (?<reason>.*)/s, fact: ({ reason }) => ({ kind: 'config-fatal', reason: reason ?? '' }) },
  { message: /^Refusing to run automatic gateway startup migrations because the selected config/, fact: always({ kind: 'config-fatal', reason: 'a plugin refuses its configuration' }) },
  { message: /liveness warning: .*?eventLoopDelayMaxMs=(?<ms>\d+)/, fact: ({ ms }) => ({ kind: 'loop-blocked', blockedMs: Number(ms) }) },
  { message: /liveness heartbeat delayed: overdue=(?<ms>\d+)ms/, fact: ({ ms }) => ({ kind: 'loop-blocked', blockedMs: Number(ms) }) },
];
