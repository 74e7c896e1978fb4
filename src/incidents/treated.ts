/** What the end of a treatment does to the incidents of its gateway. */
import { worksAllTheSame } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { TreatmentResult } from '../healing/treatment.ts';
import type { Incident, Notice } from './incident.ts';
import { NOTHING_CHANGED, type IncidentStep, type Treated } from './input.ts';
import { isCurable, noteTold, toldBy, withTroubleTold } from './tell.ts';
import { note } from './timeline.ts';

export const stepTreated = (
  mine: readonly Incident[],
  { result, decision, silent }: Treated,
  now: number,
): IncidentStep => {
  const treated = mine
    // A gateway that works in spite of its trouble has no part in its link's incident.
    .filter(({ link, verdict }) => link !== null || result.remedy !== 'restart_link' || !worksAllTheSame(verdict.cause))
    // The restart of a link was not for a gateway that is well again and only has to stay so.
    .filter(({ link, verdict, wellSince }) =>
      link === null ? wellSince === null || mine.length === 1 : isCurable(verdict),
    )
    .filter(({ treatments }) => !treatments.some(({ startedAt }) => startedAt === result.startedAt))
    .map((incident): Incident =>
      note(
        { ...incident, treatments: [...incident.treatments, result] },
        { at: now, what: 'treated', index: incident.treatments.length },
      ),
    );
  if (treated.length === 0) return NOTHING_CHANGED;

  // A treatment that somebody asked for is answered where it was asked for; and what is well after all is about to be
  // called recovered.
  const quiet =
    silent ||
    result.outcome === 'recovered' ||
    result.requestedBy !== 'auto' ||
    (decision.act === 'nothing' && decision.why === 'well');
  if (quiet) return { incidents: treated, notices: [], folded: [] };

  const failed = treated.filter((incident) => failedFor(incident, result) && isNews(incident, decision));
  const worthTelling = new Set(failed.slice(0, isAboutGateway(result) ? 1 : undefined));
  const kind = isOutOfBudget(decision) ? 'out_of_budget' : 'treatment_failed';
  const told = decision.act === 'tell' ? toldBy(decision) : 'treatment_failed';
  const notices: Notice[] = [];
  const incidents = treated.map((incident): Incident => {
    if (!failed.includes(incident)) return incident;
    if (!worthTelling.has(incident)) return { ...withTroubleTold(incident, decision, now), told, toldAt: now };
    const after = noteTold(withTroubleTold(incident, decision, now), kind, told, now);
    notices.push(kind === 'out_of_budget' ? { kind, incident: after } : { kind, incident: after, result, decision });
    return after;
  });
  return { incidents, notices, folded: [] };
};

const isOutOfBudget = (decision: Decision): boolean => decision.act === 'tell' && decision.why === 'out_of_budget';

/**
 * An operator who knows that they must mend the trouble need not hear of each try; nor of a trouble that comes and
 * goes, unless they believe that it is over.
 */
const isNews = ({ told, outages }: Incident, decision: Decision): boolean => {
  if (told === 'nothing' || told === 'out_of_budget') return false;
  if (isOutOfBudget(decision)) return true;
  return told === 'recovered' || (told !== 'asked' && outages === 1);
};

/** Returns whether nothing came up at all, so that one message says so for every link. */
const isAboutGateway = ({ missing }: TreatmentResult): boolean =>
  missing.length === 0 || missing.some(({ what }) => what !== 'login');

const failedFor = ({ link }: Incident, result: TreatmentResult): boolean =>
  link === null ||
  isAboutGateway(result) ||
  result.missing.some((missing) => missing.what === 'login' && missing.link === link);
