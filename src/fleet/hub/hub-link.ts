/** What a hub that holds the lease says to the hosts and hears from them, over NATS. */
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import {
  answer,
  beat,
  claim,
  notice,
  PROTOCOL,
  read,
  write,
  type Answer,
  type AnswerReply,
  type Beat,
  type BeatReply,
  type Claim,
  type ClaimReply,
  type Command,
  type Misread,
  type Notice,
  type Receipt,
} from '../protocol/messages.ts';
import { downSubject, fromAll, isInboxOf, NOTICE_STREAM, senderOf, type Up } from '../protocol/subjects.ts';
import { ACK_WAIT_MS, API_TIMEOUT_MS, CONSUMER } from '../transport/streams.ts';

export interface HubHandlers {
  /** @returns null: this hub may not speak now. */
  readonly beat: (host: string, beat: Beat) => BeatReply | null;
  readonly claim: (host: string, claim: Claim) => ClaimReply | null;
  readonly answer: (host: string, answer: Answer) => boolean | null;
  /** Resolves once it is where the next hub finds it. @throws when it could not be taken; then it comes again. */
  readonly notice: (host: string, notice: Notice) => Promise<void>;
  /** The notices cannot be read any more. Beats are still answered, so the hosts would wait for this hub for ever. */
  readonly ended: () => void;
  readonly misunderstood: (host: string, why: Misread, bytes: Uint8Array) => void;
}

export interface HubLink {
  command(host: string, command: Command): void;
  receipt(host: string, receipt: Receipt): void;
  stop(): Promise<void>;
}

const NS_PER_MS = 1_000_000;
const MOST_AT_ONCE = 256;

export const openHubLink = async (nc: NatsConnection, handlers: HubHandlers, logger: Logger): Promise<HubLink> => {
  const { AckPolicy, jetstream, jetstreamManager } = await import('@nats-io/jetstream');

  const serve = (kind: Up, handle: (host: string, bytes: Uint8Array) => object | null) =>
    nc.subscribe(fromAll(kind), {
      callback: (error: Error | null, message: Msg) => {
        if (error) return logger.warn({ reason: errorText(error) }, 'the NATS server refuses what this hub listens to');
        const host = senderOf(message.subject);
        if (host === null) return;
        const to = message.reply ?? '';
        if (to !== '' && !isInboxOf(host, to))
          return logger.warn({ host }, 'a host wants its answer where only others may speak; it is not heard');
        try {
          const reply = handle(host, message.data);
          if (reply !== null) message.respond(write(reply));
        } catch (err) {
          logger.error({ err, host, kind }, 'a message of a host could not be taken');
        }
      },
    });

  const subscriptions = [
    serve('beat', (host, bytes) => {
      const got = read(beat, bytes);
      if (got.ok) return handlers.beat(host, got.value);
      handlers.misunderstood(host, got.why, bytes);
      // No `beatReply`, whatever version reads it: the host is to say that its hub does not understand it.
      return got.why === 'too_old' || got.why === 'too_new' ? { v: PROTOCOL, why: got.why } : null;
    }),
    serve('claim', (host, bytes) => {
      const got = read(claim, bytes);
      return got.ok ? handlers.claim(host, got.value) : null;
    }),
    serve('answer', (host, bytes) => {
      const got = read(answer, bytes);
      if (!got.ok) return null;
      const taken = handlers.answer(host, got.value);
      return taken === null ? null : ({ v: PROTOCOL, taken } satisfies AnswerReply);
    }),
  ];

  // Anew for each holder: what was given out to an earlier one and not acknowledged comes to this one at once.
  const manager = await jetstreamManager(nc, { timeout: API_TIMEOUT_MS });
  await manager.consumers.delete(NOTICE_STREAM, CONSUMER).catch(() => undefined);
  await manager.consumers.add(NOTICE_STREAM, {
    durable_name: CONSUMER,
    ack_policy: AckPolicy.Explicit,
    ack_wait: ACK_WAIT_MS * NS_PER_MS,
    max_ack_pending: MOST_AT_ONCE,
  });
  const consumer = await jetstream(nc).consumers.get(NOTICE_STREAM, CONSUMER);
  const messages: ConsumerMessages = await consumer.consume({
    max_messages: MOST_AT_ONCE,
    // Otherwise a hub whose consumer was removed would wait for ever, without an error.
    abort_on_missing_resource: true,
  });

  const take = async (message: JsMsg): Promise<void> => {
    const host = senderOf(message.subject);
    const got = read(notice, message.data);
    if (host === null || !got.ok) {
      if (host !== null && !got.ok) handlers.misunderstood(host, got.why, message.data);
      // Nobody will ever read it.
      return message.term();
    }
    try {
      await handlers.notice(host, got.value);
      message.ack();
    } catch (err) {
      logger.warn({ host, reason: errorText(err) }, 'a notice of a host could not be taken; it comes again');
      message.nak(1_000);
    }
  };
  let isStopping = false;
  const reading = (async () => {
    for await (const message of messages) void take(message);
  })()
    .catch((error: unknown) => logger.error({ reason: errorText(error) }, 'the notices of the hosts cannot be read'))
    .then(() => {
      if (!isStopping) handlers.ended();
    });

  return {
    command: (host, command) => nc.publish(downSubject(host, 'command'), write(command)),
    receipt: (host, receipt) => nc.publish(downSubject(host, 'receipt'), write(receipt)),
    stop: async () => {
      isStopping = true;
      for (const subscription of subscriptions) subscription.unsubscribe();
      await messages.close().catch(() => undefined);
      await reading;
    },
  };
};
