import type { Evidence } from '../evidence.ts';
import type { Start } from '../state.ts';
import type { GatewayFinding, GatewayRule } from './finding.ts';

/**
 * So many starts that nobody asked for within the window: a further one is not the answer (upstream #84472, #92276).
 */
const FAST = { starts: 4, windowMs: 600_000 };
/**
 * Or starts, asked for or not, in so many different spells of the window: somebody or something restarts it all day
 * (#31367, #7213).
 */
const SLOW = { spells: 6, spellMs: 600_000, windowMs: 14_400_000 };

export const crashLooping: GatewayRule = ({ starts }, _policy, now) => {
  const fast = starts
    .filter(({ evidence, askedFor }) => !askedFor && evidence.at > now - FAST.windowMs)
    .map(({ evidence }) => evidence);
  if (fast.length >= FAST.starts) return found(fast, (fast.at(-FAST.starts)?.at ?? 0) + FAST.windowMs);
  const spells = spellsOf(starts.filter(({ evidence }) => evidence.at > now - SLOW.windowMs));
  return spells.length >= SLOW.spells ? found(spells, (spells.at(-SLOW.spells)?.at ?? 0) + SLOW.windowMs) : null;
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
