/** What the outbox holds: one notice for one person, and the channels on which it may reach them. */
import type { Message } from '../../chat/message/message.ts';
import type { Incident, Notice } from '../../incidents/incident.ts';
import type { ChannelFix } from '../../text/channels/fixes.ts';
import type { ReplyPlace } from '../recipients/addressees.ts';
import type { Hold } from '../hold.ts';

/**
 * What a notification is about. All notifications about one subject to one person are a thread: they reach each channel
 * in their order.
 */
export interface Subject {
  readonly topic: Topic;
  /** The id of the incident or the treatment. Of the other topics: the time at which the matter began. */
  readonly subject: number;
}

/**
 * An incident; the result of a treatment; or a matter of Lifeline itself: one of its channels is down, it was away, its
 * data folder has a problem, how a reload ended, an answer that could not be given at once. At a fleet's hub also what a
 * `host` tells, and the `silence` of hosts.
 */
export type Topic =
  'incident' | 'treatment' | 'channel' | 'away' | 'store' | 'reload' | 'answer' | 'host' | 'silence' | 'digest';

export const subjectOf = ({ id }: Pick<Incident, 'id'>): Subject => ({ topic: 'incident', subject: id });

/** The incident that it tells of; null: it tells of none. */
export const incidentOf = ({ topic, subject }: Subject): number | null => (topic === 'incident' ? subject : null);

export interface Notification extends Subject {
  readonly id: number;
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
  /** Whose incident it tells of, at a hub `host/gateway`; null when it tells of none. */
  readonly gateway: string | null;
  /** In the order of preference. A `recovered` has none at first: it follows the alerts, unless nobody got those. */
  readonly deliveries: readonly Delivery[];
}

/**
 * A notice of an incident, the result of a treatment for the one who asked for it, or a notice about Lifeline itself: of
 * its channels, that it was `away`, that its data folder has a problem or is well again (`store`), that a new
 * configuration cannot be used (`reload`).
 */
export type NotificationKind =
  Notice['kind'] | 'result' | 'channel_down' | 'channel_up' | 'away' | 'store' | 'reload' | 'digest';

/** The notification says that something is over, so it goes to whoever was told of that, and nothing earlier comes after it. */
export const isEnding = (kind: NotificationKind): boolean => kind === 'recovered' || kind === 'channel_up';

/** One channel on which a notification may reach its person. */
export interface Delivery {
  readonly channel: string;
  /** The person's id on this channel. */
  readonly user: string;
  readonly place: ReplyPlace;
  /** What its person must do on the platform that refused it; null: nothing that is known. */
  readonly fix: ChannelFix | null;
  /** The same for every try, so that the platform can drop a repeat. */
  readonly key: string;
  /**
   * `idle`: not chosen yet; `open`: to be tried at `nextAt`; `sending`: a try is under way; `dropped`: given up,
   * since the notification arrived elsewhere. The others say what they are.
   */
  readonly state: 'idle' | 'open' | 'sending' | 'delivered' | 'refused' | 'dropped';
  readonly chosenAt: number | null;
  readonly nextAt: number;
  readonly tries: number;
  /** The batch of its last try; null: it went alone. */
  readonly batch: string | null;
  /** A try was cut short, by a crash or a limit, so the message may have arrived: only an answer ends this delivery. */
  readonly unsure: boolean;
}

/** Whether it may still be delivered on this channel without being chosen anew. */
export const isLive = ({ state }: Delivery): boolean => state === 'open' || state === 'sending';

export const isDelivered = ({ state }: Delivery): boolean => state === 'delivered';

/** It is being sent and may have arrived already: only an answer settles that. */
export const mayHaveArrived = (delivery: Delivery): boolean =>
  isLive(delivery) && (delivery.unsure || delivery.state === 'sending');

/** It was never tried, and none of its channels was chosen yet. */
export const isWaiting = ({ state, held, deliveries }: Notification): boolean =>
  state === 'open' &&
  held !== null &&
  deliveries.every((delivery) => delivery.state === 'idle' && delivery.tries === 0);

/**
 * What belongs to the present outage: an incident that came back was over before. An end that nobody was told of does
 * not count.
 * @param earlier the notifications of one thread, oldest first.
 */
export const sinceLastEnding = (earlier: readonly Notification[]): readonly Notification[] =>
  earlier.slice(
    earlier.findLastIndex(
      ({ kind, state, deliveries }) => isEnding(kind) && (state !== 'done' || deliveries.some(isDelivered)),
    ) + 1,
  );
