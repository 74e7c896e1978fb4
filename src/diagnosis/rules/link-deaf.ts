import type { LinkRule } from './finding.ts';
import { catchesUpUntil } from './resumed.ts';

/** The kernel's hint counts this long. */
const FRESH_MS = 180_000;
/** What a live gateway's own state file says when it knows that a link is not up. */
const CLAIMS_ILL: ReadonlySet<string> = new Set(['disconnected', 'retrying', 'fatal']);

/**
 * Open, but nothing comes back. The kernel's view alone is a hint and only told; that the gateway's own state file
 * calls the link ill as well makes two witnesses, independent of each other.
 */
export const deaf: LinkRule = (link, context, now) => {
  const { silent, claim, proof } = link;
  if (silent?.fact.kind !== 'link-silent' || now - silent.at > FRESH_MS || silent.at <= catchesUpUntil(context))
    return null;
  const claimed = claim?.fact.kind === 'link-claim' && CLAIMS_ILL.has(claim.fact.state) && claim.at > (proof?.at ?? 0);
  return {
    condition: 'deaf',
    cause: 'silent_connection',
    remedy: claimed ? 'restart' : 'alert',
    since: silent.at - silent.fact.silentMs,
    evidence: [claimed ? claim : null, silent],
    until: silent.at + FRESH_MS,
  };
};
