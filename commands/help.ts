/** `/help`: made from the registry, so that it cannot forget a command. */
import { UserError } from '../src/base/errors.ts';
import { roleAllows } from '../src/chat/authorise.ts';
import type { Command } from '../src/chat/command.ts';
import type { Message } from '../src/chat/message.ts';
import { findCommand } from '../src/chat/parse.ts';
import { suggest } from '../src/base/suggest.ts';
import { COMMAND_HELP, commandText } from '../src/text/commands.ts';
import type { Locale } from '../src/text/locale.ts';
import { usageLine } from './shared/usage.ts';

const detail = (command: Command, locale: Locale): Message => {
  const text = commandText(locale);
  return {
    tone: 'info',
    title: usageLine(command, locale),
    lines: [command.help[locale], ...(command.aliases.length > 0 ? [text.aliases(command.aliases)] : []), text.needsRole(command.role)],
    code: command.examples,
  };
};

export const help = {
  id: 'help',
  aliases: ['帮助'],
  role: 'viewer',
  effects: 'reads',
  usage: ['command?'],
  help: COMMAND_HELP.help,
  examples: ['/help', '/help restart'],
  async run({ commands, locale, operator }, args) {
    const text = commandText(locale);
    const [typed, ...more] = args;
    if (more.length > 0) throw new UserError('TOO_MANY_ARGUMENTS', text.tooManyArguments(usageLine(help, locale)));
    if (typed !== undefined) {
      const name = typed.replace(/^\//, '');
      const command = findCommand(name, commands);
      if (command) return detail(command, locale);
      throw new UserError('NO_SUCH_COMMAND', text.noSuchCommand(name, suggest(name, commands.map(({ id }) => id))));
    }
    const usable = commands.filter(({ role }) => roleAllows(operator.role, role));
    return {
      tone: 'info',
      title: text.helpTitle(),
      lines: usable.map((command) => text.subject(usageLine(command, locale), command.help[locale])),
      note: text.helpNote(),
    };
  },
} satisfies Command;
