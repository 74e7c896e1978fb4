/** The kinds of values that a configuration has, each with its own plain complaint. */
import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { validate as isCron } from 'node-cron';
import * as z from 'zod';
import { parseDuration } from '../base/duration.ts';
import { clockText, zoneNamed } from '../base/local-time.ts';
import { looksSecret } from '../base/redact/redact.ts';
import { suggest } from '../base/suggest.ts';
import { trimEndOf } from '../base/trim-end.ts';
import { Duration, shown, withForm, type Form } from './section.ts';

/** A value as it stands in a complaint: short, on one line, text in quotes. */
export const quote = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a section';
  if (typeof value === 'string' && looksSecret(value)) return 'what stands there, which looks like a secret';
  const words = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return words.length > 60 ? `${words.slice(0, 59)}…` : words;
};

/** YAML knows only straight quotes; typographic ones are part of the value. */
export const curly = (value: unknown): string =>
  typeof value === 'string' && /^[“”„‟‘’「『"＂＇]/.test(value.trim())
    ? '; only straight quotes (") count as quotes'
    : '';

const isTypographic = (character = ''): boolean => character !== '' && '“”„‟‘’'.includes(character);

/** Whether typographic quotes enclose a text: they were meant for YAML's own. */
export const inTypographicQuotes = (given: string): boolean =>
  given.length > 1 && isTypographic(given[0]) && isTypographic(given.at(-1));

/** What is wrong with a value; reads on after the key: `heal: must be …`. */
export class Complaint extends Error {}

/** A field of the schema whose `read` returns the value or throws a Complaint. */
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
  return form ? withForm(schema, form) : schema;
};

export const asText = (value: unknown): string => {
  if (typeof value !== 'string') throw new Complaint(`must be text, not ${quote(value)}; put it in quotes`);
  if (value.trim() === '') throw new Complaint('is empty');
  if (value.includes('${')) throw new Complaint('"${…}" is understood only in secrets; write the value itself');
  return value.trim();
};

const ticked = (values: readonly string[]): readonly string[] => values.map((value) => `\`${value}\``);

/** The form of text that looks like the examples. */
export const like = (pattern: string, ...examples: readonly string[]): Form => ({
  json: { type: 'string', pattern, examples },
  'zh-CN': `文字，如 ${ticked(examples).join('、')}`,
  en: `text such as ${ticked(examples).join(', ')}`,
});

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
    { json: { type: ['string', 'integer'], pattern: '^\\s*\\d{1,32}\\s*$' }, 'zh-CN': '数字', en: 'digits' },
  );

export const didYouMean = (value: unknown, known: readonly string[]): string => {
  const near = typeof value === 'string' ? suggest(value.trim(), known) : null;
  return near === null ? '' : `; did you mean ${near}?`;
};

/** @returns `a, b or c`. */
const anyOf = (values: readonly string[]): string => values.join(', ').replace(/, ([^,]*)$/, ' or $1');

export const oneOf = <const T extends string>(values: readonly T[]) =>
  field(
    (value) => {
      const found = values.find((known) => known === value);
      if (found !== undefined) return found;
      throw new Complaint(`must be ${anyOf(values)}, not ${quote(value)}${curly(value) || didYouMean(value, values)}`);
    },
    { json: { type: 'string', enum: values }, 'zh-CN': ticked(values).join('、'), en: ticked(values).join(', ') },
  );

/** The pattern of what `parseDuration` reads; the least and the most are left to the check itself. */
export const DURATION = '^\\s*(\\d+(\\.\\d+)?(ms|s|m|h|d))+\\s*$';

/** Longer waits than this are mistakes, and timers cannot hold them. */
const MAX_DURATION_MS = 7 * 24 * 3_600_000;

/** Returns a hint at the duration that was meant by `5 m`, `5M` or a bare number. */
const nearDuration = (value: unknown): string => {
  if (curly(value)) return curly(value);
  const tight = String(value).replaceAll(/\s/g, '').toLowerCase();
  const near = [tight, `${tight}s`].find((each) => parseDuration(each) !== null);
  return typeof value !== 'object' && near !== undefined ? `; did you mean ${near}?` : '';
};

