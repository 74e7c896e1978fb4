/** `/status`: all gateways at a glance, or one in depth, and Lifeline itself. */
import { defineCommand, type CommandContext, type GatewayReport } from '../src/chat/command/command.ts';
import type { Button, Message } from '../src/chat/message/message.ts';
import { byBadness, DOT, worst, worstOf } from '../src/chat/message/tone.ts';
import { argumentText } from '../src/text/commands/arguments.ts';
import { COMMAND_HELP, commandText } from '../src/text/commands/commands.ts';
import { pinText } from '../src/text/commands/pins.ts';
import { silenceText } from '../src/text/commands/silences.ts';
import type { Incident } from '../src/incidents/incident.ts';
import { stageOf } from '../src/incidents/timeline.ts';
import type { Health } from '../src/incidents/severity.ts';
import { bandsOf } from './shared/band.ts';
import { fitting } from './shared/fit.ts';
import { closerLooks, nextSteps } from './shared/next-steps.ts';
import { askGateway, type GatewayAnswer } from './shared/ask-gateway.ts';
import { silenceLines } from './shared/silence.ts';
import { blindLines, depthLines, lifelineLines, stateWords, refusedLines } from './shared/status-lines.ts';

const inDepth = (seen: GatewayAnswer, context: CommandContext, own: readonly string[]): Message => {
  const text = commandText(context.locale);
  if (!seen.report) {
    return {
      tone: 'warning',
      title: text.subject(seen.name, text.cannotLook(seen.problem)),
      lines: [...silenceLines(context, seen.name), ...own],
      buttons: nextSteps(seen, null, context),
    };
  }
  return {
    tone: toneOfReport(seen.report),
    title: text.subject(seen.name, stateWords(seen.report, context.locale)),
    lines: [...depthLines(seen, seen.report, context), ...own],
    ...bandsOf([seen.name], context),
    ...buttonsIfAny(nextSteps(seen, seen.report, context)),
  };
};

const buttonsIfAny = (buttons: readonly Button[]): Pick<Message, 'buttons'> => (buttons.length > 0 ? { buttons } : {});

/**
 * One that cannot be looked at in full may be worse than it looks. While an incident lasts, its card and this answer
 * have one colour: a gateway that fails for want of open files was told in red, and is not half as bad once it logs in.
 */
const toneOfReport = (report: GatewayReport): Health =>
  worst([
    worstOf(report.verdicts),
    ...(isIll(report) ? [report.incident.severity] : []),
    ...(report.problems.length + report.logDoubts.length > 0 ? (['warning'] as const) : []),
  ]);

const isIll = (report: GatewayReport): report is GatewayReport & { readonly incident: Incident } =>
  worstOf(report.verdicts) !== 'good' && report.incident !== null && stageOf(report.incident) === 'ill';

interface Row {
  readonly name: string;
  readonly tone: Health;
  readonly words: string;
}

/** So many fit on a phone without a swipe. */
const MOST_ROWS = 10;
const MOST_ILL = 20;
const MOST_SILENCES = 5;
const MOST_REFUSED = 5;

/** The ill ones first, the worst at the top; of many gateways the well ones are only counted. */
const rowLines = (rows: readonly Row[], { locale }: CommandContext): readonly string[] => {
  const text = commandText(locale);
  const line = ({ name, tone, words }: Row): string => `${DOT[tone]} ${text.subject(name, words)}`;
  const sorted = rows.toSorted((a, b) => byBadness(a.tone, b.tone));
  if (rows.length <= MOST_ROWS) return sorted.map(line);
  const { shown, left } = fitting(sorted.filter(({ tone }) => tone !== 'good').map(line), MOST_ILL);
  const well = rows.filter(({ tone }) => tone === 'good').length;
  return [
    ...shown,
    ...(left > 0 ? [text.moreIll(left)] : []),
    // "All are well" is in the title already.
    ...(well > 0 && well < rows.length ? [`${DOT.good} ${text.othersWell(well)}`] : []),
  ];
};

