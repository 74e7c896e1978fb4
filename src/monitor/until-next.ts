/** How long a scheduled loop may be silent: until its next turn, and as long as that may take. */

/** Timers are late at times; a schedule's next turn may fall into an hour that a change of the clocks has twice. */
const SLACK_MS = 60_000;

/** @param next null: never again by this schedule. Never less than what a turn may take, whatever the clock did. */
export const untilNext = (next: Date | null, now: number, turnMs: number): number =>
  next === null ? Infinity : Math.max(0, next.getTime() - now) + turnMs + SLACK_MS;
