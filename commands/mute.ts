/** `/mute`: nothing is told for a while; healing goes on. Without a duration it shows what is active. */
import { defineCommand } from '../src/chat/command/command.ts';
import { SILENCE_HELP } from '../src/text/commands/silences.ts';
import { beginSilence, showSilences, SILENCE_LIMITS } from './shared/silence.ts';

export const mute = defineCommand({
  id: 'mute',
  aliases: ['静音', '免打扰'],
  role: 'operator',
  effects: 'changes',
  args: { duration: { kind: 'duration', ...SILENCE_LIMITS }, gateway: { kind: 'gateway', missing: 'all' } },
  help: SILENCE_HELP.mute,
  examples: ['/mute', '/mute 2h', '/mute 30m main'],
  run: async (context, { duration, gateway }) =>
    duration === null ? showSilences(context, 'mute', gateway) : beginSilence(context, 'mute', gateway, duration),
});
