import type { Evidence } from '../evidence.ts';
import type { LinkContext, LinkFinding } from './finding.ts';

/** A loop that was held up this shortly before a loss is its cause. */
const BEFORE_MS = 600_000;
/** Once a restart was tried for this cause, another one within a day would only put it off. */
export const ONCE_IN_MS = 86_400_000;

export const isBlockedBefore = (loss: Evidence, { blocked }: Pick<LinkContext, 'blocked'>): boolean =>
  blocked !== null && Math.abs(loss.at - blocked.at) <= BEFORE_MS;

/** Names a blocked event loop as the cause of a loss where one was seen, and advises a restart for it only once. */
export const blockedBefore = (finding: LinkFinding, loss: Evidence, { blocked, treated }: LinkContext): LinkFinding => {
  if (!isBlockedBefore(loss, { blocked })) return finding;
  const tried =
    treated?.fact.kind === 'treated' && treated.fact.cause === 'loop_blocked' && loss.at - treated.at < ONCE_IN_MS;
  return {
    ...finding,
    cause: 'loop_blocked',
    remedy: tried ? 'alert' : finding.remedy,
    evidence: [blocked, ...finding.evidence],
  };
};
