import type { Evidence } from '../../diagnosis/evidence.ts';
import { redact } from '../../base/redact.ts';
import type { LogReader, LogRecord } from '../gateway-kind.ts';
import { ADAPTER_PATTERNS, EXECUTOR_SHUTDOWN, LARK_SDK_PATTERNS, RUNNER_PATTERNS } from './grammar.ts';
import { parseLogLine, type LogLine } from './log-line.ts';

/** Loggers whose failures of a missing executor are the gateway's own; a tool's are its own affair. */
const OWN_LOGGER = /^(?:gateway|plugins\.platforms|hermes_plugins|Lark|asyncio)(?:\.|$)/;
const RUNNER_LOGGER = /^gateway\.(?:run|shutdown_watchdog|lifecycle_ledger)$|^gateway$/;
const LEVELS_OF_FAILURE = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/**
 * Turns the lines of one Hermes log file into evidence. Lines that begin no record belong to the one above; of
 * those only Python's word for a gone executor says something.
 */
export const hermesLogReader = (source: string): LogReader => {
  let above: LogLine | null = null;
  let aboveTold = false;
  return {
    line: (text) => {
      const line = parseLogLine(text);
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
  const evidence: Evidence[] = [];
  for (const { link, message, fact } of line.logger === 'Lark' ? LARK_SDK_PATTERNS : ADAPTER_PATTERNS) {
    const match = message.exec(line.message);
    const found = match && fact(match.groups ?? {});
    if (found) {
      evidence.push({ ...dated, link, fact: found });
      break;
    }
  }
  if (RUNNER_LOGGER.test(line.logger)) {
    for (const { message, fact } of RUNNER_PATTERNS) {
      const match = message.exec(line.message);
      if (match) {
        evidence.push({ ...dated, link: null, fact: fact(match.groups ?? {}) });
        break;
      }
    }
  }
  if (isExecutorFailure(line, line.message)) evidence.push(executorFailure(line, source));
  return { at: line.at, evidence };
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
