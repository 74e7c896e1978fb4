/**
 * The order in which messages are served: an operator's at once, a stranger's one for each turn of the event loop, from
 * a queue of limited length. So a flood from strangers makes no operator wait and takes no memory.
 */
import type { Logger } from '../../base/logger.ts';
import type { Inbound } from '../inbound/inbound-message.ts';

export interface InboundQueue {
  /** Returns at once; never throws. */
  receive(inbound: Inbound): void;
  /** Resolves when no message is being worked on. */
  idle(): Promise<void>;
}

export interface InboundQueueOptions {
  /** Returns whether the message may come from an operator; throwing means no. */
  readonly isKnown: (inbound: Inbound) => boolean;
  /**
   * Whether a stranger's message is worth a place when the queue is full: a pairing code must get through a flood of
   * talk.
   */
  readonly matters: (inbound: Inbound) => boolean;
  readonly handle: (inbound: Inbound) => Promise<void>;
  readonly logger: Logger;
  /** How many strangers' messages may wait; as many again when they matter. */
  readonly most?: number;
}

const nextTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createInboundQueue = ({
  isKnown,
  matters,
  handle,
  logger,
  most = 100,
}: InboundQueueOptions): InboundQueue => {
  const working = new Set<Promise<void>>();
  const strangers: Inbound[] = [];

  const begin = (inbound: Inbound, turn: Promise<void>): void => {
    const work = turn
      .then(() => handle(inbound))
      .then(() => inbound.taken?.(true))
      .catch((err: unknown) => logger.error({ err }, 'a message could not be handled'))
      .finally(() => working.delete(work));
    working.add(work);
  };

  /** Starts the next message in the next turn of the event loop, even when this one is not done: its answer may hang. */
  const nextStranger = (): void => {
    const inbound = strangers.shift();
    if (strangers.length > 0) setImmediate(nextStranger);
    if (inbound !== undefined) begin(inbound, Promise.resolve());
  };

  const wait = (inbound: Inbound): void => {
    if (strangers.length >= most && (strangers.length >= 2 * most || !matters(inbound))) return;
    strangers.push(inbound);
    if (strangers.length === 1) setImmediate(nextStranger);
  };

  return {
    receive: (inbound) => {
      try {
        if (isKnown(inbound)) return begin(inbound, nextTick());
        // A stranger's message that is lost need not come again.
        inbound.taken?.(true);
      } catch (err) {
        logger.error({ err }, 'who sent a message cannot be told; it waits with the strangers');
      }
      wait(inbound);
    },
    idle: async () => {
      while (working.size > 0 || strangers.length > 0) await Promise.all([...working, nextTick()]);
    },
  };
};
