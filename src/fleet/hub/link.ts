/** What a hub that holds the lease says to the hosts and hears from them, over NATS. */
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { z } from 'zod';
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
} from '../messages.ts';
import { downSubject, fromAll, isInboxOf, senderOf, type Up } from '../subjects.ts';

export interface HubHandlers {
  /** @returns null: this hub may not speak now. */
  readonly beat: (host: string, beat: Beat) => BeatReply | null;
  readonly claim: (host: string, claim: Claim) => ClaimReply | null;
  readonly answer: (host: string, answer: Answer) => AnswerReply | null;
  /** Resolves once it is where the next hub finds it. @throws when it could not be taken; then the host sends it again. */
  readonly notice: (host: string, notice: Notice) => Promise<Receipt>;
  readonly misunderstood: (host: string, why: Misread, bytes: Uint8Array) => void;
}

export interface HubLink {
  command(host: string, command: Command): void;
  receipt(host: string, receipt: Receipt): void;
  stop(): void;
}

export const openHubLink = (nc: NatsConnection, handlers: HubHandlers, logger: Logger): HubLink => {
  const receipt = (host: string, said: Receipt): void => nc.publish(downSubject(host, 'receipt'), write(said));

  const take = async <Value>(
    { subject, data, reply = '' }: Msg,
    schema: z.ZodType<Value>,
    handle: (host: string, value: Value) => object | null | Promise<object | null>,
  ): Promise<void> => {
    const host = senderOf(subject);
    if (host === null) return;
    if (reply !== '' && !isInboxOf(host, reply))
      return logger.warn({ host }, 'a host wants its answer where only others may speak; it is not heard');
    try {
      const got = read(schema, data);
      if (!got.ok) handlers.misunderstood(host, got.why, data);
      // No `beatReply`, whatever version reads it: the host is to say that its hub does not understand it.
      const said = got.ok ? await handle(host, got.value) : { v: PROTOCOL, why: got.why };
      if (said !== null && reply !== '') nc.publish(reply, write(said));
    } catch (error) {
      logger.warn({ host, subject, reason: errorText(error) }, 'a message of a host could not be taken');
    }
  };
  const serve = <Value>(
    kind: Up,
    schema: z.ZodType<Value>,
    handle: (host: string, value: Value) => object | null | Promise<object | null>,
  ) =>
    nc.subscribe(fromAll(kind), {
      callback: (error, message) => {
        if (error) logger.warn({ reason: errorText(error) }, 'the NATS server refuses what this hub listens to');
        else void take(message, schema, handle);
      },
    });

  const subscriptions = [
    serve('beat', beat, handlers.beat),
    serve('claim', claim, handlers.claim),
    serve('answer', answer, handlers.answer),
    serve('notice', notice, async (host, value) => {
      const said = await handlers.notice(host, value);
      // For a host that does not ask for an answer, as until November 2026.
      receipt(host, said);
      return said;
    }),
  ];
  return {
    command: (host, command) => nc.publish(downSubject(host, 'command'), write(command)),
    receipt,
    stop: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
};
