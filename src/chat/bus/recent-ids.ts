/** The ids of the last messages, in memory: one that was refused unread stays refused when it is delivered again. */
import type { Inbound } from '../inbound/inbound-message.ts';

/** @returns whether a message comes again; the one asked about is remembered. */
export const createRecentIds = (most = 1_000): ((inbound: Pick<Inbound, 'channel' | 'id'>) => boolean) => {
  const ids = new Set<string>();
  return ({ channel, id }) => {
    const key = JSON.stringify([channel, id]);
    if (ids.has(key)) return true;
    ids.add(key);
    if (ids.size > most) for (const oldest of ids.values().take(1)) ids.delete(oldest);
    return false;
  };
};
