/** Times of log lines as a phone has room for them: most lines are of today, and nobody there reads milliseconds. */

const DATED = /^(\d{4})-(\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,]\d+)?(?= )/;

const dayOf = (now: number): string => {
  const date = new Date(now);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
};

/**
 * `2026-11-21 10:31:05,123 INFO x` of today becomes `10:31:05 INFO x`, of another day `11-21 10:31:05 INFO x`; other
 * lines stay.
 */
export const shortTime = (line: string, now: number): string =>
  line.replace(DATED, (_, year: string, day: string, time: string) => {
    const date = `${year}-${day}`;
    const today = dayOf(now);
    return date === today ? time : `${date.slice(0, 4) === today.slice(0, 4) ? day : date} ${time}`;
  });
