/**
 * Hermes's log messages as data: which message, from whom, is which fact. Matched from the message's first
 * character, so that a chat text quoted later in a line cannot imitate an event (facts/hermes.md 1.2, 2).
 */
import type { GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';

type Groups = Readonly<Record<string, string | undefined>>;

export interface LinkPattern {
  readonly link: LinkName;
  readonly message: RegExp;
  readonly fact: (groups: Groups) => LinkFact | null;
}

export interface GatewayPattern {
  readonly message: RegExp;
  readonly fact: (groups: Groups) => GatewayFact;
}

/** A failed try's own words tell whether the platform answered with an error or could not be reached at all. */
const failureOf = (error: string): Extract<LinkFact, { kind: 'link-retry-failed' }> => ({
  kind: 'link-retry-failed',
  error,
  failure: /Server error '5\d\d|Client error '4\d\d|\b(?:HTTP|status)[ =]?[45]\d\d\b|response missing|Invalid response status/i.test(error)
    ? 'platform'
    : /Cannot connect to host|Name or service not known|getaddrinfo|Temporary failure in name resolution|Network is unreachable|No route to host|Connection refused|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|timed? ?out/i.test(error)
      ? 'network'
      : 'other',
});

const always =
  <Fact>(fact: Fact) =>
  (): Fact =>
    fact;

/** Close codes after which the adapter returns for good and a restart meets the same refusal (facts/hermes.md 2.1). */
const REFUSING_CODES: ReadonlySet<number> = new Set([4001, 4002, 4010, 4011, 4012, 4013, 4014, 4914, 4915]);

const QQ = String.raw`^\[QQBot(?::[^\]]*)?\] `;
const qq = (message: string, fact: LinkPattern['fact']): LinkPattern => ({ link: 'qqbot', message: new RegExp(QQ + message), fact });

const feishu = (message: string, fact: LinkPattern['fact']): LinkPattern => ({ link: 'feishu', message: new RegExp(`^\\[(?:Feishu|Lark)\\] ${message}`), fact });

/** Facts/hermes.md 2.1. */
const QQ_PATTERNS: readonly LinkPattern[] = [
  qq('Ready, session_id=', always({ kind: 'link-login' })),
  qq('Session resumed', always({ kind: 'link-login' })),
  qq(String.raw`WebSocket closed: code=(?<code>\d+)(?: reason=(?<reason>.*))?`, ({ code, reason }) => {
    const closeCode = Number(code);
    return REFUSING_CODES.has(closeCode)
      ? { kind: 'link-rejected', reason: `code=${closeCode} ${reason ?? ''}`.trim() }
      : { kind: 'link-lost', code: closeCode, ...(reason ? { reason } : {}) };
  }),
  qq('WebSocket error: (?<reason>.*)', ({ reason }) => ({ kind: 'link-lost', reason: reason ?? '' })),
  qq(String.raw`Reconnecting in \S+ \(attempt (?<attempt>\d+)\)`, ({ attempt }) => ({ kind: 'link-retrying', attempt: Number(attempt) })),
  qq('(?:Connected|Reconnected)$', always({ kind: 'link-open' })),
  qq('Reconnect failed: (?<error>.*)', ({ error }) => failureOf(error ?? '')),
  qq('Max reconnect attempts reached', always({ kind: 'link-gave-up' })),
  qq('Too many quick disconnects', always({ kind: 'link-rejected', reason: 'too many quick disconnects' })),
  qq(String.raw`Bot is (?<reason>.*)\. Check QQ Open Platform`, ({ reason }) => ({ kind: 'link-rejected', reason: reason ?? '' })),
  qq('Disconnected$', always({ kind: 'link-closed' })),
];

/** Facts/hermes.md 2.2: the adapter's own lines. */
const FEISHU_PATTERNS: readonly LinkPattern[] = [
  feishu('Connected in websocket mode', always({ kind: 'link-open' })),
  feishu(String.raw`(?:Flushing text batch|[Ii]nbound message|Received raw message)`, always({ kind: 'link-traffic' })),
  feishu('WebSocket client thread exited unexpectedly', always({ kind: 'link-lost', reason: 'client thread exited' })),
  feishu('lark WS receive loop died', always({ kind: 'link-lost', reason: 'receive loop died' })),
  feishu('WebSocket restart failed \\(retrying\\): (?<error>.*)', ({ error }) => failureOf(error ?? '')),
  feishu('Another local Hermes gateway is already using this Feishu app_id', always({ kind: 'link-rejected', reason: 'app id in use by another local gateway' })),
  feishu('Disconnected$', always({ kind: 'link-closed' })),
];

/** Facts/hermes.md 2.2: the SDK's lines, which come from the logger `Lark` without a prefix. */
export const LARK_SDK_PATTERNS: readonly LinkPattern[] = [
  { link: 'feishu', message: /^connected to /, fact: always({ kind: 'link-login' }) },
  { link: 'feishu', message: /^receive message loop exit, err: (?<reason>.*)/, fact: ({ reason }) => ({ kind: 'link-lost', reason: reason ?? '' }) },
  { link: 'feishu', message: /^disconnected to /, fact: always({ kind: 'link-lost', reason: 'disconnected' }) },
  { link: 'feishu', message: /^trying to reconnect for the (?<attempt>\d+)/, fact: ({ attempt }) => ({ kind: 'link-retrying', attempt: Number(attempt) }) },
  { link: 'feishu', message: /^connect failed, err: (?<error>.*)/, fact: ({ error }) => failureOf(error ?? '') },
];

export const ADAPTER_PATTERNS: readonly LinkPattern[] = [...QQ_PATTERNS, ...FEISHU_PATTERNS];

/** Facts/hermes.md 2.3: the runner. */
export const RUNNER_PATTERNS: readonly GatewayPattern[] = [
  { message: /^Starting Hermes Gateway/, fact: always({ kind: 'gateway-starting' }) },
  { message: /^Gateway running with \d+ platform/, fact: always({ kind: 'gateway-ready' }) },
  { message: /^Gateway started with no connected platforms/, fact: always({ kind: 'gateway-ready' }) },
  { message: /^Received \S+ as a planned gateway stop/, fact: always({ kind: 'gateway-stopping', planned: true, forRestart: false }) },
  { message: /^Received \S+ as a planned --replace takeover/, fact: always({ kind: 'gateway-stopping', planned: true, forRestart: true }) },
  { message: /^Received \S+ . initiating shutdown/, fact: always({ kind: 'gateway-stopping', planned: false, forRestart: false }) },
  { message: /^Stopping gateway for restart/, fact: always({ kind: 'gateway-stopping', planned: true, forRestart: true }) },
  { message: /^Stopping gateway/, fact: always({ kind: 'gateway-stopping', planned: false, forRestart: false }) },
  { message: /^Gateway stopped \(/, fact: always({ kind: 'gateway-stopped' }) },
  { message: /^Exiting with code (?<code>\d+)/, fact: ({ code }) => ({ kind: 'gateway-exit', code: Number(code) }) },
  {
    message: /^(?<reason>Gateway hit a non-retryable startup conflict: .*|Gateway multiplexer config error: .*|Refusing to start: .*|\d+ platform\(s\) fatally misconfigured and parked: .*)/,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: reason ?? '' }),
  },
];

/** Python's own words for a gone executor, in a message or at the end of a traceback (upstream #10849). */
export const EXECUTOR_SHUTDOWN = /(?:^|RuntimeError: |: )(?:Executor shutdown has been called|cannot schedule new futures after (?:interpreter )?shutdown)\s*$/;
