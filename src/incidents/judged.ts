/** What a round of judgement does to the incidents of one gateway. */
import { isTrouble } from '../diagnosis/verdict.ts';
import { close } from './close.ts';
import type { Incident } from './incident.ts';
import { joinSteps, NOTHING_CHANGED, type IncidentStep, type Judged } from './input.ts';
import { openGateway, openLink } from './open.ts';
import type { IncidentPolicy } from './policy.ts';
import { standingOf } from './standing.ts';
import { worsen } from './worsen.ts';

export const stepJudged = (
  mine: readonly Incident[],
  { gateway, verdicts, decision }: Judged,
  policy: IncidentPolicy,
  now: number,
  nextId: number,
): IncidentStep => {
  // What is ill during a treatment is the treatment's doing; its end will be judged.
  if (decision.act === 'hold' && decision.why === 'treatment_running') return NOTHING_CHANGED;

  const own = mine.find(({ link }) => link === null);
  const standing = standingOf(null, verdicts);
  if (standing.is === 'ill') {
    return own ? worsen(own, standing.verdict, decision) : openGateway(gateway, standing.verdict, mine, decision, now, nextId);
  }

  const quiet = verdicts.every(({ remedy }) => remedy === 'none');
  const ending = own ? close(own, standing, quiet, policy, now) : NOTHING_CHANGED;
  // As long as the gateway's incident is open, its links have none of their own.
  if (own && !ending.incidents.some(({ closedAt }) => closedAt !== null)) return ending;

  const links = mine.filter(({ link }) => link !== null);
  const known = links.map((incident) => {
    const current = standingOf(incident.link, verdicts);
    return current.is === 'ill' ? worsen(incident, current.verdict, decision) : close(incident, current, true, policy, now);
  });
  const fresh = verdicts
    .filter((verdict) => verdict.link !== null && isTrouble(verdict) && !links.some(({ link }) => link === verdict.link))
    .map((verdict, index) => openLink(gateway, verdict, decision, now, nextId + index));
  return joinSteps([ending, ...known, ...fresh]);
};
