/** The words of `lifeline logs`: a gateway, a number of lines, a level, in any order, as on the phone. */
import { logs } from '../../commands/logs.ts';
import { UserError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { CommandContext, GatewayPort } from '../chat/command/command.ts';
import { LINE_LEVELS, type LineLevel } from '../gateways/gateway-kind.ts';
import { localText } from '../text/cli/local.ts';

const DEFAULT_LINES = 20;
const MOST_LINES = 10_000;

export interface LogWords {
  readonly gateway: GatewayPort;
  readonly count: number;
  readonly level: LineLevel | null;
}

const { level: LEVEL } = logs.args;

/** Returns the level that a word names in any of its spellings. */
const levelOf = (word: string): LineLevel | null => {
  const wanted = word.toLowerCase();
  const others = LEVEL?.kind === 'word' ? LEVEL.words : {};
  return LINE_LEVELS.find((level) => level === wanted || others[level]?.includes(wanted)) ?? null;
};

/** @throws UserError `USAGE_GATEWAY`, `USAGE_COUNT`, `USAGE_WORD`. */
export const readLogWords = (
  words: readonly string[],
  { gateways, locale }: Pick<CommandContext, 'gateways' | 'locale'>,
): LogWords => {
  const text = localText(locale);
  const names = gateways.map(({ name }) => name);
  let gateway = gateways.length === 1 ? gateways[0] : undefined;
  let count = DEFAULT_LINES;
  let level: LineLevel | null = null;
  for (const word of words) {
    const named = gateways.find(({ name }) => name === word);
    if (named) gateway = named;
    else if (/^\d+$/.test(word)) {
      count = Number(word);
      if (count < 1 || count > MOST_LINES) throw new UserError('USAGE_COUNT', text.badCount(MOST_LINES));
    } else {
      level = levelOf(word);
      if (level === null)
        throw new UserError('USAGE_WORD', text.noSuchWord(word, suggest(word, [...names, ...LINE_LEVELS])));
    }
  }
  if (!gateway) throw new UserError('USAGE_GATEWAY', text.whichGateway(names));
  return { gateway, count, level };
};
