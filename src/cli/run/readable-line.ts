/** A line of Lifeline's own log for the eyes of whoever runs it on a terminal. What reads it by program gets the JSON. */
import { levels } from 'pino';
import { styleText } from 'node:util';
import { harmlessLine } from '../../channels/console/harmless.ts';

const COLOUR: Readonly<Record<string, 'red' | 'yellow' | 'dim'>> = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  debug: 'dim',
  trace: 'dim',
};

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** Of an error its message: the stack is in the JSON. */
const brief = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'message' in value ? value.message : value;

/** @returns `10:31:02 warn  what happened  key=value`; a line that is no JSON as it is. */
export const readableLine = (line: string, colour: boolean): string => {
  let entry: Readonly<Record<string, unknown>>;
  try {
    entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return line;
  }
  const { level, time, msg, event: _event, ...rest } = entry;
  const name = levels.labels[Number(level)] ?? 'info';
  const clock = new Date(shown(time)).toTimeString().slice(0, 8);
  const details = Object.entries(rest).map(([key, value]) => `${key}=${shown(brief(value))}`);
  const text = harmlessLine([`${clock} ${name.padEnd(5)} ${shown(msg ?? '')}`, ...details].join('  '));
  const style = colour ? COLOUR[name] : undefined;
  return `${style === undefined ? text : styleText(style, text, { validateStream: false })}\n`;
};
