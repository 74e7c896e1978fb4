/** `/restart`: restarts a gateway and says what was proven, not what was tried. */
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../src/base/errors.ts';
import { redact } from '../src/base/redact.ts';
import type { Command, CommandContext, GatewayPort } from '../src/chat/command.ts';
import type { Message } from '../src/chat/message.ts';
import type { Missing, TreatmentResult } from '../src/healing/decision.ts';
import { COMMAND_HELP, commandText } from '../src/text/commands.ts';
import type { Locale } from '../src/text/locale.ts';
import { formatDuration } from '../src/text/time.ts';
import { linkName } from '../src/text/words.ts';
import { look } from './shared/look.ts';
import { oneGateway } from './shared/pick-gateway.ts';
import { usageLine } from './shared/usage.ts';
import { linkLine } from './shared/verdict-words.ts';

/** The pid in "restarting…" is a courtesy: the restart does not wait long for it. */
const PID_LIMIT_MS = 2_000;

const missingText = (missing: Missing, locale: Locale): string => {
  const text = commandText(locale);
  switch (missing.what) {
    case 'process':
      return text.missingProcess();
    case 'new_process':
      return text.missingNewProcess();
    case 'ready':
      return text.missingReady();
    case 'login':
      return text.missingLogin(linkName(missing.link, locale));
  }
};

const facts = ({ before, after, startedAt, endedAt }: TreatmentResult, locale: Locale): readonly string[] => {
  const text = commandText(locale);
  return [text.newProcess(before?.pid ?? null, after?.pid ?? null), text.took(formatDuration(endedAt - startedAt, locale))];
};

const failed = (name: string, result: TreatmentResult, locale: Locale): Message => {
  const text = commandText(locale);
  const why = [...(result.problem === null ? [] : [redact(result.problem)]), ...result.missing.map((missing) => missingText(missing, locale))];
  return { tone: 'critical', title: text.notRestarted(name, result.remedy), lines: [...why, ...facts(result, locale)], note: text.failedNote(name) };
};

/** The links as they are now: the treatment has waited for those that were ill, the others may still be on their way. */
const recovered = async (gateway: GatewayPort, result: TreatmentResult, { locale }: CommandContext): Promise<Message> => {
  const { report } = await look(gateway);
  const links = (report?.verdicts ?? []).filter((verdict) => verdict.link !== null);
  return {
    tone: 'good',
    title: commandText(locale).restarted(gateway.name, result.remedy),
    lines: [...facts(result, locale), ...links.map((verdict) => linkLine(verdict, locale, result.endedAt))],
  };
};

export const restart = {
  id: 'restart',
  aliases: ['重启'],
  role: 'operator',
  effects: 'interrupts',
  usage: ['gateway?'],
  help: COMMAND_HELP.restart,
  examples: ['/restart', '/restart main'],
  async run(context, args) {
    const { locale } = context;
    const text = commandText(locale);
    const [typed, ...more] = args;
    if (more.length > 0) throw new UserError('TOO_MANY_ARGUMENTS', text.tooManyArguments(usageLine(restart, locale)));
    const gateway = oneGateway(context, typed, 'restart');
    const { name } = gateway;

    const before = (await look(gateway, PID_LIMIT_MS)).report?.process;
    const treatment = gateway.restart(context.operator.name);
    // A restart that is refused at once is answered at once, without announcing it first.
    const atOnce = await Promise.race([treatment, setImmediate(null)]);
    if (atOnce === null) {
      await context.say({ tone: 'info', title: before === null ? text.starting(name) : text.restarting(name, before?.pid ?? null) });
    }

    const result = await treatment;
    switch (result.outcome) {
      case 'busy':
        return { tone: 'info', title: text.busy(name), note: text.busyNote(name) };
      case 'failed':
        return failed(name, result, locale);
      case 'recovered':
        return recovered(gateway, result, context);
    }
  },
} satisfies Command;
