/** `/history`: the incidents of the last days, the newest first, and how much of the time each gateway was well. */
import { isOutage } from '../src/diagnosis/verdict.ts';
import type { Arguments, Values } from '../src/chat/arguments/arguments.ts';
import { defineCommand, type CommandContext, type GatewayPort } from '../src/chat/command/command.ts';
import type { Button, Message } from '../src/chat/message/message.ts';
import type { Blip } from '../src/incidents/blips.ts';
import type { Incident } from '../src/incidents/incident.ts';
import { compactDuration } from '../src/base/duration.ts';
import { endText, incidentWords } from '../src/text/commands/incident-events.ts';
import { INCIDENT_HELP, incidentTexts } from '../src/text/commands/incidents.ts';
import { formatDuration, formatTime } from '../src/text/common/time.ts';
import { linkName } from '../src/text/common/conditions.ts';
import { bandText } from '../src/text/commands/band.ts';
import { bandsOf } from './shared/band.ts';
import { availabilityOf, lengthOf, percentWell } from './shared/availability.ts';
import { fitting, MAX_CHARACTERS } from './shared/fit.ts';

const DAY_MS = 24 * 3_600_000;
const USUAL_MS = 7 * DAY_MS;
/** What is offered next to whoever has seen all of a window. */
const WINDOWS_MS = [1, 7, 30, 90, 365].map((days) => days * DAY_MS);
/** How much of it is shown. */
export interface HistoryRoom {
  readonly lines: number;
  readonly characters: number;
}

const PHONE: HistoryRoom = { lines: 15, characters: MAX_CHARACTERS };
const MAX_FIGURES = 6;
/** A short restart of Lifeline is not worth a word. */
const WHOLE = 0.99;
const MAX_BLIPS = 3;
const MAX_BUTTONS = 3;

/** One line for each gateway that had trouble, the worst first, and one for all others. */
const figureLines = (
  names: readonly string[],
  all: readonly Incident[],
  { from, now, locale, incidents }: Pick<CommandContext, 'now' | 'locale' | 'incidents'> & { readonly from: number },
): readonly string[] => {
  const text = incidentTexts(locale);
  const window = { from, to: now };
  const ill = names
    .map((name) => {
      const own = all.filter(({ gateway }) => gateway === name);
      return { name, own, ...availabilityOf(own, incidents.watched(name, window), window) };
    })
    .filter(({ own }) => own.length > 0)
    .sort((a, b) => b.outMs - a.outMs || b.own.length - a.own.length);
  const well = names.length - ill.length;
  return [
    ...ill.slice(0, MAX_FIGURES).map(({ name, own, ...availability }) => {
      const { watchedMs } = availability;
      // Of a gateway that was watched all the time that goes without saying.
      const watched = watchedMs >= (now - from) * WHOLE ? null : formatDuration(watchedMs, locale);
      return text.figures(
        name,
        percentWell(availability),
        watched,
        own.length,
        formatDuration(Math.max(...own.map((incident) => lengthOf(incident, now))), locale),
      );
    }),
    ...(ill.length > 0 && well > 0 ? [text.othersWell(well)] : []),
  ];
};

/** One line for each link, and for a process, that was gone for a moment; those of which there were most first. */
const blipLines = (blips: readonly Blip[], single: boolean, locale: CommandContext['locale']): readonly string[] => {
  const text = incidentTexts(locale);
  return [...Map.groupBy(blips, ({ gateway, link }) => JSON.stringify([gateway, link])).values()]
    .sort((a, b) => b.length - a.length)
    .slice(0, MAX_BLIPS)
    .flatMap((each) => {
      const [first] = each;
      if (!first) return [];
      const what = first.link === null ? text.process() : linkName(first.link, locale);
      const outs = each.map(({ from, to }) => to - from);
      const spanMs = Math.max(...each.map(({ to }) => to)) - Math.min(...each.map(({ from }) => from));
      const outMs = outs.reduce((sum, ms) => sum + ms, 0);
      const up = each.length < 2 || first.link === null ? null : percentWell({ watchedMs: spanMs, outMs });
      const span = up === null ? '' : text.blipSpan(formatDuration(spanMs, locale), up);
      return [
        `${text.blips(
          single ? what : `${first.gateway} ${what}`,
          each.length,
          formatDuration(Math.max(...outs), locale),
        )}${span}`,
      ];
    });
};

