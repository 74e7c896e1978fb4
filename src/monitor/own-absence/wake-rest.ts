/** After a sleep of the machine all that is known looks stale, until every gateway has been looked at once more. */
export interface WakeRest {
  /** The machine has just woken. */
  begin(now: number): void;
  /** @returns until when nothing is concluded, milliseconds since the epoch; null: now is fine. */
  until(now: number): number | null;
}

const REST_MS = 60_000;

export const createWakeRest = (): WakeRest => {
  let restUntil = -Infinity;
  return {
    begin: (now) => {
      restUntil = now + REST_MS;
    },
    // Further ahead, the clock was set back meanwhile.
    until: (now) => (now < restUntil && restUntil <= now + REST_MS ? restUntil : null),
  };
};
