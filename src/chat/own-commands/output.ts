/**
 * What a program says, made fit to be sent: readable, harmless, without secrets, and no longer than a phone shows.
 * Linear in its length.
 */
import { withoutControls } from '../../base/controls.ts';
import { redact } from '../../base/redact/redact.ts';
import { formatBytes } from '../../text/common/bytes.ts';
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale } from '../../text/locale.ts';
import type { Message } from '../message/message.ts';
import type { KeptOutput } from './program.ts';

/** Shorter values stand in every text. */
const LEAST_HIDDEN = 4;

/**
 * Of a line that a program wrote over and over, as progress bars do, the last state. By hand: `/\r+$/` takes seconds
 * for 64 kB of `\r`.
 */
const lastState = (line: string): string => {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(end === 0 ? 0 : line.lastIndexOf('\r', end - 1) + 1, end);
};

export const cleanText = (text: string, hidden: readonly string[] = []): string => {
  const seen = withoutControls(text.split('\n').map(lastState).join('\n'));
  const covered = hidden
    .filter((value) => value.length >= LEAST_HIDDEN)
    .reduce((covering, value) => covering.replaceAll(value, '***'), seen);
  return redact(covered);
};

/** Title, names: one line of at most so many characters. */
export const cleanLine = (text: string, most: number): string =>
  shortened(cleanText(text).replaceAll(/\s+/g, ' ').trim(), most);

/** Counts characters, not halves of them. */
export const shortened = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const signs = [...text.slice(0, 2 * most)];
  return signs.length > most ? `${signs.slice(0, most - 1).join('')}…` : text;
};

/**
 * A cut inside of a word could leave half of a secret that nothing tells from other text, so cuts are made at line
 * ends.
 */
const uncut = ({
  head,
  tail,
  droppedBytes,
}: KeptOutput): { readonly head: Buffer; readonly tail: Buffer; readonly droppedBytes: number } => {
  if (droppedBytes === 0) return { head: Buffer.concat([head, tail]), tail: Buffer.alloc(0), droppedBytes };
  const headEnd = head.lastIndexOf(0x0a);
  const tailBegin = tail.indexOf(0x0a) + 1;
  const kept = { head: headEnd < 0 ? head : head.subarray(0, headEnd), tail: tail.subarray(tailBegin) };
  return { ...kept, droppedBytes: droppedBytes + (head.length - kept.head.length) + (tail.length - kept.tail.length) };
};

/** @returns the lines without blank ones at the end. What is no UTF-8 becomes `�`. */
export const cleanLines = (output: KeptOutput, locale: Locale, hidden: readonly string[] = []): readonly string[] => {
  const { head, tail, droppedBytes } = uncut(output);
  const text =
    droppedBytes === 0
      ? head.toString('utf8')
      : `${head.toString('utf8')}\n${ownCommandText(locale).leftOut(formatBytes(droppedBytes))}\n${tail.toString('utf8')}`;
  const lines = cleanText(text, hidden).trimEnd().split('\n');
  return lines.length === 1 && lines[0] === '' ? [] : lines;
};

const MAX_LINES = 40;
const MAX_LINE = 300;
const MAX_CHARACTERS = 4_000;

/** @returns how many of the lines fit into half of the room. */
const fitting = (lines: readonly string[]): number => {
  let room = MAX_CHARACTERS / 2;
  const end = lines.findIndex((line, index) => {
    room -= line.length + 1;
    return index >= MAX_LINES / 2 || room < 0;
  });
  return end < 0 ? lines.length : Math.max(1, end);
};

/** What of many lines a phone shows: the beginning and the end; all of them are the attachment. */
export const fitCode = (
  name: string,
  lines: readonly string[],
  locale: Locale,
): Pick<Message, 'code' | 'attachment'> => {
  if (lines.length === 0) return {};
  const short = lines.map((line) => shortened(line, MAX_LINE));
  const isWhole = short.every((line, index) => line === lines[index]);
  const head = fitting(short);
  const tail = Math.min(fitting(short.toReversed()), short.length - head);
  const left = short.length - head - tail;
  const code =
    left === 0
      ? short
      : [...short.slice(0, head), ownCommandText(locale).linesLeftOut(left), ...short.slice(short.length - tail)];
  return {
    code,
    ...(left === 0 && isWhole ? {} : { attachment: { name: `${name}.txt`, text: `${lines.join('\n')}\n` } }),
  };
};
