/**
 * The last 24 hours of a gateway as a band of one sign an hour, and how much of the time that it was watched it was
 * well.
 */
import type { CommandContext } from '../../src/chat/command/command.ts';
import type { HourState, Message } from '../../src/chat/message/message.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type { Span } from '../../src/store/watched.ts';
import { bandText } from '../../src/text/commands/band.ts';
import { formatDuration } from '../../src/text/common/time.ts';
import { availabilityOf, percentWell, type Availability } from './availability.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = 24;
const WINDOWS_MS = [DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
/** A short restart of Lifeline is not worth a word. */
const WHOLE = 0.99;

/** The higher the better; blocks are equally wide in every font. */
const SIGN: Readonly<Record<HourState, string>> = { well: '▇', mostly: '▅', hardly: '▂', out: '▁', unwatched: '░' };

const stateOf = ({ watchedMs, outMs }: Availability): HourState => {
  if (watchedMs <= 0) return 'unwatched';
  if (outMs <= 0) return 'well';
  if (outMs >= watchedMs * WHOLE) return 'out';
  return outMs < watchedMs / 2 ? 'mostly' : 'hardly';
};

type Here = Pick<CommandContext, 'now' | 'locale' | 'incidents'>;

const incidentsOf = (name: string, since: number, { incidents }: Here): readonly Incident[] =>
  incidents.since(since).filter(({ gateway }) => gateway === name);

/** The oldest hour first; null: nobody watched it in that time. */
const hoursOf = (name: string, here: Here): readonly HourState[] | null => {
  const { now, incidents } = here;
  const own = incidentsOf(name, now - DAY_MS, here);
  const watched = incidents.watched(name, { from: now - DAY_MS, to: now });
  const hours = beginnings(now).map((from): HourState => {
    const window: Span = { from, to: from + HOUR_MS };
    return stateOf(availabilityOf(own, watched, window));
  });
  return hours.every((state) => state === 'unwatched') ? null : hours;
};

const beginnings = (now: number): readonly number[] =>
  Array.from({ length: HOURS }, (_, hour) => now - (HOURS - hour) * HOUR_MS);

/** More bands than this say nothing at a glance. */
const MOST = 4;

/** What a message shows of the last 24 hours: text in a font of one width, and the same as a chart. */
export type Bands = Pick<Message, 'code' | 'chart'>;

/**
 * The bands of these gateways, one line each; of a single gateway also how much of the time it was well. Nothing for
 * gateways that nobody watched.
 */
export const bandsOf = (names: readonly string[], here: Here): Bands => {
  if (names.length > MOST) return {};
  const rows = names.flatMap((name) => {
    const hours = hoursOf(name, here);
    return hours === null ? [] : [{ name, hours }];
  });
  if (rows.length === 0) return {};
  const text = bandText(here.locale);
  const [only] = names;
  const signs = (hours: readonly HourState[]): string => hours.map((state) => SIGN[state]).join('');
  const alone = only !== undefined && names.length === 1;
  return {
    code: [
      ...rows.map(({ name, hours }) => (alone ? text.band(signs(hours)) : `${signs(hours)} ${name}`)),
      ...(alone ? uptimeLines(only, here) : []),
    ],
    chart: { rows, hoursFrom: beginnings(here.now), names: text.state, lines: rows.length },
  };
};

/** How much of the last day, week and month it was well, and of how long it was watched where that is less. */
const uptimeLines = (name: string, here: Here): readonly string[] => {
  const { now, locale, incidents } = here;
  const text = bandText(locale);
  const known = WINDOWS_MS.map((ms) => {
    const window: Span = { from: now - ms, to: now };
    return { ms, ...availabilityOf(incidentsOf(name, window.from, here), incidents.watched(name, window), window) };
  });
  // Of a longer window in which no more was watched there is nothing to add.
  const told = known.filter(
    ({ watchedMs }, index) => watchedMs > 0 && (index === 0 || watchedMs > (known[index - 1]?.watchedMs ?? 0)),
  );
  const shown = told.every(({ outMs }) => outMs <= 0) ? told.slice(-1) : told;
  return shown.length === 0
    ? []
    : [
        text.uptime(
          shown.map(({ ms, ...availability }) =>
            text.part(
              ms === DAY_MS ? text.day() : formatDuration(ms, locale),
              percentWell(availability) ?? '',
              availability.watchedMs >= ms * WHOLE ? null : formatDuration(availability.watchedMs, locale),
            ),
          ),
        ),
      ];
};
