/** The lines of `/status`: what is known of a gateway, of what is silent, and of Lifeline itself. */
import type { CommandContext, GatewayPort, GatewayReport } from '../../src/chat/command/command.ts';
import { toneOf, worstOf } from '../../src/chat/message/tone.ts';
import { supervisorLines } from '../../src/chat/message/treatment-messages.ts';
import { conditionWords, summary } from '../../src/chat/message/verdict-words.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import type { LinkTalk } from '../../src/diagnosis/vitals.ts';
import { platformFor } from '../../src/gateways/platforms/index.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { latestSince } from '../../src/incidents/out-spans.ts';
import { stageOf } from '../../src/incidents/timeline.ts';
import { lengthOf } from './availability.ts';
import { formatBytes } from '../../src/text/common/bytes.ts';
import { foreignFileText, refusalLine } from '../../src/text/common/foreign-files.ts';
import { commandText } from '../../src/text/commands/commands.ts';
import type { Locale } from '../../src/text/locale.ts';
import { formatAgo, formatDuration, formatTime } from '../../src/text/common/time.ts';
import { logDoubtWords } from '../../src/text/common/log-doubts.ts';
import { treatmentTexts } from '../../src/text/common/treatments.ts';
import { causeText, linkConditionText, linkName } from '../../src/text/common/conditions.ts';
import { silenceLines } from './silence.ts';

type Here = Pick<CommandContext, 'locale' | 'now'>;

/** Of an incident before that nobody remembers what it was. */
const REMEMBERED_MS = 30 * 86_400_000;

/** The doctor tells all of them. */
const MOST_REFUSED = 3;

const clock = (at: number, { locale, now }: Here): string => formatTime(at, locale, now);
const ago = (at: number, { locale, now }: Here): string => formatAgo(at, locale, now);
const both = (at: number, here: Here): string => commandText(here.locale).timeAgo(clock(at, here), ago(at, here));

export const lifelineLines = (context: Pick<CommandContext, 'locale' | 'now' | 'lifeline'>): readonly string[] => {
  const { locale, now } = context;
  const text = commandText(locale);
  const { version, startedAt, channels, undelivered } = context.lifeline();
  return [
    text.lifeline(version, formatDuration(now - startedAt, locale), undelivered),
    ...channels.map(({ name, link, since, problem, lastInboundAt = null, callsThisMonth }) =>
      [
        text.channel(linkName(name, locale), text.channelState(link), clock(since, context), problem),
        // A link that is open and from which nothing comes is the failure that hurts; of one that is down the rest is
        // said.
        ...(lastInboundAt === null ? [] : [text.lastInbound(ago(lastInboundAt, context))]),
        ...(callsThisMonth === undefined ? [] : [text.callsThisMonth(callsThisMonth)]),
      ].join(text.comma),
    ),
  ];
};

const processLine = ({ process, memoryBytes, resources }: GatewayReport, isTreatable: boolean, here: Here): string => {
  const text = commandText(here.locale);
  if (!isTreatable) return text.notLookedFor();
  if (process === undefined) return text.neverLooked();
  if (process === null) return text.noProcess();
  const line = text.process(
    process.pid,
    clock(process.startedAt, here),
    formatDuration(here.now - process.startedAt, here.locale),
  );
  // What all its processes hold has a line of its own.
  return memoryBytes === null || resources?.memory
    ? line
    : [line, text.memory(formatBytes(memoryBytes))].join(text.comma);
};

/** What it needs of the machine; the memory of its main process alone stands in that process's line. */
const resourceLines = (
  { process, resources: { memory, files, disk } = {} }: GatewayReport,
  { locale }: Here,
): readonly string[] => {
  // What a process that is gone has last held, nobody holds now.
  if (memory === undefined || process === null) return [];
  return [
    commandText(locale).resources({
      memory: memory && {
        size: formatBytes(memory.bytes),
        ceiling: memory.ceiling === null ? null : formatBytes(memory.ceiling),
        share: memory.ceiling === null ? null : Math.round((memory.bytes / memory.ceiling) * 100),
        processes: memory.processes,
        by: memory.by,
      },
      files: files ?? null,
      disk: disk === undefined ? null : formatBytes(disk.free),
    }),
  ];
};

