/**
 * The hub as a channel of the agent. The outbox of the agent holds a notice until the hub says that a phone has it, and
 * takes the agent's own channels when no hub has been reached for `fallbackMs` (docs/fleet.md#when-no-hub-can-be-reached).
 */
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { redact } from '../../base/redact/redact.ts';
import type { Channel, ChannelStatus, SendResult } from '../../channels/channel.ts';
import type { Message } from '../../chat/message/message.ts';
import {
  address,
  fitMessage,
  notice,
  PROTOCOL,
  type Address,
  type Notice,
  type Receipt,
} from '../protocol/messages.ts';

export const HUB_CHANNEL = 'hub';
/** Whoever the hub tells. */
export const HUB_USER = 'hub';

/** How long one try waits for the word that a phone has it. */
const RECEIPT_MS = 25_000;
/** A hub that is there has it in its log sooner; what it has not accepted by then was lost on the way. */
const ACCEPTED_MS = 10_000;
const AFTER_NO_HUB_MS = 3_000;
const MOST_KNOWN = 2_000;
/** Three beats: later, no hub is taken to be there. */
export const HUB_GONE_MS = 45_000;
/** While a hub is there, it alone decides how an alert reaches a phone. */
const HUB_PATIENCE_MS = 24 * 3_600_000;

export interface HubChannel extends Channel {
  /** A hub has answered, or written. */
  heard(): void;
  onReceipt(receipt: Receipt): void;
  /** How long an alert waits for the hub before the agent's own channels are tried. */
  patienceMs(): number;
  /** Since when no hub has been heard; null: one is there, or Lifeline has just begun to listen. */
  goneSince(): number | null;
}

export interface HubChannelOptions {
  /** Hands a notice to the server. @throws when it did not get it. That the stream has it only the hub's receipt says. */
  readonly publish: (notice: Notice) => Promise<void>;
  readonly fallbackMs: number;
  readonly now?: () => number;
  /** A clock that never jumps. */
  readonly monotonicMs?: () => number;
  /** What is wrong between this host and its hub, for people; null: nothing is known. */
  readonly problem?: () => string | null;
  readonly logger: Logger;
  readonly receiptMs?: number;
}

