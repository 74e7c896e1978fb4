/** The event loop turns now and then: the process answers somebody's question, and messages wait for minutes. */
import type { Evidence } from '../evidence.ts';
import { healthy } from './alive.ts';
import type { GatewayRule } from './finding.ts';

/** One start, or one heavy task, is over before it has taken so much of so long. */
const HELD = { windowMs: 600_000, leastMs: 300_000, times: 4 };
/** Without a further word for so long it turns again. */
const FRESH_MS = 180_000;

export const loopHeldUp: GatewayRule = (state, policy, now) => {
  const last = state.heldUp.at(-1);
  if (!last || now >= last.at + FRESH_MS || healthy(state, policy, now) === null) return null;
  const from = last.at - HELD.windowMs;
  const recent = state.heldUp.filter(({ at }) => at > from);
  const [first = last] = recent;
  return recent.length >= HELD.times && heldMs(recent, from) >= HELD.leastMs
    ? {
        condition: 'unanswered',
        cause: 'loop_held_up',
        remedy: 'alert',
        since: beganAt(first),
        evidence: [first, last],
        until: last.at + FRESH_MS,
      }
    : null;
};

const beganAt = ({ at, fact }: Evidence): number => at - (fact.kind === 'loop-blocked' ? (fact.blockedMs ?? 0) : 0);

/** Returns how much of the time since an instant it was held up; what two lines tell of counts once. */
const heldMs = (words: readonly Evidence[], from: number): number => {
  let [sum, until] = [0, from];
  for (const word of words) {
    sum += Math.max(0, word.at - Math.max(until, beganAt(word)));
    until = Math.max(until, word.at);
  }
  return sum;
};
