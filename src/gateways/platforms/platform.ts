/**
 * What is known of one platform, whichever gateway has a link to it (docs/facts/platforms.md): its names, its hosts,
 * how patient to be with it, and what each kind of gateway logs of it. One file a platform; data and pure functions.
 */
import type { LinkFact, LinkName, Refusal } from '../../diagnosis/evidence.ts';
import type { PlatformTraits } from '../../diagnosis/policy.ts';
import type { KindName } from '../names.ts';
import { isNetworkFailure } from '../network-words.ts';

export interface Platform extends Omit<PlatformTraits, 'restarts' | 'logsTries'> {
  /** How the link is called in the configuration, `--json` and metrics. */
  readonly link: LinkName;
  /** What people call it. */
  readonly names: { readonly 'zh-CN': string; readonly en: string };
  /** Where it usually answers, as `host:port`. */
  readonly hosts: readonly string[];
  /** Its socket may be that of a process beside the gateway. */
  readonly inSidecar?: true;
  readonly sidecar?: Sidecar;
  /**
   * Which gateways may be restarted for it: those of which a real run, or five excerpts of public threads, showed its
   * loss and its return (docs/platforms.md). `test/issues/proof.test.ts` counts the excerpts.
   */
  readonly restarts: readonly KindName[];
  /** Which gateways log each of its tries that fails, and each login (docs/facts/platforms.md 3.2, 3.3, 3.6). */
  readonly logsTries?: readonly KindName[];
  /** Null: this kind of gateway has no such link, or its facts are with the kind itself. */
  readonly hermes: HermesAdapter | null;
  readonly openclaw: OpenClawChannel | null;
}

/** A process beside the gateway that holds its link, and is never the gateway. */
export interface Sidecar {
  readonly names: Platform['names'];
  readonly isProcess: (argv: readonly string[]) => boolean;
  /** Whether the gateway starts it, so that its absence here means something. */
  readonly isOwn: boolean;
}

export type Groups = Readonly<Record<string, string | undefined>>;

export interface LinePattern {
  readonly message: RegExp;
  readonly fact: (groups: Groups) => LinkFact | null;
}

/** After what silence proves a login, where no line does: after an open socket alone, or after any word of it. */
export interface Settles {
  readonly after: 'open' | 'any';
  readonly ms: number;
}

export interface HermesAdapter {
  /** Its tags in lower case: `[Telegram]` is `telegram`. */
  readonly tags: readonly string[];
  /** Of messages behind the tag. */
  readonly tagged: readonly LinePattern[];
  /** Of whole messages of loggers of its own, such as its library's. */
  readonly others?: readonly { readonly logger: RegExp; readonly patterns: readonly LinePattern[] }[];
  /** Whether the runner's `✓ … connected` is written only behind a login. */
  readonly connectedProves?: true;
  readonly settles?: Settles;
  /** The codes of `Fatal … adapter error (CODE)` that no restart mends. */
  readonly refusals?: Readonly<Record<string, Refusal>>;
  /** Logs of its sidecar below the home, whose lines have no time. */
  readonly sidecar?: { readonly logs: readonly string[]; readonly patterns: readonly LinePattern[] };
  /** Variables of `.env`, each of which alone shows that it is set up. */
  readonly variables: readonly string[];
  /** What it must be told, as far as settings alone can be wrong. */
  readonly settings?: readonly SettingRule[];
}

/** One setting of Hermes's files. */
export interface SettingRule {
  /** Of `.env`. */
  readonly variable: string;
  /** Below `platforms.<name>` of config.yaml. */
  readonly key?: readonly string[];
  /** It need not be there unless this variable is set. */
  readonly onlyWith?: string;
  /** Another variable that does as well. */
  readonly or?: string;
}

export interface OpenClawChannel {
  /** Names of the channel in the configuration and the log; the first is today's. */
  readonly ids: readonly string[];
  /** Keys of an account that hold its credentials. */
  readonly credentials: readonly string[];
  /** What an account must be told, as far as settings alone can be wrong (docs/facts/platforms.md 5.8). */
  readonly keys?: readonly ChannelKeyRule[];
  /**
   * How `channels.status` tells of it. `connected`: true to life. `events`: by the time of its latest poll alone. `log`:
   * it tells of an end alone, and the log of all else.
   */
  readonly status: 'connected' | 'events' | 'log';
  /** While it is well the account's time of the latest sign of life is never older than this. */
  readonly freshMs?: number;
  /** `[account] ` stands before each message, or nothing. */
  readonly patterns: readonly LinePattern[];
}

