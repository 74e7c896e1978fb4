/** What a TypeScript command says, as a message: cut to what a phone takes, without secrets and without buttons. */
import { z } from 'zod';
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale } from '../../text/locale.ts';
import type { Message } from '../message/message.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import { fitCode } from './fit.ts';

const MAX_TITLE = 150;
const MAX_LINE = 300;
const MAX_LINES = 20;
const MAX_FIELDS = 20;
const MAX_NOTE = 600;

const MESSAGE = z.object({
  tone: z.enum(['critical', 'warning', 'good', 'info']).optional(),
  title: z.string().refine((title) => title.trim() !== ''),
  lines: z.array(z.string()).optional(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  code: z.array(z.string()).optional(),
  note: z.string().optional(),
});

/** The first of many, and how many more there were. */
const first = (lines: readonly string[], most: number, locale: Locale): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), ownCommandText(locale).linesLeftOut(lines.length - most)];

/** @returns null when it is no message. */
export const ownMessage = (name: string, given: unknown, locale: Locale): Message | null => {
  if (typeof given === 'string') {
    const [title = '', ...lines] = cleanText(given).trim().split('\n');
    return title === ''
      ? null
      : {
          tone: 'info',
          title: cleanLine(title, MAX_TITLE),
          ...(lines.length > 0
            ? {
                lines: first(
                  lines.map((line) => cleanLine(line, MAX_LINE)),
                  MAX_LINES,
                  locale,
                ),
              }
            : {}),
        };
  }
  const { data } = MESSAGE.safeParse(given);
  if (data === undefined) return null;
  const { tone = 'info', title, lines, fields, code, note } = data;
  // Joined, so that a secret which goes over several lines is seen as one.
  const cleaned = (texts: readonly string[]): readonly string[] =>
    texts.length === 0 ? [] : cleanText(texts.join('\n')).split('\n');
  return {
    tone,
    title: cleanLine(title, MAX_TITLE),
    ...(lines === undefined
      ? {}
      : {
          lines: first(
            cleaned(lines).map((line) => cleanLine(line, MAX_LINE)),
            MAX_LINES,
            locale,
          ),
        }),
    // With its name a value is known as a secret; without it, perhaps not.
    ...(fields === undefined
      ? {}
      : {
          fields: fields
            .slice(0, MAX_FIELDS)
            .map(({ name: label, value }) => ({ name: cleanLine(label, 60), value: cleanField(label, value) })),
        }),
    ...(code === undefined ? {} : fitCode(name, cleaned(code), locale)),
    ...(note === undefined ? {} : { note: cleanText(note).slice(0, MAX_NOTE) }),
  };
};

const cleanField = (label: string, value: string): string => {
  const prefix = `${label.replaceAll(/\s+/g, ' ')}: `;
  const together = cleanLine(`${prefix}${value}`, MAX_LINE + prefix.length);
  return together.startsWith(prefix) ? together.slice(prefix.length) : cleanLine(value, MAX_LINE);
};
