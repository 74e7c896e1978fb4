/** `/maintenance`: for a while nothing is healed and nothing is told. Without a duration it shows what is active. */
import { UserError } from '../src/base/errors.ts';
import { defineCommand } from '../src/chat/command/command.ts';
import { SILENCE_HELP, silenceText } from '../src/text/commands/silences.ts';
import { beginSilence, endSilences, showSilences, SILENCE_LIMITS } from './shared/silence.ts';

export const maintenance = defineCommand({
  id: 'maintenance',
  aliases: ['维护'],
  role: 'operator',
  effects: 'changes',
  args: {
    action: { kind: 'word', words: { end: ['结束', '取消', 'off', 'stop'] } },
    duration: { kind: 'duration', ...SILENCE_LIMITS },
    gateway: { kind: 'gateway', missing: 'all' },
  },
  help: SILENCE_HELP.maintenance,
  examples: ['/maintenance', '/maintenance 1h', '/maintenance 1h main', '/maintenance end'],
  async run(context, { action, duration, gateway }) {
    if (action === 'end' && duration !== null)
      throw new UserError('END_OR_DURATION', silenceText(context.locale).endOrDuration());
    if (action === 'end') return endSilences(context, 'maintenance', gateway);
    return duration === null
      ? showSilences(context, 'maintenance', gateway)
      : beginSilence(context, 'maintenance', gateway, duration);
  },
});
