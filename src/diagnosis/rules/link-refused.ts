/** The gateway has ended its tries: it gave up, or the platform refuses the bot. */
import type { LinkRule } from './finding.ts';

export const rejected: LinkRule = (link) =>
  link.rejected && {
    condition: 'rejected',
    cause: 'platform_refuses',
    remedy: 'alert',
    since: link.loss?.at ?? link.rejected.at,
    evidence: [link.loss, link.rejected],
  };

/** One line is conclusive: nothing retries until the gateway restarts (facts/hermes.md 2.1, behaviour 1). */
export const gaveUp: LinkRule = (link) =>
  link.gaveUp && {
    condition: 'gave_up',
    cause: 'attempts_exhausted',
    remedy: 'restart',
    since: link.loss?.at ?? link.gaveUp.at,
    evidence: [link.loss, link.failure, link.gaveUp],
  };
