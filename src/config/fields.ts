/** The kinds of values that a configuration has, each with its own plain complaint. */
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { parseDuration } from '../base/duration.ts';
import { suggest } from '../base/suggest.ts';

/** A value as it stands in a complaint: short, on one line, text in quotes. */
export const quote = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a section';
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
};

/** What is wrong with a value; reads on after the key: `heal: must be …`. */
export class Complaint extends Error {}

/** A field of the schema whose `read` returns the value or throws a Complaint. */
export const field = <T>(read: (value: unknown) => T) =>
  z.unknown().transform((value, context): T => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      context.issues.push({ code: 'custom', message: error.message, input: value });
      return z.NEVER;
    }
  });

const asText = (value: unknown): string => {
  if (typeof value !== 'string') throw new Complaint(`must be text, not ${quote(value)}; put it in quotes`);
  if (value.trim() === '') throw new Complaint('is empty');
  if (value.includes('${')) throw new Complaint('"${…}" is understood only in secrets; write the value itself');
  return value.trim();
};

/** Text that must match `pattern`; `rule` ends the sentence "must …". */
export const text = (pattern: RegExp, rule: string) =>
  field((value) => {
    const given = asText(value);
    if (!pattern.test(given)) throw new Complaint(`must ${rule}, not ${quote(given)}`);
    return given;
  });

/** An id that looks like a number may stand without quotes as long as YAML keeps its digits. */
export const digits = (rule: string) =>
  field((value) => {
    const given = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : asText(value);
    if (!/^\d{1,32}$/.test(given)) throw new Complaint(`must ${rule}, not ${quote(value)}`);
    return given;
  });

/** @returns `a, b or c`. */
const anyOf = (values: readonly string[]): string => values.join(', ').replace(/, ([^,]*)$/, ' or $1');

/** One of `values`; those in `later` are known but do not work yet. */
export const oneOf = <const T extends string>(values: readonly T[], later: readonly string[] = []) =>
  field((value) => {
    const found = values.find((known) => known === value);
    if (found !== undefined) return found;
    if (typeof value === 'string' && later.includes(value)) {
      throw new Complaint(`${quote(value)} is not supported yet; use ${anyOf(values)}`);
    }
    const near = typeof value === 'string' ? suggest(value, values) : null;
    throw new Complaint(`must be ${anyOf(values)}, not ${quote(value)}${near ? `; did you mean ${near}?` : ''}`);
  });

/** Longer waits than this are mistakes, and timers cannot hold them. */
const MAX_DURATION_MS = 7 * 24 * 3_600_000;

const readDuration = (least: number) => (value: unknown): number => {
  const ms = typeof value === 'string' ? parseDuration(value.trim()) : null;
  if (ms === null) throw new Complaint(`must be a duration such as 90s, 5m or 1h30m, not ${quote(value)}`);
  if (ms < least) throw new Complaint(least > 1 ? `must be at least ${least / 1_000}s, not ${quote(value)}` : `must be longer than ${quote(value)}`);
  if (ms > MAX_DURATION_MS) throw new Complaint(`must be at most 7d, not ${quote(value)}`);
  return Math.round(ms);
};

export const atLeast = (leastMs: number) => field(readDuration(leastMs));
export const duration = atLeast(1);
/** A duration that may be nothing. */
export const pause = field(readDuration(0));

export const count = (least: number, most: number) =>
  field((value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new Complaint(`must be a whole number from ${least} to ${most}, not ${quote(value)}`);
  });

export const flag = field((value) => {
  if (typeof value === 'boolean') return value;
  throw new Complaint(`must be true or false, not ${quote(value)}`);
});

/** Secrets travel over these: plain http only where nobody can listen. */
export const readUrl = (value: unknown): string => {
  const given = asText(value);
  const url = URL.canParse(given) ? new URL(given) : null;
  const loopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw new Complaint(`must be a URL such as https://host, not ${quote(given)}`);
  if (url.username || url.password || url.search || url.hash) throw new Complaint('must be a URL without user, query or fragment');
  if (url.protocol === 'http:' && !loopback) throw new Complaint('must be https: plain http would carry the secret for all to read');
  return given.replace(/\/+$/, '');
};

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** `23:00-07:00` in local time. @returns minutes of the day. */
export const readHours = (value: unknown): { readonly from: number; readonly to: number } => {
  const [from, to, ...rest] = typeof value === 'string' ? value.split(/\s*[-–]\s*/).map((time) => CLOCK.exec(time.trim())) : [];
  if (!from || !to || rest.length > 0) throw new Complaint(`must be two times such as "23:00-07:00", not ${quote(value)}`);
  const minutes = ([, hour, minute]: RegExpExecArray): number => Number(hour) * 60 + Number(minute);
  if (minutes(from) === minutes(to)) throw new Complaint('begins when it ends; give two different times, or leave it out');
  return { from: minutes(from), to: minutes(to) };
};

/** Where `~` and relative paths lead. */
export interface Folders {
  readonly home: string;
  readonly base: string;
}

/** `~` is the home folder; a relative path starts at the folder of the configuration. */
export const readPath = (value: unknown, folders: Folders): string => {
  const given = asText(value);
  if (given.includes('\0')) throw new Complaint('must not hold a NUL character');
  if (given === '~') return folders.home;
  if (given.startsWith('~/')) return resolve(folders.home, given.slice(2));
  if (given.startsWith('~')) throw new Complaint(`only ~/… is understood, not ${quote(given)}; write the whole path`);
  return isAbsolute(given) ? resolve(given) : resolve(folders.base, given);
};
