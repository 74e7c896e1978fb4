/**
 * The gateway as a whole is ill: what was open about its links is told with its incident from now on. When each began
 * and how it was treated stays its own: a link that was lost for minutes does not make its gateway be down for minutes.
 */
import type { Incident } from './incident.ts';
import type { Fold } from './input.ts';
import { worstSeverity } from './severity.ts';
import { isOwedAnEnd } from './tell.ts';
import { note } from './timeline.ts';

export interface Folding {
  readonly into: Incident;
  /** The links' own incidents, closed without a notice. */
  readonly closed: readonly Incident[];
  readonly folded: readonly Fold[];
}

export const fold = (incident: Incident, links: readonly Incident[], now: number): Folding => {
  if (links.length === 0) return { into: incident, closed: [], folded: [] };
  return {
    into: {
      ...incident,
      ...tellingOf(incident, links),
      severity: worstSeverity([incident, ...links].map(({ severity }) => severity)),
    },
    closed: links.map((link) => note({ ...link, closedAt: now }, { at: now, what: 'closed', why: 'folded' })),
    folded: links.map(({ id }) => ({ from: id, into: incident.id })),
  };
};

/** @returns the incident that this one is part of now, where it was folded and that is still open; otherwise itself. */
export const currentOf = (incident: Incident, open: readonly Incident[]): Incident => {
  const last = incident.timeline.at(-1);
  const folded = last?.what === 'closed' && last.why === 'folded';
  return (folded && open.find(({ gateway, link }) => gateway === incident.gateway && link === null)) || incident;
};

/**
 * Who was told that a link is ill must hear of the end, which is now the gateway's, even where that itself is not told.
 */
const tellingOf = ({ told, toldAt }: Incident, links: readonly Incident[]): Partial<Incident> => {
  const alerts = links.filter(isOwedAnEnd).map((link) => link.toldAt ?? link.openedAt);
  if (alerts.length === 0 || (told !== 'nothing' && told !== 'recovered')) return {};
  return { told: told === 'recovered' ? 'opened' : told, toldAt: Math.max(toldAt ?? 0, ...alerts) };
};
