/**
 * The stage "hold": whether a notice goes at once, and what it waits for otherwise. Pure. Quiet hours go by the wall
 * clock of this process (`TZ`).
 */
import type { QuietHours } from '../config/config.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident, Notice } from '../incidents/incident.ts';

/** One reason for which a notification is not sent at once. */
export interface Hold {
  readonly until: number;
  /** The quiet hours; other gateways that may fail as well, from the same fault, or from a network that is lost. */
  readonly why: 'quiet' | 'gathering' | 'network';
}

export interface Held {
  /** All that it waits for; none: it goes at once. */
  readonly holds: readonly Hold[];
  /** What it waits for the longest; `at_once`: nothing. */
  readonly why: Hold['why'] | 'at_once';
}

/** How long in the quiet hours a critical trouble that Lifeline is healing may take before it rings after all. */
export const HEALING_MS = 900_000;
/** For so long one gateway's notice waits for those of the others; the first alert does not (`outbox/queue.ts`). */
export const GATHER_MS = 3_000;
/** Gateways notice a lost network one after the other. */
export const GATHER_NETWORK_MS = 20_000;

export interface HoldOptions {
  readonly quiet: QuietHours | null;
  /** How many gateways are watched: with one there is nothing to wait for. */
  readonly gateways: number;
}

export const hold = (notice: Notice, { quiet, gateways }: HoldOptions, now: number): Held => {
  const holds = [quietHold(notice, quiet, now), gatewayHold(notice, gateways, now)].filter((each) => each !== null);
  return { holds, why: longest(holds)?.why ?? 'at_once' };
};

/** The hold of a notice for which nobody is woken. */
export const untilMorning = (quiet: QuietHours | null, now: number): readonly Hold[] => {
  const until = quietUntil(quiet, now);
  return until === null ? [] : [{ until, why: 'quiet' }];
};

export const longest = (holds: readonly Hold[]): Hold | null =>
  holds.reduce<Hold | null>((a, b) => (a === null || b.until > a.until ? b : a), null);

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

/** Whether Lifeline is treating it, or only waits between two tries. */
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

const MINUTE_MS = 60_000;

/**
 * Goes by the clock on the wall minute by minute: that is right on days of 23 and of 25 hours, also where `to` is a
 * time that such a day has twice or never.
 * @returns when the quiet hours end in which `now` lies, milliseconds since the epoch; null: it lies in none.
 */
export const quietUntil = (quiet: QuietHours | null, now: number): number | null => {
  if (quiet === null || quiet.from === quiet.to || !isQuietTime(quiet, now)) return null;
  let end = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  while (isQuietTime(quiet, end)) end += MINUTE_MS;
  return end;
};

const isQuietTime = ({ from, to }: QuietHours, at: number): boolean => {
  const date = new Date(at);
  const minute = date.getHours() * 60 + date.getMinutes();
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
};
