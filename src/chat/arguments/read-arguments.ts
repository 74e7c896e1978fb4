/** Reads the words of a command by its schema. Pure; throws only UserError, for the one who typed it. */
import { suggest } from '../../base/suggest.ts';
import { argumentText } from '../../text/commands/arguments.ts';
import { likelyDurations } from './likely-durations.ts';
import type { Locale } from '../../text/locale.ts';
import { ArgumentError, complain, type ComplaintContext, MAX_SHOWN, shown } from './argument-error.ts';
import type { Argument, Arguments, Values } from './arguments.ts';
import type { Command, GatewayPort } from '../command/command.ts';
import { retype } from '../bus/parse-command.ts';
import { readDuration } from './read-duration.ts';
import { folded, readGateway, readWord, type WordContext } from './read-word.ts';
import { argumentName } from './usage.ts';

export interface ReadArgumentsOptions extends WordContext {
  readonly locale: Locale;
  /** Whoever asks may change only the gateways that are known here: without a name nothing stands for all gateways. */
  readonly isBounded?: boolean;
  /** Which of the words stood in quotes. */
  readonly quoted?: ReadonlySet<number>;
}

export type ArgumentsRead =
  | { readonly kind: 'values'; readonly values: Values<Arguments> }
  /** All is clear but the gateway. `command`: what was typed, with the gateway's name. */
  | { readonly kind: 'choose'; readonly choices: readonly { readonly gateway: string; readonly command: string }[] };

type Asked = Pick<Command, 'id' | 'args' | 'examples' | 'effects'>;

/** @throws UserError for words that make no sense: what is wrong, how it is written, and what to write instead. */
export const readArguments = (
  command: Asked,
  words: readonly string[],
  options: ReadArgumentsOptions,
): ArgumentsRead => {
  const { gateways, locale, quoted = new Set<number>(), isBounded = false } = options;
  const isNameNeeded = isBounded && command.effects !== 'reads';
  const entries = Object.entries(command.args);
  const found = new Map<string, unknown>();
  const rest: string[] = [];
  const hasRest = entries.some(([, { kind }]) => kind === 'rest');
  const open = (): readonly (readonly [string, Argument])[] => entries.filter(([name]) => !found.has(name));

  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const next = words[at + 1];
    const follows =
      next === undefined || quoted.has(at + 1) || gateways.some(({ name }) => folded(name) === folded(next))
        ? undefined
        : next;
    const reading =
      readOne(word, quoted.has(at), follows, open(), options) ??
      (at > 0 && hasRest ? null : byBeginning(word, quoted.has(at), open(), hasRest, options));
    if (reading?.kind === 'value') {
      found.set(reading.name, reading.value);
      at += reading.took - 1;
    } else if (reading?.kind === 'wrong') {
      const typed =
        reading.code === 'BAD_DURATION' && readDuration(word) === null ? `${word} ${words[at + 1] ?? ''}` : word;
      throw complain(reading.code, command, typed, {
        ...options,
        words,
        at,
        quoted,
        ...(reading.argument ? { argument: reading.argument } : {}),
        ...(reading.argument?.kind === 'duration'
          ? meantTimes(typed.replace(' ', ''), reading.argument, (time) =>
              retype(command.id, words.toSpliced(at, typed === word ? 1 : 2, time), quoted),
            )
          : {}),
      });
    } else if (hasRest) {
      rest.push(word);
    } else {
      throw notUnderstood(command, words, at, open(), { ...options, quoted });
    }
  }

  for (const [name, argument] of open()) {
    if (argument.kind === 'gateway' && (argument.missing === 'one' || isNameNeeded)) {
      const [only, ...others] = gateways;
      if (!only) throw new ArgumentError('NO_GATEWAYS', [argumentText(locale).noGateways()]);
      if (others.length > 0) continue;
      found.set(name, only);
    } else if (argument.kind === 'rest' && rest.length > 0) {
      found.set(name, rest.join(' '));
    } else if (argument.required) {
      throw complain('MISSING_ARGUMENT', command, argumentName(name, argument, locale), {
        ...options,
        words,
        at: words.length,
        quoted,
      });
    } else {
      found.set(name, null);
    }
  }
  if (open().length > 0)
    return {
      kind: 'choose',
      choices: gateways.map(({ name }) => ({
        gateway: name,
        command: retype(command.id, [name, ...words], shifted(quoted)),
      })),
    };
  return { kind: 'values', values: Object.fromEntries(found) as Values<Arguments> };
};

type One =
  | { readonly kind: 'value'; readonly name: string; readonly value: unknown; readonly took: 1 | 2 }
  | {
      readonly kind: 'wrong';
      readonly code: 'BAD_COUNT' | 'BAD_DURATION' | 'BAD_INCIDENT' | 'AMBIGUOUS_GATEWAY';
      readonly argument?: Argument;
    };

const WRONG = { count: 'BAD_COUNT', duration: 'BAD_DURATION', incident: 'BAD_INCIDENT' } as const;

