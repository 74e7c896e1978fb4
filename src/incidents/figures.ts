/** How long an incident took: what to look at when one asks whether all this is worth it. */
import type { Incident } from './incident.ts';

export interface Figures {
  /** From its beginning, by the evidence, until Lifeline noticed. */
  readonly detectMs: number;
  /** From then until it was well; null while it is ill. */
  readonly healMs: number | null;
  /** From its beginning until it was well; until now while it is ill. */
  readonly totalMs: number;
}

/**
 * One that came back (`outages` > 1) counts from its first beginning to its last end: the time in between, when it
 * was well but not for long, is part of `healMs` and `totalMs`, for it was not healed. `detectMs` is of the first
 * time alone. No figure is below zero, wherever the clock was set.
 */
export const figuresOf = ({ since, openedAt, wellSince, closedAt }: Incident, now: number): Figures => {
  const end = wellSince ?? closedAt;
  return {
    detectMs: Math.max(0, openedAt - since),
    healMs: end === null ? null : Math.max(0, end - openedAt),
    totalMs: Math.max(0, (end ?? now) - since),
  };
};
