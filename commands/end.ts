/**
 * `/end`: ends a process that looks like a gateway and is not proven to be it, and starts the gateway where that
 * process was in its way.
 */
import { defineCommand, type CommandContext, type GatewayPort } from '../src/chat/command/command.ts';
import { endCommand, endQuestion, planMessage } from '../src/chat/message/treatment-messages.ts';
import type { Message } from '../src/chat/message/message.ts';
import { COMMAND_HELP } from '../src/text/commands/commands.ts';
import { treatmentTexts } from '../src/text/common/treatments.ts';
import { planInTime } from './shared/plan-in-time.ts';
import { obstaclesOf } from './shared/situation.ts';

/** A pid, and behind a dot its start time: a button names the very process that its alert was about. */
const PROCESS = /^\d{1,10}(?:\.[\d.]{1,24})?$/;

export const end = defineCommand({
  id: 'end',
  aliases: ['结束'],
  role: 'operator',
  effects: 'interrupts',
  args: {
    gateway: { kind: 'gateway', missing: 'one' },
    pid: { kind: 'pattern', pattern: PROCESS, rule: 'be the pid that the alert names', required: true },
  },
  help: COMMAND_HELP.end,
  examples: ['/end main 12345'],
  run: (context, { gateway, pid }) => endByCommand(context, gateway, pid),
});

/** @returns null when it has begun: how it goes is told by whoever carries it out. */
const endByCommand = async (context: CommandContext, gateway: GatewayPort, named: string): Promise<Message | null> => {
  const { locale, operator, origin, by } = context;
  const text = treatmentTexts(locale);
  const [pid = '', ...start] = named.split('.');
  const plan = await planInTime(
    gateway,
    gateway.planEnd(Number(pid), start.length === 0 ? null : Number(start.join('.'))),
    locale,
  );
  if (plan.dryRun) return planMessage(gateway.name, plan, null, locale);
  const { target } = plan;
  const starts = plan.rungs.length > 1;
  // Turns are no obstacle: where a start follows, nothing runs that could have any.
  const obstacles = starts ? obstaclesOf(plan).filter(({ kind }) => kind !== 'turns') : [];
  if (target && by !== 'confirmed' && (by === 'typed' || obstacles.length > 0)) {
    const { message, label } = endQuestion(gateway.name, target, { starts, obstacles }, locale, context.now);
    return context.confirm(message, endCommand(gateway.name, target), label);
  }
  return gateway.treat(plan, operator.name, origin)
    ? null
    : { tone: 'info', title: text.busy(gateway.name), note: text.busyNote(gateway.name) };
};
