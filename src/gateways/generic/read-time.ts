/** Finds the time at the beginning of a line, in the forms in which logs write it. */
import { fromEpoch, fromIso, instantOf, type Instant } from '../../base/instant.ts';
import { localTime, secondTime } from '../local-time.ts';

export interface TimeRead {
  readonly at: Instant;
  /** What of the line belongs to it. */
  readonly length: number;
}

/** What is needed to complete a time that does not say all. */
export interface TimeContext {
  readonly now: number;
  /** The time of the record above. */
  readonly after: number;
}

/** `2026-11-21 10:00:00,123`, `[2026/11/21T10:00:00.5+08:00]` and their like. */
const DATED = /^\[?(\d{4})[-/.](\d\d)[-/.](\d\d)(?:T|,? | - )(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?\]?/;

/** @returns null when no date stands there. */
export const readDated = (text: string, { after }: TimeContext): TimeRead | null => {
  const match = DATED.exec(text);
  if (!match) return null;
  const [whole, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone] = match;
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  const begun = zone === undefined ? localTime(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)) : zoned(`${year}-${month}-${day}T${hour}:${minute}:${second}`, zone);
  const at = begun === null ? null : instantOf(begun + millis);
  return at === null ? null : { at: zone === undefined ? secondTime(at, after) : at, length: whole.length };
};

const zoned = (time: string, zone: string): Instant | null => fromIso(`${time}${/^[A-Z]/.test(zone) ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2')}`);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SYSLOG = /^([A-Z][a-z][a-z]) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)/;
const DAY_MS = 86_400_000;

/** `Nov 21 10:00:00`: of the years the latest that is not in the future. */
export const readSyslogTime = (text: string, { now, after }: TimeContext): TimeRead | null => {
  const match = SYSLOG.exec(text);
  if (!match) return null;
  const [whole, month = '', ...rest] = match;
  const [day = NaN, hour = NaN, minute = NaN, second = NaN] = rest.map(Number);
  const year = new Date(now).getFullYear();
  // Four years back there was a 29 February, and a new year's clock may be a day ahead.
  for (let back = -1; back < 8; back += 1) {
    const at = localTime(year - back, MONTHS.indexOf(month) + 1, day, hour, minute, second);
    if (at !== null && at <= now + DAY_MS) return { at: secondTime(at, after), length: whole.length };
  }
  return null;
};

/** A time alone, in whatever form. */
export const readAnyTime = (given: string, context: TimeContext): Instant | null => {
  const text = given.trim();
  if (/^\d{10,19}(?:\.\d+)?$/.test(text)) return fromEpoch(Number(text));
  return (readDated(text, context) ?? readSyslogTime(text, context))?.at ?? null;
};
