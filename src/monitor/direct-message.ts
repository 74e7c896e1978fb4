/** Says something to people while nothing else of Lifeline can be relied upon: no database, no outbox, no template. */
import { within } from '../base/time-limit.ts';
import type { Channel } from '../channels/channel.ts';
import type { Message } from '../chat/message/message.ts';
import type { Addressee } from '../notify/recipients/addressees.ts';

export type Sender = Pick<Channel, 'name' | 'send'>;

/** How long one channel may take. */
const CHANNEL_MS = 8_000;

/**
 * Says something straight through the channels: one try on each channel of each person, in the order of the alerts,
 * until one has taken it. Never rejects. @param key the same for the same message, so that a platform can drop a
 * repeat. @returns the persons who have got it.
 */
export const sendDirect = async (
  channels: readonly Sender[],
  people: readonly Addressee[],
  message: Message,
  key: string,
): Promise<readonly string[]> => {
  const isTaken = async ({ ways }: Addressee): Promise<boolean> => {
    for (const { channel: name, user } of ways) {
      const channel = channels.find((each) => each.name === name);
      // A channel may throw or hang here: it may be what has failed.
      const sent = channel && Promise.resolve().then(() => channel.send({ user }, message, { key, alert: true }));
      const result = await within(sent ?? Promise.resolve(null), CHANNEL_MS).catch(() => null);
      if (result?.outcome === 'ok') return true;
    }
    return false;
  };
  const taken = await Promise.all(people.map(isTaken));
  return people.filter((_, index) => taken[index]).map(({ person }) => person);
};
