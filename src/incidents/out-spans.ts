/**
 * When what an incident is about was out of service. A well time in between does not count, nor does a trouble with
 * which the gateway goes on working, such as a second process beside it.
 */
import { isOutage, type Verdict } from '../diagnosis/verdict.ts';
import type { Incident, OutSpan } from './incident.ts';
import { lastWellAt } from './timeline.ts';

/** The most spans that are kept: of a trouble that comes and goes for months, the shortest well times are forgotten. */
const MOST = 100;

type Spanned = Pick<Incident, 'out' | 'since' | 'wellSince' | 'closedAt'>;

/** @returns from when to when it was out of service, oldest first; the `to` of the last is null while it is. */
export const outSpans = ({ out, since, wellSince, closedAt }: Spanned): readonly OutSpan[] =>
  (out ?? [{ from: since, to: null }]).map(({ from, to }) => ({ from, to: to ?? wellSince ?? closedAt }));

/** @returns for how long it was out of service, all in all, milliseconds. */
export const outMs = (incident: Spanned, now: number): number =>
  outSpans(incident).reduce((total, { from, to }) => total + Math.max(0, Math.min(to ?? now, now) - from), 0);

/** @returns how long the well times in between were, milliseconds. */
export const wellMs = (incident: Spanned): number => {
  const spans = outSpans(incident);
  return spans.slice(1).reduce((total, { from }, index) => total + Math.max(0, from - (spans[index]?.to ?? from)), 0);
};

/**
 * Returns the beginning of the present outage: that of the latest one where the gateway or link was well in between.
 */
export const latestSince = (incident: Spanned): number => {
  const spans = outSpans(incident);
  return spans.length > 1 ? Math.max(incident.since, spans.at(-1)?.from ?? incident.since) : incident.since;
};

/** Adds that the gateway or link is ill, still or again, and returns the spans. */
export const whileIll = (incident: Incident, verdict: Verdict, now: number): readonly OutSpan[] => {
  const spans = incident.out ?? outSpans(incident);
  const last = spans.at(-1);
  const isOpen = last?.to === null;
  if (!isOutage(verdict)) return isOpen ? whenWell(incident, now) : spans;
  if (!isOpen) {
    const before = incident.wellSince ?? lastWellAt(incident) ?? last?.to ?? -Infinity;
    // Evidence that is older than the well time does not date what has begun since.
    return bounded([...spans, { from: verdict.since > before ? Math.min(verdict.since, now) : now, to: null }]);
  }
  const before = spans.at(-2)?.to ?? -Infinity;
  return verdict.since > before && verdict.since < last.from
    ? [...spans.slice(0, -1), { from: verdict.since, to: null }]
    : spans;
};

/** Adds that the gateway or link has been well, or back in service, since then, and returns the spans. */
export const whenWell = (incident: Spanned, at: number): readonly OutSpan[] => {
  const spans = incident.out ?? outSpans(incident);
  const last = spans.at(-1);
  return last?.to === null ? [...spans.slice(0, -1), { from: last.from, to: Math.max(last.from, at) }] : spans;
};

const bounded = (spans: readonly OutSpan[]): readonly OutSpan[] => {
  if (spans.length <= MOST) return spans;
  const gaps = spans.slice(1).map(({ from }, index) => from - (spans[index]?.to ?? from));
  const first = gaps.indexOf(Math.min(...gaps));
  return spans.flatMap((span, index) => {
    if (index === first + 1) return [];
    return index === first ? [{ from: span.from, to: spans[index + 1]?.to ?? null }] : [span];
  });
};
