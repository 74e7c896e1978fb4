/**
 * Hermes's log messages as data: which message, from whom, is which fact. Matched from the message's first
 * character, so that a chat text quoted later in a line cannot imitate an event (docs/facts/hermes.md 1.2, 2).
 */
import { hostOf } from '../../base/endpoint.ts';
import type { GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import { isNetworkFailure } from '../network-words.ts';
import { refusalIn } from '../refusal-words.ts';

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

const announced = (seconds: string | undefined): { nextInMs?: number } =>
  seconds === undefined ? {} : { nextInMs: Number(seconds) * 1_000 };

/** The platform answered, and with an error. */
const PLATFORM_ERROR =
  /Server error '5\d\d|Client error '4\d\d|\b(?:HTTP|status)[ =]?[45]\d\d\b|response missing|missing access_token|Invalid response status|appid or secret|auth(?:orization)? (?:error|failed)/i;
/** Without a reason behind it: libraries have no words for a time-out, and leave the text of the error empty. */
const NO_REASON = /^(?:Failed to get QQ Bot (?:gateway URL|access token)\W*)?$/;

/** A failed try's own words tell whether the platform answered with an error or could not be reached at all. */
const failureOf = (error: string, nextInSeconds?: string): Extract<LinkFact, { kind: 'link-retry-failed' }> => ({
  kind: 'link-retry-failed',
  error,
  ...announced(nextInSeconds),
  ...(refusalIn(error) ?? { failure: kindOfFailure(error.trim()) }),
});

/**
 * The number that Feishu's SDK puts before the words of an answer, without a name: a status of HTTP or a code of
 * Feishu's (docs/facts/hermes.md 2.2).
 */
const NUMBERED = /^(?<number>\d{1,10}): /;

/** As a failed try's; a number at its beginning is an answer, whatever its words. */
const sdkFailureOf = (error: string): LinkFact => {
  const number = NUMBERED.exec(error)?.groups?.['number'];
  if (number === undefined) return failureOf(error);
  const refusal = refusalIn(`code: ${number} ${error}`) ?? refusalIn(`HTTP ${number} ${error}`);
  return { kind: 'link-retry-failed', error, failure: 'platform', ...refusal };
};

const kindOfFailure = (error: string): 'platform' | 'network' | 'other' => {
  if (PLATFORM_ERROR.test(error)) return 'platform';
  return NO_REASON.test(error) || isNetworkFailure(error) ? 'network' : 'other';
};

const always =
  <Fact>(fact: Fact) =>
  (): Fact =>
    fact;

/**
 * Close codes after which the adapter returns for good and a restart meets the same refusal (docs/facts/hermes.md 2.1).
 */
const REFUSING_CODES: ReadonlySet<number> = new Set([4001, 4002, 4010, 4011, 4012, 4013, 4014, 4914, 4915]);

/** A request to QQ's API takes no longer. */
const QQ_API_MS = 30_000;

/** The adapters begin each message with their tag; their patterns are of what stands behind it. */
export const QQ_TAG = /^\[QQBot(?::[^\]]*)?\] /;
export const FEISHU_TAG = /^\[(?:Feishu|Lark)\] /;

const qq = (message: string, fact: LinkPattern['fact']): LinkPattern => ({
  link: 'qqbot',
  message: new RegExp(`^${message}`),
  fact,
});

const feishu = (message: string, fact: LinkPattern['fact']): LinkPattern => ({
  link: 'feishu',
  message: new RegExp(`^${message}`),
  fact,
});

/** Which of several bots' connections a line is about. */
const connectionIn = (text: string | undefined): { connection?: string } => {
  const connection = /\[conn_id=([\w-]{1,40})\]/.exec(text ?? '')?.[1];
  return connection === undefined ? {} : { connection };
};

const lostSdk = (reason = ''): LinkFact => ({
  kind: 'link-lost',
  reason,
  ...connectionIn(reason),
  ...(reason.includes(OTHER_LOOP) ? { dead: true } : {}),
});

