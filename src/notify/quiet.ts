/** The quiet hours: when only what needs somebody at once may ring. Pure; by the wall clock of this process (`TZ`). */
import type { QuietHours } from '../config/config.ts';

const MINUTE_MS = 60_000;

/**
 * Goes by the clock on the wall minute by minute: it is right on days of 23 and of 25 hours, also where `to` is a
 * time that such a day has twice or never.
 * @returns when the quiet hours end in which `now` lies, milliseconds since the epoch; null: it lies in none.
 */
export const quietUntil = (quiet: QuietHours | null, now: number): number | null => {
  if (quiet === null || quiet.from === quiet.to || !isQuiet(quiet, now)) return null;
  let end = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  while (isQuiet(quiet, end)) end += MINUTE_MS;
  return end;
};

const isQuiet = ({ from, to }: QuietHours, at: number): boolean => {
  const date = new Date(at);
  const minute = date.getHours() * 60 + date.getMinutes();
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
};
