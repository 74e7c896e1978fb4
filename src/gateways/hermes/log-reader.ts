import type { ConversationStep, Evidence, LinkName } from '../../diagnosis/evidence.ts';
import { redact } from '../../base/redact/redact.ts';
import { AHEAD_MS } from '../../base/instant.ts';
import type { LogReader, WrittenAt } from '../gateway-kind.ts';
import { asked } from '../line-limit.ts';
import { lineEvidence, type Found } from '../line-evidence.ts';
import { SAID_LENGTH } from '../symptom.ts';
import { conversationOf, createWorkNoter, type ConversationFound } from './conversation-grammar.ts';
import {
  BLOCKED_PATTERNS,
  CONFIG_IGNORED,
  CONFIG_LINK_PATTERNS,
  CONFIG_LOGGER,
  EXECUTOR_SHUTDOWN,
  FEISHU_PATTERNS,
  FEISHU_TAG,
  LARK_SDK_PATTERNS,
  MISSING_PACKAGE,
  NOTHING_CONNECTED_PATTERNS,
  OTHER_LOOP,
  QQ_PATTERNS,
  QQ_TAG,
  RUNNER_LINK_PATTERNS,
  RUNNER_PATTERNS,
  UNTAGGED_FEISHU_PATTERNS,
  type GatewayPattern,
  type LinkPattern,
} from './grammar.ts';
import { parseLogLine, type LogLine } from './log-line.ts';
import { beliefIn, traitsOf, type LoggerTraits } from './loggers.ts';
import { platformFor } from '../platforms/index.ts';
import type { Groups } from '../platforms/platform.ts';
import { adapterFact, runnerFact } from './adapters.ts';
import type { ProfileOf } from './app-ids.ts';

/** The function of Feishu's SDK that reads from the connection, in a task's description and in a traceback. */
const FEISHU_READER = 'receive_message_loop';
const LEVELS_OF_FAILURE = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/** A record this much older than the one before it is taken for a quotation: a clock is seldom set back so far. */
const OLD_MS = 3_900_000;
/** So many of them in a row are no quotation. */
const SET_BACK = 25;

const NONE: readonly never[] = [];

/**
 * Turns the lines of one Hermes log file into evidence. Lines that begin no record belong to the one above; of
 * those only Python's word for a gone executor says something.
 * @param profiles whose a QQ app is where one gateway serves several profiles; null: it serves no other one
 */
export const hermesLogReader = (
  source: string,
  writtenAt: WrittenAt = () => null,
  profiles: ProfileOf | null = null,
): LogReader => {
  let above: LogLine | null = null;
  let aboveTold = false;
  /** It, or what stands below it, shows that the task that reads from Feishu has raised it. */
  let ofReader = false;
  let quoted = 0;
  /** The time of the latest record that was not of the future when it was read. */
  let latest = -Infinity;
  const isNews = createWorkNoter();

  return {
    line: (given, _written, lookedAt = null, now = null) => {
      const text = asked(given);
      const parsed = parseLogLine(text, latest);
      // Old records pasted into a chat stand at the start of lines too; a clock that was set back stays back.
      const isQuoted =
        parsed !== null && parsed.at < latest - OLD_MS && (lookedAt === null || parsed.at < lookedAt - AHEAD_MS);
      quoted = isQuoted ? quoted + 1 : 0;
      const line = quoted > 0 && quoted < SET_BACK ? null : parsed;
      if (!line) {
        if (!above || aboveTold) return null;
        ofReader ||= above.message.includes(FEISHU_READER) || text.includes(FEISHU_READER);
        const below = belowRecord(above, text, source, ofReader);
        aboveTold = below !== null;
        return below && { at: above.at, evidence: [below] };
      }
      if (now === null || line.at <= now + AHEAD_MS) latest = line.at;
      const belief = beliefIn(line, source, writtenAt, now ?? line.at);
      ofReader = false;
      if (belief === 'none') {
        above = null;
        return { at: line.at, evidence: NONE };
      }
      above = line;
      const traits = traitsOf(line.logger);
      const said = [...ofProfile(linkFacts(line, traits), line.message, profiles), ...gatewayFacts(line, traits)];
      const step = conversationOf(line, traits);
      const evidence = (belief === 'firm' ? said : said.flatMap((each) => asHearsay(each, traits))).map((found) =>
        lineEvidence(line, source, found, textOf),
      );
      aboveTold = isExecutorFailure(line, line.message);
      // A gone executor says why nothing is sent.
      if (aboveTold) evidence.push(executorFailure(line, source));
      else if (step !== null && (belief === 'firm' || HEARSAY_STEPS.has(step.fact.step)) && isNews(step, line.at))
        evidence.push(conversationEvidence(line, source, step));
      return { at: line.at, evidence };
    },
  };
};