/** The processes beside it that hold some of its links: none of them is the gateway. */
const sidecarLines = ({ resources: { sidecars = [] } = {} }: GatewayReport, here: Here): readonly string[] => {
  const text = commandText(here.locale);
  return sidecars.flatMap(({ link, process }) => {
    const names = platformFor(link)?.sidecar?.names;
    if (names === undefined) return [];
    const words =
      process === null
        ? text.notRunning()
        : text.process(
            process.pid,
            clock(process.startedAt, here),
            formatDuration(here.now - process.startedAt, here.locale),
          );
    return [text.subject(names[here.locale], words)];
  });
};

const keeperLines = ({ supervisorChoice, choiceProblem }: GatewayReport, locale: Locale): readonly string[] => {
  if (supervisorChoice) return supervisorLines(supervisorChoice, locale);
  return choiceProblem === null ? [] : [choiceProblem];
};

/** Why the gateway itself is not well; whoever sees that it is down must know whether to start it. */
const causeLines = (itself: Verdict | undefined, { locale }: Here): readonly string[] => {
  if (!itself || toneOf(itself) === 'good') return [];
  const text = commandText(locale);
  const by = itself.evidence
    .map(({ fact }) => (fact.kind === 'stopped-by-operator' ? fact.by : null))
    .find((name) => name !== null);
  return [text.cause(by === undefined ? causeText(itself.cause, locale) : text.stoppedBy(by, itself.gateway))];
};

/** How a link is, since when, and when that was last seen to be so. */
const linkLine = (verdict: Verdict & { readonly link: string }, talk: GatewayReport['talk'], here: Here): string => {
  const { locale } = here;
  const text = commandText(locale);
  const proof = verdict.evidence.reduce((last, { at }) => Math.max(last, at), -Infinity);
  const state = text.sinceFor(
    linkConditionText(verdict.condition, locale),
    clock(verdict.since, here),
    formatDuration(here.now - verdict.since, locale),
  );
  return [
    text.subject(linkName(verdict.link, locale), state),
    ...(toneOf(verdict) === 'good' ? [] : [causeText(verdict.cause, locale)]),
    ...(proof > verdict.since ? [text.lastProof(ago(proof, here))] : []),
    ...talkWords(talk?.get(verdict.link), here),
  ].join(text.comma);
};

/** When somebody last wrote, and whether that was answered. */
const talkWords = (talk: LinkTalk | undefined, here: Here): readonly string[] => {
  const text = commandText(here.locale);
  const { askedAt = null, answeredAt = null, waits = false } = talk ?? {};
  const isAnswered = answeredAt !== null && answeredAt >= (askedAt ?? 0);
  return [
    ...(askedAt === null ? [] : [text.lastAsked(ago(askedAt, here))]),
    ...(isAnswered ? [text.lastAnswered(ago(answeredAt, here))] : []),
    // Where no answer was ever seen its absence tells nothing.
    ...(waits && answeredAt !== null && !isAnswered ? [text.notAnsweredYet()] : []),
  ];
};

/** Links that are not judged have no line of their own, and people write there all the same. */
const otherTalkLines = ({ talk, verdicts }: GatewayReport, here: Here): readonly string[] =>
  [...(talk ?? [])].flatMap(([link, each]) => {
    const words = talkWords(each, here);
    if (words.length === 0 || verdicts.some((verdict) => verdict.link === link)) return [];
    const text = commandText(here.locale);
    return [text.subject(linkName(link, here.locale), words.join(text.comma))];
  });

