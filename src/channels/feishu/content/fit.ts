/** Shortens a message until its card fits, and says how much is missing. The essential stays: title, fields, note. */
import { harmless } from '../../../base/harmless.ts';
import { withoutChart, type Message } from '../../../chat/message/message.ts';
import { feishuText } from '../../../text/channels/feishu.ts';
import type { Locale } from '../../../text/locale.ts';
import { cardOf, type Card } from './cards.ts';
import { cut } from './harmless.ts';

/** The platform's 30 KB count the whole request, and what it makes of style tags (docs/facts/feishu.md 4.1). */
export const LIMIT_BYTES = 26_000;

/** Together they stay below the limit whatever the characters, with six buttons and twelve fields. */
const MOST = {
  title: 200,
  line: 600,
  codeLine: 1_000,
  fieldName: 40,
  fieldValue: 120,
  note: 700,
  label: 20,
  confirm: 120,
  fields: 12,
  buttons: 6,
};

/** As it counts in the request: the card is a JSON string within JSON. */
export const bytesOf = (card: Card): number => Buffer.byteLength(JSON.stringify(JSON.stringify(card)));

export const fittingCard = (message: Message, locale: Locale, limitBytes: number = LIMIT_BYTES): Card => {
  const fits = (card: Card): boolean => bytesOf(card) <= limitBytes;
  // What has a picture is short; should it be too long all the same, its lines are worth more.
  if (message.chart && !fits(cardOf(trimmed(message, locale))))
    return fittingCard(withoutChart(message), locale, limitBytes);
  const whole = trimmed(message, locale);
  const { lines = [], code = [] } = whole;
  const shortened = (keptLines: number, keptCode: number): Card =>
    cardOf({ ...whole, lines: firstOf(lines, keptLines, locale), code: lastOf(code, keptCode, locale) });

  const full = shortened(lines.length, code.length);
  if (fits(full)) return full;
  const codeKept = mostThat((count) => fits(shortened(lines.length, count)), code.length);
  if (codeKept > 0 || fits(shortened(lines.length, 0))) return shortened(lines.length, codeKept);
  return shortened(
    mostThat((count) => fits(shortened(count, 0)), lines.length),
    0,
  );
};

/** Each part alone within bounds. */
const trimmed = (message: Message, locale: Locale): Message => {
  const { title, lines, fields, code, chart, note, buttons } = message;
  const rest = (fields?.length ?? 0) - MOST.fields;
  return {
    tone: message.tone,
    title: cut(harmless(title), MOST.title),
    ...(lines
      ? {
          lines: [...lines, ...(rest > 0 ? [feishuText(locale).moreFields(rest)] : [])].map((line) =>
            cut(harmless(line), MOST.line),
          ),
        }
      : {}),
    ...(fields
      ? {
          fields: fields.slice(0, MOST.fields).map(({ name, value }) => ({
            name: cut(harmless(name), MOST.fieldName),
            value: cut(harmless(value), MOST.fieldValue),
          })),
        }
      : {}),
    ...(code ? { code: code.map((line) => cut(harmless(line), MOST.codeLine)) } : {}),
    ...(chart ? { chart } : {}),
    ...(note ? { note: cut(harmless(note), MOST.note) } : {}),
    ...(buttons
      ? {
          buttons: buttons
            .filter(({ token }) => token !== undefined)
            .slice(0, MOST.buttons)
            .map(({ label, confirm, ...button }) => ({
              ...button,
              label: cut(harmless(label), MOST.label),
              ...(confirm === undefined ? {} : { confirm: cut(harmless(confirm), MOST.confirm) }),
            })),
        }
      : {}),
  };
};

const firstOf = (lines: readonly string[], kept: number, locale: Locale): readonly string[] =>
  kept === lines.length ? lines : [...lines.slice(0, kept), feishuText(locale).moreLines(lines.length - kept)];

/** Keeps the latest lines of a log, which say most. */
const lastOf = (code: readonly string[], kept: number, locale: Locale): readonly string[] =>
  kept === code.length
    ? code
    : [feishuText(locale).earlierLines(code.length - kept), ...code.slice(code.length - kept)];

/** The largest count from 0 up to `all` that holds; a larger one never holds when a smaller one does not. */
const mostThat = (holds: (count: number) => boolean, all: number): number => {
  let [fitting, tooMany] = [0, all + 1];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (holds(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
};
