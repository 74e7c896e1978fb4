/** Reads a time in the forms in which logs write it, or says why it cannot be told. Never throws. */
import { AHEAD_MS, fromEpoch, instantOf, type Instant } from '../../base/instant.ts';
import { localTime, secondTime } from '../zoneless-time.ts';
import { TIME_FORMS, type DateOrder, type TimeParts } from './time-forms.ts';
import { inZone } from './time-zones.ts';

export type TimeRead = {
  /** How many characters of the text belong to it. */
  readonly length: number;
} & ({ readonly at: Instant } | { readonly at: null; readonly doubt: TimeDoubt });

/** Why a time that stands there tells nothing. */
export type TimeDoubt =
  /** Day and month could be exchanged, and nobody has said which is first. */
  | 'date_order'
  /** Its zone's name has several meanings, and none of them is this machine's zone. */
  | 'zone'
  /** It has no day, and was written before anybody looked. */
  | 'day'
  /** There is no such time, such as a month 13. */
  | 'no_such_time'
  /** It stands there in no form that is known. */
  | 'form';

/** What is needed to complete a time that does not say all. */
export interface TimeContext {
  readonly now: number;
  /** The time of the record above. */
  readonly after: number;
  /** By the operator's word; null: it was not told. */
  readonly dateOrder: DateOrder | null;
  /** Whether it was written since Lifeline began to follow the log, so that it is of this hour. */
  readonly isFresh: boolean;
}

/** @returns the time that the text begins with; null when it begins with none. */
export const readTime = (text: string, context: TimeContext): TimeRead | null => {
  for (const form of TIME_FORMS) {
    const match = form.exec(text);
    if (match) return readParts(match.groups ?? {}, match[0].length, context);
  }
  return readEpoch(text, context.now);
};

export const readParts = (parts: TimeParts, length: number, context: TimeContext): TimeRead => {
  const date = dateOf(parts, context.dateOrder);
  const clock = clockOf(parts);
  if (date === 'date_order') return { length, at: null, doubt: 'date_order' };
  if (date === null || clock === null) return { length, at: null, doubt: 'no_such_time' };
  const at = complete(date, clock, parts.zone ?? null, context);
  return typeof at === 'number' ? { length, at } : { length, at: null, doubt: at };
};

interface DateParts {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
}

interface ClockParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millis: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const LONG_MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

const monthNamed = (name: string): number | null => {
  const word = name.toLowerCase();
  if (word === 'sept') return 9;
  const found = (word.length === 3 ? MONTHS : LONG_MONTHS).indexOf(word);
  return found < 0 ? null : found + 1;
};

const yearOf = (text: string): number => (text.length === 2 ? 2_000 + Number(text) : Number(text));

/** @returns null when there is no such date. */
const dateOf = (parts: TimeParts, order: DateOrder | null): DateParts | 'date_order' | null => {
  const { first, second, third } = parts;
  if (first !== undefined && second !== undefined)
    return order === null ? 'date_order' : inOrder(first, second, third ?? null, order);
  const numbered = parts.month === undefined ? null : Number(parts.month);
  const month = parts.name === undefined ? numbered : monthNamed(parts.name);
  if (parts.name !== undefined && month === null) return null;
  return {
    year: parts.year === undefined ? null : yearOf(parts.year),
    month,
    day: parts.day === undefined ? null : Number(parts.day),
  };
};

const inOrder = (first: string, second: string, third: string | null, order: DateOrder): DateParts => {
  if (third === null)
    return order === 'dmy'
      ? { year: null, month: Number(second), day: Number(first) }
      : { year: null, month: Number(first), day: Number(second) };
  // A year of four digits says itself which one it is.
  if (order === 'ymd' && third.length === 2) return { year: yearOf(first), month: Number(second), day: Number(third) };
  return order === 'dmy'
    ? { year: yearOf(third), month: Number(second), day: Number(first) }
    : { year: yearOf(third), month: Number(first), day: Number(second) };
};

