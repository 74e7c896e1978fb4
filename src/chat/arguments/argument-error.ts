/** The complaints about arguments: what is wrong, what was probably meant, how the command is written. */
import { UserError } from '../../base/errors.ts';
import { argumentText } from '../../text/commands/arguments.ts';
import type { Locale } from '../../text/locale.ts';
import type { Argument } from './arguments.ts';
import type { Command, GatewayPort } from '../command/command.ts';
import { retype } from '../bus/parse-command.ts';
import { folded } from './read-word.ts';
import { usageLine } from './usage.ts';

export interface Suggestion {
  readonly near: string;
  /** The whole command with that. */
  readonly suggested: string;
}

/** What is wrong with the words of a command. */
export class ArgumentError extends UserError {
  /** What was probably meant; null where nobody can tell. */
  readonly near: string | null;
  /** The whole command with that. */
  readonly suggested: string | null;
  /** What else may have been meant. */
  readonly others: readonly Suggestion[];

  constructor(
    code: ArgumentCode,
    lines: readonly string[],
    near: string | null = null,
    suggested: string | null = null,
    others: readonly Suggestion[] = [],
  ) {
    super(code, lines.join('\n'));
    this.others = others;
    this.near = near;
    this.suggested = suggested;
  }
}

export type ArgumentCode =
  | 'NO_GATEWAYS'
  | 'NO_SUCH_GATEWAY'
  | 'AMBIGUOUS_GATEWAY'
  | 'BAD_COUNT'
  | 'BAD_DURATION'
  | 'BAD_INCIDENT'
  | 'BAD_WORD'
  | 'BAD_ARGUMENT'
  | 'NO_SUCH_COMMAND'
  | 'TOO_MANY_ARGUMENTS'
  | 'MISSING_ARGUMENT';

/** More names than this nobody reads on a phone. */
export const MAX_SHOWN = 10;
const MAX_WORD = 40;

/** Names and words of others stay short in a complaint. */
export const shown = (word: string): string =>
  [...word.slice(0, MAX_WORD * 2)].length > MAX_WORD
    ? `${[...word.slice(0, MAX_WORD * 2)].slice(0, MAX_WORD - 1).join('')}…`
    : word;

export interface ComplaintContext {
  readonly locale: Locale;
  readonly gateways: readonly GatewayPort[];
  readonly words: readonly string[];
  readonly at: number;
  readonly quoted?: ReadonlySet<number>;
  readonly argument?: Argument;
  readonly near?: string | null;
  readonly suggested?: string | null;
  readonly others?: readonly Suggestion[];
  readonly more?: readonly string[];
}

export const complain = (
  code: ArgumentCode,
  command: Pick<Command, 'id' | 'args' | 'examples'>,
  word: string,
  context: ComplaintContext,
): ArgumentError => {
  const { locale, near = null, suggested = null, others = [], more = [] } = context;
  const text = argumentText(locale);
  return new ArgumentError(
    code,
    [
      // A sentence each: the lock screen shows the first line only.
      near === null
        ? what(code, shown(word), context)
        : `${what(code, shown(word), context)}${locale === 'en' ? '. ' : '，'}${text.didYouMean([near, ...others.map((other) => other.near)].map(shown))}`,
      ...more,
      ...quoting(code, command, context),
      text.usage(usageLine(command, locale)),
      ...(code === 'MISSING_ARGUMENT' ? exampleOf(command).map((line) => text.example(line)) : []),
    ],
    near,
    suggested,
    others,
  );
};

const what = (code: ArgumentCode, word: string, { locale, argument, gateways }: ComplaintContext): string => {
  const text = argumentText(locale);
  switch (code) {
    case 'NO_GATEWAYS':
      return text.noGateways();
    case 'NO_SUCH_GATEWAY':
      return text.noSuchGateway(word);
    case 'AMBIGUOUS_GATEWAY':
      return text.severalGateways(
        word,
        gateways
          .map(({ name }) => name)
          .filter((name) => folded(name).startsWith(folded(word)))
          .slice(0, MAX_SHOWN)
          .map(shown),
      );
    case 'BAD_COUNT':
      return argument?.kind === 'count' ? text.badCount(word, argument.least, argument.most) : text.badWord(word);
    case 'BAD_DURATION':
      return argument?.kind === 'duration'
        ? text.badDuration(word, argument.leastMs, argument.mostMs)
        : text.badWord(word);
    case 'BAD_INCIDENT':
      return text.badIncident(word);
    case 'BAD_ARGUMENT':
      return argument?.kind === 'pattern' ? text.badPattern(word, argument.rule) : text.badWord(word);
    case 'NO_SUCH_COMMAND':
      return text.noSuchCommand(word);
    case 'TOO_MANY_ARGUMENTS':
      return text.tooMany(word);
    case 'MISSING_ARGUMENT':
      return text.missing(word);
    case 'BAD_WORD':
      return text.badWord(word);
  }
};

/** A number that cannot be a count may have been meant as what to search for. */
const quoting = (
  code: ArgumentCode,
  { id, args }: Pick<Command, 'id' | 'args'>,
  { locale, words, at, quoted }: ComplaintContext,
): readonly string[] => {
  if (
    code !== 'BAD_COUNT' ||
    !Object.values(args).some(({ kind }) => kind === 'rest') ||
    (words[at] ?? '').length > MAX_WORD
  )
    return [];
  const line = retype(id, words, new Set([...(quoted ?? []), at]));
  return line.length > 2 * MAX_WORD ? [] : [argumentText(locale).quoteIt(line)];
};

const exampleOf = ({ examples }: Pick<Command, 'examples'>): readonly string[] => {
  const example = examples.find((each) => each.includes(' '));
  return example === undefined ? [] : [example];
};