/** One key of an account in openclaw.json. */
export interface ChannelKeyRule {
  readonly key: string;
  /** Of its environment; it stands for the default account's key. */
  readonly variable?: string;
  /** Where it need not be. */
  readonly optional?: true;
  /** Another key of the account that does as well. */
  readonly or?: string;
  /** Asked for only in this mode, which is also that of an account that names none. */
  readonly inMode?: string;
}

/** A name that is the same in every language. */
export const named = (name: string): Platform['names'] => ({ 'zh-CN': name, en: name });

export const always = (fact: LinkFact) => (): LinkFact => fact;

/** The platform answered, and with an error. */
const PLATFORM_ERROR =
  /\b(?:HTTP|status)(?: code)?[ =:]{0,2}[45]\d\d\b|\berrcode=|\bret=-?\d|\b409\b|\b429\b|Conflict: |Bad Gateway|Too Many Requests|rate.?limit|Internal Server Error|Service Unavailable|subscribe acknowledgement|during authentication/i;

/** What a platform's or library's words mean for whoever must mend it; null: nothing that a person must do. */
export const refusalIn = (error: string): Refusal | null => {
  const found = REFUSALS.find(([words]) => words.test(error));
  return found?.[1] ?? null;
};

const REFUSALS: readonly (readonly [RegExp, Refusal])[] = [
  [/PrivilegedIntentsRequired|privileged (?:gateway )?intents|\b4014\b|disallowed intent/i, 'intents_missing'],
  [/logged.?out|\bnot paired\b|re-?link|scan (?:this|the) QR|session expired|is stale, pausing/i, 'logged_out'],
  [
    // A port that is in use is nothing that the platform says.
    /(?<!address )already in use|using the same bot token|another (?:process|session|program)|refusing duplicate poller|Conflict: terminated by other|established elsewhere|session conflict|\b440\b|Kicked by server/i,
    'token_in_use',
  ],
  [
    /invalid_auth|account_inactive|token_revoked|token_expired|not_authed|invalid_token|missing_scope|InvalidToken|LoginFailure|Improper token|Unauthorized|token (?:was |has been )?(?:rejected|revoked)|\b(?:401|4004)\b|invalid (?:access token|client|credential)|AUTHENTICATIONFAILED|Authentication (?:failed|failure)|M_UNKNOWN_TOKEN|invalidClient/i,
    'credentials_refused',
  ],
  [/not installed|not configured|No bot token|is not set\b| not set$|\brequired\b|not found/i, 'setup_incomplete'],
];

/** A failed try's own words tell whether the platform answered with an error or could not be reached at all. */
export const failureOf = (error: string, nextInSeconds?: string): Extract<LinkFact, { kind: 'link-retry-failed' }> => ({
  kind: 'link-retry-failed',
  error,
  ...(nextInSeconds === undefined ? {} : { nextInMs: Number(nextInSeconds) * 1_000 }),
  failure: kindOfFailure(error),
});

const kindOfFailure = (error: string): 'platform' | 'network' | 'other' => {
  if (PLATFORM_ERROR.test(error)) return 'platform';
  return isNetworkFailure(error) ? 'network' : 'other';
};

export const refused = (reason: string, why: Refusal | null = refusalIn(reason)): LinkFact => ({
  kind: 'link-rejected',
  reason,
  ...(why === null ? {} : { why }),
});

/** A try that failed, or a refusal where its words say that. */
export const failedOrRefused = (error: string): LinkFact => {
  const why = refusalIn(error);
  return why === null || why === 'setup_incomplete' ? failureOf(error) : refused(error, why);
};

