/** What one word, or two that belong together, can be for one argument. */
import type { Argument } from './arguments.ts';
import type { Command, GatewayPort } from '../command/command.ts';
import { findCommand } from '../bus/parse-command.ts';
import { isUnit, readDuration } from './read-duration.ts';

export interface WordContext {
  readonly gateways: readonly GatewayPort[];
  readonly commands: readonly Command[];
}

export type WordReading =
  /** The word is this value; `took` is how many words belong to it. */
  | { readonly kind: 'value'; readonly value: unknown; readonly took: 1 | 2 }
  /** The word is meant for this argument and is not valid for it. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'not' };

const NOT: WordReading = { kind: 'not' };
const WRONG: WordReading = { kind: 'wrong' };
const value = (found: unknown, took: 1 | 2 = 1): WordReading => ({ kind: 'value', value: found, took });

export const folded = (name: string): string => name.normalize('NFKC').toLowerCase();

const ALL: ReadonlySet<string> = new Set(['all', '全部', '所有']);

/** @returns the gateway that is called exactly so; `null` as a value for all of them. */
export const readGateway = (
  word: string,
  argument: Extract<Argument, { kind: 'gateway' }>,
  { gateways }: WordContext,
): WordReading => {
  const found = gateways.find(({ name }) => folded(name) === folded(word));
  if (found) return value(found);
  return argument.missing === 'all' && ALL.has(folded(word)) ? value(null) : NOT;
};

const readCount = (word: string, { least, most }: Extract<Argument, { kind: 'count' }>): WordReading => {
  const [, digits] = /^(\d+)(?:行|条|个)?$/.exec(word) ?? [];
  if (digits !== undefined) return Number(digits) >= least && Number(digits) <= most ? value(Number(digits)) : WRONG;
  return /^[-+]?(?:\d+(?:\.\d+)?|\.\d+)$/.test(word) ? WRONG : NOT;
};

const duration = (
  text: string,
  { leastMs, mostMs }: Extract<Argument, { kind: 'duration' }>,
  took: 1 | 2,
): WordReading => {
  const ms = readDuration(text);
  if (ms === null) return NOT;
  return ms >= leastMs && ms <= mostMs ? value(ms, took) : WRONG;
};

const readLong = (
  word: string,
  next: string | undefined,
  argument: Extract<Argument, { kind: 'duration' }>,
): WordReading => {
  const begin = (argument.prefix ?? []).find((prefix) => folded(word).startsWith(folded(prefix)));
  if (begin !== undefined && folded(word) === folded(begin))
    return next === undefined ? NOT : duration(next, argument, 2);
  // English words are set apart from what follows; Chinese ones need not be.
  if (begin !== undefined && !/[a-z]$/i.test(begin)) return duration(word.slice(begin.length), argument, 1);
  if (/^\d+(?:\.\d+)?$/.test(word) && next !== undefined && isUnit(next)) return duration(word + next, argument, 2);
  return duration(word, argument, 1);
};

const readChoice = (word: string, words: Readonly<Record<string, readonly string[]>>): WordReading => {
  const wanted = folded(word);
  const found = Object.entries(words).find(([key, others]) =>
    [key, ...others].some((spelling) => folded(spelling) === wanted),
  );
  return found ? value(found[0]) : NOT;
};

const readIncident = (word: string): WordReading => {
  if (/^#?\d{1,15}$/.test(word)) return value(Number(word.replace('#', '')));
  return word.startsWith('#') || /^[-+]?(?:\d+(?:\.\d+)?|\.\d+)$/.test(word) ? WRONG : NOT;
};

/** @param next the word after it. Gateways and the rest are for `readArguments`. */
export const readWord = (
  word: string,
  next: string | undefined,
  argument: Argument,
  { commands }: WordContext,
): WordReading => {
  switch (argument.kind) {
    case 'count':
      return readCount(word, argument);
    case 'duration':
      return readLong(word, next, argument);
    case 'word':
      return readChoice(word, argument.words);
    case 'incident':
      return readIncident(word);
    case 'command': {
      const found = findCommand(word.replace(/^\//, ''), commands);
      return found ? value(found.id) : NOT;
    }
    case 'pattern':
      if (word.search(argument.pattern) >= 0) return value(word);
      return argument.resembles?.some((like) => word.search(like) >= 0) ? WRONG : NOT;
    case 'gateway':
    case 'rest':
      return NOT;
  }
};
