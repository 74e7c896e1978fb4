/**
 * Sends the answers to commands, straight: whoever asked waits for it. What the channel does not take within a minute
 * goes through the outbox, to the asker's other channels first, so that no answer is given up without a word.
 */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { withNotes, type Message } from '../chat/message/message.ts';
import type { Channel } from '../channels/channel.ts';
import type { ReplyAddress } from '../healing/treatment.ts';
import { transaction } from '../store/transaction.ts';
import { chatText } from '../text/chat/bus.ts';
import type { Locale } from '../text/locale.ts';
import { formatTime } from '../text/common/time.ts';
import { elsewhereOf, waysOf, type Addressee } from './recipients/addressees.ts';
import type { AttachButtonTokens } from './messages/render.ts';
import type { Subject } from './outbox/notification.ts';
import type { Outbox } from './outbox/queue.ts';

/** How long one channel is tried; a person looks elsewhere by then. */
export const ANSWER_PATIENCE_MS = 60_000;
const LONGEST_WAIT_MS = 15_000;
/** What comes before an answer is old after this time, and says when it was written. */
const LATE_MS = 10_000;

export interface AnswersOptions {
  readonly db: DatabaseSync;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  /** Everybody's ways, as they stand now. */
  readonly addressees: () => readonly Addressee[];
  readonly attachButtonTokens: AttachButtonTokens;
  readonly locale: Locale;
  readonly now: () => number;
  /** The machine's own: platforms do not hurry when the sandbox does. */
  readonly clock: Pick<Clock, 'sleep'>;
  readonly logger: Logger;
  readonly onQueued: () => void;
  readonly monotonicMs?: () => number;
}

export interface Answers {
  /**
   * Sends what comes before the answer. Tries for a minute.
   * @param key the same for the same answer. @returns the platform's id of the message that it took.
   * @throws Error when the platform refuses it or did not take it in time.
   */
  send(to: ReplyAddress, message: Message, key: string): Promise<string>;
  /**
   * The same, and what is not taken goes through the outbox.
   * @throws what the store throws: then it has neither arrived nor is it kept.
   */
  answer(to: ReplyAddress, message: Message, about: About): Promise<void>;
  /** Puts an answer that may have been sent before into the outbox. Within a transaction it belongs to that. */
  post(to: ReplyAddress, message: Message, key: string): void;
  /** Changes an answer where the channel can. @returns whether it was changed. */
  edit(to: ReplyAddress, messageId: string, message: Message): Promise<boolean>;
  /** Lifeline ends: what waits for another try goes into the outbox now. */
  end(): void;
}

export interface About {
  readonly key: string;
  /** What was asked for; empty: nobody knows. */
  readonly text: string;
  readonly at: number;
  /** Called once the answer has arrived, or in the transaction that puts it into the outbox. */
  readonly settled: () => void;
}

/** Longer texts are not read on a lock screen. */
const MAX_TEXT = 40;

export const createAnswers = ({
  db,
  channels,
  outbox,
  addressees,
  attachButtonTokens,
  locale,
  now,
  clock,
  logger,
  onQueued,
  monotonicMs = () => performance.now(),
}: AnswersOptions): Answers => {
  const ending = new AbortController();
  let latest = -Infinity;
  /** A subject of its own for each: a later answer does not stand for an earlier one. */
  const newSubject = (): Subject => {
    latest = Math.max(now(), latest + 1);
    return { topic: 'answer', subject: latest };
  };

  const sendOne = async (
    { channel: name, id: _id, ...to }: ReplyAddress,
    message: Message,
    text: string,
    more: boolean,
  ): Promise<string> => {
    const channel = channels.get(name);
    if (!channel) throw new Error(`there is no channel ${name}`);
    const key = deliveryKey(name, text);
    const withButtons = attachButtonTokens(message, { key, channel: name, user: to.user });
    const [begun, askedAt] = [monotonicMs(), now()];
    for (const until = begun + ANSWER_PATIENCE_MS; ;) {
      // "Restarting…" that comes half a minute late must not be read as if it were so now.
      const isLate = more && monotonicMs() - begun >= LATE_MS;
      const sent = isLate
        ? withNotes(withButtons, [chatText(locale).late(formatTime(askedAt, locale, now()))])
        : withButtons;
      const result = await channel.send(to, sent, { key, ...(more ? { more } : {}) });
      if (result.outcome === 'ok') return result.messageId;
      const left = until - monotonicMs();
      if (result.outcome === 'refused' || left <= 0 || ending.signal.aborted) throw new Error(result.reason);
      logger.warn({ channel: name, reason: result.reason }, 'an answer was not taken yet; trying again');
      // The last try comes when the time is over, not before.
      await clock.sleep(Math.min(result.afterMs, LONGEST_WAIT_MS, left), ending.signal).catch(() => undefined);
    }
  };

  const enqueue = (message: Message, to: Addressee): void => {
    outbox.enqueue({ ...newSubject(), kind: 'result', message, at: now() }, [to]);
    onQueued();
  };

  return {
    send: (to, message, key) => sendOne(to, message, key, true),
    answer: async (to, message, { key, text, at, settled }) => {
      try {
        await sendOne(to, message, key, false);
      } catch (error) {
        logger.warn(
          { channel: to.channel, reason: errorText(error) },
          'an answer was not taken; it goes through the outbox',
        );
        const { title } = message;
        const asked = chatText(locale).asked(text.slice(0, MAX_TEXT), formatTime(at, locale, now()));
        transaction(db, () => {
          enqueue(
            { ...message, title: chatText(locale).answerTo(asked, title) },
            elsewhereOf(to, addressees(), deliveryKey(to.channel, key)),
          );
          settled();
        });
        return;
      }
      settled();
    },
    post: (to, message, key) => enqueue(message, waysOf(to, addressees(), deliveryKey(to.channel, key))),
    edit: async ({ channel: name, user }, messageId, message) => {
      const result = await channels
        .get(name)
        ?.edit?.(messageId, attachButtonTokens(message, { key: messageId, channel: name, user }));
      if (result && result.outcome !== 'ok')
        logger.debug({ channel: name, reason: result.reason }, 'an answer could not be changed');
      return result?.outcome === 'ok';
    },
    end: () => ending.abort(),
  };
};

/** At most 50 characters. */
const deliveryKey = (channel: string, key: string): string =>
  createHash('sha256').update(`${channel} ${key}`).digest('hex').slice(0, 40);
