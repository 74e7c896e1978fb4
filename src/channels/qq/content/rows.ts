/** A message as rows, in the order of reading and in no form yet; cut into parts that fit in every form. */
import { harmless } from '../../../base/harmless.ts';
import { plainText, type Message } from '../../../chat/message/message.ts';
import { escapedBytes } from './escape.ts';
import { split } from './split.ts';

export interface Row {
  readonly kind: 'title' | 'line' | 'code' | 'note';
  readonly text: string;
}

const rows = (kind: Row['kind'], texts: readonly string[]): Row[] =>
  texts.flatMap((text) => harmless(text).split('\n')).map((text) => ({ kind, text }));

/** The first line of a title is the title; what follows is a line like others. */
export const rowsOf = (message: Message): readonly Row[] => {
  const head = plainText({ tone: message.tone, title: message.title });
  return [
    ...rows('line', [head]).map((row, index): Row => (index === 0 ? { ...row, kind: 'title' } : row)),
    ...rows('line', message.lines ?? []),
    ...rows(
      'line',
      (message.fields ?? []).map(({ name, value }) => `${name}: ${value}`),
    ),
    ...rows('code', message.code ?? []),
    ...rows('note', message.note ? [message.note] : []),
  ].filter(({ kind, text }) => kind === 'code' || text.trim() !== '');
};

/** Reports tell of silent truncation near 2000 bytes. */
export const PART_BYTES = 1_800;
/** For a text that QQ finds too long all the same; the essential stands first. */
export const SHORT_BYTES = 600;
/** A row's line end and marks: `> `, the backslash and space of a line break. */
const ROW_BYTES = 6;
/** Fences, the marks of the title, the mark of a repeat. */
const PART_MARKS_BYTES = 60;

const cost = (text: string): number => [...text].reduce((sum, codePoint) => sum + escapedBytes(codePoint), ROW_BYTES);

/** Cuts at the ends of rows; only a row that is too long by itself is cut, between characters. */
export const partsOf = (all: readonly Row[], limit = PART_BYTES): readonly (readonly Row[])[] => {
  const room = limit - PART_MARKS_BYTES;
  const parts: Row[][] = [];
  let left = 0;
  for (const row of all) {
    const pieces = cost(row.text) > room ? split(row.text, room - ROW_BYTES, escapedBytes) : [row.text];
    for (const text of pieces) {
      const bytes = cost(text);
      if (bytes > left || parts.length === 0) {
        parts.push([]);
        left = room;
      }
      parts.at(-1)?.push({ ...row, text });
      left -= bytes;
    }
  }
  return parts;
};
