/** The end of an incident, once what it is about is no longer ill. */
import type { Incident } from './incident.ts';
import { NOTHING_CHANGED, type IncidentStep } from './input.ts';
import type { IncidentPolicy } from './policy.ts';
import type { Standing } from './standing.ts';

/**
 * Recovered at once after a treatment that proved it, and otherwise when it has lasted.
 * @param quiet whether nothing else that belongs to the incident is still under way.
 */
export const close = (
  incident: Incident,
  standing: Exclude<Standing, { is: 'ill' }>,
  quiet: boolean,
  policy: IncidentPolicy,
  now: number,
): IncidentStep => {
  switch (standing.is) {
    case 'unsure':
      return incident.wellSince === null ? NOTHING_CHANGED : changed({ ...incident, wellSince: null });
    case 'gone': {
      const wellSince = Math.min(incident.wellSince ?? now, now);
      if (now - wellSince >= policy.goneMs) return changed({ ...incident, wellSince, closedAt: now });
      return wellSince === incident.wellSince ? NOTHING_CHANGED : changed({ ...incident, wellSince });
    }
    case 'well': {
      const wellSince = Math.min(incident.wellSince ?? dated(standing.since, incident, now), now);
      if ((quiet && isProvenByTreatment(incident)) || now - wellSince >= policy.settleMs) {
        const recovered: Incident = { ...incident, wellSince, closedAt: now, told: 'recovered' };
        return { incidents: [recovered], notices: [{ kind: 'recovered', incident: recovered }], folded: [] };
      }
      return wellSince === incident.wellSince ? NOTHING_CHANGED : changed({ ...incident, wellSince });
    }
  }
};

const changed = (incident: Incident): IncidentStep => ({ incidents: [incident], notices: [], folded: [] });

/** The evidence dates the recovery (a login), unless it is older than the trouble (a start long before a freeze). */
const dated = (since: number, { openedAt }: Incident, now: number): number => (since > openedAt ? since : now);

/** The latest treatment was verified, for this link at least, and nothing bad was seen since. */
const isProvenByTreatment = ({ link, treatments, verdict }: Incident): boolean => {
  const last = treatments.at(-1);
  if (!last || last.endedAt < verdict.at) return false;
  if (last.outcome === 'recovered') return true;
  // A failed one that misses nothing but other links' logins. One that misses nothing could not even act.
  return link !== null && last.missing.length > 0 && last.missing.every((missing) => missing.what === 'login' && missing.link !== link);
};