export const createHubChannel = ({
  publish,
  fallbackMs,
  now = Date.now,
  monotonicMs = () => performance.now(),
  problem = () => null,
  logger,
  receiptMs = RECEIPT_MS,
}: HubChannelOptions): HubChannel => {
  const waiting = new Map<string, (receipt: Receipt) => void>();
  /** Receipts that came when nobody waited. */
  const known = new Map<string, Receipt['is']>();
  let heardAt: { readonly wall: number; readonly monotonic: number } | null = null;
  const startedAt = { wall: now(), monotonic: monotonicMs() };
  let stopped = true;
  let connectedSince = startedAt.wall;

  const silentMs = (): number => monotonicMs() - (heardAt ?? startedAt).monotonic;
  const isThere = (): boolean => heardAt !== null && silentMs() < HUB_GONE_MS;

  const outcomeOf = (is: Receipt['is'], id: string, isAnswer: boolean): SendResult | null => {
    if (is === 'nobody') return { outcome: 'refused', reason: 'the hub has nobody to tell' };
    // An answer is in the hub's own outbox then, which goes on until the phone has it.
    return is === 'delivered' || isAnswer ? { outcome: 'ok', messageId: id } : null;
  };

  const receiptOf = (id: string, isAnswer: boolean): Promise<SendResult> => {
    const { promise, resolve } = Promise.withResolvers<SendResult>();
    const giveUp = (reason: string): void =>
      resolve({
        outcome: 'retry',
        reason,
        afterMs: AFTER_NO_HUB_MS,
        // The phone may have it, and its receipt is lost.
        unsure: true,
      });
    const undelivered = setTimeout(() => giveUp('the hub has not said yet that a phone has it'), receiptMs);
    // What is sent while no hub is there lies in the stream until one comes.
    const unaccepted = isThere()
      ? setTimeout(() => giveUp('the hub has not said that it has it'), Math.min(ACCEPTED_MS, receiptMs))
      : undefined;
    waiting.set(id, ({ is }) => {
      clearTimeout(unaccepted);
      const result = outcomeOf(is, id, isAnswer);
      if (result !== null) resolve(result);
    });
    return promise.finally(() => {
      clearTimeout(undelivered);
      clearTimeout(unaccepted);
      waiting.delete(id);
    });
  };

  const send: Channel['send'] = async (to, message, { key, about }) => {
    const asked = to.user === HUB_USER ? null : readAsker(to.user);
    const answerTo = asked?.to ?? null;
    if (answerTo === null && to.user !== HUB_USER)
      return { outcome: 'refused', reason: 'nobody knows where this belongs' };
    const before = known.get(key);
    const already = before === undefined ? null : outcomeOf(before, key, answerTo !== null);
    if (already !== null) return already;
    const told: Notice = {
      v: PROTOCOL,
      id: key,
      at: now(),
      message: redacted(message),
      about: about === undefined ? null : notice.shape.about.catch(null).parse(about),
      answerTo,
      command: asked?.command ?? null,
    };
    const receipt = receiptOf(key, answerTo !== null);
    try {
      await publish(told);
    } catch (error) {
      waiting.delete(key);
      receipt.catch(() => undefined);
      return { outcome: 'retry', reason: errorText(error), afterMs: AFTER_NO_HUB_MS };
    }
    return receipt;
  };

  return {
    name: HUB_CHANNEL,
    takesEach: true,
    start: async () => {
      stopped = false;
    },
    stop: async () => {
      stopped = true;
    },
    send,
    status: (): ChannelStatus => {
      if (stopped)
        return { link: 'stopped', since: startedAt.wall, lastInboundAt: heardAt?.wall ?? null, problem: null };
      if (isThere())
        return { link: 'connected', since: connectedSince, lastInboundAt: heardAt?.wall ?? null, problem: problem() };
      return {
        link: 'connecting',
        since: (heardAt ?? startedAt).wall,
        lastInboundAt: heardAt?.wall ?? null,
        problem: problem() ?? 'no hub answers',
      };
    },
    heard: () => {
      if (!isThere()) {
        connectedSince = now();
        logger.info('a hub of the fleet answers');
      }
      heardAt = { wall: now(), monotonic: monotonicMs() };
    },
    onReceipt: (receipt) => {
      known.delete(receipt.id);
      known.set(receipt.id, receipt.is);
      for (const id of [...known.keys()].slice(0, Math.max(0, known.size - MOST_KNOWN))) known.delete(id);
      waiting.get(receipt.id)?.(receipt);
    },
    patienceMs: () => (silentMs() < fallbackMs ? HUB_PATIENCE_MS : 0),
    goneSince: () => (silentMs() < HUB_GONE_MS ? null : (heardAt ?? startedAt).wall),
  };
};

/** Who asked for what on the hub's channels, as one word that the agent keeps and gives back. */
export interface Asker {
  readonly to: Address;
  readonly command: string;
}

export const askerWord = (asker: Asker): string => Buffer.from(JSON.stringify(asker)).toString('base64url');

export const readAsker = (word: string): Asker | null => {
  try {
    const { to, command } = JSON.parse(Buffer.from(word, 'base64url').toString('utf8')) as Partial<Asker>;
    const read = address.safeParse(to);
    return read.success && typeof command === 'string' ? { to: read.data, command } : null;
  } catch {
    return null;
  }
};

/** What leaves the machine has no secret, whatever wrote it. */
export const redacted = (given: Message): Message => {
  const { tone, title, lines, fields, code, note, attachment, buttons } = given;
  return fitMessage({
    tone,
    title: redact(title),
    ...(lines ? { lines: lines.map((each) => redact(each)) } : {}),
    ...(fields ? { fields: fields.map(({ name, value }) => ({ name, value: redact(value) })) } : {}),
    ...(code ? { code: code.map((each) => redact(each)) } : {}),
    ...(note === undefined ? {} : { note: redact(note) }),
    ...(attachment ? { attachment: { name: attachment.name, text: redact(attachment.text) } } : {}),
    ...(buttons ? { buttons } : {}),
  });
};
