/**
 * What comes next of a critical incident that nobody has acknowledged (`alerts.escalation`). Pure. Step by step, each
 * after the same wait; one that the platform refuses is followed at once by the next.
 */
import type { EscalationConfig } from '../../config/config.ts';
import type { Incident } from '../../incidents/incident.ts';
import { stageOf } from '../../incidents/timeline.ts';

/** A step that was begun. */
export interface TakenStep {
  readonly step: number;
  readonly at: number;
  /** null: its calls are not through. */
  readonly result: 'done' | 'refused' | null;
}

export type Escalation =
  /** It is none that is escalated, or all has been tried. */
  | { readonly is: 'over' }
  | { readonly is: 'waiting'; readonly until: number }
  /** A step that an earlier Lifeline, or an earlier try, has left unfinished. */
  | { readonly is: 'unfinished'; readonly step: number }
  | { readonly is: 'due'; readonly step: number };

/** Whether somebody still has to be found for it. */
export const isEscalated = (incident: Incident): boolean =>
  incident.severity === 'critical' &&
  incident.acknowledged === null &&
  incident.toldAt !== null &&
  stageOf(incident) === 'ill';

/**
 * @param toldAt when the first alert of this outage could go out; null: it has none yet. @param taken the steps so far,
 * in their order.
 */
export const escalationOf = (
  incident: Incident,
  { afterMs, steps }: EscalationConfig,
  toldAt: number | null,
  taken: readonly TakenStep[],
  now: number,
): Escalation => {
  if (!isEscalated(incident) || toldAt === null) return { is: 'over' };
  const last = taken.at(-1);
  if (last?.result === null) return { is: 'unfinished', step: last.step };
  const step = last === undefined ? 0 : last.step + 1;
  if (step >= steps.length) return { is: 'over' };
  const from = last?.at ?? toldAt;
  // A clock that was set back must not make a wait of minutes last for days.
  const until = (from > now ? now : from) + (last?.result === 'refused' ? 0 : afterMs);
  return until > now ? { is: 'waiting', until } : { is: 'due', step };
};
