/**
 * The life of incidents, as a pure function: what the diagnosis and the treatments say goes in, changed incidents
 * and what is worth telling come out. One incident per gateway or link; while the gateway as a whole is ill, the
 * troubles of its links belong to its incident.
 */
import type { Incident } from './incident.ts';
import type { IncidentInput, IncidentStep } from './input.ts';
import { stepJudged } from './judged.ts';
import type { IncidentPolicy } from './policy.ts';
import { stepTreated } from './treated.ts';

/**
 * @param open the open incidents, of this gateway or of all.
 * @param nextId the id of the next incident that opens; those after it count up from there.
 */
export const stepIncidents = (
  open: readonly Incident[],
  input: IncidentInput,
  policy: IncidentPolicy,
  now: number,
  nextId: number,
): IncidentStep => {
  const mine = open.filter(({ gateway, closedAt }) => gateway === input.gateway && closedAt === null);
  return input.kind === 'judged' ? stepJudged(mine, input, policy, now, nextId) : stepTreated(mine, input);
};