/** Codes of fatal errors that adapters of Hermes share, or that say by their form what somebody must mend. */
const REFUSING_CODES: readonly (readonly [RegExp, Refusal])[] = [
  [
    /(?:^|_)missing_(?:dependency|dep|sdk|credentials)$|^(?:missing_dep|config_missing|config_invalid)$|_unconfigured$/i,
    'setup_incomplete',
  ],
  [/_lock$|^lock_conflict$/, 'token_in_use'],
  [/_(?:auth_error|unauthorized)$|^pubsub_(?:auth|permission)$/, 'credentials_refused'],
  [/_intents_required$/, 'intents_missing'],
];

/** Returns what somebody must mend where an adapter of Hermes ended in such an error; null: it may pass. */
export const refusalOfCode = ({ hermes }: Platform, code: string): Refusal | null =>
  hermes?.refusals?.[code] ?? REFUSING_CODES.find(([form]) => form.test(code))?.[1] ?? null;

/** Lines as data: the expression is matched from the message's first character on. */
export const line = (message: string, fact: LinePattern['fact']): LinePattern => ({
  message: new RegExp(`^${message}`),
  fact,
});

/** Its lock is another process's, which the line names. */
export const inUse = line('(?<reason>.*already in use\\b.*)', ({ reason = '' }) => refused(reason, 'token_in_use'));

/** The same behind an account's tag, over several lines. */
export const account = (message: string, fact: LinePattern['fact']): LinePattern => ({
  message: new RegExp(`^(?:\\[(?<account>[^\\]:]*)\\] )?${message}`, 's'),
  fact,
});

/** The same of a message that begins with its channel's name, which OpenClaw's console leaves out. */
export const ownName =
  (name: string) =>
  (message: string, fact: LinePattern['fact']): LinePattern =>
    account(`(?:${name}:? )?${message}`, fact);

/** It is not told what to log in with, and each further try of its task ends alike. */
const NO_TOKEN = /\btokens? missing for account\b|\bunresolved SecretRef\b/;

/**
 * The task of an OpenClaw channel ended: with the platform's refusal, after which its core skips the restart or is
 * refused again (docs/facts/platforms.md 4.2), or with something that may pass.
 */
export const channelExited = account('channel exited: (?<reason>.*)', ({ reason = '' }) => {
  const why = NO_TOKEN.test(reason) ? 'setup_incomplete' : refusalIn(reason);
  if (why !== null && (why !== 'setup_incomplete' || NO_TOKEN.test(reason))) return refused(reason.slice(0, 300), why);
  // A new task logs its start, or the core when it will start one; older versions started none (#7255, #8140).
  const met = kindOfFailure(reason);
  return { kind: 'link-lost', reason, ended: true, ...(met === 'other' ? {} : { met }) };
});

export const lost = (reason: string): LinkFact => ({ kind: 'link-lost', reason });
export const lostFor = ({ reason = '' }: Groups): LinkFact => lost(reason);
export const retrying = always({ kind: 'link-retrying' });
export const open = always({ kind: 'link-open' });
export const login = always({ kind: 'link-login' });
export const traffic = always({ kind: 'link-traffic' });
export const closed = always({ kind: 'link-closed' });
export const listens = always({ kind: 'link-closed', listens: true });
export const failed = ({ error = '', next }: Groups): LinkFact => failureOf(error, next);
export const failedOr = ({ error = '' }: Groups): LinkFact => failedOrRefused(error);
/** Only a connection that is made anew has this line: whatever worked before was lost. */
export const failedAnew = ({ error = '' }: Groups): LinkFact => {
  const fact = failedOrRefused(error);
  return fact.kind === 'link-retry-failed' ? { ...fact, wasLost: true } : fact;
};
export const setupIncomplete = ({ reason = '' }: Groups): LinkFact => refused(reason, 'setup_incomplete');

/** `5s`, `1.5s`, `2m`, `500ms` as people's logs have them; nothing where it is none of those. */
export const nextIn = (words = ''): { readonly nextInMs?: number } => {
  const [, number = '', unit = ''] = /^(\d{1,7}(?:\.\d{1,3})?) ?(ms|s|sec|seconds|m|min|minutes)\b/.exec(words) ?? [];
  if (number === '') return {};
  if (unit === 'ms') return { nextInMs: Math.round(Number(number)) };
  return { nextInMs: Math.round(Number(number) * (unit.startsWith('m') ? 60_000 : 1_000)) };
};
