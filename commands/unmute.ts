/** `/unmute`: alerts are told again. */
import { defineCommand } from '../src/chat/command/command.ts';
import { SILENCE_HELP } from '../src/text/commands/silences.ts';
import { endSilences } from './shared/silence.ts';

export const unmute = defineCommand({
  id: 'unmute',
  aliases: ['取消静音', '解除静音'],
  role: 'operator',
  effects: 'changes',
  args: { gateway: { kind: 'gateway', missing: 'all' } },
  help: SILENCE_HELP.unmute,
  examples: ['/unmute', '/unmute main'],
  run: async (context, { gateway }) => endSilences(context, 'mute', gateway),
});
