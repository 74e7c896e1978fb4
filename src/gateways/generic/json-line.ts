/** Lines that are JSON objects, by the names that the loggers of this world give to time, level and message. */
import { fromEpoch, type Instant } from '../../base/instant.ts';
import { isSection } from '../../base/parsed-section.ts';
import type { LineLevel } from '../gateway-kind.ts';
import { levelNamed, levelNumbered } from './level.ts';
import type { Line } from './line.ts';
import { readAnyTime, type TimeContext, type TimeDoubt } from './read-time.ts';

/** `@t`, `@l` and `@m` are Serilog's, `t`, `s` and `msg` MongoDB's, the capitals journald's. */
const TIMES = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  't',
  '@t',
  'datetime',
  'date',
  'asctime',
  'eventtime',
  'timemillis',
  'instant',
  '__realtime_timestamp',
];
const LEVELS = ['level', 'levelname', 'severity', 'lvl', 'log.level', 'loglevel', '@l', 's', 'priority', 'type'];
/** `log` is docker's own. */
const MESSAGES = ['message', 'msg', '@m', '@mt', 'text', 'event', 'content', 'log'];

type Fields = ReadonlyMap<string, unknown>;

/** By their names in small letters; of two that differ in nothing else the first counts. */
const parse = (text: string): Fields | null => {
  if (!text.startsWith('{')) return null;
  try {
    const fields = new Map<string, unknown>();
    for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, unknown>))
      if (!fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value);
    return fields;
  } catch {
    return null;
  }
};

/** @returns the first of these fields that can be understood. */
const first = <T>(fields: Fields, names: readonly string[], read: (value: unknown) => T | null): T | null => {
  for (const name of names) {
    const value = fields.get(name);
    const found = value === undefined || value === null ? null : read(value);
    if (found !== null) return found;
  }
  return null;
};

const levelOf = (value: unknown): LineLevel | null => {
  if (typeof value === 'string') return levelNamed(value);
  return typeof value === 'number' && value >= 10 ? levelNumbered(value) : null;
};

/** `{"$date": …}` is MongoDB's, seconds and nanoseconds apart are log4j's and protobuf's. */
const timeOf = (
  value: unknown,
  context: TimeContext,
): { readonly at: Instant } | { readonly at: null; readonly doubt: TimeDoubt } => {
  if (typeof value === 'string') return readAnyTime(value, context);
  if (typeof value === 'number') return known(fromEpoch(value));
  if (!isSection(value)) return { at: null, doubt: 'form' };
  if (value['$date'] !== undefined)
    return isSection(value['$date'])
      ? known(fromEpoch(Number(value['$date']['$numberLong'])))
      : timeOf(value['$date'], context);
  const seconds = value['epochSecond'] ?? value['seconds'];
  const nanos = value['nanoOfSecond'] ?? value['nanos'] ?? 0;
  return typeof seconds === 'number' && typeof nanos === 'number'
    ? known(fromEpoch(seconds + nanos / 1e9))
    : { at: null, doubt: 'form' };
};

const known = (at: Instant | null): { readonly at: Instant } | { readonly at: null; readonly doubt: TimeDoubt } =>
  at === null ? { at: null, doubt: 'form' } : { at };

export const readJson = (text: string, context: TimeContext): Line | null => {
  const fields = parse(text.trimStart());
  if (!fields) return null;
  let doubt: TimeDoubt = 'form';
  const at = first(fields, TIMES, (value) => {
    const time = timeOf(value, context);
    if (time.at === null && time.doubt !== 'form') ({ doubt } = time);
    return time.at;
  });
  return {
    ...(at === null ? { at, doubt } : { at }),
    level: first(fields, LEVELS, levelOf),
    // A line whose message goes by another name is searched as it is.
    message: first(fields, MESSAGES, (value) => (typeof value === 'string' ? value : null)) ?? text,
  };
};
