import type { LinkRule } from './finding.ts';

/** The gateway's brake keeps it off and says itself that all is well: it comes back when it is started by name. */
export const heldByBreaker: LinkRule = (link) =>
  link.held && {
    condition: 'down',
    cause: 'held_by_breaker',
    remedy: 'restart',
    since: link.held.at,
    evidence: [link.held],
  };
