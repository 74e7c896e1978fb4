/** `/incident`: one incident from its first sign to its end; without a number the one that is open, or the last. */
import { isOutage } from '../src/diagnosis/verdict.ts';
import { UserError } from '../src/base/errors.ts';
import { redact } from '../src/base/redact/redact.ts';
import { roleAllows } from '../src/chat/access/authorise.ts';
import { defineCommand, type CommandContext, type IncidentsPort } from '../src/chat/command/command.ts';
import type { Button, Message, Tone } from '../src/chat/message/message.ts';
import { actsFor, NO_ACTS } from '../src/chat/message/treatment-messages.ts';
import { figuresOf } from '../src/incidents/figures.ts';
import type { Happening, Incident } from '../src/incidents/incident.ts';
import { endOf, stageOf } from '../src/incidents/timeline.ts';
import { commandText } from '../src/text/commands/commands.ts';
import { endText, happeningText, incidentWords } from '../src/text/commands/incident-events.ts';
import { INCIDENT_HELP, incidentTexts } from '../src/text/commands/incidents.ts';
import { beforeText } from '../src/text/notices/changes-before.ts';
import type { Locale } from '../src/text/locale.ts';
import { formatAgo, formatDuration, formatTime } from '../src/text/common/time.ts';
import { lengthOf, spanOf } from './shared/availability.ts';
import { fitting, MAX_CHARACTERS, oneLine } from './shared/fit.ts';

interface Length {
  readonly entries: number;
  readonly characters: number;
}

/** How much of an incident is shown. Of a long story its beginning and its end say most. */
export interface IncidentRoom {
  readonly beginning: Length;
  readonly end: Length;
  /** Of a log line: enough to recognise it by. */
  readonly quote: number;
  readonly characters: number;
}

const PHONE: IncidentRoom = {
  beginning: { entries: 5, characters: 800 },
  end: { entries: 9, characters: 1_200 },
  quote: 120,
  characters: MAX_CHARACTERS,
};
const MAX_OTHERS = 5;
const SECOND_MS = 1_000;

/** What keeps people out comes before what only works badly, the newest first. */
const byWeight = (a: Incident, b: Incident): number =>
  Number(b.severity === 'critical') - Number(a.severity === 'critical') || b.id - a.id;

const latestOf = (incidents: IncidentsPort): Incident | null =>
  incidents.open().toSorted(byWeight)[0] ?? incidents.since(0)[0] ?? null;

/** @returns null where there never was one. @throws UserError `NO_SUCH_INCIDENT`. */
export const findIncident = ({ incidents, locale }: CommandContext, id: number | null): Incident | null => {
  if (id === null) return latestOf(incidents);
  const found = incidents.get(id);
  if (!found)
    throw new UserError(
      'NO_SUCH_INCIDENT',
      incidentTexts(locale).noSuchIncident(id, incidents.since(0)[0]?.id ?? null),
    );
  return found;
};

const whenLine = (incident: Incident, { locale, now }: CommandContext): string => {
  const text = incidentTexts(locale);
  const { from, to } = spanOf(incident, now);
  const time = formatDuration(lengthOf(incident, now), locale);
  const severity = text.severity(incident.severity);
  return incident.closedAt === null
    ? text.openFor(severity, formatTime(from, locale, now), to - from < SECOND_MS ? null : time)
    : text.lasted(severity, formatTime(from, locale, now), formatTime(to, locale, now), time);
};

const entryLines = (
  happening: Happening,
  incident: Incident,
  { locale, now }: CommandContext,
  quote: number,
): readonly string[] => [
  oneLine(`${formatTime(happening.at, locale, now)} ${happeningText(happening, incident, locale)}`),
  ...('evidence' in happening
    ? happening.evidence.map(({ source, text }) => oneLine(`  ${source}: ${redact(text)}`, quote))
    : []),
  ...('before' in happening && happening.before ? [`  ${beforeText(happening.before, locale, now)}`] : []),
];

/** How many of the entries there is room for; one at least. */
const roomFor = (entries: readonly (readonly string[])[], most: Length): number => {
  let left = most.characters;
  const over = entries.findIndex((lines, index) => {
    left -= lines.reduce((sum, line) => sum + line.length + 1, 0);
    return index >= most.entries || (index > 0 && left < 0);
  });
  return over < 0 ? entries.length : over;
};

