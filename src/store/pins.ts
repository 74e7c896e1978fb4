/** Status cards that stay true: whom they were sent to, by which message, and what they show. */
import type { Meta } from './meta.ts';

export interface PinnedTo {
  readonly channel: string;
  readonly user: string;
}

export interface Pin extends PinnedTo {
  /** Null until the card was sent. */
  readonly messageId: string | null;
  /** The message before it, which is to say where it goes on; null: none. */
  readonly olderId: string | null;
  /** When the card was sent, milliseconds since the epoch. */
  readonly sentAt: number;
  /** When it was last tried to send or to change it. */
  readonly triedAt: number;
  /** What it shows, as a digest; null: nobody knows. */
  readonly shown: string | null;
}

export interface Pins {
  list(): readonly Pin[];
  /** Begins one, or sends the card anew where there is one already. */
  pin(to: PinnedTo): void;
  /** @returns whether there was one. */
  unpin(to: PinnedTo): boolean;
  /** Stores how it went on; nothing of one that was ended meanwhile. */
  update(pin: Pin): void;
}

const KEY = 'pins';
/** One for each person on each channel; a household has fewer. */
const MOST = 50;

const isSame = (a: PinnedTo, b: PinnedTo): boolean => a.channel === b.channel && a.user === b.user;

export const createPins = (meta: Meta): Pins => {
  const list = (): readonly Pin[] => {
    try {
      const pins: unknown = JSON.parse(meta.get(KEY) ?? '[]');
      return Array.isArray(pins) ? (pins as readonly Pin[]) : [];
    } catch {
      return [];
    }
  };
  const save = (pins: readonly Pin[]): void => meta.set(KEY, pins.length === 0 ? null : JSON.stringify(pins));
  return {
    list,
    pin: ({ channel, user }) => {
      const all = list();
      const before = all.find((each) => isSame(each, { channel, user }));
      const fresh: Pin = {
        channel,
        user,
        messageId: null,
        olderId: before?.messageId ?? before?.olderId ?? null,
        sentAt: 0,
        triedAt: 0,
        shown: null,
      };
      save([...all.filter((each) => !isSame(each, fresh)), fresh].slice(-MOST));
    },
    unpin: (to) => {
      const all = list();
      const left = all.filter((each) => !isSame(each, to));
      if (left.length < all.length) save(left);
      return left.length < all.length;
    },
    update: (pin) => save(list().map((each) => (isSame(each, pin) ? pin : each))),
  };
};
