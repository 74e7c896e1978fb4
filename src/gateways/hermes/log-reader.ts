import type { Evidence, LinkName } from '../../diagnosis/evidence.ts';
import { redact } from '../../base/redact/redact.ts';
import { AHEAD_MS, type Instant } from '../../base/instant.ts';
import type { LogReader, LogRecord } from '../gateway-kind.ts';
import { asked } from '../line-limit.ts';
import { candidatesOf } from '../candidates.ts';
import { createCopies } from '../copies.ts';
import { lineEvidence, type Found } from '../line-evidence.ts';
import { SAID_LENGTH } from '../symptom.ts';
import { LATE_MS, secondTime } from '../zoneless-time.ts';
import { BESIDE_WORK, conversationOf, createWorkNoter, type ConversationFound } from './conversation-grammar.ts';
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
import { traitsOf, type LoggerTraits } from './loggers.ts';
import { platformFor } from '../platforms/index.ts';
import type { Groups } from '../platforms/platform.ts';
import { adapterFact, runnerFact } from './adapters.ts';
import { createLinesInBytes } from './line-bytes.ts';

/** The function of Feishu's SDK that reads from the connection, in a task's description and in a traceback. */
const FEISHU_READER = 'receive_message_loop';
const LEVELS_OF_FAILURE = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/** A record this much older than the one before it is taken for a quotation: a clock is seldom set back so far. */
const OLD_MS = 3_900_000;
/** So many of them in a row are no quotation. */
const SET_BACK = 25;

const linkCandidates = {
  lark: candidatesOf(LARK_SDK_PATTERNS),
  qq: candidatesOf(QQ_PATTERNS),
  feishu: candidatesOf(FEISHU_PATTERNS),
  runner: candidatesOf(RUNNER_LINK_PATTERNS),
};
const runnerCandidates = candidatesOf(RUNNER_PATTERNS);
const nothingConnected = candidatesOf(NOTHING_CONNECTED_PATTERNS);
const blockedCandidates = candidatesOf(BLOCKED_PATTERNS);
const NONE: readonly never[] = [];

/** All patterns that are tried on lines that are no warnings: of whichever logger, and of the agent. */
const BESIDE_AGENT = [
  ...BESIDE_WORK,
  ...[MISSING_PACKAGE, QQ_TAG, FEISHU_TAG].map((message) => ({ message })),
  ...BLOCKED_PATTERNS,
];
const besideAgent = candidatesOf(BESIDE_AGENT);
/** Whether a message of the agent alone may tell more than that it works. */
const tellsMore = (message: string): boolean => {
  for (const { message: pattern } of besideAgent(message)) if (pattern.test(message)) return true;
  return false;
};

interface Logger {
  readonly traits: LoggerTraits;
  /** Whether no other patterns are tried on its lines. */
  readonly isAgentAlone: boolean;
}

const loggerOf = (name: string): Logger => {
  const traits = traitsOf(name);
  const isOther = traits.isRunner || traits.isAdapter || traits.isOwn || traits.library !== null;
  const isOfConfig = name === CONFIG_LOGGER || CONFIG_IGNORED.has(name);
  return { traits, isAgentAlone: traits.isAgent && !isOther && !isOfConfig && !name.endsWith('.feishu') };
};

/** A line and all that it says by itself, whichever log it stands in. */
interface Reading {
  readonly line: LogLine;
  readonly found: readonly Found[];
  readonly isExecutorFailure: boolean;
  readonly step: ConversationFound | null;
}

const copies = createCopies<Reading>();

/** @param after the time of the record before, so that the hour that comes twice in autumn is told apart. */
const readingOf = (text: string, after: number): Reading | null => {
  const line = parseLogLine(text);
  return line && readingAfter(copies.get(line.at, line.level, line.logger, line.message) ?? readLine(line), after);
};

const readingAfter = (reading: Reading, after: number): Reading => {
  const at = secondTime(reading.line.at, after);
  return at === reading.line.at ? reading : { ...reading, line: { ...reading.line, at } };
};

const readLine = (line: LogLine, traits = traitsOf(line.logger)): Reading => {
  const links = linkFacts(line, traits);
  const gateway = gatewayFacts(line, traits);
  const failed = isExecutorFailure(line, line.message);
  const reading = {
    line,
    found: gateway.length === 0 ? links : [...links, ...gateway],
    isExecutorFailure: failed,
    // A gone executor says why nothing is sent.
    step: failed ? null : conversationOf(line, traits),
  };
  copies.set(reading);
  return reading;
};

/**
 * Turns the lines of one Hermes log file into evidence. Lines that begin no record belong to the one above; of
 * those only Python's word for a gone executor says something.
 */