const storyLines = (
  incident: Incident,
  context: CommandContext,
  { beginning, end, quote }: IncidentRoom,
): readonly string[] => {
  const entries = incident.timeline.map((happening) => entryLines(happening, incident, context, quote));
  const first = roomFor(entries, beginning);
  const rest = entries.slice(first);
  const last = roomFor(rest.toReversed(), end);
  const skipped = rest.length - last;
  return [
    ...entries.slice(0, first).flat(),
    ...(skipped > 0 ? [incidentTexts(context.locale).skipped(skipped)] : []),
    ...rest.slice(skipped).flat(),
  ];
};

const toneOf = (incident: Incident): Tone => {
  const stage = stageOf(incident);
  if (stage === 'over') return 'info';
  return stage === 'ill' ? incident.severity : 'warning';
};

const stateOf = (incident: Incident): 'open' | 'waiting' | 'coming_back' | 'recovered' | 'closed' => {
  const stage = stageOf(incident);
  if (stage !== 'over') return stage === 'ill' ? 'open' : stage;
  return (endOf(incident) ?? 'recovered') === 'recovered' ? 'recovered' : 'closed';
};

const buttonsFor = (incident: Incident, { locale, operator, gateways }: CommandContext): readonly Button[] => {
  const text = incidentTexts(locale);
  if (incident.closedAt !== null) return [{ label: text.historyButton(), style: 'plain', command: '/history' }];
  if (!roleAllows(operator.role, 'operator')) return [];
  const isTreatable = gateways.some((each) => each.name === incident.gateway && each.isTreatable);
  const { first, last } = isTreatable ? actsFor(incident.gateway, [incident.verdict], locale) : NO_ACTS;
  return [
    ...(incident.acknowledged
      ? []
      : [{ label: text.ackButton(), style: 'primary', command: `/ack ${incident.id}` } as const]),
    ...first,
    ...last,
  ];
};

/** @param others that are open, too. */
export const incidentMessage = (
  incident: Incident,
  others: readonly Incident[],
  context: CommandContext,
  room: IncidentRoom = PHONE,
): Message => {
  const { locale, now } = context;
  const text = incidentTexts(locale);
  const { detectMs, healMs } = figuresOf(incident, now);
  const { acknowledged } = incident;
  const head = [
    whenLine(incident, context),
    text.detected(formatDuration(detectMs, locale), healMs === null ? null : formatDuration(healMs, locale)),
    ...(incident.closedAt === null ? [] : [sentence(endText(incident, locale), locale)]),
    ...(incident.outages > 1 ? [text.outages(incident.outages, isOutage(incident.verdict))] : []),
    ...(acknowledged ? [text.acknowledged(acknowledged.by, formatAgo(acknowledged.at, locale, now))] : []),
    ...(others.length > 0 ? [text.others(others.slice(0, MAX_OTHERS).map(({ id }) => id))] : []),
  ];
  return {
    tone: toneOf(incident),
    title: text.title(
      incident.id,
      commandText(locale).subject(incident.gateway, incidentWords(incident, locale)),
      stateOf(incident),
    ),
    lines: fitting([...head, ...storyLines(incident, context, room)], Infinity, room.characters).shown,
    buttons: [
      ...buttonsFor(incident, context),
      ...others
        .slice(0, MAX_OTHERS)
        .map(({ id }): Button => ({ label: `#${id}`, style: 'plain', command: `/incident ${id}` })),
    ],
  };
};

const sentence = (words: string, locale: Locale): string =>
  locale === 'en' ? words.charAt(0).toUpperCase() + words.slice(1) : words;

export const incident = defineCommand({
  id: 'incident',
  aliases: ['事件', '故障'],
  role: 'viewer',
  effects: 'reads',
  answers: 'private',
  args: { id: { kind: 'incident' } },
  help: INCIDENT_HELP.incident,
  examples: ['/incident', '/incident 12'],
  async run(context, { id }) {
    const found = findIncident(context, id);
    if (!found) return { tone: 'good', title: incidentTexts(context.locale).neverAny() };
    const others =
      id === null
        ? context.incidents
            .open()
            .filter((other) => other.id !== found.id)
            .toSorted(byWeight)
        : [];
    return incidentMessage(found, others, context);
  },
});