const clockOf = ({
  hour = '',
  minute = '',
  seconds = '',
  fraction = '',
  millis = fraction,
  half,
}: TimeParts): ClockParts | null => {
  const isAfternoon = half === undefined ? null : /^[pP下]/.test(half);
  const told = Number(hour);
  if (isAfternoon !== null && (half?.length === 1 ? told < 1 || told > 12 : told > 12)) return null;
  const hours = isAfternoon === null ? told : (told % 12) + (isAfternoon ? 12 : 0);
  return {
    hour: hours,
    minute: Number(minute),
    second: Number(seconds),
    millis: Number(millis.padEnd(3, '0').slice(0, 3)),
  };
};

const DAY_MS = 86_400_000;
const FIRST_YEAR = 1970;

const complete = (
  { year, month, day }: DateParts,
  clock: ClockParts,
  zone: string | null,
  context: TimeContext,
): Instant | TimeDoubt => {
  const timeOn = (y: number, m: number, d: number): Instant | TimeDoubt =>
    y < FIRST_YEAR ? 'no_such_time' : instant(y, m, d, clock, zone, context.after);
  if (month === null || day === null) return latestDay(timeOn, zone, context);
  if (year !== null) return timeOn(year, month, day);
  return latestYear((y) => timeOn(y, month, day), context.now);
};

/**
 * Of the years the latest that is not in the future: four years back there was a 29 February, and a new year's clock
 * may be a day ahead.
 */
const latestYear = (timeIn: (year: number) => Instant | TimeDoubt, now: number): Instant | TimeDoubt => {
  const year = new Date(now).getFullYear();
  let doubt: TimeDoubt = 'no_such_time';
  for (let back = -1; back < 8; back += 1) {
    const at = timeIn(year - back);
    if (typeof at === 'string') doubt = at;
    else if (at <= now + DAY_MS) return at;
  }
  return doubt;
};

/** Of the days the latest that is not in the future; of a line that was there before it may be any. */
const latestDay = (
  timeOn: (year: number, month: number, day: number) => Instant | TimeDoubt,
  zone: string | null,
  { now, isFresh }: TimeContext,
): Instant | TimeDoubt => {
  if (!isFresh) return 'day';
  let doubt: TimeDoubt = 'no_such_time';
  // In a zone far away it is tomorrow already.
  for (let back = zone === null ? 0 : -1; back < 3; back += 1) {
    const date = new Date(now);
    date.setDate(date.getDate() - back);
    const at = timeOn(date.getFullYear(), date.getMonth() + 1, date.getDate());
    if (typeof at === 'string') doubt = at;
    else if (at <= now + AHEAD_MS) return at;
  }
  return doubt;
};

const instant = (
  year: number,
  month: number,
  day: number,
  { hour, minute, second, millis }: ClockParts,
  zone: string | null,
  after: number,
): Instant | TimeDoubt => {
  if (zone === null) {
    const begun = localTime(year, month, day, hour, minute, second);
    const at = begun === null ? null : instantOf(begun + millis);
    return at === null ? 'no_such_time' : secondTime(at, after);
  }
  const isReal =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second <= 60;
  if (!isReal) return 'no_such_time';
  const at = inZone(Date.UTC(year, month - 1, day, hour, minute, second) + millis, zone);
  return at === null ? 'zone' : (instantOf(at) ?? 'no_such_time');
};

/** Seconds may have a fraction, and zap writes them as `1.795336652252e+09`. */
const EPOCH = /^(?:\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19}|\d\.\d{1,18}[eE]\+?(?:09|12|15|18|9))(?![\w.])/;
const TEN_YEARS_MS = 3_652 * DAY_MS;

/** A number at the beginning of a line is a time only where it is one of these years. */
const readEpoch = (text: string, now: number): TimeRead | null => {
  const [digits] = EPOCH.exec(text) ?? [];
  const at = digits === undefined ? null : fromEpoch(Number(digits));
  return digits === undefined || at === null || at < now - TEN_YEARS_MS || at > now + DAY_MS
    ? null
    : { at, length: digits.length };
};

/** A time alone, in whatever form. */
export const readAnyTime = (
  given: string,
  context: TimeContext,
): { readonly at: Instant } | { readonly at: null; readonly doubt: TimeDoubt } => {
  const text = given.trim().replace(/^[["'(]+/, '');
  const number = /^\d{10,19}(?:\.\d+)?$/.test(text) ? fromEpoch(Number(text)) : null;
  if (number !== null) return { at: number };
  return readTime(text, context) ?? { at: null, doubt: 'form' };
};
