/** The gateway's own brakes against too many starts and too many ends by force: Lifeline leaves them room. Pure. */

/** A gateway may brake its own start after more than 5 within 120 s. */
export const STORM = { starts: 4, windowMs: 120_000 };

/** @returns until when one more start would bring the gateway's own brake near; null: there is room. */
export const stormBrakeUntil = (starts: readonly number[], now: number): number | null =>
  roomFrom(starts, { most: STORM.starts, windowMs: STORM.windowMs }, now);

/**
 * @returns until when one more end by force would trip the gateway's own brake; null: there is room. @param ends those
 * of late without a stop, whoever's fault they were.
 */
export const killBrakeUntil = (ends: readonly number[], kills: Brake | null, now: number): number | null =>
  kills === null ? null : roomFrom(ends, kills, now);

interface Brake {
  readonly most: number;
  readonly windowMs: number;
}

const roomFrom = (times: readonly number[], { most, windowMs }: Brake, now: number): number | null => {
  const recent = times.filter((at) => at > now - windowMs && at <= now).sort((a, b) => a - b);
  const first = recent.at(-most);
  return first === undefined ? null : first + windowMs;
};