/** The name of a gateway comes before every other reading; in quotes a word is a name or text. */
const readOne = (
  word: string,
  isQuoted: boolean,
  next: string | undefined,
  open: readonly (readonly [string, Argument])[],
  known: WordContext,
): One | null => {
  for (const [name, argument] of open) {
    const reading = argument.kind === 'gateway' ? readGateway(word, argument, known) : null;
    if (reading?.kind === 'value') return { kind: 'value', name, value: reading.value, took: 1 };
  }
  const readings = (
    isQuoted ? open.filter(([, { kind, hidden }]) => (kind === 'pattern' || kind === 'command') && !hidden) : open
  ).map(([name, argument]) => ({ name, argument, reading: readWord(word, next, argument, known) }));
  let best: One | null = null;
  for (const { name, argument, reading } of readings) {
    // `10 min` is a time, although `10` alone would be a number.
    if (reading.kind === 'value' && (best?.kind !== 'value' || reading.took > best.took))
      best = { kind: 'value', name, value: reading.value, took: reading.took };
    if (reading.kind === 'wrong' && best === null)
      best = { kind: 'wrong', code: WRONG[argument.kind as keyof typeof WRONG], argument };
  }
  return best;
};

/**
 * The beginning of one gateway's name will do; where text may follow, only with several gateways: with one nobody types
 * its name.
 */
const byBeginning = (
  word: string,
  isQuoted: boolean,
  open: readonly (readonly [string, Argument])[],
  hasRest: boolean,
  { gateways }: WordContext,
): One | null => {
  const [name] = open.find(([, { kind }]) => kind === 'gateway') ?? [];
  if (name === undefined || word === '' || isQuoted || (hasRest && gateways.length < 2)) return null;
  const begin = beginningWith(word, gateways);
  if (begin.length === 1) return { kind: 'value', name, value: begin[0], took: 1 };
  return begin.length > 1 && !hasRest ? { kind: 'wrong', code: 'AMBIGUOUS_GATEWAY' } : null;
};

export const beginningWith = (word: string, gateways: readonly GatewayPort[]): readonly GatewayPort[] =>
  gateways.filter(({ name }) => folded(name).startsWith(folded(word)));

const shifted = (quoted: ReadonlySet<number>): ReadonlySet<number> => new Set([...quoted].map((index) => index + 1));

const BARE_NUMBER = /^\d{1,5}$/;

/** What was probably meant by a time, and the whole command with each. */
const meantTimes = (
  typed: string,
  argument: Extract<Argument, { kind: 'duration' }>,
  retyped: (time: string) => string,
): Pick<ComplaintContext, 'near' | 'suggested' | 'others'> => {
  const [first, ...others] = likelyDurations(typed, argument).map((near) => ({ near, suggested: retyped(near) }));
  return first ? { ...first, others } : {};
};

/** Nothing that is still open can be this word. */
const notUnderstood = (
  command: Asked,
  words: readonly string[],
  at: number,
  open: readonly (readonly [string, Argument])[],
  options: ReadArgumentsOptions,
): ArgumentError => {
  const { gateways, commands, locale } = options;
  const text = argumentText(locale);
  const word = words[at] ?? '';
  const kinds = new Map(open.filter(([, { hidden }]) => !hidden).map(([, argument]) => [argument.kind, argument]));
  const names = kinds.has('gateway') ? gateways.map(({ name }) => name) : [];
  const choice = kinds.get('word');
  const spellings =
    choice?.kind === 'word' ? Object.entries(choice.words).flatMap(([key, others]) => [key, ...others]) : [];
  const near = suggest(word, [
    ...names,
    ...spellings,
    ...(kinds.has('command') ? commands.flatMap(({ id, aliases }) => [id, ...aliases]) : []),
  ]);
  const hint = {
    near,
    suggested:
      near === null
        ? null
        : retype(
            command.id,
            words.map((each, index) => (index === at ? near : each)),
            options.quoted,
          ),
  };
  const context = { ...options, words, at, ...hint };

  // A bare number where a time may stand: most often minutes.
  const time = kinds.get('duration');
  if (time?.kind === 'duration' && BARE_NUMBER.test(word)) {
    return complain('BAD_DURATION', command, word, {
      ...options,
      words,
      at,
      argument: time,
      ...meantTimes(word, time, (each) => retype(command.id, words.toSpliced(at, 1, each), options.quoted)),
    });
  }
  if (kinds.has('gateway') && gateways.length === 0 && near === null)
    return complain('NO_GATEWAYS', command, word, context);
  if (kinds.has('gateway') && (near === null || names.includes(near))) {
    const list = gateways.length > MAX_SHOWN ? [...names.slice(0, MAX_SHOWN), '…'] : names;
    return complain('NO_SUCH_GATEWAY', command, word, { ...context, more: [text.thereAre(list.map(shown))] });
  }
  if (kinds.has('command')) return complain('NO_SUCH_COMMAND', command, word.replace(/^\//, ''), context);
  const pattern = kinds.get('pattern');
  if (pattern) return complain('BAD_ARGUMENT', command, word, { ...context, argument: pattern });
  for (const kind of ['duration', 'count', 'incident'] as const) {
    const argument = kinds.get(kind);
    if (argument && choice === undefined) return complain(WRONG[kind], command, word, { ...context, argument });
  }
  return complain(kinds.size === 0 ? 'TOO_MANY_ARGUMENTS' : 'BAD_WORD', command, word, context);
};
