/** The kinds of values that a configuration has, each with its own plain complaint. */
import { KINDS } from '../gateways/index.ts';
import type { KindName } from '../gateways/names.ts';
import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { parseDuration } from '../base/duration.ts';
import { suggest } from '../base/suggest.ts';
import { trimEndOf } from '../base/trim-end.ts';
import { FIELD_FORMS, type Form } from './form.ts';

/** A value as it stands in a complaint: short, on one line, text in quotes. */
export const quote = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a section';
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
};

/** YAML knows only straight quotes; typographic ones are part of the value. */
export const curly = (value: unknown): string =>
  typeof value === 'string' && /^[“”„‟‘’「『"＂＇]/.test(value.trim())
    ? '; only straight quotes (") count as quotes'
    : '';

/** What is wrong with a value; reads on after the key: `heal: must be …`. */
export class Complaint extends Error {}

/**
 * A field of the schema whose `read` returns the value or throws a Complaint. @param form every key of the
 * configuration needs one.
 */
export const field = <T>(read: (value: unknown) => T, form?: Form) => {
  const schema = z.unknown().transform((value, context): T => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      context.issues.push({ code: 'custom', message: error.message, input: value });
      return z.NEVER;
    }
  });
  if (form) FIELD_FORMS.add(schema, form);
  return schema;
};

const asText = (value: unknown): string => {
  if (typeof value !== 'string') throw new Complaint(`must be text, not ${quote(value)}; put it in quotes`);
  if (value.trim() === '') throw new Complaint('is empty');
  if (value.includes('${')) throw new Complaint('"${…}" is understood only in secrets; write the value itself');
  return value.trim();
};

/** Text that must match `pattern`; `rule` ends the sentence "must …". */
export const text = (pattern: RegExp, rule: string, form?: Form) =>
  field((value) => {
    const given = asText(value);
    if (!pattern.test(given)) throw new Complaint(`must ${rule}, not ${quote(given)}${curly(given)}`);
    return given;
  }, form);

/** An id that looks like a number may stand without quotes as long as YAML keeps its digits. */
export const digits = (rule: string) =>
  field(
    (value) => {
      const given = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : asText(value);
      if (!/^\d{1,32}$/.test(given)) throw new Complaint(`must ${rule}, not ${quote(value)}${curly(given)}`);
      return given;
    },
    { kind: 'digits' },
  );

/** @returns `a, b or c`. */
const anyOf = (values: readonly string[]): string => values.join(', ').replace(/, ([^,]*)$/, ' or $1');

/** One of `values`; those in `later` are known but do not work yet. */
export const oneOf = <const T extends string>(values: readonly T[], later: readonly string[] = []) =>
  field(
    (value) => {
      const found = values.find((known) => known === value);
      if (found !== undefined) return found;
      if (typeof value === 'string' && later.includes(value)) {
        throw new Complaint(`${quote(value)} is not supported yet; use ${anyOf(values)}`);
      }
      const near = typeof value === 'string' ? suggest(value.trim(), values) : null;
      throw new Complaint(
        `must be ${anyOf(values)}, not ${quote(value)}${curly(value) || (near ? `; did you mean ${near}?` : '')}`,
      );
    },
    { kind: 'one_of', values },
  );

/** Longer waits than this are mistakes, and timers cannot hold them. */
const MAX_DURATION_MS = 7 * 24 * 3_600_000;

/** Returns a hint at the duration that was meant by `5 m`, `5M` or a bare number. */
const nearDuration = (value: unknown): string => {
  if (curly(value)) return curly(value);
  const tight = String(value).replaceAll(/\s/g, '').toLowerCase();
  const near = [tight, `${tight}s`].find((each) => parseDuration(each) !== null);
  return typeof value !== 'object' && near !== undefined ? `; did you mean ${near}?` : '';
};

