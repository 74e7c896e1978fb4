/** Maintenance windows: times in which Lifeline lets the gateway alone. */
import { createTask } from 'node-cron';
import { firstMomentOf, localTimeOf, momentsOf, type LocalTime } from '../base/local-time.ts';

export interface MaintenanceWindow {
  /** Cron expression of its beginnings, in the machine's zone or the configured one. */
  readonly schedule: string;
  readonly durationMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const DAY_MS = DAY_MINUTES * MINUTE_MS;
/** Between two 29ths of February lie eight years at most. */
const LOOK_AHEAD_DAYS = 9 * 366;

/** @returns when the window ends that `now` lies in, milliseconds since the epoch; null outside of all. */
export const maintenanceUntil = (windows: readonly MaintenanceWindow[], now: number): number | null => {
  const ends = windows.map((window) => endOf(window, now)).filter((end) => end !== null);
  return ends.length ? Math.max(...ends) : null;
};

const endOf = (window: MaintenanceWindow, now: number): number | null => {
  const begun = latestBeginning(window, Math.floor(now / MINUTE_MS) * MINUTE_MS);
  return begun !== null && begun + window.durationMs > now ? begun + window.durationMs : null;
};

/** A look comes every few seconds, and some schedules begin in every minute. */
const known = new Map<string, { readonly minute: number; readonly begun: number | null }>();

/** Looks back, day by day, for a beginning that has not run out yet; the latest one ends last. */
const latestBeginning = ({ schedule, durationMs }: MaintenanceWindow, minute: number): number | null => {
  const key = `${durationMs} ${schedule}`;
  const remembered = known.get(key);
  if (remembered?.minute === minute) return remembered.begun;
  const { year, month, day } = localTimeOf(minute);
  let begun: number | null = null;
  for (let ago = 0; begun === null && (ago - 1) * DAY_MS < durationMs + DAY_MS; ago += 1) {
    const past = beginningsOn(schedule, { year, month, day: day - ago }).filter((at) => at <= minute);
    begun = past.length === 0 ? null : Math.max(...past);
  }
  known.set(key, { minute, begun });
  return begun;
};

/** @returns when the schedule begins next after `now`; null when never. */
export const nextBeginning = (schedule: string, now: number): number | null => {
  const { year, month, day } = localTimeOf(now);
  for (let later = 0; later < LOOK_AHEAD_DAYS; later += 1) {
    const coming = beginningsOn(schedule, { year, month, day: day + later }).filter((at) => at > now);
    if (coming.length > 0) return Math.min(...coming);
  }
  return null;
};

/** @returns the beginnings from `from` on and before `to`, in their order. */
export const beginningsBetween = (schedule: string, from: number, to: number): readonly number[] => {
  const { year, month, day } = localTimeOf(from);
  const days = Math.ceil((to - from) / DAY_MS) + 1;
  return Array.from({ length: days }, (_, later) => beginningsOn(schedule, { year, month, day: day + later }))
    .flat()
    .filter((at) => at >= from && at < to)
    .sort((a, b) => a - b);
};

/**
 * As cron does: a window with an hour begins once on each of its days, at the first moment after its time where the
 * clocks leave that out, and only the first time where it comes twice. One of every hour goes by the hours that pass.
 */
const beginningsOn = (schedule: string, date: Omit<LocalTime, 'minuteOfDay'>): readonly number[] => {
  const { days, minutes, everyHour } = partsOf(schedule);
  // Asked in UTC, where each day has all of its minutes.
  if (!days.match(new Date(Date.UTC(date.year, date.month, date.day)))) return [];
  const at = minutes.map((minuteOfDay): LocalTime => ({ ...date, minuteOfDay }));
  return everyHour ? at.flatMap(momentsOf) : [...new Set(at.map(firstMomentOf))];
};

interface Parts {
  /** Matches the midnight of each day that has beginnings. */
  readonly days: ReturnType<typeof createTask>;
  readonly minutes: readonly number[];
  readonly everyHour: boolean;
}

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Made to be asked, never to run. */
const asked = (expression: string) => createTask(expression, () => undefined, { timezone: 'UTC' });

const parts = new Map<string, Parts>();
const partsOf = (schedule: string): Parts => {
  const made = parts.get(schedule);
  if (made) return made;
  const expression = NICKNAMES[schedule.trim().toLowerCase()] ?? schedule;
  // Windows begin with a minute, so a field of seconds before the five says nothing.
  const [minute = '*', hour = '*', ...days] = expression.trim().split(/\s+/).slice(-5);
  const times = asked(`${minute} ${hour} * * *`);
  const of: Parts = {
    days: asked(`0 0 ${days.join(' ')}`),
    minutes: Array.from({ length: DAY_MINUTES }, (_, at) => at).filter((at) => times.match(new Date(at * MINUTE_MS))),
    everyHour: hour === '*',
  };
  parts.set(schedule, of);
  return of;
};
