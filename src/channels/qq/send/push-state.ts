/**
 * Decides whether a push may go out to a person now, by what QQ said of the person and of the bot, and by the quotas.
 */
import type { PushFix } from './refusal-codes.ts';
import type { PushState } from './send-strategy.ts';
import type { People } from './people.ts';
import type { Quota, CountedPush } from './quota.ts';

export interface Pushes {
  state(user: string, now: number): PushState;
  take(user: string, now: number): CountedPush;
  took(user: string): void;
  /** QQ refused a push as one too many. */
  limited(user: string, now: number): void;
  refused(user: string, fix: PushFix, now: number): void;
}

/** QQ asks for a minute; when that was not enough, for more. */
export const LIMITED_MS = 60_000;
const LONGEST_MS = 10 * 60_000;
/** No event tells what a person changes in the console, nor what was changed while the bot was off line. */
const TRY_AGAIN_MS = 60 * 60_000;

export const createPushes = (people: People, quota: Quota): Pushes => {
  const blocks = new Map<string, { readonly at: number; readonly ms: number }>();
  const blockedMs = (user: string, now: number): number => {
    const block = blocks.get(user);
    // Never longer than the block was at its beginning, even when the clock is set.
    return block ? Math.max(0, Math.min(block.ms, block.at + block.ms - now)) : 0;
  };
  return {
    state: (user, now) => {
      const { fix, refusedAt } = people.get(user);
      const ms = Math.max(blockedMs(user, now), quota.waitMs(user, now));
      if (fix !== null)
        return { kind: ms === 0 && Math.abs(now - (refusedAt ?? 0)) >= TRY_AGAIN_MS ? 'closed_try' : 'closed', fix };
      return ms > 0 ? { kind: 'wait', ms } : { kind: 'open' };
    },
    take: (user, now) => quota.take(user, now),
    took: (user) => {
      blocks.delete(user);
      people.took(user);
    },
    limited: (user, now) => {
      blocks.set(user, { at: now, ms: Math.min(LONGEST_MS, Math.max(LIMITED_MS, 2 * (blocks.get(user)?.ms ?? 0))) });
    },
    refused: (user, fix, now) => people.refused(user, fix, now),
  };
};
