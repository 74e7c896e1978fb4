/**
 * In which order messages are served: each operator's at once, in a turn of its own; strangers' one a turn, from a
 * queue that ends. So a flood from strangers makes no operator wait and takes no memory.
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
  /** Whether it may come from an operator; a throw is a no. */
  readonly isKnown: (inbound: Inbound) => boolean;
  /**
   * Whether a stranger's message is worth a place when the queue is full: a pairing code must get through a flood of
   * talk.
   */
  readonly matters: (inbound: Inbound) => boolean;
  readonly handle: (inbound: Inbound) => Promise<void>;
  readonly logger: Logger;
  /** Strangers who may wait; as many again whose message matters. */
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
      .catch((err: unknown) => logger.error({ err }, 'a message could not be handled'))
      .finally(() => working.delete(work));
    working.add(work);
  };

  /** The next one begins in the next turn, whether this one is done or not: its answer may hang. */
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