const namedHost = (url: string | undefined): { host?: string } => {
  const host = hostOf(url ?? '');
  return host === null ? {} : { host };
};
const hostFact = (url: string | undefined): LinkFact | null => {
  const host = hostOf(url ?? '');
  return host === null ? null : { kind: 'link-host', host };
};

/** docs/facts/hermes.md 2.1. */
export const QQ_PATTERNS: readonly LinkPattern[] = [
  qq('Ready, session_id=', always({ kind: 'link-login' })),
  qq('Session resumed', always({ kind: 'link-login' })),
  // Written as it comes in; the runner's own line follows when its attachments are fetched.
  qq('C2C message: id=', always({ kind: 'link-traffic' })),
  // A tap on a button comes in on the same connection (#39928), and most of its lines follow the answer to it.
  qq(
    '(?:Interaction: scene=|Button resolved \\d+ approval|Rejected unauthorized (?:approval|update prompt) click|Unknown approval decision |Failed to parse INTERACTION_CREATE|INTERACTION_CREATE missing id)',
    always({ kind: 'link-traffic', lateByMs: QQ_API_MS }),
  ),
  qq(String.raw`WebSocket closed: code=(?<code>\d+)(?: reason=(?<reason>.*))?`, ({ code, reason }) => {
    const closeCode = Number(code);
    return REFUSING_CODES.has(closeCode)
      ? { kind: 'link-rejected', reason: `code=${closeCode} ${reason ?? ''}`.trim() }
      : { kind: 'link-lost', code: closeCode, ...(reason ? { reason } : {}) };
  }),
  qq('WebSocket error: (?<reason>.*)', ({ reason }) => ({ kind: 'link-lost', reason: reason ?? '' })),
  qq(String.raw`Reconnecting in (?<next>\d+(?:\.\d+)?)s? \(attempt (?<attempt>\d+)\)`, ({ attempt, next }) => ({
    kind: 'link-retrying',
    attempt: Number(attempt),
    ...announced(next),
  })),
  // Each of these is a new login, as a restart would be one.
  qq(
    String.raw`(?:Identify sent|Invalid token \(4004\)|Session error \(\d+\), clearing session|Invalid session \(op 9, not resumable\))`,
    always({ kind: 'link-retrying', anew: true }),
  ),
  qq(String.raw`Rate limited \(4008\), waiting (?<next>\d+)s`, ({ next }) => ({
    kind: 'link-retrying',
    ...announced(next),
  })),
  qq('(?:Gateway URL:|WebSocket connected to) (?<url>.*)', ({ url }) => hostFact(url)),
  qq('(?:Connected|Reconnected)$', always({ kind: 'link-open' })),
  qq('Reconnect failed: (?<error>.*)', ({ error }) => failureOf(error ?? '')),
  qq('QQ startup failed: (?<error>.*)', ({ error = '' }) =>
    /are required|not installed/.test(error) ? { kind: 'link-rejected', reason: error } : failureOf(error),
  ),
  qq('(?:Failed to|Cannot) send (?:Identify|Resume): (?<reason>.*)', ({ reason }) => ({
    kind: 'link-lost',
    reason: reason ?? '',
  })),
  qq('Max reconnect attempts reached', always({ kind: 'link-gave-up' })),
  qq('Too many quick disconnects', always({ kind: 'link-rejected', reason: 'too many quick disconnects' })),
  qq(String.raw`Bot is (?<reason>.*)\. Check QQ Open Platform`, ({ reason }) => ({
    kind: 'link-rejected',
    reason: reason ?? '',
  })),
  qq('Disconnected$', always({ kind: 'link-closed' })),
];

