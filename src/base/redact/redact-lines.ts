/**
 * Values that stand on other lines than their names: below them, in blocks of YAML, in lists, between triple quotes and
 * in the columns of a table. Each line is looked at once, and stays a line.
 */
import { NAME, NOT_A_SECRET } from './redact-named.ts';

/** A name at the end of a line, with nothing or the beginning of a block behind it. */
const NAMED_BELOW = new RegExp(
  `(?:${NAME})["'\`\\]]{0,2}[ \\t]{0,8}(?:[:=：＝]|:=|=>)[ \\t]{0,8}(?<block>[|>][-+\\d]{0,2}[ \\t]{0,8}(?:#[^\\n]{0,200})?)?\\r?$`,
  'i',
);
const TRIPLE = new RegExp(
  `(?:${NAME})["'\`\\]]{0,2}[ \\t]{0,8}[:=：＝]{1,2}[ \\t]{0,8}[bfru]{0,2}(?<mark>"""|''')`,
  'i',
);
/** One word, alone on its line or behind the dash of a list. */
const ONE_WORD = /^([ \t]*(?:[-*•][ \t]{1,4})?["'`]?)([^\s"'`]{4,})(["'`]?[,;]?[ \t]*\r?)$/;
const IS_ITEM = /^[ \t]*[-*•][ \t]/;
/** Another name, a tag, or a line of a log. */
const NO_VALUE = /[:=：]$|^[<[{(]|^\d{4}-\d\d-\d\d|^\d\d:\d\d/;
const SECRET_CELL = new RegExp(`^(?:[\\w .-]{0,40})?(?:${NAME})$`, 'i');
const HEADER_CELL = /^[\p{L}\p{N}_ .#%()/-]{1,40}$/u;
const RULER = /^[\s|+:=-]*$/;

const indentOf = (line: string): number => line.length - line.trimStart().length;
const starred = (line: string): string => line.replace(/[^\s](?:.*[^\s])?/, '***');

/** @returns where the cells of a line begin and end; quotes hold a cell together. */
const cellsOf = (line: string, between: string): readonly (readonly [from: number, to: number])[] => {
  const cells: [number, number][] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '"') isQuoted = !isQuoted;
    if (isQuoted || !line.startsWith(between, at)) continue;
    cells.push([from, at]);
    // Blanks that align a column are one separator.
    while (between === '  ' && line[at + 2] === ' ') at += 1;
    at += between.length - 1;
    from = at + 1;
  }
  return [...cells, [from, line.length]];
};

interface Table {
  readonly between: string;
  readonly cells: number;
  readonly secret: ReadonlySet<number>;
}

const bare = (cell: string): string => cell.trim().replace(/^"(.*)"$/, '$1');

const tableOf = (line: string): Table | null => {
  if (line.length > 1_000) return null;
  for (const between of [',', '\t', ';', '|', '  ']) {
    if (!line.includes(between)) continue;
    const cells = cellsOf(line, between).map(([from, to]) => bare(line.slice(from, to)));
    if (cells.length < 2 || !cells.every((cell) => cell === '' || HEADER_CELL.test(cell))) continue;
    const secret = cells.flatMap((cell, index) => (SECRET_CELL.test(cell) ? [index] : []));
    if (secret.length > 0) return { between, cells: cells.length, secret: new Set(secret) };
  }
  return null;
};

/** @returns the row without its secrets; null: it is no row of the table. */
const hiddenRow = (line: string, { between, cells, secret }: Table): string | null => {
  const found = cellsOf(line, between);
  if (found.length !== cells) return null;
  return found
    .map(([from, to], index) => {
      const cell = line.slice(from, to);
      const value = bare(cell);
      const separator = index === 0 ? '' : line.slice(found[index - 1]?.[1] ?? 0, from);
      const isPlain = !secret.has(index) || NOT_A_SECRET.test(value) || /^\d{0,6}$/.test(value);
      return `${separator}${isPlain ? cell : starred(cell)}`;
    })
    .join('');
};

const GATE = new RegExp(NAME, 'i');

export const hideOnOtherLines = (text: string): string => {
  if (!GATE.test(text)) return text;
  const lines = text.split('\n');
  let table: Table | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const row: string | null = table && (RULER.test(line) ? line : hiddenRow(line, table));
    if (row !== null) lines[at] = row;
    else table = tableOf(line);

    const triple = TRIPLE.exec(line);
    const mark = triple?.groups?.['mark'];
    if (triple && mark !== undefined) {
      at = hideTriple(lines, at, triple.index + triple[0].length, mark);
      continue;
    }
    const below = NAMED_BELOW.exec(line);
    if (!below) continue;
    const isBlock = below.groups?.['block'] !== undefined;
    for (let next = at + 1; next < lines.length; next += 1) {
      const value = lines[next] ?? '';
      if (isBlock) {
        if (value.trim() !== '' && indentOf(value) <= indentOf(line)) break;
        lines[next] = starred(value);
      } else {
        const [, before = '', word, behind = ''] = ONE_WORD.exec(value) ?? [];
        if (word === undefined || NO_VALUE.test(word) || NOT_A_SECRET.test(word)) break;
        lines[next] = `${before}***${behind}`;
      }
      at = next;
      if (!isBlock && !IS_ITEM.test(value)) break;
    }
  }
  return lines.join('\n');
};

/** Hides from a place on up to the mark. @returns the line on which it stands, or the last one. */
const hideTriple = (lines: string[], at: number, from: number, mark: string): number => {
  for (let line = at, begin = from; line < lines.length; line += 1, begin = 0) {
    const text = lines[line] ?? '';
    const end = text.indexOf(mark, begin);
    const value = text.slice(begin, end < 0 ? text.length : end);
    lines[line] = `${text.slice(0, begin)}${starred(value)}${end < 0 ? '' : text.slice(end)}`;
    if (end >= 0) return line;
  }
  return lines.length - 1;
};
