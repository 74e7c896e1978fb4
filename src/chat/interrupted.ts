/** Commands that a crash cut short: their askers are told, and nothing is run again. */
import type { Seen } from '../store/seen.ts';
import type { Answer } from '../healing/decision.ts';
import type { Unfinished } from './bus.ts';

/** Older than this nobody waits for an answer any more. */
const FRESH_MS = 900_000;

/**
 * @param treated whether the message has led to a treatment: that one is taken up, and has a result of its own.
 * @returns what to tell, and to whom.
 */
export const interrupted = (seen: Pick<Seen, 'takeUnfinished'>, treated: (channel: string, id: string) => boolean, now: number): readonly Unfinished[] =>
  seen.takeUnfinished().flatMap(({ channel, id, at, unfinished }) => {
    const asked = parse(unfinished);
    return asked && Math.abs(now - at) < FRESH_MS && !treated(channel, id) ? [asked] : [];
  });

const parse = (text: string): Unfinished | null => {
  try {
    const { origin, text: said } = JSON.parse(text) as { origin?: Answer; text?: unknown };
    return typeof origin?.channel === 'string' && typeof origin.user === 'string' && typeof said === 'string' ? { origin, text: said } : null;
  } catch {
    return null;
  }
};
