/** The beginnings of incidents. */
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident } from './incident.ts';
import type { IncidentStep } from './input.ts';
import { decisionFor } from './worsen.ts';

export const openLink = (gateway: string, verdict: Verdict, decision: Decision, now: number, id: number): IncidentStep =>
  opened(blank(gateway, verdict, decision, now, id), decision);

/** The gateway as a whole is ill: what was open about its links becomes part of this. */
export const openGateway = (
  gateway: string,
  verdict: Verdict,
  links: readonly Incident[],
  decision: Decision,
  now: number,
  id: number,
): IncidentStep => {
  const step = opened(
    {
      ...blank(gateway, verdict, decision, now, id),
      since: Math.min(verdict.since, now, ...links.map(({ since }) => since)),
      treatments: treatmentsOf(links),
    },
    decision,
  );
  return {
    // The closed ones first: a gateway has one open incident about a thing, in the store as well.
    incidents: [...links.map((incident) => ({ ...incident, closedAt: now })), ...step.incidents],
    notices: step.notices,
    folded: links.map((incident) => ({ from: incident.id, into: id })),
  };
};

const blank = (gateway: string, verdict: Verdict, decision: Decision, now: number, id: number): Incident => {
  const view = decisionFor(verdict, decision);
  return {
    id,
    gateway,
    link: verdict.link,
    openedAt: now,
    since: Math.min(verdict.since, now),
    closedAt: null,
    verdict,
    wellSince: null,
    told: view.act === 'tell' && view.why === 'out_of_budget' ? 'out_of_budget' : 'opened',
    treatments: [],
  };
};

const opened = (incident: Incident, decision: Decision): IncidentStep => ({
  incidents: [incident],
  notices: [{ kind: 'opened', incident, decision: decisionFor(incident.verdict, decision) }],
  folded: [],
});

/** One restart may have been for several links; it counts once. */
const treatmentsOf = (incidents: readonly Incident[]): Incident['treatments'] =>
  [...new Map(incidents.flatMap(({ treatments }) => treatments).map((result) => [result.startedAt, result])).values()].sort(
    (a, b) => a.startedAt - b.startedAt,
  );