const openLines = ({ incident, verdicts }: GatewayReport, here: Here): readonly string[] => {
  if (incident?.closedAt !== null) return [];
  const { id, verdict, treatments } = incident;
  const since = latestSince(incident);
  // What is well now may have been judged a moment ago, and its incident not yet.
  const stage = worstOf(verdicts) === 'good' ? 'coming_back' : stageOf(incident);
  if (stage === 'waiting' || stage === 'coming_back')
    return [
      commandText(here.locale).endingIncident(
        id,
        conditionWords(verdict, here.locale),
        clock(since, here),
        treatments.length,
        stage,
      ),
    ];
  const words = conditionWords(verdict, here.locale);
  // It stands in the title already.
  const said = words === summary(verdicts, here.locale);
  return [
    commandText(here.locale).incident(
      id,
      said ? null : words,
      clock(since, here),
      formatDuration(here.now - since, here.locale),
      treatments.length,
    ),
  ];
};

/** The last incident that is over, where none is open. */
const lastLines = (name: string, open: Incident | null, context: CommandContext): readonly string[] => {
  const { locale, now, incidents } = context;
  const last = open === null ? incidents.since(now - REMEMBERED_MS).find(({ gateway }) => gateway === name) : open;
  if (last === undefined || last.closedAt === null) return [];
  const { id, verdict, since } = last;
  return [
    commandText(locale).lastIncident(
      id,
      conditionWords(verdict, locale),
      both(since, context),
      formatDuration(lengthOf(last, now), locale),
    ),
  ];
};

/** How a gateway is, in the words of its verdicts and of its incident: the two must not say opposite things. */
export const stateWords = (
  { verdicts, incident }: Pick<GatewayReport, 'verdicts' | 'incident'>,
  locale: Locale,
): string => {
  const words = summary(verdicts, locale);
  return incident?.closedAt === null && worstOf(verdicts) === 'good' ? commandText(locale).justRecovered(words) : words;
};

/**
 * What could not be looked at, and logs that are looked at in vain: without them a gateway may look well that is not.
 */
export const blindLines = (
  { problems, logDoubts }: Pick<GatewayReport, 'problems' | 'logDoubts'>,
  { locale }: Pick<Here, 'locale'>,
): readonly string[] =>
  [
    ...problems,
    ...logDoubts.map(({ path, ...doubt }) => {
      const { what, todo } = logDoubtWords({ ...doubt, where: path }, locale);
      return commandText(locale).subject(what, todo);
    }),
  ].map((words) => `⚠️ ${words}`);

/** What of it cannot be believed: so much less is known of how it is. */
export const refusedLines = ({ refused }: Pick<GatewayReport, 'refused'>, locale: Locale): readonly string[] => [
  ...refused.slice(0, MOST_REFUSED).map((refusal) => refusalLine(refusal, locale)),
  ...(refused.length > MOST_REFUSED ? [foreignFileText(locale).more(refused.length - MOST_REFUSED)] : []),
];

/** What is ill and whether alerts are silent, before what one looks up only now and then. */
export const depthLines = (
  { name, isTreatable }: Pick<GatewayPort, 'name' | 'isTreatable'>,
  report: GatewayReport,
  context: CommandContext,
): readonly string[] => {
  const text = commandText(context.locale);
  const { verdicts, restarts, incident } = report;
  const itself = verdicts.find((verdict) => verdict.link === null);
  // Of a gateway that is meant to be down its links have nothing to add, nor have those of which only that is known
  // that it is ill.
  const isWell = itself === undefined || toneOf(itself) === 'good';
  const links = verdicts
    .filter((verdict) => verdict.link !== null)
    .filter(({ condition }) => itself?.condition !== 'stopped_on_purpose' && (isWell || condition !== 'unknown'));
  return [
    ...causeLines(itself, context),
    ...blindLines(report, context),
    ...links.map((verdict) => linkLine(verdict, report.talk, context)),
    ...(isWell ? otherTalkLines(report, context) : []),
    ...openLines(report, context),
    ...refusedLines(report, context.locale),
    ...silenceLines(context, name),
    processLine(report, isTreatable, context),
    ...sidecarLines(report, context),
    ...resourceLines(report, context),
    ...(isTreatable
      ? [
          ...keeperLines(report, context.locale),
          text.restarts(restarts.lastHour, restarts.perHour, restarts.lastDay, restarts.perDay),
        ]
      : [treatmentTexts(context.locale).noMeans(name)]),
    ...lastLines(name, incident, context),
    text.judgedAt(both(report.judgedAt, context)),
  ];
};
