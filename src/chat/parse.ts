/** What a person typed: a command, something like one, or talk. Pure; never throws; bounded by the limits below. */
import type { Command } from './command.ts';

export const MAX_CHARACTERS = 2_000;
export const MAX_ARGUMENTS = 20;

export type Parsed =
  | { readonly kind: 'command'; readonly command: Command; readonly args: readonly string[] }
  /** It has a slash, but no command is called so. */
  | { readonly kind: 'unknown'; readonly name: string }
  /** A command in a form that is not accepted. */
  | { readonly kind: 'rejected'; readonly why: 'too_long' | 'too_many_arguments' | 'open_quote' }
  /** No command at all. `near` is one whose name the text begins with, without its slash. */
  | { readonly kind: 'talk'; readonly near: Command | null };

/** What cannot be seen and comes with copied text: soft hyphen, zero-width and direction marks, variation selectors. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g;

/** Full-width letters, digits, slash and blanks become plain; the invisible goes; every blank is a space. */
export const normalise = (text: string): string =>
  text
    .replaceAll(INVISIBLE, '')
    .normalize('NFKC')
    .replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();

/** Phones put in curly quotes by themselves. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '‘': '’', '「': '」' };

/** @returns the words of `text`, quoted parts as one word; null when a quote is left open. */
const words = (text: string): readonly string[] | null => {
  const found: string[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const closing = CLOSING[rest.charAt(0)];
    const end = closing === undefined ? rest.indexOf(' ') : rest.indexOf(closing, 1);
    if (end < 0 && closing !== undefined) return null;
    found.push(rest.slice(closing === undefined ? 0 : 1, end < 0 ? undefined : end));
    rest = end < 0 ? '' : rest.slice(end + 1).trimStart();
  }
  return found;
};

/** Finds a command by its name or an alias, without the slash. */
export const findCommand = (name: string, commands: readonly Command[]): Command | null => {
  const wanted = name.toLowerCase();
  return commands.find(({ id, aliases }) => id === wanted || aliases.includes(wanted)) ?? null;
};

/** English words begin sentences, so they need the slash; a Chinese alias alone is clear enough. */
const needsSlash = (name: string): boolean => /^[\x20-\x7e]*$/.test(name);

export const parse = (typed: string, commands: readonly Command[]): Parsed => {
  // Normalising can make text longer, so both forms have the limit.
  const text = typed.length > MAX_CHARACTERS ? null : normalise(typed);
  if (text === null || text.length > MAX_CHARACTERS) return { kind: 'rejected', why: 'too_long' };

  const slash = text.startsWith('/');
  const body = slash ? text.slice(1).trimStart() : text;
  const end = body.indexOf(' ');
  const name = end < 0 ? body : body.slice(0, end);
  const command = findCommand(name, commands);
  if (!slash && (!command || needsSlash(name))) return { kind: 'talk', near: command };
  if (!command) return name === '' ? { kind: 'talk', near: null } : { kind: 'unknown', name };

  const args = words(end < 0 ? '' : body.slice(end + 1));
  if (!args) return { kind: 'rejected', why: 'open_quote' };
  if (args.length > MAX_ARGUMENTS) return { kind: 'rejected', why: 'too_many_arguments' };
  return { kind: 'command', command, args };
};
