/** Lifeline's Feishu channel: messages from people over the long connection, messages to people over REST. */
import { processClock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Inbound } from '../../chat/inbound.ts';
import { plainText } from '../../chat/message.ts';
import type { Channel, Recipient } from '../channel.ts';
import { readMessageEvent } from './inbound.ts';
import { createLink } from './link.ts';
import { settingsOf, type FeishuOptions } from './options.ts';
import { isGone, outcomeOf } from './refusals.ts';
import type { Reply } from './reply.ts';
import { createRest } from './rest.ts';
import { textBody, type TextBody } from './text-body.ts';

export type { FeishuOptions } from './options.ts';

const MESSAGES = '/open-apis/im/v1/messages';
const AFTER_NO_ANSWER_MS = 2_000;

/** @throws UserError for an app id, secret or domain that cannot be right. */
export const createFeishuChannel = (options: FeishuOptions): Channel => {
  const { logger, clock = processClock() } = options;
  const settings = settingsOf(options);
  const rest = createRest(settings);
  let receive: (inbound: Inbound) => void = () => undefined;
  /** Ends the link and every call under way. */
  let life = new AbortController();
  let running: Promise<void> | null = null;

  /** A message in a group is for us only when it mentions the bot. */
  const accept = async (data: unknown, signal: AbortSignal): Promise<void> => {
    const event = readMessageEvent(data);
    if (event.kind === 'ignored') {
      logger.debug({ why: event.why }, 'feishu event ignored');
      return;
    }
    if (event.inbound.chat.kind === 'group' && !event.mentioned.includes(await rest.botId(signal))) return;
    if (!signal.aborted) receive(event.inbound);
  };

  const link = createLink({
    settings,
    clock,
    logger,
    // The event is acked when this returns, so the work comes after; nothing thrown there may reach the SDK.
    onMessageEvent: (data) => {
      const { signal } = life;
      setImmediate(() => void accept(data, signal).catch((error: unknown) => logger.error({ err: error }, 'feishu message was not handled')));
    },
  });

  const create = (to: Recipient, body: TextBody, uuid: string, signal: AbortSignal): Promise<Reply> =>
    rest.call('POST', `${MESSAGES}?receive_id_type=${to.group === undefined ? 'open_id' : 'chat_id'}`, { receive_id: to.group ?? to.user, ...body, uuid }, signal);

  return {
    name: 'feishu',
    start: async (onInbound) => {
      if (running) return;
      receive = onInbound;
      running = link.run(life.signal);
    },
    stop: async () => {
      life.abort();
      life = new AbortController();
      await running;
      running = null;
    },
    send: async (to, message, { key }) => {
      const { signal } = life;
      try {
        const body = textBody(plainText(message));
        if (to.replyTo !== undefined) {
          const reply = await rest.call('POST', `${MESSAGES}/${encodeURIComponent(to.replyTo)}/reply`, { ...body, uuid: key }, signal);
          if (!isGone(reply)) return outcomeOf(reply);
        }
        return outcomeOf(await create(to, body, key, signal));
      } catch (error) {
        return { outcome: 'retry', reason: errorText(error), afterMs: AFTER_NO_ANSWER_MS };
      }
    },
    status: () => link.status(),
  };
};
