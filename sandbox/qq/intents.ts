/** Intents: what a client asks to hear, and what a bot may ask for (docs/facts/qq.md 2.3). */

export const C2C_AND_GROUP = 1 << 25;
export const INTERACTION = 1 << 26;

const bits = (...positions: number[]): number => positions.reduce((mask, position) => mask | (1 << position), 0);

const KNOWN = bits(0, 1, 9, 10, 12, 24, 25, 26, 27, 28, 29, 30);
/** What a bot has without asking for more: no private guild messages, no forums, no member events. */
export const GRANTED = bits(0, 1, 10, 12, 25, 26, 27, 29, 30);

/** @returns the close code of an Identify that asks for too much; null when it is fine. */
export const refusedIntents = (asked: unknown, granted: number): 4013 | 4014 | null => {
  if (!Number.isInteger(asked) || Number(asked) <= 0 || (Number(asked) & ~KNOWN) !== 0) return 4013;
  return (Number(asked) & ~granted) === 0 ? null : 4014;
};

/** Whether a client with these intents hears of events of type `t`. */
export const hears = (intents: number, t: string): boolean =>
  (intents & (t === 'INTERACTION_CREATE' ? INTERACTION : C2C_AND_GROUP)) !== 0;
