/**
 * What node-cron asks of a moment, without `Intl`, whose first format looks into the data of every language that Node
 * has: 7 MB. For the two zones that Lifeline asks about: that of the process, and UTC.
 */

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export type CronZone = 'UTC' | undefined;

/** As node-cron's own. */
export const cronParts = (date: Date, zone: CronZone) => {
  const shown = zone === undefined ? new Date(date.getTime() - date.getTimezoneOffset() * 60_000) : date;
  return {
    day: shown.getUTCDate(),
    month: shown.getUTCMonth() + 1,
    year: shown.getUTCFullYear(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    millisecond: date.getMilliseconds(),
    weekday: WEEKDAYS[shown.getUTCDay()] ?? '',
    get gmt(): string {
      return cronGmt(date, zone);
    },
  };
};

/** `GMT+08:00`; `Z` for none. */
export const cronGmt = (date: Date, zone: CronZone): string => {
  const offset = zone === undefined ? -date.getTimezoneOffset() : 0;
  if (offset === 0) return 'Z';
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.abs(offset);
  return `GMT${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};
