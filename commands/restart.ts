/** `/restart`: restarts a gateway, or starts it when it is down, and proves that it came back. `dry` only says how. */
import type { Command } from '../src/chat/command.ts';
import { COMMAND_HELP } from '../src/text/commands.ts';
import { treatByCommand } from './shared/treat.ts';

export const restart: Command = {
  id: 'restart',
  aliases: ['重启'],
  role: 'operator',
  effects: 'interrupts',
  usage: ['gateway?', 'dry|confirm?'],
  help: COMMAND_HELP.restart,
  examples: ['/restart', '/restart main', '/restart main dry'],
  run: (context, args) => treatByCommand('restart', restart, context, args),
};
