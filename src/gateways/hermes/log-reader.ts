import type { Evidence } from '../../diagnosis/evidence.ts';
import { redact } from '../../base/redact/redact.ts';
import type { LogReader, LogRecord } from '../gateway-kind.ts';
import { asked } from '../asked.ts';
import { candidatesOf } from '../candidates.ts';
import { lineEvidence, type Found } from '../line-evidence.ts';
import { memoized } from '../memoized.ts';
import { SAID_LENGTH } from '../symptom.ts';
import { createConversationReader, type ConversationFound } from './conversation-grammar.ts';
import {
  BLOCKED_PATTERNS,
  CONFIG_IGNORED,
  CONFIG_LINK_PATTERNS,
  CONFIG_LOGGER,
  EXECUTOR_SHUTDOWN,
  FEISHU_PATTERNS,
  LARK_SDK_PATTERNS,
  MISSING_PACKAGE,
  NOTHING_CONNECTED_PATTERNS,
  OTHER_LOOP,
  QQ_PATTERNS,
  RUNNER_LINK_PATTERNS,
  RUNNER_PATTERNS,
  UNTAGGED_FEISHU_PATTERNS,
  type GatewayPattern,
  type LinkPattern,
} from './grammar.ts';
import { parseLogLine, type LogLine } from './log-line.ts';
import { platformFor } from '../platforms/index.ts';
import type { Groups } from '../platforms/platform.ts';
import { adapterFact, runnerFact } from './adapters.ts';

/** Loggers whose failures of a missing executor are the gateway's own; a tool's are its own affair. */
const OWN_LOGGER = /^(?:gateway|plugins\.platforms|hermes_plugins|Lark|asyncio)(?:\.|$)/;
const isOwn = memoized((logger) => OWN_LOGGER.test(logger));
const RUNNER_LOGGER =
  /^gateway\.(?:run|run_\w+|inbound_context|restart|status|shutdown_watchdog|lifecycle_ledger)$|^gateway$|^hermes_cli\.gateway$/;
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
const NONE: readonly never[] = [];

/**
 * Turns the lines of one Hermes log file into evidence. Lines that begin no record belong to the one above; of
 * those only Python's word for a gone executor says something.
 */
export const hermesLogReader = (source: string): LogReader => {
  let above: LogLine | null = null;
  let aboveTold = false;
  /** What stands below it shows that the task that reads from Feishu has raised it. */
  let ofReader = false;
  let quoted = 0;
  const conversation = createConversationReader();
  return {
    line: (written) => {
      const text = asked(written);
      const parsed = parseLogLine(text, above?.at);
      // Old records pasted into a chat stand at the start of lines too; a clock that was set back stays back.
      quoted = parsed && above && parsed.at < above.at - OLD_MS ? quoted + 1 : 0;
      const line = quoted > 0 && quoted < SET_BACK ? null : parsed;
      if (!line) {
        if (!above || aboveTold) return null;
        ofReader ||= text.includes(FEISHU_READER);
        const below = belowRecord(above, text, source, ofReader);
        aboveTold = below !== null;
        return below && { at: above.at, evidence: [below] };
      }
      above = line;
      ofReader = line.message.includes(FEISHU_READER);
      const record = readRecord(line, source, conversation);
      aboveTold = record.evidence.some(({ fact }) => fact.kind === 'executor-shutdown');
      return record;
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

const readRecord = (
  line: LogLine,
  source: string,
  conversation: ReturnType<typeof createConversationReader>,
): LogRecord => {
  let evidence: Evidence[] | null = null;
  for (const found of linkFacts(line)) (evidence ??= []).push(lineEvidence(line, source, found, textOf));
  for (const found of gatewayFacts(line)) (evidence ??= []).push(lineEvidence(line, source, found, textOf));
  // A gone executor says why nothing is sent.
  if (isExecutorFailure(line, line.message)) {
    (evidence ??= []).push(executorFailure(line, source));
    return { at: line.at, evidence };
  }
  const step = conversation(line, isRunner(line.logger));
  if (step) (evidence ??= []).push(conversationEvidence(line, source, step));
  return { at: line.at, evidence: evidence ?? NONE };
};

const conversationEvidence = (line: LogLine, source: string, { text, fact }: ConversationFound): Evidence =>
  lineEvidence(
    line,
    source,
    { link: null, fact },
    ({ level, message }) => `${level} ${text ?? redact(message).slice(0, SAID_LENGTH)}`,
  );

const linkFacts = ({ logger, message }: LogLine): readonly Found[] => {
  const missing = message.startsWith("Platform '") ? MISSING_PACKAGE.exec(message)?.groups : undefined;
  if (missing) return missingPackage(missing, message);
  for (const { link, message: pattern, fact } of patternsFor(logger, message)) {
    const match = pattern.exec(message);
    const found = match && fact(match.groups ?? {});
    if (found) return [{ link, fact: found }];
  }
  const adapters = adapterFact(logger, message);
  if (adapters) return [adapters];
  if (!isRunner(logger) && logger !== CONFIG_LOGGER) return NONE;
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

/** The adapters begin each message with their tag. */
const patternsFor = (logger: string, message: string): readonly LinkPattern[] => {
  if (logger === 'Lark') return linkCandidates.lark(message);
  if (message.startsWith('[QQBot')) return linkCandidates.qq(message);
  if (logger.endsWith('.feishu') && !message.startsWith('[')) return UNTAGGED_FEISHU_PATTERNS;
  return message.startsWith('[Feishu] ') || message.startsWith('[Lark] ') ? linkCandidates.feishu(message) : NONE;
};

const gatewayFacts = ({ logger, message }: LogLine): readonly Found[] => {
  const ignored = CONFIG_IGNORED.get(logger);
  if (ignored) {
    const alsoByOthers = logger.startsWith('hermes_cli') ? ({ alsoByOthers: true } as const) : {};
    return ignored.test(message)
      ? [{ link: null, fact: { kind: 'config-doubt', doubt: 'ignored', reason: message, ...alsoByOthers } }]
      : [];
  }
  const blocked = message.startsWith('Tool ') || message.includes('heartbeat blocked');
  if (blocked) return firstOf(BLOCKED_PATTERNS, message);
  if (!isRunner(logger)) return NONE;
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

const isRunner = memoized((logger) => RUNNER_LOGGER.test(logger));

const isExecutorFailure = (record: LogLine, text: string): boolean =>
  LEVELS_OF_FAILURE.has(record.level) && isOwn(record.logger) && EXECUTOR_SHUTDOWN.test(text);

const executorFailure = (record: LogLine, source: string): Evidence =>
  lineEvidence(record, source, { link: null, fact: { kind: 'executor-shutdown' } }, ({ level, message }) =>
    redact(`${level} ${message} (Executor shutdown has been called)`),
  );
