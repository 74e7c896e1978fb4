/** Local dates and times as moments, also where the clocks change. */

export interface LocalTime {
  readonly year: number;
  /** 0 is January; days beyond the end of a month are days of the next. */
  readonly month: number;
  readonly day: number;
  readonly minuteOfDay: number;
}

const MINUTE_MS = 60_000;
/** Samoa once left out a whole day; nowhere was more left out. */
const LONGEST_GAP_MS = 25 * 60 * MINUTE_MS;
const LONGEST_REPEAT_MS = 3 * 60 * MINUTE_MS;

const dateOf = ({ year, month, day, minuteOfDay }: LocalTime): Date => new Date(year, month, day, 0, minuteOfDay);

const minuteOfDayOf = (date: Date): number => date.getHours() * 60 + date.getMinutes();

/** @returns `23:05` */
export const clockText = (minuteOfDay: number): string =>
  [Math.floor(minuteOfDay / 60), minuteOfDay % 60].map((part) => String(part).padStart(2, '0')).join(':');

/** Returns the local time of a moment, in the zone of this process. */
export const localTimeOf = (at: number): LocalTime => {
  const date = new Date(at);
  return {
    year: date.getFullYear(),
    month: date.getMonth(),
    day: date.getDate(),
    minuteOfDay: minuteOfDayOf(date),
  };
};

/** Returns the moments at which clocks show this: none where the time is left out, two where it comes twice. */
export const momentsOf = (time: LocalTime): readonly number[] => {
  const first = dateOf(time);
  if (minuteOfDayOf(first) !== time.minuteOfDay) return [];
  const at = first.getTime();
  const setBack = new Date(at + LONGEST_REPEAT_MS).getTimezoneOffset() - first.getTimezoneOffset();
  const again = at + setBack * MINUTE_MS;
  return setBack > 0 && minuteOfDayOf(new Date(again)) === time.minuteOfDay ? [at, again] : [at];
};

/** Returns the first moment at which clocks show this, or the first after it where the clocks leave it out. */
export const firstMomentOf = (time: LocalTime): number => {
  const date = dateOf(time);
  if (minuteOfDayOf(date) === time.minuteOfDay) return date.getTime();
  // JavaScript answers as much after the change as the time asked for lies behind it.
  const offset = date.getTimezoneOffset();
  let before = date.getTime() - LONGEST_GAP_MS;
  let after = date.getTime();
  while (after - before > MINUTE_MS) {
    const between = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
    if (new Date(between).getTimezoneOffset() === offset) after = between;
    else before = between;
  }
  return after;
};

/** Zones without summer time. Node takes no offset as TZ, and `Etc/GMT` has whole hours only. */
const BROKEN_HOURS: Readonly<Record<string, string>> = {
  '-09:30': 'Pacific/Marquesas',
  '+04:30': 'Asia/Kabul',
  '+05:30': 'Asia/Kolkata',
  '+05:45': 'Asia/Kathmandu',
  '+06:30': 'Asia/Yangon',
  '+08:45': 'Australia/Eucla',
  '+09:30': 'Australia/Darwin',
};

const SHORT: ReadonlySet<string> = new Set(
  'UTC GMT UCT WET CET MET EET HST ZULU JST PRC ROC ROK IRAN CUBA EIRE'.split(' '),
);

/**
 * Returns the zone as TZ has to name it, so that the times of this process are those of the zone. Short names stand for
 * several zones (CST is China's, America's and Cuba's): for them it is `ambiguous`. @returns null for what is no zone.
 */
export const zoneNamed = (given: string): string | null => {
  const [, sign, hours = '', minutes = '00'] = /^(?:UTC|GMT)?([+-])(\d\d?)(?::?(\d\d))?$/.exec(given) ?? [];
  if (sign !== undefined) {
    const hour = Number(hours);
    if (minutes !== '00') return BROKEN_HOURS[`${sign}${hours.padStart(2, '0')}:${minutes}`] ?? null;
    if (hour > (sign === '+' ? 14 : 12)) return null;
    return hour === 0 ? 'UTC' : `Etc/GMT${sign === '+' ? '-' : '+'}${hour}`;
  }
  try {
    const zone = new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone;
    return /^[A-Z]{3,4}$/i.test(given) && !SHORT.has(given.toUpperCase()) ? 'ambiguous' : zone;
  } catch {
    return null;
  }
};
