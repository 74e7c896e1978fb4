/**
 * The last 24 hours of a gateway as a band of one sign an hour, and how much of the time that it was watched it was
 * well.
 */
import type { CommandContext } from '../../src/chat/command/command.ts';
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
const SIGN = { well: '▇', mostly: '▅', hardly: '▂', out: '▁', unwatched: '░' } as const;

const signOf = ({ watchedMs, outMs }: Availability): string => {
  if (watchedMs <= 0) return SIGN.unwatched;
  if (outMs <= 0) return SIGN.well;
  if (outMs >= watchedMs * WHOLE) return SIGN.out;
  return outMs < watchedMs / 2 ? SIGN.mostly : SIGN.hardly;
};

type Here = Pick<CommandContext, 'now' | 'locale' | 'incidents'>;

const incidentsOf = (name: string, since: number, { incidents }: Here): readonly Incident[] =>
  incidents.since(since).filter(({ gateway }) => gateway === name);

/** The oldest hour first; null: nobody watched it in that time. */
const bandOf = (name: string, here: Here): string | null => {
  const { now, incidents } = here;
  const own = incidentsOf(name, now - DAY_MS, here);
  const watched = incidents.watched(name, { from: now - DAY_MS, to: now });
  const band = Array.from({ length: HOURS }, (_, hour): string => {
    const from = now - (HOURS - hour) * HOUR_MS;
    const window: Span = { from, to: from + HOUR_MS };
    return signOf(availabilityOf(own, watched, window));
  }).join('');
  return band === SIGN.unwatched.repeat(HOURS) ? null : band;
};

/** More bands than this say nothing at a glance. */
const MOST = 4;

/**
 * The bands of these gateways, one line each, to be shown in a font of one width; of a single gateway also how much of
 * the time it was well. Nothing for gateways that nobody watched.
 */
export const bandBlock = (names: readonly string[], here: Here): readonly string[] => {
  if (names.length > MOST) return [];
  const bands = names.flatMap((name) => {
    const band = bandOf(name, here);
    return band === null ? [] : [{ name, band }];
  });
  const text = bandText(here.locale);
  const [only] = names;
  if (only !== undefined && names.length === 1)
    return bands.flatMap(({ band }) => [text.band(band), ...uptimeLines(only, here)]);
  return bands.map(({ name, band }) => `${band} ${name}`);
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