/** docs/facts/hermes.md 2.2: the adapter's own lines. */
export const FEISHU_PATTERNS: readonly LinkPattern[] = [
  feishu('Connected in websocket mode', always({ kind: 'link-open' })),
  // There is no link in this mode, only a listener.
  feishu('Connected in webhook mode', always({ kind: 'link-closed' })),
  feishu(
    String.raw`(?:Flushing (?:text|media) batch|[Ii]nbound (?:\S+ )?message|Received raw message)`,
    always({ kind: 'link-traffic' }),
  ),
  // Taps, reactions and changes of a group come in on the same connection as messages.
  feishu(
    String.raw`(?:Routing (?:card action|reaction) |Bot (?:added to|removed from) chat: |Unauthorized (?:approval|update prompt) click by |(?:Approval|Update prompt) \S{1,100} chat mismatch)`,
    always({ kind: 'link-traffic' }),
  ),
  feishu('WebSocket client thread exited unexpectedly', always({ kind: 'link-lost', reason: 'client thread exited' })),
  feishu('lark WS receive loop died', always({ kind: 'link-lost', reason: 'receive loop died' })),
  feishu('WebSocket restart failed \\(retrying\\): (?<error>.*)', ({ error }) => failureOf(error ?? '')),
  feishu(
    String.raw`Connect attempt \d+/\d+ failed; retrying in (?<next>\d+(?:\.\d+)?)s: (?<error>.*)`,
    ({ error, next }) => failureOf(error ?? '', next),
  ),
  feishu('Failed to connect: (?<error>.*)', ({ error }) => failureOf(error ?? '')),
  feishu(
    '(?<reason>FEISHU_APP_ID or FEISHU_APP_SECRET not set|Unsupported FEISHU_CONNECTION_MODE.*|Webhook mode requires .*|lark-oapi not installed)',
    ({ reason }) => ({ kind: 'link-rejected', reason: reason ?? '' }),
  ),
  feishu(
    'Another local Hermes gateway is already using this Feishu app_id',
    always({ kind: 'link-rejected', reason: 'app id in use by another local gateway' }),
  ),
  feishu('Disconnected$', always({ kind: 'link-closed' })),
];

/** The same adapter's lines of older versions, without its tag. */
export const UNTAGGED_FEISHU_PATTERNS: readonly LinkPattern[] = [
  {
    link: 'feishu',
    message: /^(?<error>feishu auth error: .*|Feishu authorization failed.*)/,
    fact: ({ error }) => ({
      kind: 'link-retry-failed',
      failure: 'platform',
      refused: 'credentials_refused',
      error: error ?? '',
    }),
  },
];

/** docs/facts/hermes.md 2.2: the SDK's lines, which come from the logger `Lark` without a prefix. */
export const LARK_SDK_PATTERNS: readonly LinkPattern[] = [
  {
    link: 'feishu',
    message: /^connected to (?<url>.*)/,
    fact: ({ url }) => ({ kind: 'link-login', ...namedHost(url), ...connectionIn(url) }),
  },
  {
    link: 'feishu',
    message: /^receive message loop exit, err: (?<reason>.*)/,
    fact: ({ reason }) => lostSdk(reason),
  },
  {
    link: 'feishu',
    message: /^ping failed, err: (?<reason>.*attached to a different loop.*)/,
    fact: ({ reason }) => lostSdk(reason),
  },
  {
    link: 'feishu',
    message: /^disconnected to (?<url>.*)/,
    fact: ({ url }) => ({ kind: 'link-lost', reason: 'disconnected', ...connectionIn(url) }),
  },
  {
    link: 'feishu',
    message: /^trying to reconnect for the (?<attempt>\d+)/,
    fact: ({ attempt }) => ({ kind: 'link-retrying', attempt: Number(attempt) }),
  },
  { link: 'feishu', message: /^connect failed, err: (?<error>.*)/, fact: ({ error }) => sdkFailureOf(error ?? '') },
];

/** Any platform's; which of them are judged, the reader asks. */
const LINK = '(?<link>[a-z_]{3,20})';
const runnerLink = (message: string, fact: LinkPattern['fact']): Omit<LinkPattern, 'link'> => ({
  message: new RegExp(`^${message}`),
  fact,
});

/** The reconnect watcher's pause after such an attempt: from 30 s doubling to 300 s. */
const watcherPauseMs = (attempt: number): number => Math.min(300_000, 30_000 * 2 ** Math.max(0, attempt - 1));

/** Fatal errors that the runner tries again, and of which none is a setting or a refusal (docs/facts/platforms.md 2.2). */
const PASSING_CODE = /^[a-z_]{1,40}_(?:network_error|exited|stale)$/;