export const hermesLogReader = (source: string): LogReader => {
  let above: Reading | null = null;
  let aboveTold = false;
  /** It, or what stands below it, shows that the task that reads from Feishu has raised it. */
  let ofReader = false;
  let quoted = 0;
  /** The time of the latest record that was not of the future when it was read. */
  let latest = -Infinity;
  const work = createWorkNoter();
  const lines = createLinesInBytes(loggerOf);

  const recordOf = (reading: Reading): LogRecord => {
    above = reading;
    ofReader = false;
    aboveTold = reading.isExecutorFailure;
    const { line, found, isExecutorFailure, step } = reading;
    const told = step !== null && work.isNews(step, line.at);
    return told || isExecutorFailure || found.length > 0
      ? new LineRecord(reading, told, source)
      : { at: line.at, evidence: NONE };
  };

  return {
    bytes: {
      begin: lines.begin,
      read: (from, end) => {
        const head = lines.head(from, end);
        if (head === null || head.at < latest - LATE_MS) return undefined;
        const { at, level, name, logger } = head;
        const message = lines.message();
        latest = at;
        quoted = 0;
        if (level === 'INFO' && logger.isAgentAlone && !work.isNewWork(at) && !tellsMore(message)) {
          // Nothing below it tells anything.
          above = null;
          return null;
        }
        return recordOf(
          copies.get(at, level, name, message) ?? readLine({ at, level, logger: name, message }, logger.traits),
        );
      },
    },
    line: (given, _written, lookedAt = null, now = null) => {
      const text = asked(given);
      const parsed = readingOf(text, latest);
      // Old records pasted into a chat stand at the start of lines too; a clock that was set back stays back.
      const isQuoted =
        parsed !== null &&
        parsed.line.at < latest - OLD_MS &&
        (lookedAt === null || parsed.line.at < lookedAt - AHEAD_MS);
      quoted = isQuoted ? quoted + 1 : 0;
      const reading = quoted > 0 && quoted < SET_BACK ? null : parsed;
      if (!reading) {
        if (!above || aboveTold) return null;
        ofReader ||= above.line.message.includes(FEISHU_READER) || text.includes(FEISHU_READER);
        const below = belowRecord(above.line, text, source, ofReader);
        aboveTold = below !== null;
        return below && { at: above.line.at, evidence: [below] };
      }
      if (now === null || reading.line.at <= now + AHEAD_MS) latest = reading.line.at;
      return recordOf(reading);
    },
  };
};

/** The evidence of a copy is never asked for, and so it is made when it is. */
class LineRecord implements LogRecord {
  readonly at: Instant;
  readonly says: object;
  readonly #reading: Reading;
  readonly #withStep: boolean;
  readonly #source: string;
  #evidence: readonly Evidence[] | null = null;

  constructor(reading: Reading, withStep: boolean, source: string) {
    this.at = reading.line.at;
    this.says = withStep || reading.step === null ? reading : reading.found;
    this.#reading = reading;
    this.#withStep = withStep;
    this.#source = source;
  }

  get evidence(): readonly Evidence[] {
    this.#evidence ??= evidenceOf(this.#reading, this.#withStep, this.#source);
    return this.#evidence;
  }
}

const evidenceOf = (
  { line, found, isExecutorFailure: failed, step }: Reading,
  withStep: boolean,
  source: string,
): readonly Evidence[] => {
  const evidence = found.map((each) => lineEvidence(line, source, each, textOf));
  if (failed) evidence.push(executorFailure(line, source));
  if (withStep && step !== null) evidence.push(conversationEvidence(line, source, step));
  return evidence;
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
  const told = logger === CONFIG_LOGGER ? CONFIG_LINK_PATTERNS : linkCandidates.runner(message);
  for (const { message: pattern, fact } of told) {
    const groups = pattern.exec(message)?.groups;
    const found = groups && fact(groups);
    if (groups?.['link'] && found && platformFor(groups['link']) !== null)
      return [{ link: groups['link'], fact: runnerFact(groups, message, found) }];
  }
  return NONE;
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
  if (logger === 'Lark') return firstLinkOf(linkCandidates.lark, message);
  if (message.startsWith('[QQBot')) return behindTag(QQ_TAG, linkCandidates.qq, message);
  if (message.startsWith('[')) return behindTag(FEISHU_TAG, linkCandidates.feishu, message);
  return logger.endsWith('.feishu') ? firstLinkOf(() => UNTAGGED_FEISHU_PATTERNS, message) : null;
};

type LinkFound = Extract<Found, { readonly link: LinkName }>;
type LinkCandidates = (message: string) => readonly LinkPattern[];

const behindTag = (tag: RegExp, candidates: LinkCandidates, message: string): LinkFound | null => {
  const match = tag.exec(message);
  return match && firstLinkOf(candidates, message.slice(match[0].length));
};

const firstLinkOf = (candidates: LinkCandidates, message: string): LinkFound | null => {
  for (const { link, message: pattern, fact } of candidates(message)) {
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
  if (blocked) return firstOf(blockedCandidates(message), message);
  if (!isRunner) return NONE;
  const of = firstOf(runnerCandidates(message), message);
  const connected = firstOf(nothingConnected(message), message);
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
