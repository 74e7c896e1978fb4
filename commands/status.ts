/** `/status`: all gateways at a glance, or one in depth, and Lifeline itself. */
import { UserError } from '../src/base/errors.ts';
import type { Command, CommandContext, GatewayReport } from '../src/chat/command.ts';
import type { Message } from '../src/chat/message.ts';
import type { Verdict } from '../src/diagnosis/verdict.ts';
import { COMMAND_HELP, commandText } from '../src/text/commands.ts';
import type { Locale } from '../src/text/locale.ts';
import { formatDuration, formatTime } from '../src/text/time.ts';
import { causeText, linkName } from '../src/text/words.ts';
import { look, type Look } from './shared/look.ts';
import { pickGateway } from './shared/pick-gateway.ts';
import { DOT, toneOf, worst, worstOf } from '../src/chat/tone.ts';
import { holderLines } from '../src/chat/treatment-messages.ts';
import { usageLine } from './shared/usage.ts';
import { conditionWords, linkLine, summary } from '../src/chat/verdict-words.ts';

const lifelineLines = (context: CommandContext): readonly string[] => {
  const { locale, now } = context;
  const text = commandText(locale);
  const { version, startedAt, channels, undelivered } = context.lifeline();
  return [
    text.lifeline(version, formatDuration(now - startedAt, locale), undelivered),
    ...channels.map(({ name, link, since, problem, lastInboundAt = null, callsThisMonth }) =>
      [
        text.channel(linkName(name, locale), text.channelState(link), formatTime(since, locale, now), problem),
        // A link that is open and from which nothing comes is the failure that hurts; of one that is down the rest is said.
        ...(lastInboundAt === null ? [] : [text.lastInbound(formatTime(lastInboundAt, locale, now))]),
        ...(callsThisMonth === undefined ? [] : [text.callsThisMonth(callsThisMonth)]),
      ].join(text.comma),
    ),
  ];
};

const processLine = ({ process }: GatewayReport, { locale, now }: CommandContext): string => {
  const text = commandText(locale);
  if (process === undefined) return text.neverLooked();
  if (process === null) return text.noProcess();
  return text.process(process.pid, formatTime(process.startedAt, locale, now), formatDuration(now - process.startedAt, locale));
};

const keeperLines = ({ holder, holderProblem }: GatewayReport, locale: Locale): readonly string[] => {
  if (holder) return holderLines(holder, locale);
  return holderProblem === null ? [] : [holderProblem];
};

/** Why the gateway itself is not well; whoever sees that it is down must know whether to start it. */
const causeLines = (itself: Verdict | undefined, { locale }: CommandContext): readonly string[] => {
  if (!itself || toneOf(itself) === 'good') return [];
  const text = commandText(locale);
  const by = itself.evidence.map(({ fact }) => (fact.kind === 'stopped-by-operator' ? fact.by : null)).find((name) => name !== null);
  return [text.cause(by === undefined ? causeText(itself.cause, locale) : text.stoppedBy(by, itself.gateway))];
};

const depthLines = (report: GatewayReport, context: CommandContext): readonly string[] => {
  const { locale, now } = context;
  const text = commandText(locale);
  const { verdicts, restarts, incident } = report;
  const itself = verdicts.find((verdict) => verdict.link === null);
  return [
    ...causeLines(itself, context),
    processLine(report, context),
    ...keeperLines(report, locale),
    // Of a gateway that is meant to be down its links have nothing to add.
    ...(itself?.condition === 'stopped_on_purpose' ? [] : verdicts.filter((verdict) => verdict.link !== null)).map((verdict) => linkLine(verdict, locale, now)),
    text.restarts(restarts.lastHour, restarts.perHour, restarts.lastDay, restarts.perDay),
    ...(incident ? [text.incident(conditionWords(incident.verdict, locale), formatTime(incident.since, locale, now), incident.treatments.length)] : []),
    text.judgedAt(formatTime(report.judgedAt, locale, now)),
  ];
};

const inDepth = (seen: Look, context: CommandContext): Message => {
  const text = commandText(context.locale);
  if (!seen.report) {
    return { tone: 'warning', title: text.subject(seen.name, text.cannotLook(seen.problem)), lines: lifelineLines(context) };
  }
  return {
    tone: worstOf(seen.report.verdicts),
    title: text.subject(seen.name, summary(seen.report.verdicts, context.locale)),
    lines: [...depthLines(seen.report, context), ...lifelineLines(context)],
  };
};

const atAGlance = (all: readonly Look[], context: CommandContext): Message => {
  const text = commandText(context.locale);
  const rows = all.map((seen) => ({
    name: seen.name,
    tone: seen.report ? worstOf(seen.report.verdicts) : 'warning',
    words: seen.report ? summary(seen.report.verdicts, context.locale) : text.cannotLook(seen.problem),
  }) as const);
  const ill = rows.filter(({ tone }) => tone !== 'good').map(({ name }) => name);
  return {
    tone: worst(rows.map(({ tone }) => tone)),
    title: ill.length === 0 ? text.allWell(rows.length) : text.someIll(ill, rows.length),
    lines: [...rows.map(({ name, tone, words }) => `${DOT[tone]} ${text.subject(name, words)}`), ...lifelineLines(context)],
  };
};

export const status = {
  id: 'status',
  aliases: ['状态'],
  role: 'viewer',
  effects: 'reads',
  usage: ['gateway?'],
  help: COMMAND_HELP.status,
  examples: ['/status', '/status main'],
  async run(context, args) {
    const [typed, ...more] = args;
    if (more.length > 0) throw new UserError('TOO_MANY_ARGUMENTS', commandText(context.locale).tooManyArguments(usageLine(status, context.locale)));
    const chosen = typed === undefined ? context.gateways : [pickGateway(context, typed)];
    const looks = await Promise.all(chosen.map((gateway) => look(gateway)));
    const [first, ...others] = looks;
    if (!first) return { tone: 'warning', title: commandText(context.locale).noGateways(), lines: lifelineLines(context) };
    return others.length === 0 ? inDepth(first, context) : atAGlance(looks, context);
  },
} satisfies Command;
