import type { Incident } from './incident.ts';

export interface IncidentPolicy {
  /** How long all must have been well before that is called recovered, where no verified treatment made it so. */
  readonly settleMs: number;
  /** How long a link must have been gone before its incident is closed without a word. */
  readonly goneMs: number;
}

export const DEFAULT_INCIDENT_POLICY: IncidentPolicy = { settleMs: 60_000, goneMs: 3_600_000 };

/** When another judgement may close one of them by the mere passing of time; null: none. */
export const recheckIncidentsAt = (open: readonly Incident[], { settleMs }: IncidentPolicy, now: number): number | null => {
  const times = open
    .flatMap(({ wellSince }) => (wellSince === null ? [] : [wellSince + settleMs]))
    .filter((at) => at > now);
  return times.length ? Math.min(...times) : null;
};
