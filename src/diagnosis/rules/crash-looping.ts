import type { Evidence } from '../evidence.ts';
import type { Start } from '../state.ts';
import type { GatewayFinding, GatewayRule } from './finding.ts';

/**
 * So many starts that nobody asked for within the window: a further one is not the answer (upstream #84472, #92276).
 */
const FAST = { starts: 4, windowMs: 600_000 };
/** Fewer of them where each followed an end that the gateway itself calls a fault of its own (#3816). */
const CRASHED = { starts: 3, windowMs: 600_000 };
/** Or within this one, until the last of them has held for the former (#85368). */
const STEADY = { starts: 4, windowMs: 1_800_000 };
/** Or so many, asked for or not: no person restarts it that often; 20 in 10 min were seen (#111372). */
const FOUGHT_OVER = [
  { starts: 15, windowMs: 600_000 },
  // One each minute and a half was seen for days (upstream #84610).
  { starts: 18, windowMs: 1_800_000 },
];
/**
 * Or starts, asked for or not, in so many different spells of the window: something restarts it all day (#31367, #7213).
 * Those of which its keeper says that somebody made them are that person's (#116551).
 */
const SLOW = { spells: 6, spellMs: 600_000, windowMs: 14_400_000 };
/** Fewer of those that each followed such a fault of its own: it dies each hour, and is back within seconds (#56732). */
const SLOW_CRASHED = { spells: 4, windowMs: 21_600_000 };

export const crashLooping: GatewayRule = ({ starts }, _policy, now) => {
  const crashes = starts.filter(({ askedFor }) => !askedFor);
  const fast = recent(crashes, now - FAST.windowMs);
  if (fast.length >= FAST.starts) return foundIn(fast, FAST);
  const crashed = recent(
    crashes.filter(({ crashed: byFault }) => byFault),
    now - CRASHED.windowMs,
  );
  if (crashed.length >= CRASHED.starts) return foundIn(crashed, CRASHED);
  const steady = recent(crashes, now - STEADY.windowMs);
  const [last, before] = [fast.at(-1), steady.at(-STEADY.starts)];
  // A row of quick ones that has ended is no steady one.
  if (last && before && last.evidence.at - before.evidence.at > FAST.windowMs)
    return { ...foundIn(steady, STEADY), until: last.evidence.at + FAST.windowMs };
  for (const rate of FOUGHT_OVER) {
    const all = recent(starts, now - rate.windowMs);
    if (all.length >= rate.starts) return { ...foundIn(all, rate), cause: 'ended_again_and_again' };
  }
  const byItself = starts.filter(({ byHand }) => !byHand);
  return (
    foundSlow(byItself, SLOW, now) ??
    foundSlow(
      byItself.filter(({ crashed: byFault }) => byFault),
      SLOW_CRASHED,
      now,
    )
  );
};

const foundSlow = (
  starts: readonly Start[],
  { spells: least, windowMs }: typeof SLOW_CRASHED,
  now: number,
): GatewayFinding | null => {
  const spells = spellsOf(recent(starts, now - windowMs));
  return spells.length >= least ? found(spells, (spells.at(-least)?.at ?? 0) + windowMs) : null;
};

const recent = (starts: readonly Start[], from: number): readonly Start[] =>
  starts.filter(({ evidence }) => evidence.at > from);

const foundIn = (
  starts: readonly Start[],
  few: { readonly starts: number; readonly windowMs: number },
): GatewayFinding => {
  const told = starts.map(({ evidence }) => evidence);
  return found(told, (told.at(-few.starts)?.at ?? 0) + few.windowMs);
};

/** Starts soon after one another are one spell: a person who tries something out. */
const spellsOf = (starts: readonly Start[]): Evidence[] => {
  const spells: Evidence[] = [];
  for (const { evidence } of starts) {
    if (evidence.at - (spells.at(-1)?.at ?? -Infinity) >= SLOW.spellMs) spells.push(evidence);
  }
  return spells;
};

const found = (starts: readonly Evidence[], until: number): GatewayFinding => ({
  condition: 'crash_looping',
  cause: 'starts_again_and_again',
  remedy: 'alert',
  since: starts[0]?.at ?? 0,
  evidence: [starts[0] ?? null, ...starts.slice(-2)],
  until,
});
