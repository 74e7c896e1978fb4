/** How a command is written, for help and complaints. */
import { argumentText } from '../../text/commands/arguments.ts';
import type { Locale } from '../../text/locale.ts';
import type { Argument } from './arguments.ts';
import type { Command } from '../command/command.ts';

/** @returns what stands for an argument: its name in words or, where only certain words will do, those. */
export const argumentName = (name: string, argument: Argument, locale: Locale): string => {
  const words = argumentText(locale).name(name);
  if (argument.kind === 'word') return words ?? Object.keys(argument.words).join('|');
  const [prefix] = argument.kind === 'duration' ? (argument.prefix ?? []) : [];
  return [...(prefix === undefined ? [] : [prefix]), words ?? name].join(' ');
};

/** @returns `/logs [网关] [行数]`. */
export const usageLine = ({ id, args }: Pick<Command, 'id' | 'args'>, locale: Locale): string => {
  const shown = Object.entries(args).filter(([, { hidden }]) => !hidden);
  return [
    `/${id}`,
    ...shown.map(([name, argument]) =>
      argument.required ? `<${argumentName(name, argument, locale)}>` : `[${argumentName(name, argument, locale)}]`,
    ),
  ].join(' ');
};
