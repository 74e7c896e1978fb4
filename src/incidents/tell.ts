/**
 * What the operator is told of an incident that is ill. All follows from what they were told before, so that nothing
 * is said twice however a decision wavers, and what came up in silence is said when the silence is over.
 */
import { isTrouble, troublesOf, type Verdict } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident, Notice, LastTold, ToldTrouble } from './incident.ts';
import type { IncidentStep } from './input.ts';
import type { IncidentPolicy } from './incident-policy.ts';
import { note } from './timeline.ts';

/** Whether a start or a restart is what the verdict asks for. */
export const isCurable = (verdict: Verdict): boolean => isTrouble(verdict) && verdict.remedy !== 'alert';

/**
 * Returns the decision as it counts for one of the gateway's troubles. A restart has no part in a link's trouble that
 * no restart mends, nor the restart of a link in a gateway's. That Lifeline can do nothing at all holds for each
 * trouble.
 */
export const decisionFor = (verdict: Verdict, decision: Decision): Decision => {
  const isPart =
    (decision.act === 'tell' && decision.why === 'no_means') ||
    isCurable(verdict) ||
    (verdict.link === null && !(decision.act === 'treat' && decision.remedy === 'restart_link'));
  return isPart ? decision : { act: 'tell', why: 'not_curable' };
};

/**
 * Returns what the operator knows after a message with this decision: that Lifeline sees to the trouble, or that they
 * must.
 */
export const toldBy = (decision: Decision): LastTold => {
  if (decision.act !== 'tell') return 'opened';
  return decision.why === 'out_of_budget' ? 'out_of_budget' : 'asked';
};

/** Notes that a message about the incident was written. */
export const noteTold = (incident: Incident, kind: Notice['kind'], told: LastTold, now: number): Incident =>
  note({ ...incident, told, toldAt: now }, { at: now, what: 'told', kind });

/** Notes that a message says what is wrong now. */
export const withTroubleTold = (incident: Incident, decision: Decision, now: number): Incident => {
  const told = troublesOf(incident.verdict).map((trouble): ToldTrouble => {
    const earlier = incident.toldTroubles.find((each) => each.trouble === trouble);
    const theirs = decision.act === 'tell';
    return earlier && earlier.ringsAt <= now && (earlier.theirs || !theirs)
      ? earlier
      : { trouble, theirs, ringsAt: now };
  });
  return {
    ...incident,
    toldTroubles: [
      ...incident.toldTroubles.filter(({ trouble }) => !told.some((each) => each.trouble === trouble)),
      ...told,
    ],
  };
};

/** Notes that the message just written waits until then. */
export const heldUntil = (incident: Incident, now: number, until: number): Incident => ({
  ...incident,
  toldTroubles: incident.toldTroubles.map((each) => (each.ringsAt === now ? { ...each, ringsAt: until } : each)),
});

/**
 * Returns whether no message has told of the present trouble; with `theirs`, whether none has told that the operator
 * must mend it. A message about another trouble does not count.
 */
const isNew = ({ verdict, toldTroubles }: Incident, theirs: boolean): boolean =>
  troublesOf(verdict).some(
    (trouble) => !toldTroubles.some((each) => each.trouble === trouble && (each.theirs || !theirs)),
  );

/**
 * Returns whether an alert is out that nothing has taken back: the incident's own, or that of a link which became part
 * of it in silence.
 */
export const isOwedAnEnd = ({ told, toldAt }: Incident): boolean =>
  told === 'nothing' ? toldAt !== null : told !== 'recovered';

/** @returns the step of an incident that is ill, with what is worth telling of it now. */
export const tell = (
  incident: Incident,
  decision: Decision,
  silent: boolean,
  policy: IncidentPolicy,
  now: number,
): IncidentStep => {
  const view = decisionFor(incident.verdict, decision);
  const kind = silent ? null : newsOf(incident, view, policy, now);
  if (kind === null) return { incidents: [incident], notices: [], folded: [] };
  // A reminder does not change what the operator knows, unless the last message was that the trouble is over; nor does
  // another trouble change that the budget is used up.
  const known = (kind === 'reminder' && incident.told !== 'recovered') || incident.told === 'out_of_budget';
  const told = known ? incident.told : toldBy(view);
  // An acknowledgement counts for one trouble, not for the next.
  const seen = isNew(incident, false) ? null : incident.acknowledged;
  const after = noteTold({ ...withTroubleTold(incident, view, now), acknowledged: seen }, kind, told, now);
  return {
    incidents: [after],
    notices: [kind === 'out_of_budget' ? { kind, incident: after } : { kind, incident: after, decision: view }],
    folded: [],
  };
};

const newsOf = (
  incident: Incident,
  decision: Decision,
  { remindMs }: IncidentPolicy,
  now: number,
): Exclude<Notice['kind'], 'treatment_failed' | 'recovered'> | null => {
  const { told, toldAt, outages, acknowledged } = incident;
  if (told === 'nothing') return outages === 1 ? 'opened' : 'again';
  if (decision.act === 'tell') {
    if (decision.why === 'out_of_budget' && told !== 'out_of_budget') return 'out_of_budget';
    // Only repetition is folded: another trouble rings, whatever was told of the one before.
    if (decision.why !== 'dry_run' && isNew(incident, true)) return 'needs_operator';
    // In a dry run nobody was promised anything.
    if (decision.why === 'dry_run' && told !== 'recovered' && isNew(incident, false)) return 'needs_operator';
  }
  return remindMs !== null && acknowledged === null && toldAt !== null && now - toldAt >= remindMs ? 'reminder' : null;
};
