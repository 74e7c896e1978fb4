/** What was probably meant by a time that cannot be taken: a bare number, or one that is too short or too long. Pure. */
import { compactDuration } from '../../base/duration.ts';
import type { Argument } from './arguments.ts';
import { readDuration } from './read-duration.ts';

const BARE_NUMBER = /^\d{1,5}$/;
/** Ten and more are hardly ever meant as hours. */
const MOST_HOURS = 9;

/** @returns the most probable first, as they would be typed; none where nobody can tell. */
export const likelyDurations = (
  typed: string,
  { leastMs, mostMs }: Pick<Extract<Argument, { kind: 'duration' }>, 'leastMs' | 'mostMs'>,
): readonly string[] => {
  const isBare = BARE_NUMBER.test(typed);
  // A bare number is most often minutes, a small one perhaps hours.
  const readings = isBare ? [`${typed}m`, ...(Number(typed) <= MOST_HOURS ? [`${typed}h`] : [])] : [typed];
  const fitting = readings.filter((reading) => {
    const ms = readDuration(reading);
    return ms !== null && ms >= leastMs && ms <= mostMs;
  });
  if (fitting.length > 0) return fitting;
  const ms = readDuration(readings[0] ?? '');
  return ms === null ? [] : [compactDuration(Math.min(mostMs, Math.max(leastMs, ms)))];
};
