/** The line format of Hermes's log files (docs/facts/hermes.md 1.2). */
import { instantOf, type Instant } from '../../base/instant.ts';
import { asked } from '../line-limit.ts';
import type { LineParser, LineLevel } from '../gateway-kind.ts';
import { localTime, secondTime } from '../zoneless-time.ts';

export interface LogLine {
  /** The log has local time without a zone. */
  readonly at: Instant;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
}

const HEAD =
  /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):([0-5]\d):([0-5]\d)(?:[,.](\d{3})\d*)? (DEBUG|INFO|WARNING|ERROR|CRITICAL)(?: \[[^\]]*\])? ([^\s:]+): /;

/** The Lark SDK's own handler writes to stdout, which under launchd is `gateway.log` (docs/facts/hermes.md 1.4). */
const SDK_LINE = /^\[Lark\] \[([^\]]+)\] \[(\w+)\] /;

/**
 * @param after the time of the record before, so that the hour that comes twice in autumn is told apart.
 * @returns the record that the line begins, or null: a traceback, a banner, another writer's line.
 */
export const parseLogLine = (text: string, after = -Infinity): LogLine | null => {
  const line = asked(text).replace(SDK_LINE, '$1 $2 Lark: ');
  const match = HEAD.exec(line);
  if (!match) return null;
  const [head, year, month, day, hour, minute, second, ms, level = '', logger = ''] = match;
  const start = localTime(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  const at = start && instantOf(start + Number(ms ?? 0));
  return at === null ? null : { at: secondTime(at, after), level, logger, message: line.slice(head.length) };
};

/** Date and level of the record that a line begins. In the hour that comes twice in autumn it is the first one's. */
export const parseHead: LineParser = (text) => {
  const line = parseLogLine(text);
  return line && { at: line.at, level: line.level.toLowerCase() as LineLevel };
};
