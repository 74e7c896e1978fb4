/** `/stop`: stops a gateway; it stays down until somebody starts it. */
import type { Command } from '../src/chat/command.ts';
import { COMMAND_HELP } from '../src/text/commands.ts';
import { treatByCommand } from './shared/treat.ts';

export const stop: Command = {
  id: 'stop',
  aliases: ['停止'],
  role: 'operator',
  effects: 'interrupts',
  usage: ['gateway?', 'dry|confirm?'],
  help: COMMAND_HELP.stop,
  examples: ['/stop', '/stop main', '/stop main dry'],
  run: (context, args) => treatByCommand('stop', stop, context, args),
};
