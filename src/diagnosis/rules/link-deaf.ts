import { isClaimedIll, type LinkState } from '../state.ts';
import type { LinkContext, LinkRule } from './finding.ts';
import { catchesUpUntil, fresh } from './resumed.ts';

/** The kernel's hint counts this long. */
const FRESH_MS = 180_000;

/**
 * Open, but nothing comes back. The kernel's view alone is a hint and only told; that the gateway's own state file
 * calls the link ill as well makes two witnesses, independent of each other.
 */
export const deaf: LinkRule = (link, context, now) => {
  const { silent } = link;
  if (silent?.fact.kind !== 'link-silent' || now - silent.at > FRESH_MS || silent.at <= catchesUpUntil(context))
    return null;
  const claim = isClaimedIll(link) ? link.claim : null;
  return {
    condition: 'deaf',
    cause: 'silent_connection',
    remedy: claim === null ? 'alert' : 'restart',
    since: silent.at - silent.fact.silentMs,
    evidence: [claim, silent],
    until: silent.at + FRESH_MS,
  };
};

/** So many of its latest closes have come in their time, so that this log tells of them. */
const CLOSES = 4;
/** Closes of half an hour were once seen to come after 65 minutes (docs/facts/qq.md 2.7). */
const LATEST = 2.5;
/** So many times over, the close that must come has not come. */
const MISSED = 8;

/**
 * @returns when a link that is up will have been too quiet for that: its platform ends every connection in its time,
 * this one's log has told of that, and then tells of no close, no login and no message any more. Null: never.
 */
export const overdueAt = (
  { proof, losses }: LinkState,
  context: Pick<LinkContext, 'routineCloseMs' | 'watchedSince' | 'resumedAt'>,
): number | null => {
  const { routineCloseMs, watchedSince } = context;
  const latest = losses.slice(-CLOSES);
  const last = latest.at(-1);
  if (routineCloseMs === null || proof === null || !last || latest.length < CLOSES) return null;
  const isRegular = latest.every(
    ({ first }, at) => at === 0 || first.at - (latest[at - 1]?.lastAt ?? 0) <= LATEST * routineCloseMs,
  );
  const since = fresh(context, Math.max(proof.at, last.lastAt, watchedSince));
  return isRegular ? since + MISSED * routineCloseMs : null;
};

/**
 * QQ ends each connection about every half hour. One that it has not ended for hours, and on which nothing came, is
 * most likely open on this side alone: nothing in the gateway notices that (#19821, docs/facts/qq.md 2.7). One weak
 * fact, and so only told.
 */
export const overdue: LinkRule = (link, context, now) => {
  const at = overdueAt(link, context);
  return at === null || now < at
    ? null
    : {
        condition: 'deaf',
        cause: 'silent_connection',
        remedy: 'alert',
        since: link.proof?.at ?? at,
        evidence: [link.losses.at(-1)?.first ?? null, link.proof],
      };
};
