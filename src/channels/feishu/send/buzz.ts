/**
 * Rings the phone for a message that was sent (docs/facts/feishu.md 4.3). It has its own tries and its own failures: an
 * alert that arrived is delivered, whether it rang or not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../base/clock.ts';
import { errorText } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import type { UrgentWay } from '../../../config/config.ts';
import type { SendResult } from '../../channel.ts';
import type { MessageCalls } from './message-calls.ts';
import { TooMany } from './rate-limit.ts';
import { createRecentMap } from '../../../base/recent-map.ts';
import { dataOf, sendResultOf } from '../http/refusals.ts';

export interface BuzzerOptions {
  readonly calls: Pick<MessageCalls, 'urge'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Waits before each repeated try. */
  readonly retryMs?: readonly number[];
}

/** Resolves when it rang or was given up; never rejects. */
export type Buzz = (messageId: string, user: string, signal: AbortSignal) => Promise<void>;

/** One try to make a phone ring, by the app, a text message or a call. Never rejects. */
export const urgeOnce = async (
  { calls, clock }: Pick<BuzzerOptions, 'calls' | 'clock'>,
  way: UrgentWay,
  messageId: string,
  user: string,
  signal: AbortSignal,
): Promise<SendResult> => {
  try {
    const reply = await calls.urge(way, messageId, user, signal);
    const { invalid_user_id_list: invalid } = dataOf(reply);
    if (reply.code === 0 && Array.isArray(invalid) && invalid.includes(user)) {
      return {
        outcome: 'refused',
        reason: 'the platform does not know this person in the chat (invalid_user_id_list)',
      };
    }
    return sendResultOf(reply, clock.now());
  } catch (error) {
    return { outcome: 'retry', reason: errorText(error), afterMs: error instanceof TooMany ? error.afterMs : 0 };
  }
};

export const createBuzzer = ({ calls, clock, logger, retryMs = [2_000, 10_000, 30_000] }: BuzzerOptions): Buzz => {
  /** An alert that was sent again under its uuid is the same message, and has rung. */
  const begun = createRecentMap<true>(200);
  /** Each reason is worth one line: it stays until somebody mends it. */
  const told = new Set<string>();

  const giveUp = (messageId: string, reason: string): void => {
    const first = !told.has(reason);
    told.add(reason);
    logger[first ? 'warn' : 'debug']({ messageId, reason }, 'the alert was sent, but the phone was not buzzed');
  };

  return async (messageId, user, signal) => {
    if (messageId === '' || begun.get(messageId)) return;
    begun.set(messageId, true);
    for (const waitMs of [...retryMs, null]) {
      const result = await urgeOnce({ calls, clock }, 'app', messageId, user, signal);
      if (result.outcome === 'ok' || signal.aborted) return;
      if (result.outcome === 'refused' || waitMs === null) return giveUp(messageId, result.reason);
      await sleep(Math.max(waitMs, result.afterMs), undefined, { signal }).catch(() => undefined);
    }
  };
};
