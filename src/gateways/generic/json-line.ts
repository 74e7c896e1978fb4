/** Lines that are JSON objects, by the names that the loggers of this world give to time, level and message. */
import { fromEpoch } from '../../base/instant.ts';
import type { LogLevel } from '../gateway-kind.ts';
import { levelNamed, levelNumbered } from './level.ts';
import type { Line } from './line.ts';
import { readAnyTime, type TimeContext } from './read-time.ts';

const TIMES = ['time', 'timestamp', '@timestamp', 'ts', 't', 'datetime', 'date', 'asctime'];
const LEVELS = ['level', 'levelname', 'severity', 'lvl', 'log.level', 'type'];
/** `log` is docker's own. */
const MESSAGES = ['message', 'msg', 'text', 'event', 'content', 'log'];

type Fields = Readonly<Record<string, unknown>>;

const parse = (text: string): Fields | null => {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return null;
  }
};

/** @returns the first of these fields that can be understood. */
const first = <T>(fields: Fields, names: readonly string[], read: (value: string | number) => T | null): T | null => {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const found = typeof value === 'string' || typeof value === 'number' ? read(value) : null;
    if (found !== null) return found;
  }
  return null;
};

const levelOf = (value: string | number): LogLevel | null => (typeof value === 'string' ? levelNamed(value) : value >= 10 ? levelNumbered(value) : null);

export const readJson = (text: string, context: TimeContext): Line | null => {
  const fields = parse(text.trimStart());
  if (!fields) return null;
  return {
    at: first(fields, TIMES, (value) => (typeof value === 'number' ? fromEpoch(value) : readAnyTime(value, context))),
    level: first(fields, LEVELS, levelOf),
    // A line whose message goes by another name is searched as it is.
    message: first(fields, MESSAGES, (value) => (typeof value === 'string' ? value : null)) ?? text,
  };
};
