/** How long incidents go on, and how often they are told. */
import type { AlertsConfig, WatchConfig } from '../config/config.ts';
import type { Incident } from './incident.ts';

export interface IncidentPolicy {
  /** How long all must have been well before that is called recovered, where no verified treatment made it so. */
  readonly settleMs: number;
  /** How long a link must have been gone before its incident is closed without a word. */
  readonly goneMs: number;
  /** A trouble that comes back within this time after it was over is the same incident once more. */
  readonly againMs: number;
  /** How long an incident that came back must have been well before it is over. */
  readonly steadyMs: number;
  /** How often an open incident is told again that nobody has acknowledged; null: never. */
  readonly remindMs: number | null;
}

/** What no configuration changes. */
const GONE_MS = 3_600_000;

/** Returns the policy of the configuration; only the defaults of the configuration count. */
export const incidentPolicyOf = ({
  watch: { settleMs, againMs, steadyMs },
  alerts: { remindMs },
}: {
  readonly watch: Pick<WatchConfig, 'settleMs' | 'againMs' | 'steadyMs'>;
  readonly alerts: Pick<AlertsConfig, 'remindMs'>;
}): IncidentPolicy => ({ settleMs, goneMs: GONE_MS, againMs, steadyMs, remindMs });

/**
 * Returns when another judgement may change one of the incidents by the mere passing of time; null when none will
 * change so.
 */
export const recheckIncidentsAt = (
  open: readonly Incident[],
  { settleMs, steadyMs }: IncidentPolicy,
  now: number,
): number | null => {
  const times = open
    // An incident that came back settles before it is over: from then on its links have incidents of their own again.
    .flatMap(({ wellSince, outages }) =>
      wellSince === null ? [] : [wellSince + settleMs, ...(outages > 1 ? [wellSince + steadyMs] : [])],
    )
    .filter((at) => at > now);
  return times.length ? Math.min(...times) : null;
};
