/** The end of an incident, once what it is about is no longer ill. */
import type { Incident } from './incident.ts';
import { NOTHING_CHANGED, type IncidentStep } from './input.ts';
import type { IncidentPolicy } from './incident-policy.ts';
import { latestSince, whenWell } from './out-spans.ts';
import type { Standing } from './subject-state.ts';
import { isOwedAnEnd, noteTold } from './tell.ts';
import { lastWellAt, note, stageOf, withLogin } from './timeline.ts';

/**
 * Returns an incident as recovered: at once after a treatment that proved the recovery, otherwise when the recovery has
 * lasted; a trouble that came back before must have been well much longer. @param quiet whether nothing else that
 * belongs to the incident is still under way.
 */
export const close = (
  incident: Incident,
  standing: Exclude<Standing, { is: 'ill' }>,
  quiet: boolean,
  policy: IncidentPolicy,
  now: number,
): IncidentStep => {
  switch (standing.is) {
    case 'unsure': {
      const doubted = { ...incident, wellSince: null };
      if (stageOf(doubted) !== 'waiting') return changed(note(doubted, { at: now, what: 'waiting' }));
      return incident.wellSince === null ? NOTHING_CHANGED : changed(doubted);
    }
    case 'gone': {
      const wellSince = Math.min(incident.wellSince ?? now, now);
      if (now - wellSince >= policy.goneMs)
        return changed(
          note(
            { ...incident, out: whenWell(incident, wellSince), wellSince, closedAt: now },
            { at: now, what: 'closed', why: 'gone' },
          ),
        );
      return wellSince === incident.wellSince
        ? NOTHING_CHANGED
        : changed({ ...incident, out: whenWell(incident, wellSince), wellSince });
    }
    case 'well': {
      const wellSince = Math.min(incident.wellSince ?? dated(standing.since, incident, now), now);
      const ended: Incident = { ...incident, out: whenWell(incident, wellSince), wellSince };
      const login = loginOf(incident, standing.since);
      const well =
        lastWellAt(incident) === null
          ? note(ended, { at: momentOf(wellSince, incident, now), what: 'well', ...login })
          : withLogin(ended, login);
      if (incident.outages === 1 ? isSettled(well, quiet, policy, now) : now - wellSince >= policy.steadyMs)
        return recovered(well, now);
      return well.timeline === incident.timeline && wellSince === incident.wellSince ? NOTHING_CHANGED : changed(well);
    }
  }
};

/** Returns whether all has been well for so long that the incident would be over, had it not come back before. */
export const isSettled = (incident: Incident, quiet: boolean, { settleMs }: IncidentPolicy, now: number): boolean =>
  incident.wellSince !== null && ((quiet && isProvenByTreatment(incident)) || now - incident.wellSince >= settleMs);

/** Returns whether the latest treatment was verified, for this link at least, and nothing bad was seen since. */
export const isProvenByTreatment = ({ link, treatments, verdict }: Incident): boolean => {
  const last = treatments.at(-1);
  if (!last || last.endedAt < verdict.at) return false;
  if (last.outcome === 'recovered') return true;
  // A failed treatment counts when it misses only other links' logins. A failed treatment that misses nothing could not
  // even act.
  return (
    link !== null &&
    last.missing.length > 0 &&
    last.missing.every((missing) => missing.what === 'login' && missing.link !== link)
  );
};

/** Whoever was never told of the trouble is not told that it is over. */
const recovered = (incident: Incident, now: number): IncidentStep => {
  const closed = note({ ...incident, closedAt: now }, { at: now, what: 'closed', why: 'recovered' });
  if (!isOwedAnEnd(incident)) return changed(closed);
  const after = noteTold(closed, 'recovered', 'recovered', now);
  return { incidents: [after], notices: [{ kind: 'recovered', incident: after }], folded: [] };
};

const changed = (incident: Incident): IncidentStep => ({ incidents: [incident], notices: [], folded: [] });

/** The evidence dates the recovery (a login), unless it is older than the trouble (a start long before a freeze). */
const dated = (since: number, { verdict }: Incident, now: number): number => (since > verdict.at ? since : now);

/** In a timeline nothing stands before what was written down earlier. */
const momentOf = (at: number, { timeline }: Incident, now: number): number =>
  Math.min(now, Math.max(at, timeline.at(-1)?.at ?? at));

/** What is well because it has held long enough, or because something else is over, did not log in at that moment. */
const loginOf = (incident: Incident, since: number): { readonly loginAt?: number } =>
  incident.link !== null && since >= latestSince(incident) ? { loginAt: since } : {};
