/** What a round of judgement does to the incidents of one gateway. */
import { isTrouble, worksAllTheSame, type Verdict } from '../diagnosis/verdict.ts';
import { begin, goOn } from './begin.ts';
import { NOTHING_KNOWN, worthTelling, type Before } from './change.ts';
import { close, isSettled } from './close.ts';
import { fold } from './fold.ts';
import type { Incident } from './incident.ts';
import { joinSteps, NOTHING_CHANGED, type IncidentStep, type Judged } from './input.ts';
import type { IncidentPolicy } from './incident-policy.ts';
import { standingOf } from './subject-state.ts';
import { tell } from './tell.ts';

export const stepJudged = (
  mine: readonly Incident[],
  closed: readonly Incident[],
  { verdicts, decision, silent, before }: Judged,
  policy: IncidentPolicy,
  now: number,
  nextId: number,
): IncidentStep => {
  // Trouble during a treatment is the treatment's doing; the treatment's end will be judged.
  if (decision.act === 'hold' && decision.why === 'treatment_running') return NOTHING_CHANGED;

  const own = mine.find(({ link }) => link === null);
  const links = mine.filter(({ link }) => link !== null);
  let id = nextId;
  const newId = (): number => id++;
  const beginning = (verdict: Verdict): Incident =>
    withBefore(begin(verdict, closed, policy, now, newId), verdict, before?.(verdict.link) ?? NOTHING_KNOWN, now);
  const telling = (incident: Incident): IncidentStep => tell(incident, decision, silent, policy, now);

  const standing = standingOf(null, verdicts);
  const isApart = standing.is === 'ill' && worksAllTheSame(standing.verdict.cause);
  if (standing.is === 'ill' && !isApart) {
    const ill = own ? goOn(own, standing.verdict, policy, now) : beginning(standing.verdict);
    const { into, closed: absorbed, folded } = fold(ill, links, now);
    const step = telling(into);
    // The closed incidents come first: a gateway has one open incident about each link or itself, in the store as well.
    return { incidents: [...absorbed, ...step.incidents], notices: step.notices, folded };
  }

  const quiet = verdicts.every(({ remedy }) => remedy === 'none');
  // A gateway that works in spite of its trouble has its links' incidents beside its own.
  const ofGateway = (): IncidentStep => {
    if (standing.is === 'ill')
      return telling(own ? goOn(own, standing.verdict, policy, now) : beginning(standing.verdict));
    return own ? close(own, standing, quiet, policy, now) : NOTHING_CHANGED;
  };
  const ending = ofGateway();
  const known = links.map((incident) => {
    const current = standingOf(incident.link, verdicts);
    return current.is === 'ill'
      ? telling(goOn(incident, current.verdict, policy, now))
      : close(incident, current, true, policy, now);
  });
  // Until the gateway itself is well, its links open no incidents of their own; while the gateway is well and only has
  // to stay so, they do.
  const after = ending.incidents[0] ?? own;
  if (!isApart && after?.closedAt === null && !isSettled(after, quiet, policy, now))
    return joinSteps([ending, ...known]);
  const fresh = verdicts
    .filter(
      (verdict) => verdict.link !== null && isTrouble(verdict) && !links.some(({ link }) => link === verdict.link),
    )
    .map((verdict) => telling(beginning(verdict)));
  return joinSteps([ending, ...known, ...fresh]);
};

/** Notes what is known of the time before it beside its beginning, which is the last that has happened. */
const withBefore = (incident: Incident, verdict: Verdict, known: Before, now: number): Incident => {
  const before = worthTelling(known, Math.min(verdict.since, now), now);
  if (before === null) return incident;
  return {
    ...incident,
    timeline: incident.timeline.map((each) =>
      each.at === now && (each.what === 'opened' || each.what === 'again') ? { ...each, before } : each,
    ),
  };
};
