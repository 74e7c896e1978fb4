/** How much of the time a gateway was well, by its incidents. */
import type { Incident } from '../../src/incidents/incident.ts';
import { outMs, outSpans } from '../../src/incidents/out-spans.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** How long it lasted: the time out of service, or all of a trouble in which there was none. */
export const lengthOf = (incident: Incident, now: number): number => {
  const { from, to } = spanOf(incident, now);
  return outSpans(incident).length === 0 ? to - from : outMs(incident, now);
};

/** From the beginning of the trouble to when all was well again. */
export const spanOf = ({ since, wellSince, closedAt }: Pick<Incident, 'since' | 'wellSince' | 'closedAt'>, now: number): Span => {
  const to = Math.min(now, wellSince ?? closedAt ?? now);
  return { from: Math.min(since, to), to };
};

/** @returns for how long at least one of them was out of service between `from` and `to`, milliseconds. */
export const outOfServiceMs = (incidents: readonly Incident[], { from, to }: Span): number => {
  const spans = incidents.flatMap((incident) => outSpans(incident).map((span): Span => ({ from: span.from, to: Math.min(span.to ?? to, to) }))).sort((a, b) => a.from - b.from);
  let total = 0;
  let counted = from;
  for (const span of spans) {
    const begin = Math.max(counted, span.from);
    if (span.to <= begin) continue;
    total += span.to - begin;
    counted = span.to;
  }
  return total;
};

/** @returns `99.98%`; 100% only where there was no trouble at all, 0% only where there was nothing else. */
export const percentWell = (troubleMs: number, { from, to }: Span): string => {
  if (troubleMs <= 0 || to <= from) return '100%';
  const hundredths = Math.floor((1 - troubleMs / (to - from)) * 10_000);
  return troubleMs >= to - from ? '0%' : `${(Math.max(1, hundredths) / 100).toFixed(2)}%`;
};
