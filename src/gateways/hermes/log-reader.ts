import type { Evidence, GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import { redact } from '../../base/redact/redact.ts';
import type { LogReader, LogRecord } from '../gateway-kind.ts';
import { asked } from '../asked.ts';
import { SAID_LENGTH } from '../symptom.ts';
import { createConversationReader } from './conversation-grammar.ts';
import {
  BLOCKED_PATTERNS,
  CONFIG_IGNORED,
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
const RUNNER_LOGGER =
  /^gateway\.(?:run|run_\w+|inbound_context|restart|status|shutdown_watchdog|lifecycle_ledger)$|^gateway$|^hermes_cli\.gateway$/;
const LEVELS_OF_FAILURE = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/** A record this much older than the one before it is taken for a quotation: a clock is seldom set back so far. */
const OLD_MS = 3_900_000;
/** So many of them in a row are no quotation. */
const SET_BACK = 25;

/**
 * Turns the lines of one Hermes log file into evidence. Lines that begin no record belong to the one above; of
 * those only Python's word for a gone executor says something.
 */
export const hermesLogReader = (source: string): LogReader => {
  let above: LogLine | null = null;
  let aboveTold = false;
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
        const below = belowRecord(above, text, source);
        aboveTold = below !== null;
        return below && { at: above.at, evidence: [below] };
      }
      above = line;
      const record = readRecord(line, source, conversation);
      aboveTold = record.evidence.some(({ fact }) => fact.kind === 'executor-shutdown');
      return record;
    },
  };
};

/** What a line below a record tells: the end of a traceback. */
const belowRecord = (above: LogLine, text: string, source: string): Evidence | null => {
  if (isExecutorFailure(above, text)) return executorFailure(above, source);
  if (!text.includes(OTHER_LOOP) || !/^(?:Lark|asyncio)$/.test(above.logger) || !text.includes('receive_message_loop'))
    return null;
  const said = redact(`${above.level} ${above.message} (attached to a different loop)`);
  return {
    at: above.at,
    source,
    text: said,
    link: 'feishu',
    fact: { kind: 'link-lost', reason: 'attached to a different loop', dead: true },
  };
};

const readRecord = (
  line: LogLine,
  source: string,
  conversation: ReturnType<typeof createConversationReader>,
): LogRecord => {
  const found = [...linkFacts(line), ...gatewayFacts(line)];
  const evidence: Evidence[] = [];
  if (found.length > 0) {
    // Most lines tell nothing: only what does is worth redacting.
    const dated = { at: line.at, source, text: redact(`${line.level} ${line.message}`) };
    evidence.push(...found.map((piece): Evidence => ({ ...dated, ...piece })));
  }
  // A gone executor says why nothing is sent.
  if (isExecutorFailure(line, line.message))
    return { at: line.at, evidence: [...evidence, executorFailure(line, source)] };
  const step = conversation(line, isRunner(line.logger));
  if (step) {
    const text = step.text ?? redact(line.message).slice(0, SAID_LENGTH);
    evidence.push({ at: line.at, source, text: `${line.level} ${text}`, link: null, fact: step.fact });
  }
  return { at: line.at, evidence };
};

type Found = { readonly link: LinkName; readonly fact: LinkFact } | { readonly link: null; readonly fact: GatewayFact };

const linkFacts = ({ logger, message }: LogLine): Found[] => {
  const missing = message.startsWith("Platform '") ? MISSING_PACKAGE.exec(message)?.groups : undefined;
  if (missing) return missingPackage(missing, message);
  for (const { link, message: pattern, fact } of patternsFor(logger, message)) {
    const match = pattern.exec(message);
    const found = match && fact(match.groups ?? {});
    if (found) return [{ link, fact: found }];
  }
  const adapters = adapterFact(logger, message);
  if (adapters) return [adapters];
  if (!isRunner(logger)) return [];
  for (const { message: pattern, fact } of RUNNER_LINK_PATTERNS) {
    const groups = pattern.exec(message)?.groups;
    const found = groups && fact(groups);
    if (groups?.['link'] && found && platformFor(groups['link']) !== null)
      return [{ link: groups['link'], fact: runnerFact(groups, message, found) }];
  }
  return [];
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
  if (logger === 'Lark') return LARK_SDK_PATTERNS;
  if (message.startsWith('[QQBot')) return QQ_PATTERNS;
  if (logger.endsWith('.feishu') && !message.startsWith('[')) return UNTAGGED_FEISHU_PATTERNS;
  return message.startsWith('[Feishu] ') || message.startsWith('[Lark] ') ? FEISHU_PATTERNS : [];
};

const gatewayFacts = ({ logger, message }: LogLine): Found[] => {
  const ignored = CONFIG_IGNORED.get(logger);
  if (ignored) {
    const alsoByOthers = logger.startsWith('hermes_cli') ? ({ alsoByOthers: true } as const) : {};
    return ignored.test(message)
      ? [{ link: null, fact: { kind: 'config-doubt', doubt: 'ignored', reason: message, ...alsoByOthers } }]
      : [];
  }
  const blocked = message.startsWith('Tool ') || message.includes('heartbeat blocked');
  if (blocked) return firstOf(BLOCKED_PATTERNS, message);
  return isRunner(logger)
    ? [...firstOf(RUNNER_PATTERNS, message), ...firstOf(NOTHING_CONNECTED_PATTERNS, message)]
    : [];
};

const firstOf = (patterns: readonly GatewayPattern[], message: string): Found[] => {
  for (const { message: pattern, fact } of patterns) {
    const match = pattern.exec(message);
    if (match) return [{ link: null, fact: fact(match.groups ?? {}) }];
  }
  return [];
};

/** There are few loggers and many lines. */
const runners = new Map<string, boolean>();
const MOST_LOGGERS = 500;
const isRunner = (logger: string): boolean => {
  const known = runners.get(logger);
  if (known !== undefined) return known;
  const is = RUNNER_LOGGER.test(logger);
  if (runners.size < MOST_LOGGERS) runners.set(logger, is);
  return is;
};

const isExecutorFailure = (record: LogLine, text: string): boolean =>
  LEVELS_OF_FAILURE.has(record.level) && OWN_LOGGER.test(record.logger) && EXECUTOR_SHUTDOWN.test(text);

const executorFailure = (record: LogLine, source: string): Evidence => ({
  at: record.at,
  source,
  text: redact(`${record.level} ${record.message} (Executor shutdown has been called)`),
  link: null,
  fact: { kind: 'executor-shutdown' },
});
