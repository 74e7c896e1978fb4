/**
 * How incidents go on, as a pure function: what the diagnosis and the treatments say goes in, changed incidents
 * and what is worth telling come out. One incident per gateway or link; while the gateway as a whole is ill, the
 * troubles of its links belong to its incident.
 */
import type { Incident } from './incident.ts';
import type { Acknowledged, IncidentInput, IncidentStep, KnownIncidents } from './input.ts';
import { stepJudged } from './apply-judgement.ts';
import type { IncidentPolicy } from './incident-policy.ts';
import { note } from './timeline.ts';
import { stepTreated } from './treated.ts';

/** @param nextId the id of the next incident that opens; those after it count up from there. */
export const stepIncidents = (
  known: KnownIncidents,
  input: IncidentInput,
  policy: IncidentPolicy,
  now: number,
  nextId: number,
): IncidentStep => {
  const open = known.open.filter(({ closedAt }) => closedAt === null);
  if (input.kind === 'acknowledged') return quietly(acknowledged(open, input, now));
  const mine = open.filter(({ gateway }) => gateway === input.gateway);
  switch (input.kind) {
    case 'judged':
      return stepJudged(mine, known.closed, input, policy, now, nextId);
    case 'treated':
      return stepTreated(mine, input, now);
    case 'unwatched':
      return quietly(
        mine.map((incident) => note({ ...incident, closedAt: now }, { at: now, what: 'closed', why: 'unwatched' })),
      );
  }
};

/** The first person to acknowledge the incident is the one who is named. */
const acknowledged = (open: readonly Incident[], { ids, by }: Acknowledged, now: number): readonly Incident[] =>
  open
    .filter((incident) => ids.includes(incident.id) && incident.acknowledged === null)
    .map((incident) => note({ ...incident, acknowledged: { by, at: now } }, { at: now, what: 'acknowledged', by }));

const quietly = (incidents: readonly Incident[]): IncidentStep => ({ incidents, notices: [], folded: [] });
