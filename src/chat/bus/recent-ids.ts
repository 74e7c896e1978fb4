/** The ids of the last messages, in memory: one that was refused unread stays refused when it is delivered again. */
import { createRecentMap } from '../../base/recent-map.ts';
import type { Inbound } from '../inbound/inbound-message.ts';

/** @returns whether a message comes again; the one asked about is remembered. */
export const createRecentIds = (most = 1_000): ((inbound: Pick<Inbound, 'channel' | 'id'>) => boolean) => {
  const ids = createRecentMap<true>(most);
  return ({ channel, id }) => {
    const key = JSON.stringify([channel, id]);
    if (ids.get(key)) return true;
    ids.set(key, true);
    return false;
  };
};
