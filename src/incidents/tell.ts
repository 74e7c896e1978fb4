/**
 * What the operator is told of an incident that is ill. All follows from what they were told before, so that nothing
 * is said twice however a decision wavers, and what came up in silence is said when the silence is over.
 */
import { isTrouble, type Verdict } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident, Notice, Told } from './incident.ts';
import type { IncidentStep } from './input.ts';
import type { IncidentPolicy } from './policy.ts';
import { note } from './timeline.ts';

/** Whether a start or a restart is what the verdict asks for. */
export const isCurable = (verdict: Verdict): boolean => isTrouble(verdict) && verdict.remedy !== 'alert';

/** A decision is about the gateway and all its troubles; what it does not mend has no part in it: a link by a restart, a gateway by that of a link. */
export const decisionFor = (verdict: Verdict, decision: Decision): Decision => {
  const isPart = isCurable(verdict) || (verdict.link === null && !(decision.act === 'treat' && decision.remedy === 'restart_link'));
  return isPart ? decision : { act: 'tell', why: 'not_curable' };
};

/** What the operator knows after a message with this decision: that it is being seen to, or that it is theirs. */
export const toldBy = (decision: Decision): Told => {
  if (decision.act !== 'tell') return 'opened';
  return decision.why === 'out_of_budget' ? 'out_of_budget' : 'asked';
};

/** A message about it was written. */
export const said = (incident: Incident, kind: Notice['kind'], told: Told, now: number): Incident =>
  note({ ...incident, told, toldAt: now }, { at: now, what: 'told', kind });

/** Whether an alert is out that nothing has taken back: its own, or one of a link that became part of it in silence. */
export const isOwedAnEnd = ({ told, toldAt }: Incident): boolean => (told === 'nothing' ? toldAt !== null : told !== 'recovered');

/** @returns the step of an incident that is ill, with what is worth telling of it now. */
export const tell = (incident: Incident, decision: Decision, silent: boolean, policy: IncidentPolicy, now: number): IncidentStep => {
  const view = decisionFor(incident.verdict, decision);
  const kind = silent ? null : newsOf(incident, view, policy, now);
  if (kind === null) return { incidents: [incident], notices: [], folded: [] };
  // A reminder changes nothing of what is known, unless the last word was that it is over.
  const told = kind === 'reminder' && incident.told !== 'recovered' ? incident.told : toldBy(view);
  const after = said(incident, kind, told, now);
  return { incidents: [after], notices: [kind === 'out_of_budget' ? { kind, incident: after } : { kind, incident: after, decision: view }], folded: [] };
};

const newsOf = (incident: Incident, decision: Decision, { remindMs }: IncidentPolicy, now: number): Exclude<Notice['kind'], 'treatment_failed' | 'recovered'> | null => {
  const { told, toldAt, outages, acknowledged } = incident;
  if (told === 'nothing') return outages === 1 ? 'opened' : 'again';
  if (decision.act === 'tell' && told !== 'out_of_budget') {
    if (decision.why === 'out_of_budget') return 'out_of_budget';
    // Of what is only tried out, nobody was promised anything.
    if (told !== 'asked' && decision.why !== 'dry_run') return 'needs_operator';
  }
  return remindMs !== null && acknowledged === null && toldAt !== null && now - toldAt >= remindMs ? 'reminder' : null;
};
