/** What the end of a treatment does to the incidents of its gateway. */
import type { TreatmentResult } from '../healing/decision.ts';
import type { Incident, Notice, Told } from './incident.ts';
import { NOTHING_CHANGED, type IncidentStep, type Treated } from './input.ts';
import { isCurable } from './worsen.ts';

export const stepTreated = (mine: readonly Incident[], { result, decision }: Treated): IncidentStep => {
  const treated = mine
    .filter(({ link, verdict }) => link === null || isCurable(verdict))
    .filter(({ treatments }) => !treatments.some(({ startedAt }) => startedAt === result.startedAt))
    .map((incident): Incident => ({ ...incident, treatments: [...incident.treatments, result] }));
  if (treated.length === 0) return NOTHING_CHANGED;

  // What was asked for by hand is answered there; and what is well after all is about to be called recovered.
  const silent = result.outcome === 'recovered' || result.requestedBy !== 'auto' || (decision.act === 'nothing' && decision.why === 'well');
  if (silent) return { incidents: treated, notices: [], folded: [] };

  const needsOperator = decision.act === 'tell' && (decision.why === 'out_of_budget' || decision.why === 'not_curable');
  const told: Told = needsOperator ? 'out_of_budget' : 'treatment_failed';
  const failed = treated.filter((incident) => incident.told !== 'out_of_budget' && failedFor(incident, result));
  const after = treated.map((incident): Incident => (failed.includes(incident) ? { ...incident, told } : incident));
  const worthTelling = failed.slice(0, isAboutGateway(result) ? 1 : undefined).map(({ id }) => id);
  const notices = after
    .filter(({ id }) => worthTelling.includes(id))
    .map((incident): Notice =>
      decision.act === 'tell' && decision.why === 'out_of_budget'
        ? { kind: 'out_of_budget', incident }
        : { kind: 'treatment_failed', incident, result, decision },
    );
  return { incidents: after, notices, folded: [] };
};

/** Nothing came up at all, so that one message says it for every link. */
const isAboutGateway = ({ missing }: TreatmentResult): boolean =>
  missing.length === 0 || missing.some(({ what }) => what !== 'login');

const failedFor = ({ link }: Incident, result: TreatmentResult): boolean =>
  link === null || isAboutGateway(result) || result.missing.some((missing) => missing.what === 'login' && missing.link === link);
