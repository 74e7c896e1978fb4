import { blockedBefore } from './blocked.ts';
import type { LinkRule } from './finding.ts';
import { fresh } from './resumed.ts';

/**
 * Lost again and again for longer than one loss may take, logged in between or not. The half-hourly 4009 of a healthy
 * QQ link stays far below the limit; a stale session that is resumed and dropped without end (upstream #22179) is far
 * above it.
 */
export const flapping: LinkRule = (link, context, now) => {
  const { policy, graceMs } = context;
  const recent = link.losses.filter((loss) => loss.at > now - policy.flapping.windowMs);
  const first = recent[0];
  if (!first || recent.length < policy.flapping.losses || now < fresh(context, first.at) + graceMs) return null;
  const last = recent.at(-1) ?? first;
  // It has held since for as long as a loss may take: that was it.
  if (link.proof && link.proof.at > last.at && now >= link.proof.at + graceMs) return null;
  return blockedBefore(
    {
      condition: 'flapping',
      cause: 'keeps_dropping',
      remedy: 'restart',
      since: first.at,
      evidence: [first, ...recent.slice(-2)],
      until: link.proof && link.proof.at > last.at ? link.proof.at + graceMs : first.at + policy.flapping.windowMs,
    },
    last,
    context,
  );
};
