/**
 * The markdown of cards as a person reads it: without its marks, code blocks apart. Only as much as a phone needs to
 * show what a bot sent; what was escaped stays as it was written.
 */

export type MarkdownPart = { readonly kind: 'text' | 'code'; readonly text: string };

const FENCE = /^ {0,3}(`{3,})([^`]*)$/;

/** The parts in order. A code block that is never closed goes on to the end, as in CommonMark. */
export const markdownParts = (source: string): readonly MarkdownPart[] => {
  const parts: MarkdownPart[] = [];
  let fence: string | null = null;
  let lines: string[] = [];
  const flush = (kind: MarkdownPart['kind']): void => {
    const text = kind === 'code' ? lines.join('\n') : readMarkdown(lines.join('\n'));
    if (kind === 'code' || text !== '') parts.push({ kind, text });
    lines = [];
  };
  for (const line of source.split('\n')) {
    const [, marks] = FENCE.exec(line) ?? [];
    if (fence === null && marks !== undefined) {
      flush('text');
      fence = marks;
    } else if (fence !== null && marks !== undefined && marks.length >= fence.length && line.trim() === marks) {
      flush('code');
      fence = null;
    } else {
      lines.push(line);
    }
  }
  flush(fence === null ? 'text' : 'code');
  return parts;
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const codePointOf = (name: string): number => {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
  if (hex) return parseInt(hex, 16);
  return decimal ? Number(decimal) : NaN;
};

const entity = (name: string): string | null => {
  const point = codePointOf(name);
  if (point <= 0x10ffff) return String.fromCodePoint(point);
  return ENTITIES[name] ?? null;
};

/** What is literal whatever stands around it: escapes, entities, code spans. */
const LITERAL = /\\([!-/:-@[-`{-~])|&(#?\w{1,8});|(`+)(.+?)\3(?!`)/g;
const OPEN = '\u{e000}';
const CLOSE = '\u{e001}';
const HELD = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'g');

/** Tags that style what they enclose; anything else in angle brackets is text. */
const STYLE_TAG = /<\/?(?:font|text_tag|number_tag|a|link|person|raw|local_datetime)(?:\s[^<>]*)?>/gi;
const MENTION = /<at\s+(?:id|user_id|ids|email)\s*=\s*["']?([^"'\s<>]+)["']?\s*>\s*(?:<\/at>)?/gi;

/** One text without its marks. */
export const readMarkdown = (source: string): string => {
  const held: string[] = [];
  const hold = (text: string): string => `${OPEN}${held.push(text) - 1}${CLOSE}`;
  return source
    .replace(
      LITERAL,
      (
        whole: string,
        escaped: string | undefined,
        name: string | undefined,
        _marks: unknown,
        code: string | undefined,
      ) => hold(escaped ?? code ?? (name === undefined ? null : entity(name)) ?? whole),
    )
    .replace(MENTION, (_whole, id: string) => (id === 'all' ? '@所有人' : `@${id}`))
    .replace(STYLE_TAG, '')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/^ {0,3}(?:#{1,6} +|> ?)/gm, '')
    .replace(/^ {0,3}(?:<hr\s*\/?>|-{3,}|\*{3,})\s*$/gim, '')
    .replace(/!\[([^\]\n]*)\]\([^()\s]*\)/g, '[图片]')
    .replace(/\[([^\]\n]*)\]\([^()\s]*\)/g, '$1')
    .replace(/(\*\*|~~)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}_])(__|_)(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}_])/gu, '$2')
    .replace(/\*(?=\S)([^*\n]+?)(?<=\S)\*/g, '$1')
    .replace(HELD, (_whole, index: string) => held[Number(index)] ?? '')
    .trim();
};

/** A text message: mentions and nothing else, and they are read whatever stands around them. */
export const readText = (text: string): string =>
  text.replace(MENTION, (_whole, id: string) => (id === 'all' ? '@所有人' : `@${id}`));

/** The ids of the people whom a text mentions; what is escaped or code mentions nobody. */
export const mentionsIn = (source: string): readonly string[] =>
  [
    ...source
      .replace(/^ {0,3}(`{3,})[^`]*$[\s\S]*?^ {0,3}\1`*\s*$/gm, '')
      .replace(LITERAL, '')
      .matchAll(MENTION),
  ].map(([, id]) => id ?? '');

/** How many tables a text holds: each counts against the card's limit. */
export const tablesIn = (source: string): number =>
  [...source.matchAll(/^ {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$/gm)].length;
