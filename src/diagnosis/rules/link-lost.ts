/** Lost and not proven since. Within grace: wait. After it: what the gateway's own tries met decides. */
import type { LinkFinding, LinkRule } from './finding.ts';

export const lost: LinkRule = (link, { graceMs, policy }, now) => {
  const { loss, failure, opened, lastTry } = link;
  if (!loss) return null;
  const until = loss.at + graceMs;
  const evidence = [loss, failure, opened];
  if (now < until) {
    return { condition: 'reconnecting', cause: 'lost_within_grace', remedy: 'wait', since: loss.at, evidence, until };
  }
  const down: LinkFinding = {
    condition: 'down',
    cause: opened ? 'reconnected_without_login' : 'no_login_after_loss',
    // Where a login was never seen in the log, its absence proves nothing: tell a human.
    remedy: link.loginsVisible ? 'restart' : 'alert',
    since: loss.at,
    evidence,
  };
  // It still tries, and the platform or the network fails it: a restart would meet the same.
  const triesUntil = (lastTry?.at ?? loss.at) + policy.retryHorizonMs;
  if (failure?.fact.kind !== 'link-retry-failed' || failure.fact.failure === 'other' || opened || now >= triesUntil) return down;
  return {
    ...down,
    condition: 'unreachable',
    cause: failure.fact.failure === 'platform' ? 'platform_errors' : 'platform_unreachable',
    remedy: 'alert',
    until: triesUntil,
  };
};
