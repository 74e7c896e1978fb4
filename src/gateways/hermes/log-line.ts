/**
 * The line format of Hermes's log files (docs/facts/hermes.md 1.2). Every line of every log passes here, so it is
 * quick.
 */
import { instantOf, type Instant } from '../../base/instant.ts';
import { asked } from '../asked.ts';
import type { LineParser, LineLevel } from '../gateway-kind.ts';
import { secondTime } from '../zoneless-time.ts';

export interface LogLine {
  /** The log has local time without a zone. */
  readonly at: Instant;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
}

const HEAD =
  /^\d{4}-\d\d-\d\d[ T]\d\d:([0-5]\d):([0-5]\d)(?:[,.](\d{3})\d*)? (DEBUG|INFO|WARNING|ERROR|CRITICAL)(?: \[[^\]]*\])? ([^\s:]+): /;
const DATE_AND_HOUR = '2026-11-21 10'.length;

/** The Lark SDK's own handler writes to stdout, which under launchd is `gateway.log` (docs/facts/hermes.md 1.4). */
const SDK_LINE = /^\[Lark\] \[([^\]]+)\] \[(\w+)\] /;

/**
 * @param after the time of the record before, so that the hour that comes twice in autumn is told apart.
 * @returns the record that the line begins, or null: a traceback, a banner, another writer's line.
 */
export const parseLogLine = (whole: string, after = -Infinity): LogLine | null => {
  const text = asked(whole);
  const line = text.startsWith('[Lark] [') ? text.replace(SDK_LINE, '$1 $2 Lark: ') : text;
  const match = HEAD.exec(line);
  if (!match) return null;
  const [head, minute, second, millis, level = '', logger = ''] = match;
  const hour = startOfHour(line.slice(0, DATE_AND_HOUR));
  const at = instantOf(hour + Number(minute) * 60_000 + Number(second) * 1_000 + Number(millis ?? 0));
  if (at === null) return null;
  return { at: secondTime(at, after), level, logger, message: line.slice(head.length) };
};

/** Date and level of the record that a line begins. In the hour that comes twice in autumn it is the first one's. */
export const parseHead: LineParser = (text) => {
  const line = parseLogLine(text);
  return line && { at: line.at, level: line.level.toLowerCase() as LineLevel };
};

/** Making a date costs more than all the rest, and thousands of lines share an hour. */
let knownHour = '';
let knownStart = NaN;

const startOfHour = (dateAndHour: string): number => {
  if (dateAndHour !== knownHour) {
    const [year = 0, month = 0, day = 0, hour = 0] = dateAndHour.split(/\D/).map(Number);
    const date = new Date(year, month - 1, day, hour);
    // Date counts a month 13 or an hour 25 on into the next; here they are no time.
    knownStart = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 ? date.getTime() : NaN;
    knownHour = dateAndHour;
  }
  return knownStart;
};