/** docs/facts/hermes.md 2.3: what the runner says of a link; which one, the group `link` tells. */
export const RUNNER_LINK_PATTERNS: readonly Omit<LinkPattern, 'link'>[] = [
  runnerLink(String.raw`Connecting to ${LINK}\.\.\.`, always({ kind: 'link-retrying' })),
  runnerLink(`✓ ${LINK} (?:re)?connected`, always({ kind: 'link-open' })),
  runnerLink(`⚠ ${LINK} reconnected in degraded mode`, always({ kind: 'link-open' })),
  runnerLink(
    `✗ ${LINK} failed to connect`,
    always({ kind: 'link-retry-failed', failure: 'other', error: 'failed to connect' }),
  ),
  runnerLink(`(?:✗ )?${LINK} error: (?<error>.*)`, ({ error }) => failureOf(error ?? '')),
  runnerLink(
    String.raw`Fatal ${LINK} adapter error \((?<code>[^)]*)\): (?<reason>.*)`,
    ({ code = '', reason = '' }) => ({
      kind: 'link-lost',
      reason: `${code}: ${reason}`,
      // The runner takes the adapter away and then queues it anew, with a line. Until September 2026 (main) a close that
      // hangs keeps the runner from queueing it (#68406, #70344, #80598).
      ...(PASSING_CODE.test(code) ? { ended: true } : {}),
    }),
  ),
  runnerLink(
    String.raw`Fatal ${LINK} adapter error for multiplexed profile [\w-]{1,64} \((?<code>[^)]*)\)`,
    ({ code = '' }) => ({ kind: 'link-lost', reason: code }),
  ),
  runnerLink(String.raw`✗ ${LINK} error \(profile: [\w-]{1,64}\): (?<error>.*)`, ({ error }) => failureOf(error ?? '')),
  runnerLink(`${LINK} queued for background reconnection`, always({ kind: 'link-retrying' })),
  runnerLink(String.raw`Reconnecting ${LINK} \(attempt (?<attempt>\d+)\)`, ({ attempt }) => ({
    kind: 'link-retrying',
    attempt: Number(attempt),
    nextInMs: watcherPauseMs(Number(attempt)),
  })),
  runnerLink(String.raw`Reconnect ${LINK} failed, next retry in (?<next>\d+)`, ({ next }) => ({
    kind: 'link-retry-failed',
    failure: 'other',
    error: 'the reconnect failed',
    ...announced(next),
  })),
  runnerLink(String.raw`Reconnect ${LINK} error: (?<error>.*), next retry in (?<next>\d+)`, ({ error, next }) =>
    failureOf(error ?? '', next),
  ),
  runnerLink(`Reconnect ${LINK}: (?<reason>.*(?:removing from retry queue|removing .*))`, ({ reason }) => ({
    kind: 'link-rejected',
    reason: reason ?? '',
  })),
  // Hermes to about 0.13 ended its tries so.
  runnerLink(
    String.raw`Giving up reconnecting ${LINK} after \d+ attempts`,
    always({ kind: 'link-gave-up', counted: true }),
  ),
  runnerLink(`(?<reason>No adapter (?:available for |for ')${LINK})`, ({ reason }) => ({
    kind: 'link-rejected',
    reason: reason ?? '',
  })),
  // Where one gateway serves several profiles (0.19).
  runnerLink(
    `(?<reason>${LINK} is enabled but no profile \\(default or secondary\\) provided a bot credential)`,
    ({ reason }) => ({ kind: 'link-rejected', reason: reason ?? '' }),
  ),
  // Its owner's own `/platform pause`; of old it did so by itself after some failures, which ends the tries just the
  // same.
  runnerLink(String.raw`${LINK} paused after \d+ consecutive failures \((?<reason>[^)]*)`, ({ reason = '' }) =>
    reason.includes('/platform pause')
      ? { kind: 'link-closed', wanted: true }
      : { kind: 'link-gave-up', counted: true },
  ),
  runnerLink(`${LINK} resumed . retrying`, always({ kind: 'link-retrying' })),
  runnerLink(`${LINK} has been failing/reconnecting continuously`, always({ kind: 'link-needs-attention' })),
  runnerLink(`inbound message: platform=${LINK} `, always({ kind: 'link-traffic' })),
];

