/** Sends a message, part by part, over HTTP: works while the long connection is down. */
import type { Message } from '../../../chat/message.ts';
import type { Delivery, Recipient, SendResult } from '../../channel.ts';
import { shownButtons } from '../content/keyboard.ts';
import { partsOf, rowsOf } from '../content/rows.ts';
import type { Shape } from '../content/shape.ts';
import { LIMITED_MS } from './push-state.ts';
import { sendPart, type PartResult, type Post } from './send-part.ts';

export interface Sender {
  send(to: Recipient, message: Message, delivery: Delivery): Promise<SendResult>;
  /** Somebody for whom something was held back. */
  isWaiting(user: string): boolean;
}

export interface SenderOptions extends Post {
  /** The platform says that the bot is not on line. */
  readonly onOffline: () => void;
  /** Whether taps come back to us. */
  readonly hearsTaps: () => boolean;
}

/** What `offline` asks for: time for the long connection to come back. */
const OFFLINE_MS = 10_000;

export const createSender = (options: SenderOptions): Sender => {
  const { clock, lacks, onOffline, hearsTaps } = options;
  const underWay = new Map<string, Promise<SendResult>>();
  const waiting = new Set<string>();
  let pausedAt: number | null = null;

  /** Markdown where it carries something: buttons, log lines, figures. */
  const usualShape = (message: Message): Shape => {
    const now = clock.now();
    const buttons = hearsTaps() && shownButtons(message.buttons).length > 0 && !lacks.has('keyboard', now);
    const markdown = (buttons || Boolean(message.code?.length) || Boolean(message.fields?.length)) && !lacks.has('markdown', now);
    return {
      form: markdown ? 'markdown' : 'text',
      keyboard: !markdown || !buttons ? 'none' : lacks.has('listed_buttons', now) ? 'open' : 'listed',
      dots: lacks.has('dots', now) ? 'none' : 'some',
      length: 'full',
      repeat: false,
    };
  };

  /** "Too many calls" concerns every call; answers are tried all the same, because somebody is waiting for them. */
  const pauseMs = (): number => {
    const ms = pausedAt === null ? 0 : Math.min(LIMITED_MS, pausedAt + LIMITED_MS - clock.now());
    if (ms <= 0) pausedAt = null;
    return Math.max(0, ms);
  };

  const outcome = (result: Exclude<PartResult, { kind: 'delivered' }>, where: string): SendResult => {
    const reason = `${where}${result.reason}`;
    if (result.kind === 'refused') return { outcome: 'refused', reason, ...(result.fix ? { fix: result.fix } : {}) };
    if (result.kind === 'retry') {
      if (result.limited) pausedAt = clock.now();
      return { outcome: 'retry', reason, afterMs: result.afterMs };
    }
    onOffline();
    return { outcome: 'retry', reason, afterMs: OFFLINE_MS };
  };

  const sendAll = async (to: Recipient, message: Message, { key, alert = false }: Delivery): Promise<SendResult> => {
    const wait = to.replyTo === undefined ? pauseMs() : 0;
    if (wait > 0) return { outcome: 'retry', reason: 'QQ limits how often this bot may send', afterMs: wait };
    const parts = partsOf(rowsOf(message)).filter((rows) => rows.some(({ text }) => text.trim() !== ''));
    const buttons = shownButtons(message.buttons);
    const shape = usualShape(message);
    const ids: string[] = [];
    for (const [index, rows] of parts.entries()) {
      const last = index === parts.length - 1;
      const lastResort = alert && index === 0 && to.group === undefined;
      const result = await sendPart(options, { to, key, index, part: { rows, buttons: last ? buttons : [] }, shape, lastResort });
      if (result.kind !== 'delivered') return outcome(result, parts.length > 1 ? `part ${index + 1} of ${parts.length}: ` : '');
      ids.push(result.messageId);
      // Only one such message goes out; the essential stands in it.
      if (result.by === 'wakeup') break;
    }
    return parts.length === 0 ? { outcome: 'refused', reason: 'the message is empty' } : { outcome: 'ok', messageId: ids.find((id) => id !== '') ?? '' };
  };

  return {
    isWaiting: (user) => waiting.has(user),
    send: (to, message, delivery) => {
      // A try that the caller has given up may still be under way; a second beside it would be a repeat.
      const running = underWay.get(delivery.key);
      if (running) return running;
      const sending = sendAll(to, message, delivery)
        .then((result) => {
          if (result.outcome === 'ok') waiting.delete(to.user);
          else if (to.replyTo === undefined) waiting.add(to.user);
          return result;
        })
        .finally(() => underWay.delete(delivery.key));
      underWay.set(delivery.key, sending);
      return sending;
    },
  };
};
