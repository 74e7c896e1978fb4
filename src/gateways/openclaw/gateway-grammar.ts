/** What OpenClaw's log says of the gateway as a whole (docs/facts/openclaw.md 1.5, 3.2, 5.3). */
import type { GatewayFact } from '../../diagnosis/evidence.ts';
import type { Groups } from './link-grammar.ts';

export interface GatewayPattern {
  readonly message: RegExp;
  readonly fact: (groups: Groups) => GatewayFact | null;
}

/** One that always tells something. */
interface CertainPattern extends GatewayPattern {
  readonly fact: (groups: Groups) => GatewayFact;
}

const always = (fact: GatewayFact) => (): GatewayFact => fact;
/** So long may a platform wait for a heartbeat; a busy machine writes of less every day. */
const LONG_MS = 30_000;
const blocked = ({ ms }: Groups): GatewayFact | null =>
  Number(ms) >= LONG_MS ? { kind: 'loop-blocked', blockedMs: Number(ms) } : null;
const measured = (groups: Groups): GatewayFact | null => {
  const fact = blocked(groups);
  return fact?.kind === 'loop-blocked' ? { ...fact, measured: true } : fact;
};

/** The lines of its life, its file's words and its console's. */
export const GATEWAY_PATTERNS: readonly GatewayPattern[] = [
  // A rejection or an exception that nobody caught ends it with 1; those that it lives on with have other words.
  {
    message:
      /^(?:\[(?:openclaw|clawdbot)\] )?(?:Unhandled promise rejection|Uncaught exception|FATAL unhandled rejection): /,
    fact: always({ kind: 'gateway-exit', code: 1 }),
  },
  {
    message: /^(?:(?:FATAL )?ERROR: )?(?:Reached heap limit )?Allocation failed - JavaScript heap out of memory/,
    fact: always({ kind: 'gateway-exit', code: 134 }),
  },
  { message: /^loading configuration/, fact: always({ kind: 'gateway-starting' }) },
  { message: /^(?:gateway )?ready(?:$|\s)/, fact: always({ kind: 'gateway-ready' }) },
  // Until 2026-05 the only word of a start.
  {
    message: /^listening on wss?:\/\/\S{1,200}(?: \(PID (?<pid>\d{1,9})\))?/,
    fact: ({ pid }) => ({ kind: 'gateway-ready', ...(pid === undefined ? {} : { pid: Number(pid) }) }),
  },
  {
    message: /^(?:admission )?closed: (?<act>stop|restart)\b(?: \((?<signal>SIGTERM)\))?/,
    fact: ({ act, signal }) => ({
      kind: 'gateway-stopping',
      planned: true,
      forRestart: act === 'restart',
      ...(act === 'stop' && signal !== undefined ? { bySignal: true } : {}),
    }),
  },
  // A service manager's stop, the command's, a plain `kill` and an agent's own all have these words.
  {
    message: /^(?:received SIGTERM; shutting down|signal SIGTERM received)/,
    fact: always({ kind: 'gateway-stopping', planned: true, forRestart: false, bySignal: true }),
  },
  // A person at its terminal.
  {
    message: /^(?:received SIGINT; shutting down|signal SIGINT received)/,
    fact: always({ kind: 'gateway-stopping', planned: true, forRestart: false }),
  },
  {
    message: /^received SIG\w+(?:; restarting| during shutdown; upgrading to )/,
    fact: always({ kind: 'gateway-stopping', planned: true, forRestart: true }),
  },
  // One that is put off until its work is done says so, and says later that it goes on.
  {
    message:
      /^(?:config change requires gateway restart \((?![^\n]{0,2000} (?:deferring until|already waiting) )|restart timeout after \d+ms with [^\n]{0,500}; restarting anyway|[\w ()]{0,200}; restarting gateway now|restart mode: full process restart|forced restart requested|gateway tool: restart requested\b|restart request coalesced \()/,
    fact: always({ kind: 'restart-announced' }),
  },
  {
    message: /^config change requires gateway restart \([^)\n]{0,2000}\) — (?:deferring until|already waiting) /,
    fact: always({ kind: 'restart-announced', putOff: true }),
  },
  {
    message: /^restart still deferred after \d{1,12}ms /,
    fact: always({ kind: 'restart-announced', putOff: true }),
  },
  { message: /^(?:\[?shutdown\]? )?completed cleanly in/, fact: always({ kind: 'gateway-stopped' }) },
  {
    message:
      /^Gateway failed to start: .*(?:gateway (?:is )?already running|another gateway instance is already listening)/s,
    fact: always({ kind: 'another-instance', pid: null }),
  },
  // Where a service manager keeps it, it tries again and again in the same process (seen with 2026.9.6).
  {
    message:
      /^(?:gateway already running|gateway-lifecycle ownership held by another OpenClaw process) under \w+; waiting \d+ms before retrying startup/,
    fact: always({ kind: 'another-instance', pid: null, retries: true }),
  },
  // It ends well, and launchd starts it again without end (#89784).
  {
    message: /^gateway already running under \w+; existing gateway is healthy, leaving it in control/,
    fact: always({ kind: 'another-instance', pid: null }),
  },
  {
    message:
      /^Gateway failed to start: (?:Error: )?listen EADDRINUSE: address already in use [^\s]{1,200}:(?<port>\d{1,5})$/,
    fact: ({ port }) => ({ kind: 'port-refused', port: Number(port) }),
  },
  { message: /^(?:\[diagnostic\] )?liveness warning: .*?eventLoopDelayMaxMs=(?<ms>\d+)/, fact: measured },
  { message: /^(?:\[diagnostic\] )?liveness heartbeat delayed: overdue=(?<ms>\d+)ms/, fact: measured },
  { message: /^host timing gap detected: process was frozen ~(?<ms>\d+)ms/, fact: blocked },
  { message: /^host timing gap attributed to event-loop load: gap (?<ms>\d+)ms/, fact: blocked },
];

/** What it takes for the file's own fault is one of two: of a file that is no JSON5 it says the same. */
const NO_MODE = 'openclaw.json: gateway.mode is missing, or the file is no JSON5';

/**
 * Configurations that are refused or not used. A line about a wrong key may follow: `gateway: Unrecognized key: "x"`.
 */
export const CONFIG_PATTERNS: readonly CertainPattern[] = [
  {
    message: /^Gateway start blocked: existing config is missing gateway\.mode/,
    fact: always({ kind: 'config-fatal', reason: NO_MODE }),
  },
  {
    message: /^(?:Gateway start blocked: |Missing config\. )(?<reason>.*)/s,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: short(reason) }),
  },
  {
    message: /^Gateway failed to start: (?:Error: )?(?<reason>Invalid config\b.*)/s,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: faultIn(reason) }),
  },
  // A setting that contradicts another: the next start refuses it too.
  {
    message:
      /^Gateway failed to start: (?:Error: )?(?<reason>[^\n]{0,200}?(?:\b(?:requires|must (?:not )?(?:be|match|set)) |(?:gateway auth mode is |refusing to bind gateway )).*)/s,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: short(reason) }),
  },
  // Of its own state rather than of its configuration: it ends with 78 all the same (docs/facts/openclaw.md 3.2). A lock
  // that something of the last one still holds passes by itself: that is tried again.
  {
    message:
      /^Gateway failed to start: (?!Doctor could not enter maintenance\b.*another OpenClaw process owns )(?<reason>.*\. Stop the service with .*)/s,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: short(reason) }),
  },
  // Its older words, and those of its command line, which reads the same file.
  {
    message: /^Invalid config at [^\n]*?\.json5?:?(?<reason>.*)/s,
    fact: ({ reason }) => ({
      kind: 'config-fatal',
      reason: faultIn(`the configuration is invalid\n${lines(reason)}`),
      alsoByOthers: true,
    }),
  },
  {
    message: /^Config invalid(?<reason>(?:$|\n| ?;).*)/s,
    fact: ({ reason }) => ({
      kind: 'config-fatal',
      reason: faultIn(`Config invalid\n${lines(reason)}`),
      alsoByOthers: true,
    }),
  },
  // Where each line of that message has a time of its own.
  {
    message: /^Problems?:(?<reason>(?:$|\n).*)/s,
    fact: ({ reason }) => ({
      kind: 'config-fatal',
      reason: faultIn(`the configuration is invalid\n${lines(reason)}`),
      alsoByOthers: true,
    }),
  },
  { message: /^gateway\.mode is (?:missing|not set)/, fact: always({ kind: 'config-fatal', reason: NO_MODE }) },
  {
    message: /^(?<reason>Gateway auth is set to password, but no password is configured|Refusing to bind gateway to )/,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: reason ?? '' }),
  },
  {
    message: /^(?<reason>Refusing to start the gateway(?: service)? because .*)/s,
    fact: ({ reason }) => ({ kind: 'config-fatal', reason: short(reason) }),
  },
  {
    message: /^Refusing to run automatic gateway startup migrations because the selected config changed during startup/,
    fact: always({ kind: 'config-fatal', reason: 'a plugin refuses its configuration' }),
  },
  // The command line refuses to restart a gateway into this, and leaves it running.
  {
    message: /^Gateway aborted: (?<reason>config is invalid\b.*)/s,
    fact: ({ reason }) => ({ kind: 'config-doubt', doubt: 'not_taken', reason: faultIn(reason) }),
  },
  {
    message: /^config reload skipped \(invalid config\): (?<reason>.*)/s,
    fact: ({ reason }) => ({ kind: 'config-doubt', doubt: 'not_taken', reason: short(reason) }),
  },
  {
    message: /^Config auto-restored from (?:backup|last-known-good): (?:(?! \().)* \((?<reason>[^)]*)\)/s,
    fact: ({ reason }) => ({ kind: 'config-doubt', doubt: 'reverted', reason: short(reason) }),
  },
  { message: /^config (?:hot reload|change) applied\b/, fact: always({ kind: 'config-taken' }) },
];

