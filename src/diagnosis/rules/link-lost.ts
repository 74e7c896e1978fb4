/** Lost and not proven since. Within grace: wait. After it: what the gateway's own tries met decides. */
import { blockedBefore } from './blocked.ts';
import { announcesTry, conditionFor, isTakenOver, triesUntil, unreachableCause } from './failures.ts';
import type { LinkFinding, LinkRule } from './finding.ts';
import { settlesAt } from '../advance-link.ts';
import { fresh } from './resumed.ts';
import type { LinkState } from '../state.ts';

export const lost: LinkRule = (link, context, now) => {
  const { loss, failure, opened } = link;
  const { graceMs } = context;
  if (!loss) return null;
  const evidence = [loss, failure, opened];
  // A connection that has just been opened has its own time to log in; where silence proves that, all of that silence.
  const unreachable = unreachableCause(link, context, now);
  const isCutOff = unreachable === 'network_unreachable' || unreachable === 'platform_unreachable';
  const network = isCutOff ? (context.networkUntil ?? 0) : 0;
  const until = Math.max(
    fresh(context, Math.max(loss.at, opened?.at ?? 0)) + graceMs,
    network,
    opened ? (settlesAt(link) ?? 0) : 0,
  );
  if (now < until && !(unreachable && now >= Math.max(fresh(context, loss.at) + graceMs, network))) {
    return { condition: 'reconnecting', cause: 'lost_within_grace', remedy: 'wait', since: loss.at, evidence, until };
  }
  if (unreachable) {
    return {
      condition: conditionFor(unreachable),
      cause: unreachable,
      remedy: 'alert',
      since: loss.at,
      evidence: unreachable === 'network_unreachable' ? [...evidence, link.reachable] : [loss, failure],
      until: triesUntil(link, context),
    };
  }
  // No try has failed: it may have come back without a word, as some gateways do (docs/diagnosis.md).
  if (isSilentReturn(link))
    return { condition: 'unknown', cause: 'no_evidence', remedy: 'none', since: loss.at, evidence };
  const trying = !opened && now < triesUntil(link, context);
  const stillTries = trying && (failure !== null || announcesTry(link));
  // Where a login was never seen in the log, its absence proves nothing.
  const hasEnded = link.dead !== null || (link.ended !== null && link.worked);
  const isProven = link.loginsVisible || (hasEnded && !opened);
  // What the runner has tried for hours, a restart would only try again. Whoever says when it tries next is not dead,
  // and one that another client has replaced would only replace that.
  const isUseless = link.needsAttention || isTakenOver(loss) || (trying && announcesTry(link));
  const down: LinkFinding = {
    condition: 'down',
    cause: opened ? 'reconnected_without_login' : 'no_login_after_loss',
    remedy: isProven && !isUseless ? 'restart' : 'alert',
    since: loss.at,
    evidence,
    ...(stillTries ? { until: triesUntil(link, context) } : {}),
  };
  if (link.needsAttention)
    return {
      ...down,
      condition: 'unreachable',
      cause: 'failing_for_hours',
      evidence: [...evidence, link.needsAttention],
    };
  return blockedBefore(down, loss, context);
};

/** QQ's routine close, each half hour; where no login is logged, that of its return is not, either. */
const ROUTINE_CODE = 4009;

const isSilentReturn = ({ loss, loginsVisible, failure, dead, needsAttention }: LinkState): boolean =>
  loss?.fact.kind === 'link-lost' &&
  (loss.fact.returnsSilently === true || loss.fact.code === ROUTINE_CODE) &&
  !loginsVisible &&
  [failure, dead, needsAttention].every((sign) => sign === null);
