/** `/restart`, `/start` and `/stop` go the same way: plan, ask once more where that is called for, begin. */
import { UserError } from '../../src/base/errors.ts';
import type { Arguments } from '../../src/chat/arguments/arguments.ts';
import { defineCommand, type Command, type CommandContext, type GatewayPort } from '../../src/chat/command/command.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { confirmQuestion, planMessage, treatedName } from '../../src/chat/message/treatment-messages.ts';
import type { LinkName } from '../../src/diagnosis/evidence.ts';
import { isTrouble } from '../../src/diagnosis/verdict.ts';
import type { TreatmentPlan } from '../../src/healing/treatment.ts';
import { COMMAND_HELP, RESTART_WITH_LINKS_HELP } from '../../src/text/commands/commands.ts';
import { decisionText } from '../../src/text/common/decisions.ts';
import type { Locale } from '../../src/text/locale.ts';
import { restartHint } from '../../src/text/notices/notice-lines.ts';
import { treatmentTexts } from '../../src/text/common/treatments.ts';
import { linkName } from '../../src/text/common/conditions.ts';
import { changesSince, obstaclesOf, SITUATION, situationOf } from './situation.ts';
import { askGateway } from './ask-gateway.ts';
import { planInTime } from './plan-in-time.ts';

type Wish = 'start' | 'restart' | 'stop';

/** Without a process, in these nobody starts it: neither Lifeline nor its supervisor. */
const STAYS_DOWN: ReadonlySet<string> = new Set(['stopped_on_purpose', 'unknown']);

const DRY = { dry: ['--dry', 'dry-run', '--dry-run', '演习'] } as const;
/** Of a gateway that can restart one link alone; others say that they cannot. */
const LINKS = { feishu: ['飞书', 'lark'], qqbot: ['qq'] } as const;

const GATEWAY = { kind: 'gateway', missing: 'one' } as const;
/** How things were when it was asked: what has changed since is told and asked again. */
const THEN = { kind: 'pattern', pattern: SITUATION, rule: 'be what a button says', hidden: true } as const;

const ARGS = { gateway: GATEWAY, mode: { kind: 'word', words: DRY }, situation: THEN } as const satisfies Arguments;
const RESTART_ARGS = {
  gateway: GATEWAY,
  modeOrLink: { kind: 'word', words: { ...DRY, ...LINKS } },
  situation: THEN,
} as const satisfies Arguments;

/** The command of a wish; its examples and its way are the same for all three. */
export const treatmentCommand = (wish: Wish, aliases: readonly string[]): Command => {
  const shared = { id: wish, aliases, role: 'operator', effects: 'interrupts', help: COMMAND_HELP[wish] } as const;
  const examples = [`/${wish}`, `/${wish} main`, `/${wish} main dry`];
  if (wish !== 'restart')
    return defineCommand({
      ...shared,
      args: ARGS,
      examples,
      run: (context, values) => treatByCommand(wish, context, values),
    });
  return defineCommand({
    ...shared,
    help: RESTART_WITH_LINKS_HELP,
    args: RESTART_ARGS,
    examples: [...examples, '/restart main feishu'],
    lesser: {
      holds: (gateways) => !gateways.some(({ restartsLinks }) => restartsLinks),
      shown: { args: ARGS, help: COMMAND_HELP.restart, examples },
    },
    run: (context, { modeOrLink, ...values }) => treatByCommand(wish, context, { ...values, mode: modeOrLink }),
  });
};

interface Asked {
  readonly gateway: GatewayPort;
  readonly mode: 'dry' | keyof typeof LINKS | null;
  readonly situation: string | null;
}

/** @returns null when it has begun: how it goes is told by whoever carries it out. */
const treatByCommand = async (
  wish: Wish,
  context: CommandContext,
  { gateway, mode, situation }: Asked,
): Promise<Message | null> => {
  const { locale, operator, origin } = context;
  const text = treatmentTexts(locale);
  const { name } = gateway;
  if (!gateway.isTreatable) return { tone: 'warning', title: text.noMeans(name), lines: [text.noMeansNote()] };

  const link = mode === 'dry' ? null : mode;
  if (link !== null && !gateway.restartsLinks) throw new UserError('LINK_ALONE', text.linkAlone(name));
  const plan = await planInTime(
    gateway,
    link === null ? gateway.plan(wish) : planOfLink(gateway, link, locale),
    locale,
  );
  if (mode === 'dry' || plan.dryRun) return planMessage(name, plan, await policyWords(gateway, context), locale);
  if (wish === 'start' && plan.before)
    return { tone: 'info', title: text.alreadyRuns(name, plan.before.pid), note: restartHint(name, locale) };
  // One that crashed, or that its supervisor starts again and again, must be told to stay down; one that is down on
  // purpose is.
  if (wish === 'stop' && !plan.before && !plan.hasSurvivors && STAYS_DOWN.has(plan.condition))
    return { tone: 'info', title: text.notRunning(name) };

  const obstacles = obstaclesOf(plan);
  const changes = context.by === 'confirmed' ? changesSince(situation, plan, obstacles) : null;
  // A tap on a button that says "restart" is as good as an answer, but not to what the button did not say.
  const asks =
    changes === null
      ? obstacles.length > 0 || (context.by === 'typed' && plan.before !== null && link === null)
      : changes.length > 0;
  if (asks) {
    const question = confirmQuestion(
      treatedName(name, plan.remedy, plan.links, locale),
      plan,
      { obstacles, changes: changes ?? [] },
      locale,
      context.now,
    );
    return context.confirm(
      question.message,
      `/${wish} ${name} ${link === null ? '' : `${link} `}${situationOf(plan, obstacles)}`,
      question.label,
    );
  }
  return gateway.treat(plan, operator.name, origin)
    ? null
    : { tone: 'info', title: text.busy(name), note: text.busyNote(name) };
};

/** @throws UserError in the language of whoever asked. */
const planOfLink = async (gateway: GatewayPort, link: LinkName, locale: Locale): Promise<TreatmentPlan> => {
  try {
    return await gateway.planLink(link);
  } catch (error) {
    if (error instanceof UserError && error.code === 'LINK_UNKNOWN')
      throw new UserError(error.code, treatmentTexts(locale).linkUnknown(gateway.name, linkName(link, locale)), {
        cause: error,
      });
    throw error;
  }
};

/** What Lifeline would do by itself, so that a dry run also answers "why does it not heal?". */
const policyWords = async (gateway: GatewayPort, { locale, now }: CommandContext): Promise<string | null> => {
  const { report } = await askGateway(gateway);
  const text = treatmentTexts(locale);
  // Of a Lifeline that only rehearses the plan itself says it all.
  if (!report || (report.decision.act === 'tell' && report.decision.why === 'dry_run')) return null;
  return report.decision.act === 'nothing'
    ? text.byPolicyNothing()
    : text.byPolicy(
        decisionText(
          report.decision,
          report.verdicts.filter(isTrouble).map(({ cause }) => cause),
          locale,
          now,
        ),
      );
};
