/**
 * Links that are over by the gateway's own words: what held it has ended, its tries are counted out, no try is logged
 * any more where each has a line, it closes its own connections, or those it has left behind are in its way. None of these is written because the platform is
 * down: a gateway that still tries says so.
 */
import { closesItself } from '../losses.ts';
import type { LinkState } from '../state.ts';
import { triesUntil } from './failures.ts';

/** What a try has met may be so still, and a restart would meet the same. */
const ILL_FOR_MS = 900_000;

interface Tries {
  readonly retryHorizonMs: number;
  /** Each try that fails has a line, and so has each login. */
  readonly logsTries: boolean;
}

/** @returns since when, or from when on, a restart is what brings it back; null: nothing says so. */
export const overSince = (link: LinkState, tries: Tries): number | null => {
  // A link whose end is the first that was heard of it counts as one that had worked.
  const at = link.worked || link.dead?.at === link.since ? endOf(link, tries) : null;
  return at === null ? null : Math.max(at, illUntil(link));
};

/** Until when the platform, or the network to it, may be what was in the way of the last try. */
const illUntil = ({ failure, reachable }: LinkState): number => {
  if (failure?.fact.kind !== 'link-retry-failed' || failure.fact.failure === 'other') return -Infinity;
  const isReached = reachable?.fact.kind === 'link-reachable' && reachable.fact.ok && reachable.at >= failure.at;
  return failure.fact.failure === 'network' && isReached ? -Infinity : failure.at + ILL_FOR_MS;
};

const endOf = (link: LinkState, tries: Tries): number | null => {
  const { gaveUp, dead, ended, opened, loss, losses, failure, loginsVisible } = link;
  if (gaveUp?.fact.kind === 'link-gave-up' && gaveUp.fact.counted) return gaveUp.at;
  if (closesItself(losses)) return losses.at(-1)?.lastAt ?? null;
  if (opened !== null) return null;
  // For so long the platform may still count connections that have just ended.
  if (loss !== null && failure?.fact.kind === 'link-retry-failed' && failure.fact.leftBehind)
    return loss.at + ILL_FOR_MS;
  const end = dead ?? ended;
  if (end !== null) return end.at;
  return tries.logsTries && loginsVisible && loss !== null
    ? Math.max(loss.at + tries.retryHorizonMs, triesUntil(link, tries))
    : null;
};
