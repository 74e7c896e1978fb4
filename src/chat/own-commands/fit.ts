/** What of many lines a phone shows: the beginning and the end; all of them are the attachment. */
import type { Message } from '../message/message.ts';
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale } from '../../text/locale.ts';
import { shortened } from './clean-text.ts';

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
