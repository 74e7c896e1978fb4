/**
 * The line formats of logs: when a line was written, how grave it is, and what it says. Never throws, whatever the
 * bytes.
 */
import type { Instant } from '../../base/instant.ts';
import type { LineLevel } from '../gateway-kind.ts';
import { readJson } from './json-line.ts';
import { levelIn, levelNamed } from './level.ts';
import type { Line } from './line.ts';
import { lineGroups } from './pattern.ts';
import { readTimed } from './line-head.ts';
import { readAnyTime, readTime, type TimeContext, type TimeDoubt } from './read-time.ts';
import type { LineFormatName } from './settings.ts';

/** @returns what a line says by itself; null when it begins no record. */
export type LineFormat = (text: string, context: TimeContext) => Line | null;

/** A colour of the terminal says nothing here. */
const COLOUR = /\u001b\[[\d;]*m/g;
const plainText = (text: string): string => (text.includes('\u001b') ? text.replace(COLOUR, '') : text);

const dated: LineFormat = (text, context) => {
  const line = readTimed(plainText(text), context);
  return line && { ...timeOf(line.time), level: line.level ?? levelIn(line.message), message: line.message };
};

const timeOf = (
  read: { readonly at: Instant } | { readonly at: null; readonly doubt: TimeDoubt },
): Pick<Line, 'at' | 'doubt'> => (read.at === null ? { at: null, doubt: read.doubt } : { at: read.at });

/** What `logging.basicConfig` writes without a format. */
const BASIC = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL):[^\s:]+:/;

const python: LineFormat = (text, context) => {
  const line = dated(text, context);
  if (line) return line;
  const [, level] = BASIC.exec(text) ?? [];
  return level === undefined ? null : { at: null, level: levelNamed(level), message: text };
};

const PRIORITY = /^<(\d{1,3})>/;
/** RFC 5424: version, time, host, program, process, message id, structured data. */
const NEW_SYSLOG = /^1 (\S+) \S+ \S+ \S+ \S+ (?:-|(?:\[[^\]]*\])+) ?/;
/** The host before the message; the program stays, patterns may ask for it. */
const HOST = /^ \S+ /;
const SEVERITIES: readonly LineLevel[] = [
  'critical',
  'critical',
  'critical',
  'error',
  'warning',
  'info',
  'info',
  'debug',
];

const syslog: LineFormat = (text, context) => {
  const [prefix = '', priority] = PRIORITY.exec(text) ?? [];
  const rest = text.slice(prefix.length);
  const severity = priority === undefined ? null : (SEVERITIES[Number(priority) % 8] ?? null);
  const found = NEW_SYSLOG.exec(rest);
  if (found) {
    const message = rest.slice(found[0].length).replace(/^\ufeff/, '');
    // A `-` stands for a time that the sender did not know.
    return {
      ...(found[1] === '-' ? { at: null } : timeOf(readAnyTime(found[1] ?? '', context))),
      level: severity ?? levelIn(message),
      message,
    };
  }
  const time = readTime(rest, context);
  if (!time) return null;
  const message = rest.slice(time.length).replace(HOST, '');
  return { ...timeOf(time), level: severity ?? levelIn(message), message };
};

const plain: LineFormat = (text) => {
  const message = plainText(text);
  return { at: null, level: levelIn(message), message };
};

/** Whatever begins with a time, or with a brace. */
const auto: LineFormat = (text, context) => {
  if (/^\s*\{/.test(text)) return readJson(text, context);
  return PRIORITY.test(text) ? syslog(text, context) : python(text, context);
};

const NAMED: Readonly<Record<LineFormatName, LineFormat>> = { auto, python, iso: dated, syslog, json: readJson, plain };

const isName = (format: string): format is LineFormatName => Object.hasOwn(NAMED, format);

const custom = (pattern: string): LineFormat => {
  const groups = lineGroups(pattern);
  return (text, context) => {
    const found = groups(plainText(text));
    if (!found) return null;
    // A pattern without the group `time` is of a log without times.
    const time = found.time === undefined ? { at: null } : timeOf(readAnyTime(found.time, context));
    return { ...time, level: levelNamed(found.level ?? ''), message: found.message ?? text };
  };
};

/** @param format a name, or a pattern. @throws Error that says what is wrong with the pattern. */
export const lineFormat = (format: string): LineFormat => (isName(format) ? NAMED[format] : custom(format));
