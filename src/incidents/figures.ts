/** How long an incident took: what to look at when one asks whether all this is worth it. */
import type { Incident } from './incident.ts';
import { outMs, wellMs } from './out-spans.ts';

export interface IncidentFigures {
  /** From the beginning of the trouble, by the evidence, until Lifeline noticed. */
  readonly detectMs: number;
  /** From the notice until all was well, without the well times in between; null while the trouble lasts. */
  readonly healMs: number | null;
  /** How long people could not use the gateway or link; up to now while that lasts. */
  readonly outMs: number;
}

/**
 * Returns the figures of an incident. One that came back (`outages` > 1) counts each of its outages; `detectMs` is of
 * the first alone. No figure is below zero, wherever the clock was set.
 */
export const figuresOf = (incident: Incident, now: number): IncidentFigures => {
  const { since, openedAt, wellSince, closedAt } = incident;
  const end = wellSince ?? closedAt;
  return {
    detectMs: Math.max(0, openedAt - since),
    healMs: end === null ? null : Math.max(0, end - openedAt - wellMs(incident)),
    outMs: outMs(incident, now),
  };
};
