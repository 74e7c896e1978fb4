/** Sends a message, part by part, over HTTP: works while the long connection is down. */
import { besideChart, type Chart, type Message } from '../../../chat/message/message.ts';
import { attachmentText } from '../../../text/channels/attachments.ts';
import { besideFile, hasFile, insteadOfFile, type WithFile } from '../../attachment.ts';
import type { SendOptions, Recipient, SendResult } from '../../channel.ts';
import { withinParts } from '../content/fit.ts';
import { shownButtons } from '../content/keyboard.ts';
import { partsOf, rowsOf } from '../content/rows.ts';
import { BARE, type Shape } from '../content/shape.ts';
import { createFiles, fileOf, pictureOf, type Media } from './files.ts';
import { ANSWERS } from './send-strategy.ts';
import { LIMITED_MS } from './push-state.ts';
import { sendPart, type PartResult, type SendContext } from './send-part.ts';

export interface Sender {
  send(to: Recipient, message: Message, delivery: SendOptions): Promise<SendResult>;
  /** Somebody for whom something was held back. */
  isWaiting(user: string): boolean;
}

export interface SenderOptions extends SendContext {
  /** The platform says that the bot is not on line. */
  readonly onOffline: () => void;
  /** Whether taps come back to us. */
  readonly hearsTaps: () => boolean;
}

/** Numbers of the parts that are no text of the message itself: far from those, which may be more or fewer. */
const FILE_PART = 1_000;
const INSTEAD_PART = 2_000;
/** With the file, one answer stays in reserve. */
const PARTS_BESIDE_FILE = ANSWERS - 2;

interface Sending {
  readonly to: Recipient;
  readonly key: string;
  readonly lastResort: boolean;
  readonly groupAlert: boolean;
}

type Delivered = Extract<PartResult, { kind: 'delivered' }>;
type Sent = Extract<SendResult, { outcome: 'ok' }>;

const allOf = (parts: readonly Delivered[]): Sent => {
  const quoteIds = parts.map(({ quoteId }) => quoteId).filter((id) => id !== '');
  return {
    outcome: 'ok',
    messageId: parts.find(({ messageId }) => messageId !== '')?.messageId ?? '',
    ...(quoteIds.length > 0 ? { quoteIds } : {}),
  };
};

const both = (first: Sent, { quoteIds = [] }: Sent): Sent => {
  const all = [...(first.quoteIds ?? []), ...quoteIds];
  return all.length > 0 ? { ...first, quoteIds: all } : first;
};

/** The wait after `offline`, in which the long connection may come back. */
const OFFLINE_MS = 10_000;

export const createSender = (options: SenderOptions): Sender => {
  const { clock, missing, locale, onOffline, hearsTaps } = options;
  const files = createFiles(options);
  const underWay = new Map<string, Promise<SendResult>>();
  const waiting = new Set<string>();
  let pausedAt: number | null = null;

  /** Markdown where it carries something: buttons, log lines, figures. */
  const usualShape = (message: Message): Shape => {
    const now = clock.now();
    const buttons = hearsTaps() && shownButtons(message.buttons).length > 0 && !missing.has('keyboard', now);
    const markdown =
      (buttons || Boolean(message.code?.length) || Boolean(message.fields?.length)) && !missing.has('markdown', now);
    const keyboardNow = missing.has('listed_buttons', now) ? 'open' : 'listed';
    return {
      form: markdown ? 'markdown' : 'text',
      keyboard: markdown && buttons ? keyboardNow : 'none',
      dots: missing.has('dots', now) ? 'none' : 'some',
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

  /** @returns when all parts have arrived; else why the first of those that did not. */
  const sendText = async (
    { to, key, lastResort, groupAlert }: Sending,
    message: Message,
    firstPart: number,
  ): Promise<SendResult> => {
    const parts = partsOf(rowsOf(message)).filter((rows) => rows.some(({ text }) => text.trim() !== ''));
    const buttons = shownButtons(message.buttons);
    const shape = usualShape(message);
    const arrived: Delivered[] = [];
    for (const [number, rows] of parts.entries()) {
      const last = number === parts.length - 1;
      const result = await sendPart(options, {
        to,
        key,
        index: firstPart + number,
        part: { rows, buttons: last ? buttons : [] },
        shape,
        lastResort: lastResort && number === 0,
        groupAlert,
      });
      if (result.kind !== 'delivered')
        return outcome(result, parts.length > 1 ? `part ${number + 1} of ${parts.length}: ` : '');
      arrived.push(result);
      // Only one recall message may go out. The first part has the essential.
      if (result.by === 'wakeup') break;
    }
    return parts.length === 0 ? { outcome: 'refused', reason: 'the message is empty' } : allOf(arrived);
  };

  /** The text first, then the file or picture as a message of its own; without it as much text as there may be. */
  const sendWithMedia = async (
    sending: Sending,
    media: Media,
    { beside, instead }: { readonly beside: Message; readonly instead: Message },
  ): Promise<SendResult> => {
    const { to, key } = sending;
    const file = await files.prepare(to, media, key);
    if (file === null) return sendText(sending, instead, 0);
    const text = await sendText(sending, beside, 0);
    if (text.outcome !== 'ok') return text;
    const result = await sendPart(options, {
      to,
      key,
      index: FILE_PART,
      part: { rows: [], buttons: [], file },
      shape: BARE,
      lastResort: false,
    });
    if (result.kind === 'delivered') return both(text, allOf([result]));
    const failed = outcome(result, 'the file: ');
    const second = failed.outcome === 'refused' ? await sendText(sending, instead, INSTEAD_PART) : failed;
    // The person has at least a part of the message.
    if (second.outcome === 'retry') return second;
    return second.outcome === 'ok' ? both(text, second) : text;
  };

  const sendWithFile = (sending: Sending, message: WithFile): Promise<SendResult> =>
    sendWithMedia(sending, fileOf(message.attachment), {
      // The end of it, then the whole as a file.
      beside: withinParts(besideFile(message, locale), PARTS_BESIDE_FILE, locale),
      instead: withinParts(insteadOfFile(message, attachmentText(locale).noFile()), ANSWERS, locale),
    });

  /** Only for somebody who asks: a push is worth more than a picture. A day without trouble is told by a line. */
  const drawn = (to: Recipient, { chart }: Message): Chart | null =>
    to.replyTo !== undefined &&
    chart?.rows.some(({ hours }) => hours.some((state) => state !== 'well' && state !== 'unwatched'))
      ? chart
      : null;

  const sendAll = async (to: Recipient, message: Message, { key, alert = false }: SendOptions): Promise<SendResult> => {
    const wait = to.replyTo === undefined ? pauseMs() : 0;
    if (wait > 0) return { outcome: 'retry', reason: 'QQ limits how often this bot may send', afterMs: wait };
    const sending: Sending = {
      to,
      key,
      lastResort: alert && to.group === undefined,
      groupAlert: alert && to.group !== undefined,
    };
    const chart = drawn(to, message);
    const withMedia = (): Promise<SendResult> | null => {
      if (hasFile(message)) return sendWithFile(sending, message);
      return chart && sendWithMedia(sending, pictureOf(chart), { beside: besideChart(message), instead: message });
    };
    const result = await withMedia();
    if (result === null) return sendText(sending, message, 0);
    if (result.outcome !== 'retry') files.forget(key);
    return result;
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
