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
  readonly until: number | null;
}

/** @param thread all entries of one thread and person, oldest first, those that are done included. */
export const plan = (thread: readonly Entry[], policy: DeliveryPolicy, now: number): Plan => {
  const plans = thread.filter(({ state }) => state !== 'done').map((entry) => planEntry(entry, thread, policy, now));
  const changed = plans.flatMap(({ changes }) => changes);
  if (changed.length > 0) return { changes: changed, due: [], until: null };
  const times = plans.map(({ until }) => until).filter((until) => until !== null);
  return {
    changes: [],
    due: plans.flatMap(({ due }) => due),
    until: times.length ? Math.min(...times) : null,
  };
};

const planEntry = (entry: Entry, thread: readonly Entry[], policy: DeliveryPolicy, now: number): Plan => {
  const { id } = entry;
  const earlier = thread.filter((other) => other.id < id);
  if (entry.state === 'failed') {
    if (isOvertaken(entry, thread)) return changes({ do: 'finish', entry: id });
    const retryAt = entry.retryAt ?? now;
    return isDue(retryAt, policy.refusedPauseMs, now) ? changes({ do: 'revive', entry: id }) : { changes: [], due: [], until: retryAt };
  }

  const follows = isEnding(entry.kind) ? followUp(earlier) : null;
  const news = follows === null ? [] : followUpChanges(entry, follows);
  if (news.length > 0) return changes(...news);

  const next = climb(entry.rungs, { ...policy, copies: copiesOf(entry, policy) }, now);
  if (next.is !== 'climbing') {
    if (follows?.waiting) return IDLE;
    // A recovery of what nobody was told of has nobody to go to.
    const over = next.is === 'arrived' || entry.rungs.length === 0 || isOvertaken(entry, thread);
    return changes({ do: over ? 'finish' : 'fail', entry: id });
  }
  if (next.choose.length > 0) return changes(...next.choose.map((channel): Change => ({ do: 'choose', entry: id, channel })));
  return {
    changes: [],
    due: next.due.filter((channel) => !isBehind(channel, earlier)).map((channel) => ({ entry, channel })),
    until: next.until,
  };
};

/** A recovery goes wherever an alert went; a result to where it was asked for. */
const copiesOf = ({ kind }: Entry, { copies }: DeliveryPolicy): number => (isEnding(kind) ? Infinity : kind === 'result' ? 1 : copies);

const IDLE: Plan = { changes: [], due: [], until: null };

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
  earlier.some(({ state, rungs }) => state === 'open' && rungs.some((rung) => rung.channel === channel && isLive(rung)));

/** A later message of the incident has arrived; this one would only confuse. */
const isOvertaken = (entry: Entry, thread: readonly Entry[]): boolean =>
  !isEnding(entry.kind) && thread.some((other) => other.id > entry.id && other.rungs.some(isDelivered));