/**
 * What a plugin refuses, in lines of their own before or after: `× channels.qqbot.allowFrom: invalid config for plugin
 * qqbot: …`.
 */
export const PLUGIN_FAULT = /^(?:\W*[^\w.[\]"-])?(?<reason>(?:[\w.[\]"-]+: )?invalid config for plugin [\w@/.-]+: .+)/;

/** A line that names a key: `openclaw.json:2 — gateway: Unrecognized key: "bogus"`, `- gateway.port: Invalid input`. */
export const KEY_FAULT = /^(?:[-×•*] )?(?<reason>(?:\S+:\d+ — )?(?:<root>|[A-Za-z][\w.[\]"@/-]*): (?!Run\b)\S.*)$/;

/** Some writers leave the ends of lines as they are written in code. */
const lines = (text = ''): string => text.replaceAll('\\n', '\n').replace(/^:? ?(?=- )/, '');

const MOST_LETTERS = 300;
const short = (text = ''): string => text.replace(/\s+/g, ' ').trim().slice(0, MOST_LETTERS);

/** Of the lines behind the first those that name a key; without any, the first. */
const faultIn = (text = ''): string => {
  const [first = '', ...rest] = text.split('\n').map((line) => line.trim());
  const keys = rest.flatMap((line) => KEY_FAULT.exec(line)?.groups?.['reason'] ?? []);
  return short(keys.length > 0 ? keys.join('; ') : first);
};
