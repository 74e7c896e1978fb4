import type { Evidence } from '../../diagnosis/evidence.ts';
import { redact } from '../../base/redact.ts';
import type { LogReader, LogRecord } from '../gateway-kind.ts';
import { ADAPTER_PATTERNS, BLOCKED_PATTERNS, EXECUTOR_SHUTDOWN, LARK_SDK_PATTERNS, RUNNER_LINK_PATTERNS, RUNNER_PATTERNS, type GatewayPattern } from './grammar.ts';
import { parseLogLine, type LogLine } from './log-line.ts';

/** Loggers whose failures of a missing executor are the gateway's own; a tool's are its own affair. */
const OWN_LOGGER = /^(?:gateway|plugins\.platforms|hermes_plugins|Lark|asyncio)(?:\.|$)/;
const RUNNER_LOGGER = /^gateway\.(?:run|run_\w+|inbound_context|restart|status|shutdown_watchdog|lifecycle_ledger)$|^gateway$|^hermes_cli\.gateway$/;
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
  return {
    line: (text) => {
      const parsed = parseLogLine(text, above?.at);
      // Old records pasted into a chat stand at the start of lines too; a clock that was set back stays back.
      quoted = parsed && above && parsed.at < above.at - OLD_MS ? quoted + 1 : 0;
      const line = quoted > 0 && quoted < SET_BACK ? null : parsed;
      if (!line) {
        if (!above || aboveTold || !isExecutorFailure(above, text)) return null;
        aboveTold = true;
        return { at: above.at, evidence: [executorFailure(above, source)] };
      }
      above = line;
      const record = readRecord(line, source);
      aboveTold = record.evidence.some(({ fact }) => fact.kind === 'executor-shutdown');
      return record;
    },
  };
};

const readRecord = (line: LogLine, source: string): LogRecord => {
  const dated = { at: line.at, source, text: redact(`${line.level} ${line.message}`) };
  const evidence = [...linkEvidence(line, dated), ...gatewayEvidence(line, dated)];
  if (isExecutorFailure(line, line.message)) evidence.push(executorFailure(line, source));
  return { at: line.at, evidence };
};

type Dated = Pick<Evidence, 'at' | 'source' | 'text'>;

const linkEvidence = (line: LogLine, dated: Dated): Evidence[] => {
  for (const { link, message, fact } of line.logger === 'Lark' ? LARK_SDK_PATTERNS : ADAPTER_PATTERNS) {
    const match = message.exec(line.message);
    const found = match && fact(match.groups ?? {});
    if (found) return [{ ...dated, link, fact: found }];
  }
  if (!RUNNER_LOGGER.test(line.logger)) return [];
  for (const { message, fact } of RUNNER_LINK_PATTERNS) {
    const groups = message.exec(line.message)?.groups;
    const found = groups && fact(groups);
    if (groups?.['link'] && found) return [{ ...dated, link: groups['link'], fact: found }];
  }
  return [];
};

const gatewayEvidence = (line: LogLine, dated: Dated): Evidence[] => {
  const patterns: readonly GatewayPattern[] = RUNNER_LOGGER.test(line.logger) ? [...RUNNER_PATTERNS, ...BLOCKED_PATTERNS] : BLOCKED_PATTERNS;
  for (const { message, fact } of patterns) {
    const match = message.exec(line.message);
    if (match) return [{ ...dated, link: null, fact: fact(match.groups ?? {}) }];
  }
  return [];
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
