/** What the gateway's own tries met. */
import type { Evidence } from '../evidence.ts';
import type { LinkState } from '../state.ts';
import type { Cause } from '../verdict.ts';
import type { LinkContext } from './finding.ts';

/** An answer about the platform's reachability counts this long. */
const REACHABLE_FOR_MS = 300_000;

const reachability = ({ reachable }: LinkState, now: number): boolean | null =>
  reachable?.fact.kind === 'link-reachable' && now - reachable.at < REACHABLE_FOR_MS ? reachable.fact.ok : null;

/** Whether the network, not the platform, is in the way: by Lifeline's own try first, else by the gateway's words. */
export const failedByNetwork = (link: LinkState, now: number): boolean => {
  const reached = reachability(link, now);
  if (reached !== null) return !reached;
  return link.failure?.fact.kind === 'link-retry-failed' && link.failure.fact.failure === 'network';
};

/** Until when silence is only the gateway's pause between two tries. */
export const triesUntil = (
  { lastTry, failure }: LinkState,
  { retryHorizonMs }: Pick<LinkContext, 'retryHorizonMs'>,
): number => Math.max(...[lastTry, failure].map((sign) => (sign ? sign.at + retryHorizonMs + pauseOf(sign.fact) : 0)));

/** The last that was heard of its tries is that the platform refuses it. */
export const isRefused = (link: LinkState): boolean => refusalOf(link) !== null;

const refusalOf = ({ failure, opened }: LinkState) =>
  failure?.fact.kind === 'link-retry-failed' && opened === null ? (failure.fact.refused ?? null) : null;

/** The latest word of it is a loss that says when it is tried next. */
export const announcesTry = ({ lastTry }: LinkState): boolean =>
  lastTry?.fact.kind === 'link-lost' && lastTry.fact.nextInMs !== undefined;

/** The platform's word to a client whose place another one takes. */
const TAKEN_OVER = /\b409 Conflict\b|\bsession conflict\b/;

export const isTakenOver = ({ fact }: Evidence): boolean =>
  fact.kind === 'link-lost' && fact.reason !== undefined && TAKEN_OVER.test(fact.reason);

/** Since the loss it has begun a new login by itself, as a restart would. */
export const beganAnew = ({ anew }: LinkState, since: number): boolean => anew !== null && anew.at >= since;

const pauseOf = (fact: { readonly kind: string; readonly nextInMs?: number }): number => fact.nextInMs ?? 0;

/** What a link is called that a restart would not bring back, for this cause. */
export const conditionFor = (cause: Cause): 'unreachable' | 'rejected' =>
  UNREACHABLE.has(cause) ? 'unreachable' : 'rejected';

const UNREACHABLE: ReadonlySet<Cause> = new Set(['network_unreachable', 'platform_errors', 'platform_unreachable']);

/**
 * Why a restart would meet the same: the gateway still tries, and the platform or the network fails it; or the platform
 * has refused it.
 * @returns null when that is not so.
 */
export const unreachableCause = (link: LinkState, context: LinkContext, now: number): Cause | null => {
  if (reachability(link, now) === false) return 'network_unreachable';
  const { failure, opened } = link;
  const refusal = refusalOf(link);
  if (refusal !== null) return refusal;
  if (failure?.fact.kind !== 'link-retry-failed' || opened) return null;
  if (now >= triesUntil(link, context)) return null;
  if (failure.fact.failure === 'platform') return 'platform_errors';
  if (failure.fact.failure !== 'network') return null;
  // The gateway is at fault only where its try failed after Lifeline's own had succeeded: a failure from before the
  // network came back is followed by the next try that the gateway has announced.
  const { reachableSince } = link;
  const failsAlone = reachability(link, now) === true && reachableSince !== null && failure.at > reachableSince;
  return failsAlone ? null : 'platform_unreachable';
};
