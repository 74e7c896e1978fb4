/** `/restart`, `/start` and `/stop` go the same way: plan, ask once more where that is called for, begin. */
import { UserError } from '../../src/base/errors.ts';
import { within } from '../../src/base/within.ts';
import type { Command, CommandContext, GatewayPort } from '../../src/chat/command.ts';
import type { Message } from '../../src/chat/message.ts';
import { confirmMessage, planMessage } from '../../src/chat/treatment-messages.ts';
import type { TreatmentPlan } from '../../src/healing/plan.ts';
import { COMMAND_HELP, commandText } from '../../src/text/commands.ts';
import { decisionText } from '../../src/text/decisions.ts';
import { restartHint } from '../../src/text/notices.ts';
import { treatmentTexts } from '../../src/text/treatments.ts';
import { look } from './look.ts';
import { oneGateway } from './pick-gateway.ts';
import { usageLine } from './usage.ts';

type Wish = 'start' | 'restart' | 'stop';

const DRY: ReadonlySet<string> = new Set(['dry', '--dry', 'dry-run', '--dry-run', '演习']);
const CONFIRM: ReadonlySet<string> = new Set(['confirm', 'yes', '确认']);
/** Without a process, in these nobody starts it: neither Lifeline nor its supervisor. */
const STAYS_DOWN: ReadonlySet<string> = new Set(['stopped_on_purpose', 'unknown']);
/** A gateway that cannot be looked at is no reason to keep the operator waiting. */
const PLAN_LIMIT_MS = 20_000;

/** The command of a wish; its examples and its way are the same for all three. */
export const treatmentCommand = (wish: Wish, aliases: readonly string[]): Command => {
  const command: Command = {
    id: wish,
    aliases,
    role: 'operator',
    effects: 'interrupts',
    usage: ['gateway?', 'dry|confirm?'],
    help: COMMAND_HELP[wish],
    examples: [`/${wish}`, `/${wish} main`, `/${wish} main dry`],
    run: (context, args) => treatByCommand(wish, command, context, args),
  };
  return command;
};

/** @returns null when it has begun: how it goes is told by whoever carries it out. */
const treatByCommand = async (wish: Wish, command: Command, context: CommandContext, args: readonly string[]): Promise<Message | null> => {
  const { locale, operator, origin } = context;
  const text = treatmentTexts(locale);
  const words = args.map((arg) => arg.toLowerCase());
  const [dry, confirmed] = [words.some((word) => DRY.has(word)), words.some((word) => CONFIRM.has(word))];
  const [typed, ...more] = args.filter((_arg, index) => !DRY.has(words[index] ?? '') && !CONFIRM.has(words[index] ?? ''));
  if (more.length > 0) throw new UserError('TOO_MANY_ARGUMENTS', commandText(locale).tooManyArguments(usageLine(command, locale)));
  const gateway = oneGateway(context, typed, command.id);
  const { name } = gateway;

  const plan = await planWithin(gateway, wish);
  if (dry || plan.dryRun) return planMessage(name, plan, await policyWords(gateway, context), locale);
  if (wish === 'start' && plan.before) return { tone: 'info', title: text.alreadyRuns(name, plan.before.pid), note: restartHint(name, locale) };
  // One that crashed, or that its supervisor starts again and again, must be told to stay down; one that is down on purpose is.
  if (wish === 'stop' && !plan.before && STAYS_DOWN.has(plan.condition)) return { tone: 'info', title: text.notRunning(name) };
  // Of a gateway that was stopped on purpose nobody's hands are crossed by starting it.
  const held = plan.condition === 'stopped_on_purpose' ? null : plan.held;
  if (!confirmed && (held !== null || (plan.turns ?? 0) > 0)) return confirmMessage(name, plan, `/${command.id} ${name} confirm`, locale);
  return gateway.treat(plan, operator.name, origin) ? null : { tone: 'info', title: text.busy(name), note: text.busyNote(name) };
};

const planWithin = async (gateway: GatewayPort, wish: Wish): Promise<TreatmentPlan> => {
  const plan = await within(gateway.plan(wish), PLAN_LIMIT_MS);
  if (!plan) throw new Error('the gateway and its supervisor could not be looked at in time');
  return plan;
};

/** What Lifeline would do by itself, so that a dry run also answers "why does it not heal?". */
const policyWords = async (gateway: GatewayPort, { locale, now }: CommandContext): Promise<string | null> => {
  const { report } = await look(gateway);
  const text = treatmentTexts(locale);
  // Of a Lifeline that only rehearses the plan itself says it all.
  if (!report || (report.decision.act === 'tell' && report.decision.why === 'dry_run')) return null;
  return report.decision.act === 'nothing' ? text.byPolicyNothing() : text.byPolicy(decisionText(report.decision, locale, now));
};
