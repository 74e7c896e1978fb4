/** What an operator hears, step by step, and what is amiss about it whatever had happened: kept in a long history. */
import type { Incident, Notice } from '../../src/incidents/incident.ts';
import type { IncidentStep } from '../../src/incidents/input.ts';

export interface Moment {
  /** By Lifeline's clock. */
  readonly stamp: number;
  /** By no clock. */
  readonly truly: number;
  /** Counts the jumps of the clock so far. */
  readonly segment: number;
  readonly silent: boolean;
}

export type Heard = Notice & Moment;

export interface Span {
  readonly from: Moment;
  readonly to: Moment;
}

export const createHearing = () => {
  const heard: Heard[] = [];
  const folded = new Set<number>();
  const spans = new Map<number, Span>();
  /** Incidents of which an alert is out that nothing has taken back. */
  const alerts = new Set<number>();
  /** Ends of what nobody was told of. */
  const baseless: Heard[] = [];
  /** Incidents that ended as if nobody had been told of them, although somebody was. */
  const unended: number[] = [];

  const hear = (notice: Notice, moment: Moment): void => {
    const { incident } = notice;
    // Each would keep all that had happened up to it.
    const one: Heard = { ...notice, ...moment, incident: { ...incident, treatments: [], timeline: [] } };
    heard.push(one);
    if (notice.kind !== 'recovered') alerts.add(incident.id);
    else if (!alerts.delete(incident.id)) baseless.push(one);
  };

  return {
    heard,
    folded,
    spans,
    baseless,
    unended,
    step: ({ incidents, notices, folded: folds }: IncidentStep, moment: Moment): void => {
      for (const { from, into } of folds) {
        folded.add(from);
        if (alerts.delete(from)) alerts.add(into);
      }
      for (const notice of notices) hear(notice, moment);
      for (const incident of incidents) {
        spans.set(incident.id, { from: spans.get(incident.id)?.from ?? moment, to: moment });
        if (incident.closedAt !== null && alerts.delete(incident.id) && endOf(incident) !== 'gone')
          unended.push(incident.id);
      }
    },
  };
};

const endOf = ({ timeline }: Incident): string | undefined => {
  const end = timeline.findLast(({ what }) => what === 'closed');
  return end?.what === 'closed' ? end.why : undefined;
};