export const readDuration = (value: unknown, least: number): number => {
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

const durationWords = (least: number): Pick<Form, 'zh-CN' | 'en'> => {
  if (least === 0) return { 'zh-CN': '时长，可以是 `0s`', en: 'a duration, or `0s`' };
  if (least === 1) return { 'zh-CN': '时长', en: 'a duration' };
  return { 'zh-CN': `时长，至少 \`${least / 1_000}s\``, en: `a duration, at least \`${least / 1_000}s\`` };
};

export const atLeast = (leastMs: number) =>
  field((value) => new Duration(readDuration(value, leastMs)), {
    json: { type: 'string', pattern: DURATION, examples: ['90s', '5m', '1h30m'] },
    ...durationWords(leastMs),
  });
export const duration = atLeast(1);
/** A duration that may be zero. */
export const pause = atLeast(0);

const takeQuotesAway = (value: unknown, meant: boolean): string =>
  typeof value === 'string' && value.trim() !== '' && meant ? '; take the quotes away' : '';

export const count = (least: number, most: number) =>
  field(
    (value) => {
      if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
      throw new Complaint(
        `must be a whole number from ${least} to ${most}, not ${quote(value)}${takeQuotesAway(value, Number.isInteger(Number(value)))}`,
      );
    },
    {
      json: { type: 'integer', minimum: least, maximum: most },
      'zh-CN': `${least} 到 ${most} 的整数`,
      en: `a whole number, ${least} to ${most}`,
    },
  );

export const flag = field(
  (value) => {
    if (typeof value === 'boolean') return value;
    throw new Complaint(
      `must be true or false, not ${quote(value)}${takeQuotesAway(value, value === 'true' || value === 'false')}`,
    );
  },
  { json: { type: 'boolean' }, 'zh-CN': '`true`、`false`', en: '`true`, `false`' },
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

export const url = field(readUrl, {
  json: { type: 'string', pattern: '^\\s*https?://' },
  'zh-CN': 'https 地址',
  en: 'an https address',
});

const LISTEN = /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/;

/** As it stands in a URL: an address of IPv6 in brackets. */
export const hostAndPort = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The page there has no password, so it must stay on this machine. With port 0 the system chooses one. */
export const listen = shown(
  field(
    (value): { readonly host: string; readonly port: number } => {
      const [, host = '', port = ''] = typeof value === 'string' ? (LISTEN.exec(value.trim()) ?? []) : [];
      const address = host.replaceAll(/[[\]]/g, '');
      if (host === '' || Number(port) > 65_535 || (host !== 'localhost' && isIP(address) === 0)) {
        throw new Complaint(
          `must be an address of this machine itself and a port, such as 127.0.0.1:9464, not ${quote(value)}; what is shown there has no password`,
        );
      }
      return { host: address, port: Number(port) };
    },
    like(':\\d{1,5}\\s*$', '127.0.0.1:9464'),
  ),
  hostAndPort,
);

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

export const pathField = (read: (value: unknown) => string) =>
  field(read, { json: { type: 'string', minLength: 1 }, 'zh-CN': '路径', en: 'a path' });

/** @param example for complaints. */
export const cron = (example: string) =>
  field(
    (value) => {
      if (typeof value === 'string' && isCron(value)) return value;
      throw new Complaint(`must be a cron expression such as "${example}", not ${quote(value)}${curly(value)}`);
    },
    {
      json: {
        type: 'string',
        // Five fields, or six with seconds, or a name such as @daily.
        pattern: '^\\s*(@[a-z]+|\\S+(\\s+\\S+){4,5})\\s*$',
        examples: ['*/5 * * * *', '0 4 * * 0'],
      },
      'zh-CN': 'cron 表达式',
      en: 'a cron expression',
    },
  );

export const timezone = field(
  (value) => {
    const zone = typeof value === 'string' ? zoneNamed(value) : null;
    if (zone === 'ambiguous')
      throw new Complaint(`must be a time zone such as Asia/Shanghai: ${quote(value)} is the name of several`);
    if (zone === null)
      throw new Complaint(`must be a time zone such as Asia/Shanghai or +08:00, not ${quote(value)}${curly(value)}`);
    return String(value);
  },
  {
    json: { type: 'string', examples: ['Asia/Shanghai', 'UTC', '+08:00'] },
    'zh-CN': '时区，如 `Asia/Shanghai` 或 `+08:00`',
    en: 'a time zone such as `Asia/Shanghai` or `+08:00`',
  },
);

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;

const minuteOf = ([, hour, minute]: RegExpExecArray): number => Number(hour) * 60 + Number(minute);

/** A time of the local day, as its minute. */
export const clockTime = shown(
  field(
    (value) => {
      const time = typeof value === 'string' ? CLOCK.exec(value.trim()) : null;
      if (!time) throw new Complaint(`must be a time such as "09:00", not ${quote(value)}`);
      return minuteOf(time);
    },
    like('^\\s*\\d{1,2}:\\d{2}\\s*$', '09:00'),
  ),
  clockText,
);

/** Minutes of the local day; `to` may be the next morning. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** As the file has it: `23:00-07:00`. */
export const clockHours = ({ from, to }: QuietHours): string => `${clockText(from)}-${clockText(to)}`;

export const hours = shown(
  field(
    (value): QuietHours => {
      const [from, to, ...rest] =
        typeof value === 'string' ? value.split(/[-–]/).map((time) => CLOCK.exec(time.trim())) : [];
      if (!from || !to || rest.length > 0)
        throw new Complaint(`must be two times such as "23:00-07:00", not ${quote(value)}`);
      if (minuteOf(from) === minuteOf(to))
        throw new Complaint('begins when it ends; give two different times, or leave it out');
      return { from: minuteOf(from), to: minuteOf(to) };
    },
    {
      json: {
        type: 'string',
        pattern: '^\\s*\\d{1,2}:\\d{2}\\s*[-–]\\s*\\d{1,2}:\\d{2}\\s*$',
        examples: ['23:00-07:00'],
      },
      'zh-CN': '两个时间，如 `"23:00-07:00"`',
      en: 'two times such as `"23:00-07:00"`',
    },
  ),
  clockHours,
);
