/** How much of the time that it was watched a gateway was well, by its incidents. */
import type { Incident } from '../../src/incidents/incident.ts';
import { outMs, outSpans } from '../../src/incidents/out-spans.ts';
import type { Span } from '../../src/store/watched.ts';

/** How long it lasted: the time out of service, or all of a trouble in which there was none. */
export const lengthOf = (incident: Incident, now: number): number => {
  const { from, to } = spanOf(incident, now);
  return outSpans(incident).length === 0 ? to - from : outMs(incident, now);
};

/** From the beginning of the trouble to when all was well again. */
export const spanOf = (
  { since, wellSince, closedAt }: Pick<Incident, 'since' | 'wellSince' | 'closedAt'>,
  now: number,
): Span => {
  const to = Math.min(now, wellSince ?? closedAt ?? now);
  return { from: Math.min(since, to), to };
};

/** @returns what they cover together, each moment once, within the window; the earliest first. */
const merged = (spans: readonly Span[], window: Span): readonly Span[] =>
  spans
    .map(({ from, to }): Span => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from)
    .reduce<readonly Span[]>((done, span) => {
      const last = done.at(-1);
      return last && span.from <= last.to
        ? [...done.slice(0, -1), { from: last.from, to: Math.max(last.to, span.to) }]
        : [...done, span];
    }, []);

const totalOf = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + to - from, 0);

export interface Availability {
  readonly watchedMs: number;
  /** For how long of that something was out of service. */
  readonly outMs: number;
}

/** @param watched when somebody looked: what nobody has seen counts neither as well nor as ill. */
export const availabilityOf = (
  incidents: readonly Incident[],
  watched: readonly Span[],
  window: Span,
): Availability => {
  const seen = merged(watched, window);
  const out = merged(
    incidents.flatMap(outSpans).map(({ from, to }): Span => ({ from, to: to ?? window.to })),
    window,
  );
  return { watchedMs: totalOf(seen), outMs: seen.reduce((sum, span) => sum + totalOf(merged(out, span)), 0) };
};

/**
 * @returns `99.98%`; 100% only where there was no trouble at all, 0% only where there was nothing else. null: it was
 * not watched.
 */
export const percentWell = ({ watchedMs, outMs }: Availability): string | null => {
  if (watchedMs <= 0) return null;
  if (outMs <= 0) return '100%';
  const hundredths = Math.floor((1 - outMs / watchedMs) * 10_000);
  return outMs >= watchedMs ? '0%' : `${(Math.max(1, hundredths) / 100).toFixed(2)}%`;
};