const entryLine = (
  incident: Incident,
  single: boolean,
  { locale, now }: Pick<CommandContext, 'locale' | 'now'>,
): string => {
  const text = incidentTexts(locale);
  const time = formatDuration(lengthOf(incident, now), locale);
  const end =
    incident.closedAt !== null
      ? [time, endText(incident, locale)]
      : [incident.wellSince === null ? text.stillOpen(time) : text.comingBack(time)];
  const words = incidentWords(incident, locale);
  return text.entry(
    incident.id,
    formatTime(incident.since, locale, now),
    single ? words : `${incident.gateway} ${words}`,
    [...end, ...(incident.outages > 1 ? [text.outages(incident.outages, isOutage(incident.verdict))] : [])].join(
      locale === 'en' ? ', ' : '，',
    ),
  );
};

const ARGS = {
  window: { kind: 'duration', leastMs: 60_000, mostMs: 365 * DAY_MS },
  gateway: { kind: 'gateway', missing: 'all' },
  // Only what is older than this one.
  before: { kind: 'incident', hidden: true },
} as const satisfies Arguments;

export const historyMessage = (
  context: Pick<CommandContext, 'locale' | 'now' | 'incidents'> & {
    readonly gateways: readonly Pick<GatewayPort, 'name'>[];
  },
  { window, gateway, before }: Values<typeof ARGS>,
  room: HistoryRoom = PHONE,
): Message => {
  const { locale, now, gateways } = context;
  const text = incidentTexts(locale);
  const windowMs = window ?? USUAL_MS;
  const all = context.incidents
    .since(now - windowMs)
    .filter((incident) => gateway === null || incident.gateway === gateway.name);
  const names = gateway ? [gateway.name] : gateways.map(({ name }) => name);
  const page = before === null ? all : all.filter(({ id }) => id < before);
  const blips = context.incidents.blips(now - windowMs).filter((blip) => names.includes(blip.gateway));
  const figures = before === null ? figureLines(names, all, { ...context, from: now - windowMs }) : [];
  const bands = before === null ? bandsOf(names, context) : {};
  const moments = before === null ? blipLines(blips, names.length === 1, locale) : [];
  const { shown, left } = fitting(
    page.map((incident) => entryLine(incident, names.length === 1, context)),
    room.lines - figures.length - moments.length,
    room.characters,
  );

  const command = (ms: number, ...more: readonly string[]): string =>
    ['/history', compactDuration(Math.floor(ms / 1_000) * 1_000), ...(gateway ? [gateway.name] : []), ...more].join(
      ' ',
    );
  const last = page[shown.length - 1];
  const older = left > 0 && last ? command(windowMs, `#${last.id}`) : null;
  const longer = WINDOWS_MS.find((ms) => ms > windowMs);
  const next = older === null && longer !== undefined ? command(longer) : null;
  const buttons: readonly Button[] = [
    ...page
      .slice(0, Math.min(MAX_BUTTONS, shown.length))
      .map(({ id }): Button => ({ label: `#${id}`, style: 'plain', command: `/incident ${id}` })),
    ...(older === null ? [] : [{ label: text.olderButton(), style: 'plain', command: older } as const]),
    ...(next === null || longer === undefined
      ? []
      : [{ label: formatDuration(longer, locale), style: 'plain', command: next } as const]),
  ];
  const settled = all.length === 0 ? 'good' : 'info';
  const notes = [
    ...(older === null ? [] : [text.older(left, older)]),
    ...(next === null ? [] : [text.longer(next)]),
    ...(figures.length > 0 ? [text.figuresNote()] : []),
    ...(bands.code !== undefined && settled !== 'good' ? [bandText(locale).legend()] : []),
  ];
  return {
    tone: page.some(({ closedAt }) => closedAt === null) ? 'warning' : settled,
    title: text.historyTitle(gateway?.name ?? null, formatDuration(windowMs, locale), all.length),
    lines: [...figures, ...moments, ...shown],
    ...bands,
    ...(notes.length > 0 ? { note: notes.join('\n') } : {}),
    ...(buttons.length > 0 ? { buttons } : {}),
  };
};

export const history = defineCommand({
  id: 'history',
  aliases: ['历史', '历史故障'],
  role: 'viewer',
  effects: 'reads',
  args: ARGS,
  help: INCIDENT_HELP.history,
  examples: ['/history', '/history 30d', '/history 7d main'],
  run: async (context, values) => historyMessage(context, values),
});
