/** How often a link was lost, and for how long: what tells drops that heal by themselves from a link that never holds. */
import type { Evidence } from './evidence.ts';
import type { LinkState, LossSpell } from './state.ts';

/** So many spells of this length reach over more than the time in which losses are counted. */
const MOST_SPELLS = 50;
const SPELL_MS = 15_000;

/** @param byItself whether the gateway itself has brought it about. */
export const lostAgain = (spells: readonly LossSpell[], loss: Evidence, byItself: boolean): readonly LossSpell[] => {
  const last = spells.at(-1);
  const own = byItself ? 1 : 0;
  return last && Math.abs(loss.at - last.first.at) < SPELL_MS
    ? [
        ...spells.slice(0, -1),
        { ...last, lastAt: Math.max(last.lastAt, loss.at), count: last.count + 1, own: last.own + own },
      ]
    : [...spells, { first: loss, lastAt: loss.at, count: 1, own, downMs: 0 }].slice(-MOST_SPELLS);
};

/**
 * Something came in: closes of the gateway's own before that were no end, since it had made a connection that held.
 * @returns the spells that still count.
 */
export const heardSince = (spells: readonly LossSpell[], at: number): readonly LossSpell[] =>
  spells.filter(({ lastAt, own, count }) => lastAt >= at || own < count);

/** The link is back: adds the time for which it was lost to its last spell. */
export const healed = (link: LinkState, at: number): Pick<LinkState, 'losses' | 'downSince'> => {
  const last = link.losses.at(-1);
  if (link.downSince === null || !last) return { losses: link.losses, downSince: null };
  const downMs = last.downMs + Math.max(0, at - link.downSince);
  return { losses: [...link.losses.slice(0, -1), { ...last, downMs }], downSince: null };
};

/** @returns how large a part of the time since the first of these losses the link was lost, from 0 to 1. */
export const downShare = (spells: readonly LossSpell[], downSince: number | null, now: number): number => {
  const first = spells[0];
  if (!first || now <= first.first.at) return 0;
  const ended = spells.reduce((sum, { downMs }) => sum + downMs, 0);
  const going = downSince === null ? 0 : Math.max(0, now - downSince);
  return Math.min(1, (ended + going) / (now - first.first.at));
};

/** At least so many of the closes, and this share of them, must be the gateway's own. */
const OWN_LEAST = 3;
const OWN_SHARE = 1 / 3;
/** How far back from the latest loss closes are counted. */
const OWN_MS = 600_000;

/** @returns whether the gateway closes the connections that it has just made, again and again. */
export const closesItself = (spells: readonly LossSpell[]): boolean => {
  const since = (spells.at(-1)?.lastAt ?? 0) - OWN_MS;
  const recent = spells.filter(({ lastAt }) => lastAt > since);
  const own = recent.reduce((sum, spell) => sum + spell.own, 0);
  return own >= OWN_LEAST && own >= OWN_SHARE * recent.reduce((sum, { count }) => sum + count, 0);
};