/** Of each gateway the first; the rest is told of it in depth. */
const someBlind = (all: readonly GatewayAnswer[], context: CommandContext): readonly string[] =>
  all
    .flatMap(({ name, report }) => {
      const [first] = report ? blindLines(report, context) : [];
      return first === undefined
        ? []
        : [first.replace('⚠️ ', () => `⚠️ ${commandText(context.locale).subject(name, '')}`)];
    })
    .slice(0, MOST_ILL);

const someSilences = (context: CommandContext): readonly string[] => {
  const { shown, left } = fitting(silenceLines(context, null), MOST_SILENCES);
  return [...shown, ...(left > 0 ? [silenceText(context.locale).more(left)] : [])];
};

const atAGlance = (all: readonly GatewayAnswer[], context: CommandContext, own: readonly string[]): Message => {
  const text = commandText(context.locale);
  const rows = all.map(
    (seen) =>
      ({
        name: seen.name,
        tone: seen.report ? toneOfReport(seen.report) : 'warning',
        words: seen.report ? stateWords(seen.report, context.locale) : text.cannotLook(seen.problem),
      }) as const,
  );
  const ill = rows.filter(({ tone }) => tone !== 'good').map(({ name }) => name);
  return {
    tone: worst(rows.map(({ tone }) => tone)),
    title: ill.length === 0 ? text.allWell(rows.length) : text.someIll(ill, rows.length),
    lines: [
      ...rowLines(rows, context),
      ...someBlind(all, context),
      ...all
        .flatMap(({ name, report }) =>
          refusedLines(report ?? { refused: [] }, context.locale).map((line) => text.subject(name, line)),
        )
        .slice(0, MOST_REFUSED),
      ...someSilences(context),
      ...own,
    ],
    ...bandsOf(
      rows.map(({ name }) => name),
      context,
    ),
    ...buttonsIfAny(closerLooks(ill)),
  };
};

/** @param own what is to be said of Lifeline itself. */
export const statusMessage = (
  looks: readonly GatewayAnswer[],
  context: CommandContext,
  own: readonly string[],
): Message => {
  const [first, ...others] = looks;
  if (!first) return { tone: 'warning', title: argumentText(context.locale).noGateways(), lines: own };
  return others.length === 0 ? inDepth(first, context, own) : atAGlance(looks, context, own);
};

/** A card is for the person who asks; in a group it would say to all what only operators may see. */
const pinning = async (action: 'pin' | 'unpin', context: CommandContext): Promise<Message> => {
  const { origin, locale } = context;
  const text = pinText(locale);
  if (origin.group !== undefined) return { tone: 'warning', title: text.inPrivate() };
  // The card shows the last looks.
  if (action === 'pin') await Promise.all(context.gateways.map((each) => askGateway(each)));
  return context.carryOut(({ pins }): Message => {
    if (action === 'unpin')
      return { tone: 'info', title: (pins?.unpin(origin) ?? false) ? text.unpinned() : text.notPinned() };
    return (pins?.pin(origin) ?? false)
      ? { tone: 'info', title: text.pinned() }
      : { tone: 'warning', title: text.cannot(), note: text.cannotNote() };
  });
};

export const status = defineCommand({
  id: 'status',
  aliases: ['状态'],
  role: 'viewer',
  effects: 'reads',
  args: {
    gateway: { kind: 'gateway', missing: 'all' },
    // The examples show it.
    action: { kind: 'word', words: { pin: ['固定', '置顶'], unpin: ['取消固定', '取消置顶'] }, hidden: true },
  },
  help: COMMAND_HELP.status,
  examples: ['/status', '/status main', '/status pin'],
  async run(context, { gateway, action }) {
    if (action !== null) return pinning(action, context);
    const looks = await Promise.all((gateway ? [gateway] : context.gateways).map((each) => askGateway(each)));
    return statusMessage(looks, context, lifelineLines(context));
  },
});
