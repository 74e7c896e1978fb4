/** How incidents begin and go on. What of that is told is decided in `tell.ts`. */
import { isOutage, troublesOf, type Verdict } from '../diagnosis/verdict.ts';
import { isProvenByTreatment } from './close.ts';
import type { Happening, Incident } from './incident.ts';
import type { IncidentPolicy } from './incident-policy.ts';
import { whileIll } from './out-spans.ts';
import { severityOf, worstSeverity } from './severity.ts';
import { concluded, endOf, lastWellAt, note, stageOf } from './timeline.ts';

/** Opens a new incident, or an earlier one that has come back. */
export const begin = (
  verdict: Verdict,
  closed: readonly Incident[],
  policy: IncidentPolicy,
  now: number,
  newId: () => number,
): Incident => {
  const earlier = cameBack(verdict, closed, policy, now);
  return earlier ? again(earlier, verdict, now) : blank(verdict, now, newId());
};

const blank = (verdict: Verdict, now: number, id: number): Incident => ({
  id,
  gateway: verdict.gateway,
  link: verdict.link,
  openedAt: now,
  since: Math.min(verdict.since, now),
  closedAt: null,
  verdict,
  severity: severityOf(verdict),
  wellSince: null,
  out: isOutage(verdict) ? [{ from: Math.min(verdict.since, now), to: null }] : [],
  outages: 1,
  told: 'nothing',
  toldAt: null,
  toldTroubles: [],
  acknowledged: null,
  treatments: [],
  timeline: [concluded('opened', verdict, now)],
});

/**
 * Returns the latest incident of the same gateway or link, where its operator was told not long ago that it is over.
 */
const cameBack = (
  { gateway, link }: Verdict,
  closed: readonly Incident[],
  { againMs }: IncidentPolicy,
  now: number,
): Incident | null => {
  const latest = closed
    // After a clock was set back, all of them count as closed just now.
    .filter(
      (each) =>
        each.gateway === gateway &&
        each.link === link &&
        each.closedAt !== null &&
        Math.abs(now - each.closedAt) <= againMs,
    )
    .reduce<Incident | null>(
      (best, each) => (best?.closedAt != null && each.closedAt !== null && best.closedAt > each.closedAt ? best : each),
      null,
    );
  if (latest?.told !== 'recovered') return null;
  return (endOf(latest) ?? 'recovered') === 'recovered' ? latest : null;
};

/**
 * Ill once more after it was over. The second time is told; those after it only when they are the operator's to mend.
 */
const again = (incident: Incident, verdict: Verdict, now: number): Incident => {
  const second = incident.outages === 1;
  return illOnceMore(
    {
      ...incident,
      closedAt: null,
      acknowledged: null,
      toldTroubles: [],
      ...(second ? { told: 'nothing', toldAt: null } : {}),
    },
    verdict,
    now,
  );
};

/** Carries on an incident that is still ill, or ill again before it was over. */
export const goOn = (incident: Incident, verdict: Verdict, policy: IncidentPolicy, now: number): Incident => {
  const wellAt = lastWellAt(incident);
  // Of a trouble that comes and goes, each recovery counts that would have ended another incident.
  if (wellAt !== null && incident.outages > 1 && (isProvenByTreatment(incident) || now - wellAt >= policy.settleMs))
    return illOnceMore(incident, verdict, now);
  return ill(incident, verdict, now, wellAt === null && stageOf(incident) === 'ill' ? [] : [{ at: now, what: 'ill' }]);
};

const illOnceMore = (incident: Incident, verdict: Verdict, now: number): Incident => {
  const outages = incident.outages + 1;
  return ill({ ...incident, outages }, verdict, now, [
    { at: now, what: 'again', outage: outages, cause: verdict.cause },
  ]);
};

const ill = (incident: Incident, verdict: Verdict, now: number, happenings: readonly Happening[]): Incident => {
  const { condition, cause } = incident.verdict;
  const other = condition !== verdict.condition || cause !== verdict.cause;
  return note(
    {
      ...incident,
      verdict,
      severity: worstSeverity([incident.severity, severityOf(verdict)]),
      // A message that still waited when the trouble became another one was superseded by the next.
      toldTroubles: incident.toldTroubles.filter(
        ({ trouble, ringsAt }) => ringsAt <= now || troublesOf(verdict).includes(trouble),
      ),
      since: Math.min(incident.since, verdict.since),
      wellSince: null,
      out: whileIll(incident, verdict, now),
      // After a clock was set back, the next reminder is as far off as after a message sent now.
      toldAt: incident.toldAt === null ? null : Math.min(incident.toldAt, now),
    },
    ...happenings,
    ...(other ? [concluded('changed', verdict, now)] : []),
  );
};
