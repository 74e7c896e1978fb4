/**
 * The line format of Hermes's log files (docs/facts/hermes.md 1.2). Every line of every log passes here, so it is
 * quick.
 */
import { instantOf, type Instant } from '../../base/instant.ts';
import { asked } from '../line-limit.ts';
import type { LineParser, LineLevel } from '../gateway-kind.ts';
import { copied } from '../copy-text.ts';
import { memoized } from '../memoized.ts';
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
const TIME = '2026-11-21 10:00:00,123 '.length;
/** By their first characters, which differ. */
const LEVELS: ReadonlyMap<number, string> = new Map(
  ['INFO', 'WARNING', 'DEBUG', 'ERROR', 'CRITICAL'].map((level) => [level.charCodeAt(0), level]),
);
/** There are few loggers: the name is the same string for all their lines. Null: what only `HEAD` understands. */
const usualName = memoized((name) => (/^[\w.]+$/.test(name) ? copied(name) : null));

/** The Lark SDK's own handler writes to stdout, which under launchd is `gateway.log` (docs/facts/hermes.md 1.4). */
const SDK_LINE = /^\[Lark\] \[([^\]]+)\] \[(\w+)\] /;

/**
 * @param after the time of the record before, so that the hour that comes twice in autumn is told apart.
 * @returns the record that the line begins, or null: a traceback, a banner, another writer's line.
 */
export const parseLogLine = (whole: string, after = -Infinity): LogLine | null => {
  const text = asked(whole);
  return parseUsual(text, after) ?? parseAny(text, after);
};

/** Reads a head in any of its forms. */
export const parseAny = (text: string, after: number): LogLine | null => {
  const line = text.startsWith('[Lark] [') ? text.replace(SDK_LINE, '$1 $2 Lark: ') : text;
  const match = HEAD.exec(line);
  if (!match) return null;
  const [head, minute, second, millis, level = '', logger = ''] = match;
  const at = instantOf(startOfHour(line) + Number(minute) * 60_000 + Number(second) * 1_000 + Number(millis ?? 0));
  if (at === null) return null;
  return { at: secondTime(at, after), level, logger, message: line.slice(head.length) };
};

/** Date and level of the record that a line begins. In the hour that comes twice in autumn it is the first one's. */
export const parseHead: LineParser = (text) => {
  const line = parseLogLine(text);
  return line && { at: line.at, level: line.level.toLowerCase() as LineLevel };
};

const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : NaN;
};

/** What `HEAD` does, for nearly every line and without its cost. @returns null also for what only `HEAD` understands. */
export const parseUsual = (text: string, after: number): LogLine | null => {
  // Colon, colon, comma, blank
  if (
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58 ||
    text.charCodeAt(19) !== 44 ||
    text.charCodeAt(23) !== 32 ||
    text.charCodeAt(10) !== 32
  )
    return null;
  const minutes = digit(text, 14);
  const seconds = digit(text, 17);
  if (!(minutes < 6 && seconds < 6)) return null;
  const level = LEVELS.get(text.charCodeAt(TIME));
  if (level === undefined || !text.startsWith(level, TIME) || !startsWithHour(text)) return null;
  let from = TIME + level.length;
  if (text.charCodeAt(from) === 32 && text.charCodeAt(from + 1) === 91) {
    const close = text.indexOf(']', from);
    if (close < 0) return null;
    from = close + 1;
  }
  if (text.charCodeAt(from) !== 32) return null;
  const end = text.indexOf(':', from);
  if (end <= from + 1 || text.charCodeAt(end + 1) !== 32) return null;
  const logger = usualName(text.slice(from + 1, end));
  if (logger === null) return null;
  const ms =
    (minutes * 10 + digit(text, 15)) * 60_000 +
    (seconds * 10 + digit(text, 18)) * 1_000 +
    digit(text, 20) * 100 +
    digit(text, 21) * 10 +
    digit(text, 22);
  const at = instantOf(startOfHour(text) + ms);
  return at === null ? null : { at: secondTime(at, after), level, logger, message: text.slice(end + 2) };
};

const HOUR = /^\d{4}-\d\d-\d\d[ T]\d\d/;
const startsWithHour = (text: string): boolean => text.startsWith(knownHour) || HOUR.test(text);

/** Making a date costs more than all the rest, and thousands of lines share an hour. */
let knownHour = '-';
let knownStart = NaN;

/** @param text begins with date and hour. @returns NaN where there is no such hour. */
export const startOfHour = (text: string): number => {
  if (!text.startsWith(knownHour)) {
    const dateAndHour = copied(text.slice(0, DATE_AND_HOUR));
    const [year = 0, month = 0, day = 0, hour = 0] = dateAndHour.split(/\D/).map(Number);
    const date = new Date(year, month - 1, day, hour);
    // Date counts a month 13 or an hour 25 on into the next; here they are no time.
    knownStart = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 ? date.getTime() : NaN;
    knownHour = dateAndHour;
  }
  return knownStart;
};
