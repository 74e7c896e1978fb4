/** Whether a notice must go at once, or what it waits for: pure. */
import type { QuietHours } from '../config/config.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident, Notice } from '../incidents/incident.ts';
import type { Hold } from './outbox/notification.ts';
import { quietUntil } from './quiet.ts';

/** How long in the quiet hours a critical trouble that Lifeline is healing may take before it rings after all. */
export const HEALING_MS = 900_000;
/** For so long one gateway's notice waits for those of the others. */
export const GATHER_MS = 3_000;
/** Gateways notice a lost network one after the other. */
export const GATHER_NETWORK_MS = 20_000;

export interface HoldOptions {
  readonly quiet: QuietHours | null;
  /** How many gateways are watched: with one there is nothing to wait for. */
  readonly gateways: number;
}

/** @returns all that it waits for; none: it goes at once. */
export const holdsOf = (notice: Notice, { quiet, gateways }: HoldOptions, now: number): readonly Hold[] =>
  [quietHold(notice, quiet, now), gatewayHold(notice, gateways, now)].filter((hold) => hold !== null);

/** In the quiet hours nobody is woken for what heals itself, for what only works badly, or for what is over. */
export const quietHold = (notice: Notice, quiet: QuietHours | null, now: number): Hold | null => {
  const end = quietUntil(quiet, now);
  if (end === null) return null;
  if (notice.kind === 'recovered' || notice.incident.severity === 'warning') return { until: end, why: 'quiet' };
  return isHealing(notice) ? { until: Math.min(end, now + HEALING_MS), why: 'quiet' } : null;
};

const isHealing = (notice: Notice): boolean => {
  switch (notice.kind) {
    case 'opened':
    case 'again':
    case 'treatment_failed':
      return isTreating(notice.decision);
    // What is still ill when a reminder is due does not heal itself; the others say that they need somebody.
    case 'reminder':
    case 'needs_operator':
    case 'out_of_budget':
    case 'recovered':
      return false;
  }
};

/** Whether Lifeline is at it, or only waits between two tries. */
const isTreating = (decision: Decision): boolean =>
  decision.act === 'treat' ||
  (decision.act === 'hold' && ['pause', 'storm_brake', 'treatment_running'].includes(decision.why));

const gatewayHold = ({ kind, incident }: Notice, gateways: number, now: number): Hold | null => {
  if (gateways < 2 || (kind !== 'opened' && kind !== 'recovered')) return null;
  return isNetwork(incident)
    ? { until: now + GATHER_NETWORK_MS, why: 'network' }
    : { until: now + GATHER_MS, why: 'gathering' };
};

const isNetwork = ({ verdict: { condition, cause } }: Incident): boolean =>
  condition === 'network_down' || cause === 'network_unreachable';
