/** What the outbox holds: one notice for one person, and the ways in which it may reach them. */
import type { Message } from '../chat/message.ts';
import type { Notice } from '../incidents/incident.ts';

export interface Entry {
  readonly id: number;
  /** The incident it tells of. Entries of one thread and person reach each channel in their order. */
  readonly thread: number;
  readonly kind: Notice['kind'];
  /** The same for all that one person gets. */
  readonly person: string;
  readonly message: Message;
  /** `failed`: every channel refused it; it is tried again at `retryAt`. */
  readonly state: 'open' | 'failed' | 'done';
  readonly retryAt: number | null;
  /** In the order of preference. A `recovered` has none at first: it follows the alerts. */
  readonly rungs: readonly Rung[];
}

/** One channel of an entry's ladder. */
export interface Rung {
  readonly channel: string;
  /** The person's id on this channel. */
  readonly user: string;
  /** The same for every try, so that the platform can drop a repeat. */
  readonly key: string;
  /**
   * `idle`: not chosen yet; `open`: to be tried at `nextAt`; `sending`: a try is under way; `dropped`: given up,
   * since the entry arrived elsewhere. The others say what they are.
   */
  readonly state: 'idle' | 'open' | 'sending' | 'delivered' | 'refused' | 'dropped';
  readonly chosenAt: number | null;
  readonly nextAt: number;
  readonly tries: number;
  /** A try was cut short, by a crash or a limit, so the message may have arrived: only an answer ends this rung. */
  readonly unsure: boolean;
}

/** A person and their ids, in the order in which the channels are tried. */
export interface Addressee {
  readonly person: string;
  readonly ways: readonly { readonly channel: string; readonly user: string }[];
}

/** Whether it may still be delivered on this channel without being chosen anew. */
export const isLive = ({ state }: Rung): boolean => state === 'open' || state === 'sending';

export const isDelivered = ({ state }: Rung): boolean => state === 'delivered';

/** On its way, and perhaps there already: only an answer settles it. */
export const mayHaveArrived = (rung: Rung): boolean => isLive(rung) && (rung.unsure || rung.state === 'sending');
