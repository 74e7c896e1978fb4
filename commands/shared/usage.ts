/** How a command is written, for help and complaints. */
import type { Command } from '../../src/chat/command.ts';
import { commandText } from '../../src/text/commands.ts';
import type { Locale } from '../../src/text/locale.ts';

/** @returns `/logs [网关] [行数]`. */
export const usageLine = ({ id, usage }: Pick<Command, 'id' | 'usage'>, locale: Locale): string => {
  const argument = (name: string): string => {
    const words = commandText(locale).argument(name.replace('?', ''));
    return name.endsWith('?') ? `[${words}]` : `<${words}>`;
  };
  return [`/${id}`, ...usage.map(argument)].join(' ');
};