/** What a line below a record tells: the end of a traceback. */
const belowRecord = (above: LogLine, text: string, source: string, ofReader: boolean): Evidence | null => {
  if (isExecutorFailure(above, text)) return executorFailure(above, source);
  if (!text.includes(OTHER_LOOP) || !/^(?:Lark|asyncio)$/.test(above.logger) || !ofReader) return null;
  return lineEvidence(
    above,
    source,
    { link: 'feishu', fact: { kind: 'link-lost', reason: 'attached to a different loop', dead: true } },
    ({ level, message }) => redact(`${level} ${message} (attached to a different loop)`),
  );
};

const textOf = ({ level, message }: LogLine): string => redact(`${level} ${message}`);

const conversationEvidence = (line: LogLine, source: string, { text, fact }: ConversationFound): Evidence =>
  lineEvidence(
    line,
    source,
    { link: null, fact },
    ({ level, message }) => `${level} ${text?.(message) ?? redact(message).slice(0, SAID_LENGTH)}`,
  );

const linkFacts = ({ logger, message }: LogLine, traits: LoggerTraits): readonly Found[] => {
  const missing = message.startsWith("Platform '") ? MISSING_PACKAGE.exec(message)?.groups : undefined;
  if (missing) return missingPackage(missing, message);
  const own = ownFact(logger, message) ?? adapterFact(traits, message);
  if (own) return [own];
  if (!traits.isRunner && logger !== CONFIG_LOGGER) return NONE;
  const told = logger === CONFIG_LOGGER ? CONFIG_LINK_PATTERNS : RUNNER_LINK_PATTERNS;
  for (const { message: pattern, fact } of told) {
    const groups = pattern.exec(message)?.groups;
    const found = groups && fact(groups);
    if (groups?.['link'] && found && platformFor(groups['link']) !== null)
      return [{ link: groups['link'], fact: runnerFact(groups, message, found) }];
  }
  return NONE;
};

const APP = /^\[QQBot:(?<app>[\w.-]{1,40})\] /;
const PROFILE =
  /\(profile: (?<profile>[\w-]{1,64})\)|^Fatal \S{1,20} adapter error for multiplexed profile (?<fatal>[\w-]{1,64}) /;

/** Where one gateway serves several profiles, each has links of its own. */
const ofProfile = (found: readonly Found[], message: string, profiles: ProfileOf | null): readonly Found[] => {
  const named = PROFILE.exec(message)?.groups;
  const app = APP.exec(message)?.groups?.['app'];
  const profile = named?.['profile'] ?? named?.['fatal'] ?? (app === undefined ? null : (profiles?.(app) ?? null));
  return found.flatMap((each): readonly Found[] => {
    if (each.link === null) return [each];
    // The runner does not say to which of the bots a message came.
    if (profiles !== null && each.fact.kind === 'link-traffic' && message.startsWith('inbound message: ')) return NONE;
    return [profile === null ? each : { ...each, link: `${each.link}:${profile}` }];
  });
};

const missingPackage = ({ feishu, qq, other }: Groups, message: string): Found[] => {
  if ((feishu ?? qq) !== undefined)
    return [{ link: feishu === undefined ? 'qqbot' : 'feishu', fact: { kind: 'link-rejected', reason: message } }];
  const link = other?.toLowerCase() ?? '';
  return platformFor(link) === null
    ? []
    : [{ link, fact: { kind: 'link-rejected', reason: message, why: 'setup_incomplete' } }];
};

