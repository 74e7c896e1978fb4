/** What a person typed: a command, something like one, or talk. Pure; never throws; bounded by the limits below. */
import type { Command } from '../command/command.ts';

export const MAX_CHARACTERS = 2_000;
export const MAX_ARGUMENTS = 20;

export type ParsedCommand =
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly args: readonly string[];
      /** Which of `args` stood in quotes: such a word is what it says and no number or time. */
      readonly quoted: ReadonlySet<number>;
      /** There were more lines; only the first is a command. */
      readonly more: boolean;
    }
  /** It has a slash, but no command is called so. `rest` is what follows the name. */
  | { readonly kind: 'unknown'; readonly name: string; readonly rest: string }
  /** A command in a form that is not accepted. */
  | { readonly kind: 'rejected'; readonly why: 'too_long' | 'too_many_arguments' | 'open_quote' }
  /** No command at all. `near` is one whose name the text begins with, without its slash or behind a mention. */
  | { readonly kind: 'talk'; readonly near: Command | null };

/** What cannot be seen and comes with copied text: soft hyphen, zero-width and direction marks, fillers, tags. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Full-width letters, digits, slash and blanks become plain; the invisible goes; every blank is a space. */
export const normalise = (text: string): string =>
  text
    .replaceAll(INVISIBLE, '')
    .normalize('NFKC')
    .replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();

const LINE_BREAK = /[\n\v\f\r\u0085\u2028\u2029]/;

/** Phones put in curly quotes by themselves. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '‘': '’', '「': '」' };

interface Words {
  readonly args: readonly string[];
  readonly quoted: ReadonlySet<number>;
}

/** @returns the words of `text`, quoted parts as one word; null when a quote is left open. */
const words = (text: string): Words | null => {
  const args: string[] = [];
  const quoted = new Set<number>();
  let rest = text.trimStart();
  while (rest !== '') {
    const closing = CLOSING[rest.charAt(0)];
    const end = closing === undefined ? rest.indexOf(' ') : rest.indexOf(closing, 1);
    if (end < 0 && closing !== undefined) return null;
    if (closing !== undefined) quoted.add(args.length);
    args.push(rest.slice(closing === undefined ? 0 : 1, end < 0 ? undefined : end));
    rest = end < 0 ? '' : rest.slice(end + 1).trimStart();
  }
  return { args, quoted };
};

const inQuotes = (word: string): string => {
  const pair = Object.entries(CLOSING).find(([, closing]) => !word.includes(closing));
  return pair ? `${pair[0]}${word}${pair[1]}` : word;
};

/**
 * @returns the command as it would be typed, so that `parse` reads the same words. @param quoted those that stand in
 * quotes anyhow.
 */
export const retype = (command: string, args: readonly string[], quoted: ReadonlySet<number> = new Set()): string =>
  [
    `/${command}`,
    ...args.map((word, index) =>
      quoted.has(index) || word === '' || word.includes(' ') || CLOSING[word.charAt(0)] !== undefined
        ? inQuotes(word)
        : word,
    ),
  ].join(' ');

/** Finds a command by its name or an alias, without the slash. */
export const findCommand = (name: string, commands: readonly Command[]): Command | null => {
  const wanted = name.toLowerCase();
  return commands.find(({ id, aliases }) => id === wanted || aliases.includes(wanted)) ?? null;
};

/** English words begin sentences, so they need the slash; a Chinese alias alone is clear enough. */
const needsSlash = (name: string): boolean => /^[\x20-\x7e]*$/.test(name);

/** Whoever mentions somebody may mean somebody else: what follows is only hinted at. */
const MENTIONS = /^(?:<?@\S*\s)+/;

const firstWord = (text: string): string => text.split(' ', 1)[0] ?? '';

export const parseCommand = (typed: string, commands: readonly Command[]): ParsedCommand => {
  // Normalising can make text longer, so both forms have the limit.
  const lines =
    typed.length > MAX_CHARACTERS
      ? null
      : typed
          .split(LINE_BREAK)
          .map(normalise)
          .filter((line) => line !== '');
  if (lines === null || lines.join(' ').length > MAX_CHARACTERS) return { kind: 'rejected', why: 'too_long' };

  const [text = '', ...others] = lines;
  const slash = text.startsWith('/');
  const body = slash ? text.slice(1).trimStart() : text;
  const name = firstWord(body);
  const rest = body.slice(name.length).trimStart();
  const command = findCommand(name, commands);
  if (!slash && (!command || needsSlash(name))) {
    return {
      kind: 'talk',
      near: command ?? findCommand(firstWord(text.replace(MENTIONS, '').replace(/^\/ ?/, '')), commands),
    };
  }
  if (!command) return name === '' ? { kind: 'talk', near: null } : { kind: 'unknown', name, rest };

  const found = words(rest);
  if (!found) return { kind: 'rejected', why: 'open_quote' };
  if (found.args.length > MAX_ARGUMENTS) return { kind: 'rejected', why: 'too_many_arguments' };
  return { kind: 'command', command, ...found, more: others.length > 0 };
};
