/** `/start`: starts a gateway that is down, and proves that it came up. */
import type { Command } from '../src/chat/command.ts';
import { COMMAND_HELP } from '../src/text/commands.ts';
import { treatByCommand } from './shared/treat.ts';

export const start: Command = {
  id: 'start',
  aliases: ['启动'],
  role: 'operator',
  effects: 'interrupts',
  usage: ['gateway?', 'dry|confirm?'],
  help: COMMAND_HELP.start,
  examples: ['/start', '/start main', '/start main dry'],
  run: (context, args) => treatByCommand('start', start, context, args),
};