/** Of the platforms whose lines stand in this kind's own grammar. */
const ownFact = (logger: string, message: string): LinkFound | null => {
  if (logger === 'Lark') return firstLinkOf(LARK_SDK_PATTERNS, message);
  if (message.startsWith('[QQBot')) return behindTag(QQ_TAG, QQ_PATTERNS, message);
  if (message.startsWith('[')) return behindTag(FEISHU_TAG, FEISHU_PATTERNS, message);
  return logger.endsWith('.feishu') ? firstLinkOf(UNTAGGED_FEISHU_PATTERNS, message) : null;
};

type LinkFound = Extract<Found, { readonly link: LinkName }>;

const behindTag = (tag: RegExp, patterns: readonly LinkPattern[], message: string): LinkFound | null => {
  const match = tag.exec(message);
  return match && firstLinkOf(patterns, message.slice(match[0].length));
};

const firstLinkOf = (patterns: readonly LinkPattern[], message: string): LinkFound | null => {
  for (const { link, message: pattern, fact } of patterns) {
    const match = pattern.exec(message);
    const found = match && fact(match.groups ?? {});
    if (found) return { link, fact: found };
  }
  return null;
};

const gatewayFacts = ({ logger, message }: LogLine, { isRunner }: LoggerTraits): readonly Found[] => {
  const ignored = CONFIG_IGNORED.get(logger);
  if (ignored) {
    const alsoByOthers = logger.startsWith('hermes_cli') ? ({ alsoByOthers: true } as const) : {};
    return ignored.test(message)
      ? [{ link: null, fact: { kind: 'config-doubt', doubt: 'ignored', reason: message, ...alsoByOthers } }]
      : [];
  }
  const blocked = message.startsWith('Tool ') || message.includes('heartbeat blocked');
  if (blocked) return firstOf(BLOCKED_PATTERNS, message);
  if (!isRunner) return NONE;
  const of = firstOf(RUNNER_PATTERNS, message);
  const connected = firstOf(NOTHING_CONNECTED_PATTERNS, message);
  return connected.length === 0 ? of : [...of, ...connected];
};

const firstOf = (patterns: readonly GatewayPattern[], message: string): readonly Found[] => {
  for (const { message: pattern, fact } of patterns) {
    const match = pattern.exec(message);
    if (match) return [{ link: null, fact: fact(match.groups ?? {}) }];
  }
  return NONE;
};

const isExecutorFailure = (record: LogLine, text: string): boolean =>
  LEVELS_OF_FAILURE.has(record.level) && traitsOf(record.logger).isOwn && EXECUTOR_SHUTDOWN.test(text);

const executorFailure = (record: LogLine, source: string): Evidence =>
  lineEvidence(record, source, { link: null, fact: { kind: 'executor-shutdown' } }, ({ level, message }) =>
    redact(`${level} ${message} (Executor shutdown has been called)`),
  );

/** Steps that show life, or that an earlier failure is over. */
const HEARSAY_STEPS: ReadonlySet<ConversationStep> = new Set(['works', 'waits', 'rescued', 'delivered']);

const FEISHU_HOSTS: ReadonlySet<string> = new Set(['msg-frontier.feishu.cn:443', 'msg-frontier.larksuite.com:443']);

/** What a line that may be chat text says: only what needs a second witness before anything is done about it. */
const asHearsay = (found: Found, { isRunner }: LoggerTraits): readonly Found[] => {
  const { link, fact } = found;
  if (isRunner) return NONE;
  if (link === null) return fact.kind === 'loop-blocked' ? [found] : NONE;
  if (fact.kind === 'link-open') return [{ link, fact: { ...fact, hearsay: true } }];
  if (fact.kind === 'link-login') {
    const { host, ...login } = fact;
    // Whether the platform can be reached is asked there.
    const known = host !== undefined && FEISHU_HOSTS.has(host) ? { host } : {};
    return [{ link, fact: { ...login, ...known, hearsay: true } }];
  }
  if (fact.kind !== 'link-lost') return NONE;
  const { dead: _dead, ended: _ended, ...lost } = fact;
  return [{ link, fact: { ...lost, hearsay: true } }];
};
