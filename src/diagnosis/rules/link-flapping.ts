import type { LinkRule } from './finding.ts';

/**
 * Lost again and again, logged in between or not. The half-hourly 4009 of a healthy QQ link stays far below the
 * limit; a stale session that is resumed and dropped without end (upstream #22179) is far above it.
 */
export const flapping: LinkRule = (link, { policy }, now) => {
  const recent = link.losses.filter((loss) => loss.at > now - policy.flapping.windowMs);
  const first = recent[0];
  if (!first || recent.length < policy.flapping.losses) return null;
  return {
    condition: 'flapping',
    cause: 'keeps_dropping',
    remedy: 'restart',
    since: first.at,
    evidence: [first, ...recent.slice(-2)],
    until: first.at + policy.flapping.windowMs,
  };
};
