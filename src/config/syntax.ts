/** What is wrong where the text is no YAML at all: the parser's message, or what people usually did there. */
import { visit, type Document, type YAMLError } from 'yaml';

export interface SyntaxProblem {
  readonly offset: number;
  readonly sentence: string;
}

interface Place {
  readonly offset: number;
  /** The line of the text on which the error is, and where it begins. */
  readonly line: string;
  readonly lineAt: number;
}

/** Looks like a blank, or like nothing, and is none. U+FEFF is allowed at the very beginning only. */
export const FALSE_BLANK = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]/;

/**
 * A mistake that can be seen on the line itself, whatever the parser made of it. @returns the sentence, at its column.
 */
type Guess = (line: string, error: YAMLError) => { readonly sentence: string; readonly column: number } | null;

const at = (
  match: RegExpExecArray | null,
  sentence: string | ((match: RegExpExecArray) => string),
): ReturnType<Guess> =>
  match && {
    column: match.index + (match[1]?.length ?? 0),
    sentence: typeof sentence === 'string' ? sentence : sentence(match),
  };

const KEY = String.raw`^(\s*(?:- +)?)([A-Za-z_]\w*)`;
const NO_BLANK = new RegExp(`${KEY}:(?=[^\\s:/])`);
const NO_COLON = new RegExp(`${KEY}(?:\\s|$)(?!.*:)`);
const FALSE_INDENT = new RegExp(`^([ ]*(?:- *)?)${FALSE_BLANK.source}`);

/** The mistakes that are looked for; the first that fits is told. */
const GUESSES: readonly Guess[] = [
  (line) => at(/^([ ]*)\t/.exec(line), 'a tab: indent with blanks only'),
  (line) =>
    at(
      FALSE_INDENT.exec(line),
      (match) =>
        `an invisible character (${codePoint(match[0].at(-1) ?? '')}) that is no blank: indent with ordinary blanks`,
    ),
  (line) =>
    at(
      /^([^#"']*?[\w\]}"'])：/.exec(line),
      (match) => `a full-width colon "：": write ":" and a blank${keyBefore(match[1] ?? '')}`,
    ),
  (line) => at(/^([^#"']*[{[][^#"']*?)，/.exec(line), 'a full-width comma "，": write ","'),
  (line) =>
    /: +\*\S/.test(line)
      ? at(
          /^(.*?: +)\*/.exec(line),
          (match) => `a value that begins with "*" needs quotes: "${line.slice(match[0].length - 1).trim()}"`,
        )
      : null,
  (line) =>
    at(
      /^([^#"']*[{[,:] *)\$\{[^}]*\}(?=[^"']*[}\],])/.exec(line),
      (match) => `needs quotes between braces: "${/\$\{[^}]*\}/.exec(match[0])?.[0] ?? '${NAME}'}"`,
    ),
  (line, { code }) =>
    code === 'BAD_SCALAR_START'
      ? at(
          /^(.*?[:-] +)[@`%]/.exec(line),
          (match) => `a value that begins with "${match[0].at(-1) ?? ''}" needs quotes`,
        )
      : null,
  (line, { code }) =>
    code === 'BAD_DQ_ESCAPE'
      ? at(/^([^"]*)"/.exec(line), 'between double quotes a backslash has a meaning of its own: use single quotes')
      : null,
  (line, { code }) =>
    isKeyError(code) ? at(NO_BLANK.exec(line), (match) => `a blank is missing after "${match[2] ?? ''}:"`) : null,
  (line, { code }) =>
    isKeyError(code) ? at(NO_COLON.exec(line), (match) => `a ":" is missing after "${match[2] ?? ''}"`) : null,
];

const isKeyError = (code: string): boolean =>
  ['MISSING_CHAR', 'BLOCK_AS_IMPLICIT_KEY', 'MULTILINE_IMPLICIT_KEY', 'IMPOSSIBLE'].includes(code);
const keyBefore = (text: string): string => {
  const key = /\w{1,64}$/.exec(text)?.[0];
  return key === undefined ? '' : `, "${key}: …"`;
};
const CLOSING = /closing .{0,20}quote/;
export const codePoint = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const PLAINER: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key is there twice',
  TAB_AS_INDENT: 'a tab: indent with blanks only',
  MULTIPLE_DOCS: 'a second document begins here: take the line "---" away',
  BAD_INDENT: 'the indentation fits nothing above: the keys of one section begin in the same column',
  UNEXPECTED_TOKEN: 'nothing was expected here: are a quote, a bracket or a comma missing before it?',
};

const sentenceOf = ({ code, message }: YAMLError): string => {
  if (message.includes('Sequence item without - indicator')) return PLAINER['BAD_INDENT'] ?? message;
  if (message.includes('Nested mappings are not allowed in compact'))
    return 'more than one ":" on this line, or the line below is indented too deep';
  if (message.startsWith('Flow ')) return 'a "]" or "}" is missing before here';
  if (CLOSING.test(message)) return 'this quote is never closed';
  if (code === 'RESOURCE_EXHAUSTION') return `not read: ${message}`;
  return PLAINER[code] ?? `not valid YAML: ${message}`;
};

/**
 * @returns one problem a line, in the order of the text: what a mistake makes of the rest of its line is no second one.
 * Beside a mistake that is plain to see, what the parser made of it further on is left out.
 */
export const syntaxProblems = (
  text: string,
  document: Document,
  errors: readonly YAMLError[],
): readonly SyntaxProblem[] => {
  const seen = errors.map((error) => problemOf(placeOf(text, startOf(document, error)), error));
  const first = seen.findIndex(({ kind }) => kind === 'parser');
  const told = seen.filter(
    ({ kind }, index) => kind !== 'parser' || (index === first && !seen.some((each) => each.kind === 'plain')),
  );
  const byLine = new Map(told.toReversed().map((problem) => [placeOf(text, problem.offset).lineAt, problem]));
  return [...byLine.values()].sort((a, b) => a.offset - b.offset);
};

/**
 * `plain`: seen on the line; `parser`: its own words, of which only the first are worth reading; `repeated`: leaves the
 * rest readable.
 */
type Seen = SyntaxProblem & { readonly kind: 'plain' | 'parser' | 'repeated' };

const problemOf = ({ offset, line, lineAt }: Place, error: YAMLError): Seen => {
  if (error.code === 'DUPLICATE_KEY') return { kind: 'repeated', offset, sentence: sentenceOf(error) };
  for (const guess of GUESSES) {
    const guessed = guess(line, error);
    if (guessed) return { kind: 'plain', offset: lineAt + guessed.column, sentence: guessed.sentence };
  }
  return { kind: 'parser', offset, sentence: sentenceOf(error) };
};

/** A quote that is never closed is complained of where the text ends: where it begins is what people look for. */
const startOf = (document: Document, { code, message, pos: [start] }: YAMLError): number => {
  if (code !== 'MISSING_CHAR' || !CLOSING.test(message)) return start;
  let opened = start;
  visit(document, {
    Scalar: (_key, { type, range }) => {
      if ((type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') && range && range[0] < start && range[1] >= start)
        opened = range[0];
    },
  });
  return opened;
};

/** Mistakes that are plain to see stand in lines that people write. */
const MOST_LINE = 1_000;

const placeOf = (text: string, offset: number): Place => {
  const lineAt = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', lineAt);
  return {
    offset,
    lineAt,
    line: text.slice(lineAt, Math.min(end === -1 ? text.length : end, lineAt + MOST_LINE)).replace(/\r$/, ''),
  };
};
