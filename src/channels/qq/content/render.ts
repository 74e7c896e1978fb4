/** A part of a message in the shape in which it goes out, as the body that QQ takes (docs/facts/qq.md 4.1, 4.6). */
import type { Button } from '../../../chat/message/message.ts';
import type { Locale } from '../../../text/locale.ts';
import type { Json } from '../json.ts';
import { qqText } from '../qq-text.ts';
import { defang, defangHard } from './defang.ts';
import { escapeCode, escapeLine } from './escape.ts';
import { keyboard } from './keyboard.ts';
import { partsOf, SHORT_BYTES, type Row } from './rows.ts';
import type { Shape } from './shape.ts';

export interface MessagePart {
  readonly rows: readonly Row[];
  /** Below this part; none below the others. */
  readonly buttons: readonly Button[];
  /** QQ's name for an uploaded file: the part is this file and nothing else. */
  readonly file?: string;
}

/** Rows of one kind that follow one another. */
const groups = (rows: readonly Row[]): readonly (readonly Row[])[] =>
  rows.reduce<Row[][]>((all, row) => {
    const last = all.at(-1);
    if (last?.[0]?.kind === row.kind) last.push(row);
    else all.push([row]);
    return all;
  }, []);

/** As `plainText` has it: code and note stand apart. */
const asText = (rows: readonly Row[], harmless: (text: string) => string): string =>
  groups(rows)
    .map((group, index) => {
      const text = group.map((row) => harmless(row.text)).join('\n');
      return index > 0 && (group[0]?.kind === 'code' || group[0]?.kind === 'note') ? `\n${text}` : text;
    })
    .join('\n');

/** Two blanks at a line's end break it where a line end alone does not. */
const LINE_BREAK = '  \n';

const asMarkdown = (rows: readonly Row[], harmless: (text: string) => string): string =>
  groups(rows)
    .map((group) => {
      const lines = group.map((row) =>
        row.kind === 'code' ? escapeCode(harmless(row.text)) : escapeLine(harmless(row.text)),
      );
      switch (group[0]?.kind) {
        case 'title':
          return lines.map((line) => `## ${line}`).join('\n');
        case 'code':
          return ['```', ...lines, '```'].join('\n');
        case 'note':
          return lines.map((line) => `> ${line}`).join('\n');
        case 'line':
        case undefined:
          return lines.join(LINE_BREAK);
      }
    })
    .join('\n\n');

const shortened = (rows: readonly Row[]): readonly Row[] => {
  const [first = []] = partsOf(rows, SHORT_BYTES);
  return first.map((row, index) => (index === first.length - 1 ? { ...row, text: `${row.text} …` } : row));
};

/** @param user who may tap. */
export const renderQqMessage = (
  { rows, buttons, file }: MessagePart,
  shape: Shape,
  user: string,
  locale: Locale,
): Json => {
  if (file !== undefined) return { msg_type: 7, media: { file_info: file } };
  const harmless = shape.dots === 'some' ? defang : defangHard;
  const cut = shape.length === 'full' ? rows : shortened(rows);
  const marked = shape.repeat
    ? cut.map((row, index) => (index === 0 ? { ...row, text: `${row.text}${qqText(locale).repeat}` } : row))
    : cut;
  if (shape.form === 'text') return { msg_type: 0, content: asText(marked, harmless) };
  return {
    msg_type: 2,
    markdown: { content: asMarkdown(marked, harmless) },
    ...(shape.keyboard === 'none' || buttons.length === 0
      ? {}
      : { keyboard: keyboard(buttons, shape.keyboard === 'listed' ? user : null, locale) }),
  };
};
