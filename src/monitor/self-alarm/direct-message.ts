/**
 * Says something to every operator straight through the channels, in the order of the alerts: nothing is stored,
 * nothing is held, and the outbox has no part in it. For what must be heard when those have failed.
 */
import type { Channel } from '../../channels/channel.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Addressee } from '../../notify/recipients/addressees.ts';

export interface DirectMessageOptions {
  readonly channels: readonly Pick<Channel, 'name' | 'send'>[];
  /** Who gets the alerts; may fail, for it reads the database: then whoever got them before. */
  readonly people: () => readonly Addressee[];
  /** How long one channel may take, of real time. */
  readonly limitMs?: number;
}

export interface DirectMessage {
  /** Learns who gets the alerts, while that can be read. */
  learn(): void;
  /**
   * One try on each channel of each person until one has taken it; `person` to tell only some. Never rejects.
   * @param key the same for the same message, so that a platform can drop a repeat.
   * @returns who has got it, and who has not.
   */
  send(
    message: Message,
    key: string,
    person?: (name: string) => boolean,
  ): Promise<{ readonly reached: readonly string[]; readonly missed: readonly string[] }>;
}

const LIMIT_MS = 8_000;

export const createDirectMessage = ({ channels, people, limitMs = LIMIT_MS }: DirectMessageOptions): DirectMessage => {
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  let known: readonly Addressee[] = [];

  const learn = (): void => {
    try {
      known = people();
    } catch {
      // Whoever was known before is told.
    }
  };

  const sendTo = async ({ ways }: Addressee, message: Message, key: string): Promise<boolean> => {
    for (const { channel: name, user } of ways) {
      const channel = byName.get(name);
      if (channel && (await isTaken(channel, user, message, key, limitMs))) return true;
    }
    return false;
  };

  return {
    learn,
    send: async (message, key, person = () => true) => {
      learn();
      const wanted = known.filter((each) => person(each.person));
      const taken = await Promise.all(wanted.map((each) => sendTo(each, message, key)));
      return {
        reached: wanted.filter((_, index) => taken[index]).map((each) => each.person),
        missed: wanted.filter((_, index) => !taken[index]).map((each) => each.person),
      };
    },
  };
};

/** A channel may throw or hang here: it may be what has failed. */
const isTaken = async (
  channel: Pick<Channel, 'send'>,
  user: string,
  message: Message,
  key: string,
  limitMs: number,
): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, limitMs, null);
  });
  try {
    const result = await Promise.race([channel.send({ user }, message, { key, alert: true }), late]);
    return result?.outcome === 'ok';
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};
