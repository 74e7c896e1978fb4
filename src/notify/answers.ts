/** Sends the answers to commands, straight and not through the outbox: an answer that comes late is worth nothing. */
import { createHash } from 'node:crypto';
import type { Logger } from '../base/logger.ts';
import type { Message } from '../chat/message.ts';
import type { Channel } from '../channels/channel.ts';
import type { Answer } from '../healing/decision.ts';
import type { Seal } from './entry.ts';

const TRIES = 4;
const LONGEST_WAIT_MS = 15_000;

export interface Answers {
  /**
   * @param key the same for the same answer. @returns the platform's id of the message that it took.
   * @throws Error when the platform refuses it or several tries failed.
   */
  send(to: Answer, message: Message, key: string): Promise<string>;
  /** Changes an answer where the channel can. @returns whether it was changed. */
  edit(to: Answer, messageId: string, message: Message): Promise<boolean>;
}

export const createAnswers = (channels: ReadonlyMap<string, Channel>, seal: Seal, logger: Logger): Answers => ({
  send: async ({ channel: name, id: _id, ...to }, message, text) => {
    const channel = channels.get(name);
    if (!channel) throw new Error(`there is no channel ${name}`);
    const key = createHash('sha256').update(`${name} ${text}`).digest('hex').slice(0, 40);
    for (let attempt = 1; ; attempt += 1) {
      const result = await channel.send(to, seal(message, { key, channel: name, user: to.user }), { key });
      if (result.outcome === 'ok') return result.messageId;
      if (result.outcome === 'refused' || attempt === TRIES) throw new Error(result.reason);
      logger.warn({ channel: name, reason: result.reason }, 'an answer was not taken yet; trying again');
      await new Promise((resolve) => setTimeout(resolve, Math.min(result.afterMs, LONGEST_WAIT_MS)));
    }
  },
  edit: async ({ channel: name, user }, messageId, message) => {
    const result = await channels.get(name)?.edit?.(messageId, seal(message, { key: messageId, channel: name, user }));
    if (result && result.outcome !== 'ok') logger.debug({ channel: name, reason: result.reason }, 'an answer could not be changed');
    return result?.outcome === 'ok';
  },
});
