/**
 * The lines of OpenClaw's logs (docs/facts/openclaw.md 1.2, 1.3): JSON objects in its own file, `time [subsystem] text`
 * in what a service manager keeps. The level of the former says little: the Feishu SDK's errors come as INFO.
 */
import { fromIso, type Instant } from '../../base/instant.ts';
import { isSection } from '../../base/parsed-section.ts';
import { asked } from '../line-limit.ts';
import { readableLine } from '../readable-line.ts';
import type { LineParser, LineLevel } from '../gateway-kind.ts';

export interface LogLine {
  readonly at: Instant;
  /** null: the console's format names none. */
  readonly level: LineLevel | null;
  /** `gateway/health-monitor`, `channels/feishu`; null for what libraries print. */
  readonly subsystem: string | null;
  readonly message: string;
}

const LEVELS: Readonly<Record<string, LineLevel>> = {
  SILLY: 'debug',
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warning',
  ERROR: 'error',
  FATAL: 'critical',
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** `{"subsystem":"gateway"}` or `{"module":"…"}`, as text in the first field. */
const subsystemOf = (first: unknown): string | null =>
  typeof first === 'string' && first.startsWith('{') ? subsystemIn(first) : null;

const subsystemIn = (first: string): string | null => {
  const named = parseJson(first);
  const name = isSection(named) ? (named['subsystem'] ?? named['module']) : null;
  return typeof name === 'string' ? name : null;
};

/** Some lines have no `message`; with structured fields the text is the last of the numbered ones. */
const messageOf = (line: Readonly<Record<string, unknown>>, named: boolean): string | null => {
  const { message } = line;
  if (typeof message === 'string') return message;
  const texts = [line['2'], line['1'], named ? undefined : line['0']].filter((each) => typeof each === 'string');
  return texts[0] ?? null;
};

const fromJson = (text: string): LogLine | null => {
  const line = parseJson(text);
  if (!isSection(line)) return null;
  const { _meta: meta, time } = line;
  const date = isSection(meta) && typeof meta['date'] === 'string' ? meta['date'] : time;
  const at = typeof date === 'string' ? fromIso(date) : null;
  const subsystem = subsystemOf(line['0']);
  const message = messageOf(line, subsystem !== null);
  if (at === null || message === null) return null;
  const level = isSection(meta) ? LEVELS[String(meta['logLevelName'])] : undefined;
  return { at, level: level ?? null, subsystem, message: asked(message) };
};

const CONSOLE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) (?:\[([^\]\s]+)\] )?(.*)$/s;
const COLOUR = /\u001b\[[\d;]*m/g;

const fromConsole = (text: string): LogLine | null => {
  const [, date = '', subsystem, message = ''] =
    CONSOLE.exec(asked(text.includes('\u001b') ? text.replace(COLOUR, '') : text)) ?? [];
  const at = fromIso(date);
  return at === null ? null : { at, level: null, subsystem: subsystem ?? null, message };
};

/** @returns the record that the line is or begins; null for the rest of a longer one. */
export const parseLogLine = (text: string): LogLine | null =>
  text.startsWith('{') ? fromJson(text) : fromConsole(text);

/** Whether a line without a time may be the rest of a console's message; half a record of the file is none. */
export const continuesConsole = (text: string): boolean => text.trim() !== '' && !text.startsWith('{"');

export const parseHead: LineParser = (text) => {
  const line = parseLogLine(text);
  if (!line) return null;
  const { at, level } = line;
  return {
    at,
    level,
    ...(text.startsWith('{') ? { text: readableLine(line.at, line.level, line.subsystem, line.message) } : {}),
  };
};
