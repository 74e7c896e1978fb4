/**
 * `/reload`: the configuration file is read anew. What is wrong with it is answered at once; the rest after the new
 * start.
 */
import { defineCommand } from '../src/chat/command/command.ts';
import { notReloadedMessage } from '../src/chat/message/reload-messages.ts';
import { RELOAD_HELP } from '../src/text/commands/reload.ts';

export const reload = defineCommand({
  id: 'reload',
  aliases: ['重载', '重新载入'],
  role: 'admin',
  effects: 'changes',
  reach: 'all',
  args: {},
  help: RELOAD_HELP,
  examples: ['/reload'],
  async run(context) {
    const asked = context.reload();
    return asked.kind === 'begun' ? null : notReloadedMessage(asked, context.locale);
  },
});
