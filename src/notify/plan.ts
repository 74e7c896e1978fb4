/**
 * What to do now about everything that one person gets of one incident: pure. Each channel shows it in its order;
 * an alert that every channel refused is overtaken once a later one has arrived.
 */
import type { DeliveryPolicy } from './delivery-policy.ts';
import { isDelivered, isEnding, isLive, type Entry } from './entry.ts';
import { followUp, type FollowUp } from './follow-up.ts';
import { climb, isDue } from './ladder.ts';

export type Change =
  | { readonly do: 'choose' | 'drop'; readonly entry: number; readonly channel: string }
  | { readonly do: 'add'; readonly entry: number; readonly channel: string; readonly user: string }
  /** It is done with, or failed for now, or is tried anew after it had failed. */
  | { readonly do: 'finish' | 'fail' | 'revive'; readonly entry: number };

export interface Plan {
  /** To be stored first, and then planned again; while there are any, nothing is due. */
  readonly changes: readonly Change[];
  readonly due: readonly { readonly entry: Entry; readonly channel: string }[];
  /** When to look again, by the worker's clock. */
  readonly until: number | null;
  /** The same for letters that are held, by the clock by which they were written. */
  readonly heldUntil: number | null;
}

/**
 * @param thread all entries of one thread and person, oldest first, those that are done included.
 * @param letterNow the time by the clock by which letters are written.
 */
export const plan = (thread: readonly Entry[], policy: DeliveryPolicy, now: number, letterNow: number): Plan => {
  const plans = thread
    .filter(({ state }) => state !== 'done')
    .map((entry) => planEntry(entry, thread, policy, now, letterNow));
  const changed = plans.flatMap(({ changes }) => changes);
  if (changed.length > 0) return changes(...changed);
  return {
    changes: [],
    due: plans.flatMap(({ due }) => due),
    until: earliest(plans.map(({ until }) => until)),
    heldUntil: earliest(plans.map(({ heldUntil }) => heldUntil)),
  };
};

export const earliest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((at) => at !== null);
  return known.length ? Math.min(...known) : null;
};

/** A day of 25 hours is the longest that quiet hours can be; to wait for others takes seconds. */
const LONGEST_HOLD_MS = { quiet: 25 * 3_600_000, gathering: 60_000, network: 60_000 } as const;

const planEntry = (
  entry: Entry,
  thread: readonly Entry[],
  policy: DeliveryPolicy,
  now: number,
  letterNow: number,
): Plan => {
  const { id, notBefore, held } = entry;
  if (notBefore !== null && held !== null && !isDue(notBefore, LONGEST_HOLD_MS[held], letterNow))
    return { ...IDLE, heldUntil: notBefore };
  const earlier = thread.filter((other) => other.id < id);
  if (entry.state === 'failed') {
    if (isOvertaken(entry, thread)) return changes({ do: 'finish', entry: id });
    const retryAt = entry.retryAt ?? now;
    return isDue(retryAt, policy.refusedPauseMs, now)
      ? changes({ do: 'revive', entry: id })
      : { ...IDLE, until: retryAt };
  }

  const follows = isEnding(entry.kind) ? followUp(earlier) : null;
  const news = follows === null ? [] : followUpChanges(entry, follows);
  if (news.length > 0) return changes(...news);

  const next = climb(entry.rungs, { ...policy, copies: copiesOf(entry, follows, policy) }, now);
  if (next.is !== 'climbing') {
    if (follows?.waiting) return IDLE;
    // A recovery of what nobody was told of has nobody to go to.
    const over = next.is === 'arrived' || entry.rungs.length === 0 || isOvertaken(entry, thread);
    return changes({ do: over ? 'finish' : 'fail', entry: id });
  }
  if (next.choose.length > 0)
    return changes(...next.choose.map((channel): Change => ({ do: 'choose', entry: id, channel })));
  return {
    ...IDLE,
    due: next.due.filter((channel) => !isBehind(channel, earlier)).map((channel) => ({ entry, channel })),
    until: next.until,
  };
};

/**
 * A recovery goes wherever an alert went; one that nobody waits for, and all that is not critical, where it is taken
 * first.
 */
const copiesOf = ({ kind, message }: Entry, follows: FollowUp | null, { copies }: DeliveryPolicy): number => {
  if (follows !== null) return follows.ways.length > 0 ? Infinity : 1;
  return kind !== 'result' && message.tone === 'critical' ? copies : 1;
};

const IDLE: Plan = { changes: [], due: [], until: null, heldUntil: null };

const changes = (...list: readonly Change[]): Plan => ({ ...IDLE, changes: list });

const followUpChanges = (entry: Entry, { ways, drop, finish }: FollowUp): Change[] => [
  ...finish.map((of): Change => ({ do: 'finish', entry: of })),
  ...drop.map(({ entry: of, channel }): Change => ({ do: 'drop', entry: of, channel })),
  ...ways
    .filter(({ channel }) => !entry.rungs.some((rung) => rung.channel === channel))
    .map(({ channel, user }): Change => ({ do: 'add', entry: entry.id, channel, user })),
];

/** On this channel an earlier message to the same person is still on its way. */
const isBehind = (channel: string, earlier: readonly Entry[]): boolean =>
  earlier.some(
    ({ state, rungs }) => state === 'open' && rungs.some((rung) => rung.channel === channel && isLive(rung)),
  );

/** A later message of the incident has arrived; this one would only confuse. */
const isOvertaken = (entry: Entry, thread: readonly Entry[]): boolean =>
  !isEnding(entry.kind) && thread.some((other) => other.id > entry.id && other.rungs.some(isDelivered));
