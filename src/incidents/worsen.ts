import { isTrouble, type Verdict } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident, Notice, Told } from './incident.ts';
import type { IncidentStep } from './input.ts';

/** Whether a start or a restart is what the verdict asks for. */
export const isCurable = (verdict: Verdict): boolean => isTrouble(verdict) && verdict.remedy !== 'alert';

/** A gateway has one decision for all its troubles; a trouble that no restart mends has no part in a restart. */
export const decisionFor = (verdict: Verdict, decision: Decision): Decision =>
  isCurable(verdict) ? decision : { act: 'tell', why: 'not_curable' };

/**
 * Still ill, or ill again. The operator hears of it only when it now needs them and they were not told so. That is
 * said once in an incident; `out_of_budget` stands for it in `told`, whatever the reason was.
 */
export const worsen = (incident: Incident, verdict: Verdict, decision: Decision): IncidentStep => {
  const view = decisionFor(verdict, decision);
  const changed: Incident = { ...incident, verdict, since: Math.min(incident.since, verdict.since), wellSince: null };
  const notice = newsOf(incident, changed, view);
  const told: Told = notice ? 'out_of_budget' : incident.told;
  return {
    incidents: [{ ...changed, told }],
    notices: notice ? [{ ...notice, incident: { ...changed, told } }] : [],
    folded: [],
  };
};

const newsOf = (before: Incident, after: Incident, decision: Decision): Notice | null => {
  if (before.told === 'out_of_budget' || decision.act !== 'tell') return null;
  if (decision.why === 'out_of_budget') return { kind: 'out_of_budget', incident: after };
  // It was to be healed, and now turns out to be nothing that a restart mends.
  if (decision.why === 'not_curable' && isCurable(before.verdict)) return { kind: 'opened', incident: after, decision };
  return null;
};