const readDuration =
  (least: number) =>
  (value: unknown): number => {
    const ms = typeof value === 'string' ? parseDuration(value.trim()) : null;
    if (ms === null)
      throw new Complaint(`must be a duration such as 90s, 5m or 1h30m, not ${quote(value)}${nearDuration(value)}`);
    if (ms < least)
      throw new Complaint(
        least > 1 ? `must be at least ${least / 1_000}s, not ${quote(value)}` : `must be longer than ${quote(value)}`,
      );
    if (ms > MAX_DURATION_MS) throw new Complaint(`must be at most 7d, not ${quote(value)}`);
    return Math.round(ms);
  };

export const atLeast = (leastMs: number) => field(readDuration(leastMs), { kind: 'duration', leastMs });
export const duration = atLeast(1);
/** A duration that may be zero. */
export const pause = atLeast(0);

export const count = (least: number, most: number) =>
  field(
    (value) => {
      if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
      throw new Complaint(
        `must be a whole number from ${least} to ${most}, not ${quote(value)}${isQuoted(value, Number.isInteger(Number(value)))}`,
      );
    },
    { kind: 'count', least, most },
  );

const isQuoted = (value: unknown, meant: boolean): string =>
  typeof value === 'string' && value.trim() !== '' && meant ? '; take the quotes away' : '';

export const flag = field(
  (value) => {
    if (typeof value === 'boolean') return value;
    throw new Complaint(
      `must be true or false, not ${quote(value)}${isQuoted(value, value === 'true' || value === 'false')}`,
    );
  },
  { kind: 'flag' },
);

/** Secrets travel over these: plain http only where nobody can listen. */
export const readUrl = (value: unknown): string => {
  const given = asText(value);
  const url = URL.canParse(given) ? new URL(given) : null;
  const loopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new Complaint(`must be a URL such as https://host, not ${quote(given)}`);
  if (url.username || url.password || url.search || url.hash)
    throw new Complaint('must be a URL without user, query or fragment');
  if (url.protocol === 'http:' && !loopback)
    throw new Complaint('must be https: plain http would carry the secret for all to read');
  return trimEndOf(given, '/');
};

const LISTEN = /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/;

/** An address such as `127.0.0.1:9464`. The page there has no password, so it must stay on this machine. */
export const readListen = (value: unknown): { readonly host: string; readonly port: number } => {
  const [, host = '', port = ''] = typeof value === 'string' ? (LISTEN.exec(value.trim()) ?? []) : [];
  const address = host.replaceAll(/[[\]]/g, '');
  if (host === '' || Number(port) > 65_535 || (host !== 'localhost' && isIP(address) === 0)) {
    throw new Complaint(
      `must be an address of this machine itself and a port, such as 127.0.0.1:9464, not ${quote(value)}; what is shown there has no password`,
    );
  }
  return { host: address, port: Number(port) };
};

/** The folders to which `~` and relative paths lead. */
export interface Folders {
  readonly home: string;
  readonly base: string;
}

/** `~` is the home folder; a relative path starts at the folder of the configuration. */
export const readPath = (value: unknown, folders: Folders): string => {
  const given = asText(value);
  if (given.includes('\0')) throw new Complaint('must not hold a NUL character');
  if (process.platform !== 'win32' && /^[A-Za-z]:[\\/]/.test(given))
    throw new Complaint(
      `is a path of Windows, and this is not Windows (WSL has it under /mnt/${given.charAt(0).toLowerCase()}/…)`,
    );
  if (given === '~') return folders.home;
  if (given.startsWith('~/')) return resolve(folders.home, given.slice(2));
  if (given.startsWith('~')) throw new Complaint(`only ~/… is understood, not ${quote(given)}; write the whole path`);
  return isAbsolute(given) ? resolve(given) : resolve(folders.base, given);
};

/** A kind without a usual home starts at the folder of the configuration. */
export const usualHome = (kind: KindName, folders: Folders): string => readPath(KINDS[kind].usualHome ?? '.', folders);
