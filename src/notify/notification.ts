/** What the outbox holds: one notice for one person, and the ways in which it may reach them. */
import type { Message } from '../chat/message/message.ts';
import type { Fix } from '../text/channels/fixes.ts';
import type { Notice } from '../incidents/incident.ts';

export interface Notification {
  readonly id: number;
  /**
   * The incident it tells of, or a number below zero (thread.ts). Entries of one thread and person reach each channel
   * in their order.
   */
  readonly thread: number;
  readonly kind: NotificationKind;
  /** The same for all that one person gets. */
  readonly person: string;
  readonly message: Message;
  /** When it was written, milliseconds since the epoch. */
  readonly at: number;
  /** `failed`: every channel refused it; it is tried again at `retryAt`. */
  readonly state: 'open' | 'failed' | 'done';
  readonly retryAt: number | null;
  /** It is not sent before this, by the clock of `at`; null: it waits for nothing. */
  readonly notBefore: number | null;
  /** Why it waits or has waited. */
  readonly held: Hold['why'] | null;
  /** Whose incident it tells of; null when it tells of none. */
  readonly gateway: string | null;
  /** In the order of preference. A `recovered` has none at first: it follows the alerts, unless nobody got those. */
  readonly deliveries: readonly Delivery[];
}

/**
 * A notice of an incident, the result of a treatment for the one who asked for it, or word of Lifeline itself: of its
 * channels, that it was `away`, that its data folder is ill or well again (`store`), that a new configuration cannot be
 * used (`reload`).
 */
export type NotificationKind = Notice['kind'] | 'result' | 'channel_down' | 'channel_up' | 'away' | 'store' | 'reload';

/** Why a letter is not sent at once. */
export interface Hold {
  readonly until: number;
  /** The quiet hours; other gateways that may be ill as well, from the same fault, or from a network that is lost. */
  readonly why: 'quiet' | 'gathering' | 'network';
}

/** It says that something is over, so it goes to whoever was told of it, and overtakes what they were not. */
export const isEnding = (kind: NotificationKind): boolean => kind === 'recovered' || kind === 'channel_up';

/** Gives the buttons of a message what the platform will say when they are tapped. */
export type AttachButtonTokens = (
  message: Message,
  to: { readonly key: string; readonly channel: string; readonly user: string },
) => Message;

/** Where an answer belongs: the group, the message that asked. */
export interface Place {
  readonly group?: string;
  readonly replyTo?: string;
}

/** One channel of an entry's ladder. */
export interface Delivery {
  readonly channel: string;
  /** The person's id on this channel. */
  readonly user: string;
  readonly place: Place;
  /** What its person must do on the platform that refused it; null: nothing that is known. */
  readonly fix: Fix | null;
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
  /** With which others it went out in its last try; null: alone. */
  readonly batch: string | null;
  /** A try was cut short, by a crash or a limit, so the message may have arrived: only an answer ends this rung. */
  readonly unsure: boolean;
}

/** A person and their ids, in the order in which the channels are tried. */
export interface Addressee {
  readonly person: string;
  readonly ways: readonly AddresseeWay[];
}

export interface AddresseeWay {
  readonly channel: string;
  readonly user: string;
  readonly place?: Place;
  /** Of what may have been sent on this channel already: the key of that, so that the platform drops a repeat. */
  readonly key?: string;
}

/** Whether it may still be delivered on this channel without being chosen anew. */
export const isLive = ({ state }: Delivery): boolean => state === 'open' || state === 'sending';

export const isDelivered = ({ state }: Delivery): boolean => state === 'delivered';

/** On its way, and perhaps there already: only an answer settles it. */
export const mayHaveArrived = (delivery: Delivery): boolean =>
  isLive(delivery) && (delivery.unsure || delivery.state === 'sending');

/** It was never tried, and none of its channels was chosen yet. */
export const isWaiting = ({ state, held, deliveries }: Notification): boolean =>
  state === 'open' &&
  held !== null &&
  deliveries.every((delivery) => delivery.state === 'idle' && delivery.tries === 0);
