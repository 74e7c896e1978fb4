/**
 * What somebody who types no command probably wants: synonyms and patterns, no model. A sentence of which every word is
 * known is run where that only looks, or can be taken back; whatever else seems to be meant is offered as a button. What
 * interrupts a gateway is only ever offered. Pure; never throws.
 */
import { compactDuration } from '../../base/duration.ts';
import { readDuration } from '../arguments/read-duration.ts';
import { folded } from '../arguments/read-word.ts';
import { findCommand, normalise, retype, type ParsedCommand } from '../bus/parse-command.ts';
import type { Command } from '../command/command.ts';
import { LEXICON, LONGEST, type Meaning } from './lexicon.ts';

export type Understood =
  /** As it would be typed. */
  | { readonly kind: 'run'; readonly command: string }
  /** `sure`: every word was understood, and one command was meant. */
  | { readonly kind: 'offer'; readonly offers: readonly Offer[]; readonly sure: boolean };

export interface Offer {
  readonly command: Command;
  readonly args: readonly string[];
}

/** Longer texts are no wishes. */
const MAX_CHARACTERS = 80;
/** So much of a wish may be unknown words. */
const MAX_UNKNOWN = 10;
const MAX_OFFERS = 3;
const MAX_DURATION = 14;

/** What is written for machines, or to break one. */
const MACHINE = /[{}<>$`\\|=[\]%\/;&]/;
const MENTION = /^(?:<@|@)/;
const OTHER_SIGNS = /[^\p{L}\p{N}\p{M}'#._:-]/gu;
const WORD_SIGN = /[a-z0-9]/;
const NUMBER = /^#?(\d{1,6})(?:条|行|个)?$/;

/** These change what Lifeline keeps and can be taken back by one more word. */
const TAKEN_AT_THEIR_WORD: ReadonlySet<string> = new Set(['mute', 'unmute', 'maintenance', 'ack']);
/** They describe how things are, beside whatever is wished for. */
const WEAK: readonly string[] = ['status', 'check', 'incident'];

type Token =
  | Meaning
  | { readonly is: 'gateway'; readonly name: string }
  | { readonly is: 'number'; readonly typed: string }
  | { readonly is: 'unknown'; readonly length: number };

interface Found {
  readonly token: Token;
  readonly length: number;
}

/** @returns whether no word of letters goes on beyond the piece of `text` from `from` to `to`. */
const isWhole = (text: string, from: number, to: number): boolean =>
  !(WORD_SIGN.test(text.charAt(from)) && WORD_SIGN.test(text.charAt(from - 1))) &&
  !(WORD_SIGN.test(text.charAt(to - 1)) && WORD_SIGN.test(text.charAt(to)));

const longestAt = (text: string, at: number, most: number, read: (piece: string) => Token | null): Found | null => {
  for (let length = Math.min(most, text.length - at); length > 0; length -= 1) {
    if (!isWhole(text, at, at + length)) continue;
    const piece = text.slice(at, at + length);
    if (piece.endsWith(' ')) continue;
    const token = read(piece);
    if (token) return { token, length };
  }
  return null;
};

const tokensOf = (text: string, gateways: readonly string[]): readonly Token[] => {
  const names = new Map(gateways.map((name) => [folded(name), name]));
  const longestName = Math.max(0, ...[...names.keys()].map(({ length }) => length));
  const word = (piece: string): Token | null => LEXICON.get(piece) ?? null;
  const gateway = (piece: string): Token | null => {
    const name = names.get(piece);
    return name === undefined ? null : { is: 'gateway', name };
  };
  const duration = (piece: string): Token | null => {
    const ms = readDuration(piece.replaceAll(' ', ''));
    return ms === null ? null : { is: 'duration', typed: compactDuration(ms) };
  };
  const number = (piece: string): Token | null => {
    const [, digits] = NUMBER.exec(piece) ?? [];
    return digits === undefined ? null : { is: 'number', typed: digits };
  };

  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (text.charAt(at) === ' ') {
      at += 1;
      continue;
    }
    const [best] = [
      longestAt(text, at, longestName, gateway),
      longestAt(text, at, MAX_DURATION, duration),
      longestAt(text, at, 8, number),
      longestAt(text, at, LONGEST, word),
    ]
      .filter((found) => found !== null)
      .sort((a, b) => b.length - a.length);
    const length = best?.length ?? unknownLength(text, at);
    tokens.push(best?.token ?? { is: 'unknown', length });
    at += length;
  }
  return tokens;
};

/** A word of letters as a whole; else one character. */
const unknownLength = (text: string, at: number): number => {
  let end = at + 1;
  if (WORD_SIGN.test(text.charAt(at))) while (WORD_SIGN.test(text.charAt(end))) end += 1;
  return end - at;
};

const cleaned = (text: string): string =>
  text.toLowerCase().replaceAll('’', "'").replaceAll(OTHER_SIGNS, ' ').replaceAll(/ +/g, ' ').trim();

/** Words between a command and its arguments that are none: `日志 20 条`, `重启 一下`. */
const HANGING: ReadonlySet<string> = new Set(['条', '行', '一下', '下', '吧', '了', '呢']);

/** Whether it is worth a second reading as a sentence, although or because it looks like a command. */
export const maySay = (parsed: ParsedCommand, typed: string): boolean => {
  const isSlash = normalise(typed).startsWith('/');
  switch (parsed.kind) {
    case 'talk':
      return true;
    case 'unknown':
      return /\p{Script=Han}/u.test(parsed.name);
    case 'command':
      return !isSlash && parsed.args.some((word, index) => HANGING.has(word) && !parsed.quoted.has(index));
    case 'rejected':
      return false;
  }
};

/** @param gateways their names. @returns null for talk. */
export const understand = (
  typed: string,
  commands: readonly Command[],
  gateways: readonly string[],
): Understood | null => {
  if (typed.length > MAX_CHARACTERS) return null;
  const text = normalise(typed).replace(/^\/ ?/, '');
  if (text.length > MAX_CHARACTERS) return null;
  const isMention = MENTION.test(text);
  const said = isMention ? text.replace(/^(?:<?@\S*\s)+/, '') : text;
  if (MACHINE.test(said)) return null;
  const tokens = tokensOf(cleaned(said), gateways);
  const unknown = tokens.reduce((sum, token) => sum + (token.is === 'unknown' ? token.length : 0), 0);
  if (unknown > MAX_UNKNOWN) return null;

  const wishes = wishesOf(tokens, commands);
  const names = [...new Set(tokens.flatMap((token) => (token.is === 'gateway' ? [token.name] : [])))];
  const drafted = wishes.flatMap((wish) => {
    const scopes = names.length > 0 ? names : [null];
    return scopes.flatMap((name) => draft(wish, name, tokens, gateways));
  });
  const offers = drafted.slice(0, MAX_OFFERS).map(({ command, args }) => ({ command, args }));
  const [only, ...others] = drafted;
  if (!only) return null;
  const sure = unknown === 0 && others.length === 0 && only.whole && !isDenied(tokens) && !isMention;
  const runs = only.command.effects === 'reads' || TAKEN_AT_THEIR_WORD.has(only.command.id);
  return sure && runs ? { kind: 'run', command: retype(only.command.id, only.args) } : { kind: 'offer', offers, sure };
};

const has = (tokens: readonly Token[], is: Token['is']): boolean => tokens.some((token) => token.is === is);
const isDenied = (tokens: readonly Token[]): boolean => has(tokens, 'negation') || has(tokens, 'later');

interface Wish {
  readonly command: Command;
  /** Words that belong to the command itself. */
  readonly words: readonly string[];
  /** Its arguments are left out. */
  readonly bare?: true;
}

const wishOf = (id: string, commands: readonly Command[]): Wish[] => {
  const [name = '', ...words] = id.split(' ');
  const command = findCommand(name, commands);
  return command ? [{ command, words }] : [];
};

/** The commands that the words ask for, those that make no sense together left out. */
const wishesOf = (tokens: readonly Token[], commands: readonly Command[]): readonly Wish[] => {
  const asked = [...new Set(tokens.flatMap((token) => (token.is === 'command' ? [token.id] : [])))];
  const ids = asked.length === 0 && has(tokens, 'level') ? ['logs'] : asked;
  if (ids.includes('help')) {
    const about = ids.find((id) => id !== 'help');
    return wishOf(about === undefined ? 'help' : `help ${about.split(' ')[0] ?? ''}`, commands);
  }
  const strong = ids.filter((id) => !WEAK.includes(id));
  const weak = WEAK.find((id) => ids.includes(id));
  const meant = strong.length === 0 && weak !== undefined ? [weak] : strong;
  const wishes = meant.flatMap((id) => wishOf(id, commands));
  const acts = wishes.filter(({ command }) => command.effects !== 'reads');
  const reads = wishes.filter(({ command }) => command.effects === 'reads');
  if (acts.length === 0) return reads;
  // What has happened is asked about, and nothing is wished for.
  if (has(tokens, 'past') || reads.some(({ command }) => command.id === 'why'))
    return unique([...reads, ...wishOf('history', commands), ...wishOf('status', commands)]);
  if (has(tokens, 'negation')) return reads;
  // Which silences there are, and how to begin one, is what can be answered now.
  if (has(tokens, 'later'))
    return [...reads, ...acts.flatMap((wish) => (isSilence(wish) ? [{ ...wish, bare: true } as const] : []))];
  // A restart takes no time and no count: whoever names one means something else, such as a restart at that time.
  const isTimed = has(tokens, 'duration') || has(tokens, 'number');
  return wishes.filter(({ command }) => !(isTimed && command.effects === 'interrupts'));
};

const isSilence = ({ command: { id } }: Wish): boolean => id === 'mute' || id === 'maintenance';

const unique = (wishes: readonly Wish[]): readonly Wish[] => [
  ...new Map(wishes.map((wish) => [wish.command.id, wish])).values(),
];

interface Draft extends Offer {
  /** Every word has found its place. */
  readonly whole: boolean;
}

/** The command with those of the words that can be its arguments. */
const draft = (
  { command, words, bare }: Wish,
  gateway: string | null,
  tokens: readonly Token[],
  gateways: readonly string[],
): readonly Draft[] => {
  const specs = Object.values(command.args).filter(({ hidden }) => !hidden);
  const takes = (kind: string): boolean => specs.some((spec) => spec.kind === kind);
  const choice = (word: string): boolean =>
    specs.some((spec) => spec.kind === 'word' && Object.hasOwn(spec.words, word));
  let whole = bare !== true;
  const args = [...words];
  for (const token of bare ? [] : tokens) {
    if (token.is === 'duration' && takes('duration')) args.push(token.typed);
    else if (token.is === 'number' && (takes('count') || takes('incident'))) args.push(token.typed);
    else if (token.is === 'number' && takes('duration')) {
      // A bare number may be minutes or hours: that is offered, and not done.
      args.push(`${token.typed}m`);
      whole = false;
    } else if (token.is === 'level' && choice(token.word)) args.push(token.word);
    else if (token.is === 'link' && linkOf(token.word, choice) !== null) args.push(linkOf(token.word, choice) ?? '');
    else if (['duration', 'number', 'level'].includes(token.is) || (token.is === 'link' && command.effects !== 'reads'))
      whole = false;
  }
  const [only] = gateways;
  // What interrupts says on its button which gateway that is.
  const name = gateway ?? (command.effects === 'interrupts' && gateways.length === 1 ? (only ?? null) : null);
  if (name !== null && takes('gateway')) args.unshift(name);
  else if (gateway !== null) whole = false;
  return [{ command, args, whole }];
};

const linkOf = (word: string, choice: (word: string) => boolean): string | null =>
  [word, `${word}bot`].find(choice) ?? null;
