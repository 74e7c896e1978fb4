/** Sends one message, with retries while the platform asks for them, within a time limit. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, Recipient, SendResult } from '../channels/channel.ts';
import type { Message } from '../chat/message/message.ts';

const LIMIT_MS = 25_000;
const LEAST_PAUSE_MS = 500;

/** @param key the same for each try, so that no message comes twice. @returns the last answer. */
export const sendWithRetries = async (
  channel: Channel,
  to: Recipient,
  message: Message,
  key: string,
  signal: AbortSignal,
): Promise<SendResult> => {
  for (const end = performance.now() + LIMIT_MS; ;) {
    const result = await channel.send(to, message, { key });
    if (result.outcome !== 'retry' || signal.aborted) return result;
    const waitMs = Math.max(LEAST_PAUSE_MS, result.afterMs);
    if (performance.now() + waitMs >= end) return result;
    await pause(waitMs, undefined, { signal }).catch(() => undefined);
  }
};