/** From the reader of the configuration: the runner hears nothing of such a link, and says nothing of it. */
export const CONFIG_LINK_PATTERNS: readonly Omit<LinkPattern, 'link'>[] = [
  runnerLink(`(?<reason>${LINK} is enabled but [A-Z_]{3,60} is set to a placeholder value)`, ({ reason }) => ({
    kind: 'link-rejected',
    reason: reason ?? '',
  })),
];
export const CONFIG_LOGGER = 'gateway.config';

/** docs/facts/hermes.md 2.3: the runner on the gateway as a whole. */
export const RUNNER_PATTERNS: readonly GatewayPattern[] = [
  { message: /^Starting Hermes Gateway/, fact: always({ kind: 'gateway-starting' }) },
  // A start that takes longer than its watch allows (0.21): its first words may be in another file.
  { message: /^Gateway startup exceeded \d+s but /, fact: always({ kind: 'gateway-starting', goesOn: true }) },
  { message: /^Gateway running with \d+ platform/, fact: always({ kind: 'gateway-ready' }) },
  { message: /^Gateway started with no connected platforms/, fact: always({ kind: 'gateway-ready' }) },
  { message: /^\d+ configured platform\(s\) failed to start and are parked/, fact: always({ kind: 'gateway-ready' }) },
  { message: /^✓ \S+ (?:re)?connected/, fact: always({ kind: 'platform-connected' }) },
  {
    message: /^(?:Received signal SIG\w+|[Ss]ignal SIG\w+ received)/,
    fact: always({ kind: 'gateway-stopping', planned: false, forRestart: false }),
  },
  {
    message: /^Received \S+ as a planned gateway stop/,
    fact: always({ kind: 'gateway-stopping', planned: true, forRestart: false }),
  },
  {
    message: /^Received \S+ as a planned --replace takeover/,
    fact: always({ kind: 'gateway-stopping', planned: false, forRestart: true }),
  },
  {
    message: /^Received \S+ . initiating shutdown/,
    fact: always({ kind: 'gateway-stopping', planned: false, forRestart: false }),
  },
  {
    message: /^Stopping gateway for restart/,
    fact: always({ kind: 'gateway-stopping', planned: true, forRestart: true }),
  },
  { message: /^Stopping gateway/, fact: always({ kind: 'gateway-stopping', planned: false, forRestart: false }) },
  {
    message:
      /^(?:No connected messaging platforms remain\.|All messaging platforms failed with retryable errors\.) Shutting down gateway for service restart/,
    fact: always({ kind: 'gateway-stopping', planned: false, forRestart: true }),
  },
  {
    message: /^No connected messaging platforms remain\. Shutting down gateway cleanly/,
    fact: always({ kind: 'gateway-stopping', planned: false, forRestart: false, withoutLinks: true }),
  },
  {
    message: /adapter was lost without entering the reconnection queue; exiting gateway/,
    fact: always({ kind: 'gateway-stopping', planned: false, forRestart: true }),
  },
  {
    message: /^Replacing existing gateway instance/,
    fact: always({ kind: 'gateway-stopping', planned: false, forRestart: true }),
  },
  {
    message:
      /^(?<reason>Gateway hit a non-retryable startup conflict: .*|Gateway multiplexer config error: .*|Refusing to start: .*|\d+ platform\(s\) fatally misconfigured and parked: .*|Gateway exiting cleanly: [a-z_]+: .*)/,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: reason ?? '' }),
  },
  {
    message: /^(?<reason>No messaging platforms enabled\.?)/,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: reason ?? '', mayRunOn: true }),
  },
  { message: /^Gateway exiting with failure: /, fact: always({ kind: 'gateway-exit', code: 1 }) },
  { message: /^Gateway exiting cleanly\b/, fact: always({ kind: 'gateway-exit', code: 0 }) },
  { message: /^Gateway stopped(?: \(|\.?$)/, fact: always({ kind: 'gateway-stopped' }) },
  { message: /^Exiting with code (?<code>\d+)/, fact: ({ code }) => ({ kind: 'gateway-exit', code: Number(code) }) },
  {
    message: /^Gateway event loop missed \d+ consecutive liveness probes/,
    fact: always({ kind: 'gateway-exit', code: 75 }),
  },
  {
    message: /^Gateway startup did not reach a live event loop within \d+s\b/,
    fact: always({ kind: 'gateway-exit', code: 75 }),
  },
  { message: /^Shutdown watchdog fired/, fact: always({ kind: 'gateway-exit', code: 1 }) },
  {
    message: /^Gateway \(re\)started \d+ times in .* backing off (?<pause>\d+(?:\.\d+)?)s/,
    fact: ({ pause }) => ({ kind: 'respawn-brake', pauseMs: Number(pause) * 1_000 }),
  },
  {
    message:
      /^(?:(?:Another gateway instance (?:is already running )?\(|Refusing --replace: |Permission denied killing )PID (?<pid>\d+)|Another gateway instance is already running|(?:✗ )?A gateway is already running under [^\n]{1,60} for this profile|Gateway runtime lock is already held by another instance|Old gateway \(PID \d+\) still appears alive after SIGKILL|PID file race lost)/,
    fact: ({ pid }) => ({ kind: 'another-instance', pid: pid === undefined ? null : Number(pid) }),
  },
  {
    message:
      /^(?:Reconnect watcher could not be kept alive|Supervised task (?=\S*reconnect)\S+ died .*giving up restarts)/,
    fact: always({ kind: 'reconnecter-dead' }),
  },
];

/** Beside the line's other meaning: some of these also say that it is ready. */
export const NOTHING_CONNECTED_PATTERNS: readonly GatewayPattern[] = [
  {
    message:
      /^(?<reason>No adapter could be created for any of the \d+ configured platform.*|Gateway running with 0 platform\(s\))/,
    fact: ({ reason }) => ({ kind: 'nothing-connected', final: true, reason: reason ?? '' }),
  },
  {
    message:
      /^(?<reason>Gateway started with no connected platforms.*|Gateway failed to connect any configured messaging platform.*)/,
    fact: ({ reason }) => ({ kind: 'nothing-connected', final: false, reason: reason ?? '' }),
  },
];

/** From the readers of the configuration, by logger: it goes on without what its owner wrote. */
export const CONFIG_IGNORED: ReadonlyMap<string, RegExp> = new Map([
  ['gateway.config', /^Failed to process config\.yaml\b/],
  // Since 0.14 (#23585); one that keeps what it had before says so, and is well.
  ['hermes_cli.config', /^Failed to parse \S{1,500}config\.ya?ml: [^\n]{0,2000}Falling back to default config\b/],
]);

/** From the loader of the platforms: which package is missing. */
export const MISSING_PACKAGE =
  /^Platform '(?:(?<feishu>Feishu\b[^']*|Lark\b[^']*)|(?<qq>QQ[^']*)|(?<other>\w{2,20})\b[^']*)' requirements not met(?<reason>.*)/;

/** What Python says of a task whose connection belongs to another event loop: nothing in the process can mend it. */
export const OTHER_LOOP = 'attached to a different loop';

/**
 * Signs, from whatever logger, that the event loop was held up (docs/facts/hermes.md 9.10, 9.22); of tool runs only
 * those of two minutes or more.
 */
export const BLOCKED_PATTERNS: readonly GatewayPattern[] = [
  {
    message: /heartbeat blocked for more than (?<seconds>\d+)/,
    fact: ({ seconds }) => ({ kind: 'loop-blocked', blockedMs: Number(seconds) * 1_000 }),
  },
  {
    message: /^Tool \S+ (?:returned|completed|finished)\b.*\((?<seconds>(?:1[2-9]\d|[2-9]\d\d|\d{4,})(?:\.\d+)?)s\)/,
    fact: ({ seconds }) => ({ kind: 'loop-blocked', blockedMs: Number(seconds) * 1_000 }),
  },
];

/** Python's own words for a gone executor, in a message or at the end of a traceback (upstream #10849). */
export const EXECUTOR_SHUTDOWN =
  /(?:^|RuntimeError: |: )(?:Executor shutdown has been called|cannot schedule new futures after (?:interpreter )?shutdown)\s*$/;
