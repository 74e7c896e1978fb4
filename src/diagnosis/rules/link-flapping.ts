import type { Evidence } from '../evidence.ts';
import { closesItself, downShare } from '../losses.ts';
import type { LinkState } from '../state.ts';
import { blockedBefore, isBlockedBefore, ONCE_IN_MS } from './blocked.ts';
import { beganAnew, isRefused, isTakenOver } from './failures.ts';
import type { LinkContext, LinkFinding, LinkRule } from './finding.ts';
import { fresh } from './resumed.ts';

/** A link that is lost for less of the time than this works: QQ may close it every minute for days (#19821, #20531). */
const WORKS_SHARE = 0.2;
/** One that is lost for more never holds a login, which a new session has cured (#22179). */
const NEVER_HOLDS_SHARE = 0.5;

/** The gateway's own monitor has not looked at it again for so long: it has let it be. */
const LET_BE_MS = 1_020_000;

/**
 * Each look of the gateway's own monitor finds it unwell, and each start of it by that ends what was under way: whether
 * the link or the monitor is wrong, only a person can tell (#36404, #32176).
 */
const startedAgain = ({ startedAgain: start, loss }: LinkState, now: number): LinkFinding | null => {
  // While it is lost, that is its trouble; but of a loss after which its return is not logged nobody knows.
  const isLost = loss !== null && !(loss.fact.kind === 'link-lost' && loss.fact.returnsSilently);
  if (start === null || isLost || now >= start.at + LET_BE_MS) return null;
  return {
    condition: 'flapping',
    cause: 'keeps_dropping',
    remedy: 'alert',
    since: start.at,
    evidence: [start],
    until: start.at + LET_BE_MS,
  };
};

/**
 * Lost again and again for longer than one loss may take, logged in between or not. What counts is not how often but
 * for how much of the time: the half-hourly 4009 of a healthy QQ link is no trouble, nor is a close each minute that is
 * healed within seconds.
 */
export const flapping: LinkRule = (link, context, now) => {
  const { policy, graceMs } = context;
  const recent = link.losses.filter(({ lastAt }) => lastAt > now - policy.flapping.windowMs);
  const [first, last] = [recent[0], recent.at(-1)];
  const count = recent.reduce((sum, spell) => sum + spell.count, 0);
  if (!first || !last || count < policy.flapping.losses || now < fresh(context, first.first.at) + graceMs)
    return startedAgain(link, now);
  // It has held since for as long as a loss may take: that was it.
  const held = link.proof && link.proof.at >= last.lastAt ? link.proof.at + graceMs : null;
  if (held !== null && now >= held) return null;
  const share = downShare(recent, link.downSince, now);
  const finding: LinkFinding = {
    condition: 'flapping',
    cause: 'keeps_dropping',
    remedy: share >= NEVER_HOLDS_SHARE && canHelp(link, first.first, context, now) ? 'restart' : 'alert',
    since: first.first.at,
    evidence: [first, ...recent.slice(1).slice(-2)].map((spell) => spell.first),
    until: held ?? first.first.at + policy.flapping.windowMs,
  };
  if (recent.filter(({ first: loss }) => isTakenOver(loss) || isBye(loss)).length * 2 > recent.length)
    return { ...finding, cause: 'kicked_by_another_client', remedy: 'alert' };
  if (share >= WORKS_SHARE) return blockedBefore(finding, last.first, context);
  // It works; but a loop that is held up is what makes the platform close it, and that somebody can mend.
  return isBlockedBefore(last.first, context)
    ? { ...blockedBefore(finding, last.first, context), remedy: 'alert' }
    : null;
};

/** What Feishu says to one of two clients, and now and then to one that is alone: once it means nothing. */
const BYE = /\b1000 \(OK\)[^\n]{0,20}\bbye\b/;

const isBye = ({ fact }: Evidence): boolean =>
  fact.kind === 'link-lost' && fact.reason !== undefined && BYE.test(fact.reason);

/**
 * A restart gives it a new session. That is no help where it logs in anew by itself, where the platform refuses it, or
 * where this was tried; and where logins are not logged nobody knows whether it holds them.
 */
const canHelp = (link: LinkState, first: Evidence, context: LinkContext, now: number): boolean =>
  (link.loginsVisible || closesItself(link.losses)) &&
  !beganAnew(link, first.at) &&
  !isRefused(link) &&
  !wasTried(context, now);

/** A restart that was made for this very reason has not helped; another one would not either. */
const wasTried = ({ treated }: LinkContext, now: number): boolean =>
  treated?.fact.kind === 'treated' && treated.fact.cause === 'keeps_dropping' && now - treated.at < ONCE_IN_MS;
