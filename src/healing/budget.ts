/** How many restarts are left of those that `config/gateway-schema.ts` allows. Counts what Lifeline did itself; pure. */
import type { Budget } from '../config/config.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface Spent {
  readonly lastHour: number;
  readonly lastDay: number;
  /** The next restart may come at this time, milliseconds since the epoch; null: at once. */
  readonly pauseUntil: number | null;
}

/**
 * Clocks are set back, and then restarts lie in the future. Up to a day ahead they count as made just now, which
 * passes when the clock gets there. Further ahead the clock was simply wrong and may never get there, so these
 * count too but leave one restart.
 */
export const spent = (restarts: readonly number[], budget: Budget, now: number): Spent => {
  const wrong = restarts.filter((at) => at > now + DAY_MS).length;
  const made = restarts.filter((at) => at <= now + DAY_MS).map((at) => Math.min(at, now));
  const within = (windowMs: number, limit: number): number =>
    made.filter((at) => at >= now - windowMs).length + Math.min(wrong, Math.max(0, limit - 1));
  const lastDay = within(DAY_MS, budget.perDay);
  const pauseMs = budget.pausesMs[Math.min(lastDay, budget.pausesMs.length) - 1] ?? 0;
  const pauseUntil = Math.max(...made) + pauseMs;
  return { lastHour: within(HOUR_MS, budget.perHour), lastDay, pauseUntil: pauseUntil > now ? pauseUntil : null };
};
