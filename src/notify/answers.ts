/** Sends the answers to commands, straight and not through the outbox: an answer that comes late is worth nothing. */
import { createHash } from 'node:crypto';
import type { Logger } from '../base/logger.ts';
import type { Inbound } from '../chat/inbound.ts';
import type { Message } from '../chat/message.ts';
import type { Channel } from '../channels/channel.ts';

const TRIES = 4;
const LONGEST_WAIT_MS = 15_000;

/**
 * @returns a function that sends the n-th answer to a message; it resolves when the platform took it.
 * @throws Error when the platform refuses it or several tries failed.
 */
export const createAnswers =
  (channels: ReadonlyMap<string, Channel>, logger: Logger) =>
  async (inbound: Inbound, message: Message, n: number): Promise<void> => {
    const channel = channels.get(inbound.channel);
    if (!channel) throw new Error(`there is no channel ${inbound.channel}`);
    const to = { user: inbound.sender, replyTo: inbound.id, ...(inbound.chat.kind === 'group' ? { group: inbound.chat.id } : {}) };
    const key = createHash('sha256').update(`${inbound.channel} ${inbound.id} ${n}`).digest('hex').slice(0, 40);
    for (let attempt = 1; ; attempt += 1) {
      const result = await channel.send(to, message, { key });
      if (result.outcome === 'ok') return;
      if (result.outcome === 'refused' || attempt === TRIES) throw new Error(result.reason);
      logger.warn({ channel: channel.name, reason: result.reason }, 'an answer was not taken yet; trying again');
      await new Promise((resolve) => setTimeout(resolve, Math.min(result.afterMs, LONGEST_WAIT_MS)));
    }
  };
