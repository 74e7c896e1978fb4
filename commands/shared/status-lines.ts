/** The lines of `/status`: what is known of a gateway, of what is silent, and of Lifeline itself. */
import type { CommandContext, GatewayReport } from '../../src/chat/command.ts';
import { toneOf } from '../../src/chat/tone.ts';
import { holderLines } from '../../src/chat/treatment-messages.ts';
import { conditionWords } from '../../src/chat/verdict-words.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { formatBytes } from '../../src/text/bytes.ts';
import { commandText } from '../../src/text/commands.ts';
import type { Locale } from '../../src/text/locale.ts';
import { silenceText } from '../../src/text/silences.ts';
import { formatAgo, formatDuration, formatTime } from '../../src/text/time.ts';
import { causeText, linkConditionText, linkName } from '../../src/text/words.ts';

type Here = Pick<CommandContext, 'locale' | 'now'>;

/** Of an incident before that nobody remembers what it was. */
const REMEMBERED_MS = 30 * 86_400_000;

const clock = (at: number, { locale, now }: Here): string => formatTime(at, locale, now);
const ago = (at: number, { locale, now }: Here): string => formatAgo(at, locale, now);
const both = (at: number, here: Here): string => commandText(here.locale).timeAgo(clock(at, here), ago(at, here));

export const lifelineLines = (context: CommandContext): readonly string[] => {
  const { locale, now } = context;
  const text = commandText(locale);
  const { version, startedAt, channels, undelivered } = context.lifeline();
  return [
    text.lifeline(version, formatDuration(now - startedAt, locale), undelivered),
    ...channels.map(({ name, link, since, problem, lastInboundAt = null, callsThisMonth }) =>
      [
        text.channel(linkName(name, locale), text.channelState(link), clock(since, context), problem),
        // A link that is open and from which nothing comes is the failure that hurts; of one that is down the rest is said.
        ...(lastInboundAt === null ? [] : [text.lastInbound(both(lastInboundAt, context))]),
        ...(callsThisMonth === undefined ? [] : [text.callsThisMonth(callsThisMonth)]),
      ].join(text.comma),
    ),
  ];
};

/** @param gateway null: all of them. */
export const silenceLines = ({ silences, locale, now }: CommandContext, gateway: string | null): readonly string[] => {
  const text = silenceText(locale);
  return silences
    .active(now)
    .filter((silence) => gateway === null || silence.gateway === null || silence.gateway === gateway)
    .map(({ kind, gateway: name, until, by }) => text.one(kind, text.scope(name), formatTime(until, locale, now), formatDuration(until - now, locale), by));
};

const processLine = ({ process, memoryBytes }: GatewayReport, here: Here): string => {
  const text = commandText(here.locale);
  if (process === undefined) return text.neverLooked();
  if (process === null) return text.noProcess();
  const line = text.process(process.pid, clock(process.startedAt, here), formatDuration(here.now - process.startedAt, here.locale));
  return memoryBytes === null ? line : [line, text.memory(formatBytes(memoryBytes))].join(text.comma);
};

const keeperLines = ({ holder, holderProblem }: GatewayReport, locale: Locale): readonly string[] => {
  if (holder) return holderLines(holder, locale);
  return holderProblem === null ? [] : [holderProblem];
};

/** Why the gateway itself is not well; whoever sees that it is down must know whether to start it. */
const causeLines = (itself: Verdict | undefined, { locale }: Here): readonly string[] => {
  if (!itself || toneOf(itself) === 'good') return [];
  const text = commandText(locale);
  const by = itself.evidence.map(({ fact }) => (fact.kind === 'stopped-by-operator' ? fact.by : null)).find((name) => name !== null);
  return [text.cause(by === undefined ? causeText(itself.cause, locale) : text.stoppedBy(by, itself.gateway))];
};

/** How a link is, since when, and when that was last seen to be so. */
const linkLine = (verdict: Verdict & { readonly link: string }, here: Here): string => {
  const { locale } = here;
  const text = commandText(locale);
  const proof = verdict.evidence.reduce((last, { at }) => Math.max(last, at), -Infinity);
  const state = text.sinceAgo(linkConditionText(verdict.condition, locale), clock(verdict.since, here), ago(verdict.since, here));
  return [
    text.subject(linkName(verdict.link, locale), state),
    ...(toneOf(verdict) === 'good' ? [] : [causeText(verdict.cause, locale)]),
    ...(proof > verdict.since ? [text.lastProof(both(proof, here))] : []),
  ].join(text.comma);
};

/** The incident that is open, or else the last one. */
const incidentLines = (name: string, open: Incident | null, context: CommandContext): readonly string[] => {
  const { locale, now, incidents } = context;
  const text = commandText(locale);
  const incident = open ?? incidents.since(now - REMEMBERED_MS).find(({ gateway }) => gateway === name);
  if (!incident) return [];
  const { id, verdict, since, closedAt, wellSince, treatments } = incident;
  const words = conditionWords(verdict, locale);
  if (closedAt === null) return [text.incident(id, words, both(since, context), treatments.length)];
  return [text.lastIncident(id, words, both(since, context), formatDuration((wellSince ?? closedAt) - since, locale))];
};

export const depthLines = (name: string, report: GatewayReport, context: CommandContext): readonly string[] => {
  const text = commandText(context.locale);
  const { verdicts, restarts, incident } = report;
  const itself = verdicts.find((verdict) => verdict.link === null);
  // Of a gateway that is meant to be down its links have nothing to add.
  const links = itself?.condition === 'stopped_on_purpose' ? [] : verdicts.filter((verdict) => verdict.link !== null);
  return [
    ...causeLines(itself, context),
    processLine(report, context),
    ...keeperLines(report, context.locale),
    ...links.map((verdict) => linkLine(verdict, context)),
    text.restarts(restarts.lastHour, restarts.perHour, restarts.lastDay, restarts.perDay),
    ...incidentLines(name, incident, context),
    text.judgedAt(both(report.judgedAt, context)),
  ];
};
