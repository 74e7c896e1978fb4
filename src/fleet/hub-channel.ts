/**
 * The hub as a channel of the agent. The outbox of the agent holds a notice until the hub says that a phone has it, and
 * takes the agent's own channels when no hub has been reached for `fallbackMs` (docs/fleet.md#when-no-hub-can-be-reached).
 */
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Channel, ChannelStatus, SendResult } from '../channels/channel.ts';
import { address, notice, PROTOCOL, redacted, type Address, type Notice, type Receipt } from './messages.ts';

export const HUB_CHANNEL = 'hub';
/** Whoever the hub tells. */
export const HUB_USER = 'hub';

/** How long one try waits for the word that a phone has it. */
const RECEIPT_MS = 25_000;
const AGAIN_MS = 3_000;
const MOST_KNOWN = 2_000;
/** Three beats: later, no hub is taken to be there. */
const HUB_GONE_MS = 45_000;
/** While a hub is there, it alone decides how an alert reaches a phone. */
const HUB_PATIENCE_MS = 24 * 3_600_000;

export interface HubChannel extends Channel {
  /** A hub has answered, or written. @param fence by which one is told from the one before. */
  heard(fence: string): void;
  onReceipt(receipt: Receipt): void;
  /** How long an alert waits for the hub before the agent's own channels are tried. */
  patienceMs(): number;
  /** Since when no hub has been heard; null: one is there, or Lifeline has just begun to listen. */
  goneSince(): number | null;
}

export interface HubChannelOptions {
  /** Asks the hub to take a notice. @throws when none answers. */
  readonly ask: (notice: Notice) => Promise<Receipt>;
  readonly fallbackMs: number;
  /** Called when a hub is heard after one that was not, or by another: what waits may go now. */
  readonly onBack: () => void;
  /** What is wrong between this host and its hub, for people; null: nothing is known. */
  readonly problem?: () => string | null;
  readonly logger: Logger;
}

export const createHubChannel = ({
  ask,
  fallbackMs,
  onBack,
  problem = () => null,
  logger,
}: HubChannelOptions): HubChannel => {
  const waiting = new Map<string, (receipt: Receipt) => void>();
  /** Receipts that came when nobody waited. */
  const known = new Map<string, Receipt['is']>();
  let heardAt: { readonly wall: number; readonly monotonic: number } | null = null;
  let heardFence = '';
  /** A notice was not answered since a hub was heard. */
  let missed = true;
  const startedAt = { wall: Date.now(), monotonic: performance.now() };
  let stopped = true;
  let connectedSince = startedAt.wall;

  const silentMs = (): number => performance.now() - (heardAt ?? startedAt).monotonic;
  const isThere = (): boolean => heardAt !== null && silentMs() < HUB_GONE_MS;

  const outcomeOf = (is: Receipt['is'], id: string, isAnswer: boolean): SendResult | null => {
    if (is === 'nobody') return { outcome: 'refused', reason: 'the hub has nobody to tell' };
    // An answer is in the hub's own outbox then, which goes on until the phone has it.
    return is === 'delivered' || isAnswer ? { outcome: 'ok', messageId: id } : null;
  };

  const onReceipt: HubChannel['onReceipt'] = (receipt) => {
    known.delete(receipt.id);
    known.set(receipt.id, receipt.is);
    for (const id of [...known.keys()].slice(0, Math.max(0, known.size - MOST_KNOWN))) known.delete(id);
    waiting.get(receipt.id)?.(receipt);
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
      at: Date.now(),
      message: redacted(message),
      about: about === undefined ? null : notice.shape.about.catch(null).parse(about),
      answerTo,
      command: asked?.command ?? null,
    };
    const { promise, resolve } = Promise.withResolvers<SendResult>();
    // The phone may have it, and its receipt is lost.
    const late = setTimeout(
      () => resolve({ outcome: 'retry', reason: 'no word yet that a phone has it', afterMs: AGAIN_MS, unsure: true }),
      RECEIPT_MS,
    );
    waiting.set(key, ({ is }) => {
      const result = outcomeOf(is, key, answerTo !== null);
      if (result !== null) resolve(result);
    });
    try {
      onReceipt(await ask(told));
    } catch (error) {
      missed = true;
      resolve({ outcome: 'retry', reason: errorText(error), afterMs: AGAIN_MS, unsure: true });
    }
    return promise.finally(() => {
      clearTimeout(late);
      waiting.delete(key);
    });
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
      const lastInboundAt = heardAt?.wall ?? null;
      if (stopped) return { link: 'stopped', since: startedAt.wall, lastInboundAt, problem: null };
      if (isThere()) return { link: 'connected', since: connectedSince, lastInboundAt, problem: problem() };
      const since = (heardAt ?? startedAt).wall;
      return { link: 'connecting', since, lastInboundAt, problem: problem() ?? 'no hub answers' };
    },
    heard: (fence) => {
      const isBack = missed || fence !== heardFence || !isThere();
      if (!isThere()) {
        connectedSince = Date.now();
        logger.info('a hub of the fleet answers');
      }
      heardAt = { wall: Date.now(), monotonic: performance.now() };
      heardFence = fence;
      missed = false;
      if (isBack) onBack();
    },
    onReceipt,
    patienceMs: () => (silentMs() < fallbackMs ? HUB_PATIENCE_MS : 0),
    goneSince: () => (silentMs() < HUB_GONE_MS ? null : (heardAt ?? startedAt).wall),
  };
};

/** Who asked for what on the hub's channels, as one word that the agent keeps and gives back. */
interface Asker {
  readonly to: Address;
  readonly command: string;
}

export const askerWord = (asker: Asker): string => Buffer.from(JSON.stringify(asker)).toString('base64url');

const readAsker = (word: string): Asker | null => {
  try {
    const { to, command } = JSON.parse(Buffer.from(word, 'base64url').toString('utf8')) as Partial<Asker>;
    const read = address.safeParse(to);
    return read.success && typeof command === 'string' ? { to: read.data, command } : null;
  } catch {
    return null;
  }
};
