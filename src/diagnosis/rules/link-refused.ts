/** The gateway has ended its tries: it gave up, or the platform refuses the bot. */
import type { Evidence, Refusal } from '../evidence.ts';
import { failedByNetwork, isRefused, isTakenOver, unreachableCause } from './failures.ts';
import type { LinkRule } from './finding.ts';

/** What somebody must mend, where the line says it. */
const refusalOf = ({ fact }: Evidence): Refusal | null => (fact.kind === 'link-rejected' ? (fact.why ?? null) : null);

export const rejected: LinkRule = (link) => {
  if (link.rejected === null) return null;
  const cause = refusalOf(link.rejected) ?? 'platform_refuses';
  return {
    // The platform was not even asked (#31116, #57909).
    condition: cause === 'setup_incomplete' ? 'misconfigured' : 'rejected',
    cause,
    remedy: 'alert',
    since: link.loss?.at ?? link.rejected.at,
    evidence: [link.loss, link.rejected],
  };
};

/** Logged out, or replaced: it must be paired anew (#142256). It may be wrong in that (#146999). */
const isTerminal = ({ fact }: Evidence): boolean => fact.kind === 'link-gave-up' && fact.terminal === true;

/** One line is conclusive: nothing retries until the gateway restarts. */
export const gaveUp: LinkRule = (link, context, now) => {
  const { reconnecterDead } = context;
  const end = link.gaveUp ?? (link.proof === null || link.loss !== null ? reconnecterDead : null);
  if (!end) return null;
  const evidence = [link.loss, link.failure, end];
  const since = link.loss?.at ?? end.at;
  // As long as the platform cannot be reached from here either, a restart would meet the same.
  if (link.reachable && failedByNetwork(link, now)) {
    return {
      condition: 'gave_up',
      cause: 'network_unreachable',
      remedy: 'alert',
      since,
      evidence: [...evidence, link.reachable],
    };
  }
  // After a refusal further tries were refused as well: what is to be mended is what the platform refused.
  const refusal = isRefused(link) ? unreachableCause(link, context, now) : null;
  return {
    condition: 'gave_up',
    cause: refusal ?? (link.gaveUp ? 'attempts_exhausted' : 'reconnecter_dead'),
    // Further tries would be refused as the last one was, or take the place of the client that has taken this one's.
    remedy: isRefused(link) || isTerminal(end) || (link.loss !== null && isTakenOver(link.loss)) ? 'alert' : 'restart',
    since,
    evidence,
  };
};
