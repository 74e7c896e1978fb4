import type { LinkName } from '../diagnosis/evidence.ts';
import { isTrouble, worksAllTheSame, type Verdict } from '../diagnosis/verdict.ts';

/** How the thing that an incident is about stands now. */
export type Standing =
  | { readonly is: 'ill'; readonly verdict: Verdict }
  /** Proven well since `since`, by the evidence. */
  | { readonly is: 'well'; readonly since: number }
  /** The link is not there any more: the gateway closed it deliberately, or does not show it now. */
  | { readonly is: 'gone' }
  /** Neither ill nor proven well: on its way up, stopped on purpose, or without evidence. */
  | { readonly is: 'unsure' };

/** @param link null for the gateway as a whole. */
export const standingOf = (link: LinkName | null, verdicts: readonly Verdict[]): Standing => {
  const verdict = verdicts.find((each) => each.link === link);
  if (verdict && isTrouble(verdict)) return { is: 'ill', verdict };
  // A gateway that is not up cannot be proven well, nor can its links.
  const gateway = verdicts.find((each) => each.link === null);
  if (gateway && gateway.condition !== 'healthy' && !worksAllTheSame(gateway.cause)) return { is: 'unsure' };
  // Nor one of whose checks has yet to succeed.
  if (link === null && verdict?.cause === 'check_fails') return { is: 'unsure' };
  if (link === null) return verdict ? { is: 'well', since: verdict.since } : { is: 'unsure' };
  if (!verdict || verdict.condition === 'disabled') return { is: 'gone' };
  return verdict.condition === 'up' || verdict.condition === 'listening'
    ? { is: 'well', since: verdict.since }
    : { is: 'unsure' };
};
