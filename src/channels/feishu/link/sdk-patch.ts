/**
 * Wraps three inner methods of the SDK's client, for faults that its version 1.74 still has and no option mends:
 * - A pong without a good `PingInterval` makes the SDK ping a thousand times a second (docs/facts/feishu.md 0.8). A pong
 *   with a bad interval is dropped.
 * - The SDK drops frames of `type=card` unanswered (docs/facts/feishu.md 1.3 and 7, oapi-sdk-python #126). They are
 *   passed on as events.
 * - The SDK allocates as many pieces of an event as a frame names, and keeps pieces without a limit; since its #201 it
 *   only refuses what is no count (docs/facts/feishu.md 1.3). The pieces have a limit.
 */

interface Header {
  readonly key: string;
  readonly value: string;
  /** The value before the patch changed it, for the answer. */
  readonly was?: string;
}

interface Frame {
  readonly headers: readonly Header[];
  readonly payload?: Uint8Array;
}

interface Inner {
  handleControlData?: (frame: Frame) => Promise<void>;
  handleEventData?: (frame: Frame) => Promise<void>;
  sendMessage?: (frame: Frame) => void;
}

/** Beyond a day a timer of the SDK would overflow and fire at once; below `least` the pings would be useless. */
export const PING_INTERVAL_S = { least: 0.1, most: 300, usual: 120 };

/** Returns the platform's interval, kept within bounds; null when the platform names none. */
export const readPingInterval = (value: unknown): number | null =>
  typeof value === 'number' && value > 0
    ? Math.min(PING_INTERVAL_S.most, Math.max(PING_INTERVAL_S.least, value))
    : null;

const headerOf = (frame: Frame, name: string): string | undefined =>
  frame.headers.find(({ key }) => key === name)?.value;

/**
 * Returns the client configuration that the SDK gets. Only its ping interval is the platform's: Lifeline reconnects by
 * its own rules. All four keys must be there, or the SDK computes with NaN.
 */
export const clientConfig = (pingIntervalS: number): object => ({
  ReconnectCount: -1,
  ReconnectInterval: 120,
  ReconnectNonce: 30,
  PingInterval: pingIntervalS,
});

/** Returns the ping interval of a pong, in seconds; null when there is none. */
const intervalIn = (payload: Uint8Array | undefined): number | null => {
  try {
    const config: unknown = JSON.parse(Buffer.from(payload ?? []).toString());
    return readPingInterval((config as { readonly PingInterval?: unknown } | null)?.PingInterval);
  } catch {
    return null;
  }
};

export interface Fragment {
  readonly messageId: string;
  /** How many pieces there are, as the frame says it. */
  readonly of: number;
  readonly bytes: number;
}

const MOST_PIECES = 100;
const MOST_BYTES = 16 * 1_048_576;
/** The SDK sweeps every 10 s what is older than 10 s. */
const KEPT_MS = 20_000;

/** @returns a function that says whether a piece of an event may go on to the SDK, which keeps it until the last one. */
export const createFragments = (now: () => number = () => performance.now()): ((fragment: Fragment) => boolean) => {
  const unfinished = new Map<string, { readonly at: number; readonly pieces: number; readonly bytes: number }>();

  return ({ messageId, of, bytes }) => {
    if (of === 1) return true;
    // The SDK itself refuses a piece whose count is no number.
    if (of > MOST_PIECES) return false;
    for (const [id, { at }] of unfinished) if (now() - at > KEPT_MS) unfinished.delete(id);
    let kept = bytes;
    for (const each of unfinished.values()) kept += each.bytes;
    if (kept > MOST_BYTES || (unfinished.size >= MOST_PIECES && !unfinished.has(messageId))) return false;
    const before = unfinished.get(messageId) ?? { at: now(), pieces: 0, bytes: 0 };
    if (before.pieces + 1 >= of) unfinished.delete(messageId);
    else unfinished.set(messageId, { ...before, pieces: before.pieces + 1, bytes: before.bytes + bytes });
    return true;
  };
};

/** What is lost without each patch, for the log. */
const LOST = {
  pong: 'a pong without a ping interval makes the SDK ping a thousand times a second',
  card: 'taps that come as card frames are dropped',
  pieces: 'the pieces of an event may take any amount of memory',
};

/** @returns what is lost, in words, because this SDK has no such methods; nothing with the SDK that it was tested with. */
export const patchClient = (
  client: object,
  { onPingInterval }: { readonly onPingInterval: (ms: number) => void },
): readonly string[] => {
  const inner = client as Inner;
  const { handleControlData, handleEventData, sendMessage } = inner;
  const lost: string[] = [];

  if (handleControlData) {
    inner.handleControlData = async (frame) => {
      if (headerOf(frame, 'type') !== 'pong') return handleControlData.call(client, frame);
      const pingIntervalS = intervalIn(frame.payload);
      // Without an interval the SDK keeps the one it has.
      if (pingIntervalS === null) return;
      onPingInterval(pingIntervalS * 1_000);
      return handleControlData.call(client, {
        ...frame,
        payload: Buffer.from(JSON.stringify(clientConfig(pingIntervalS))),
      });
    };
  } else lost.push(LOST.pong);

  if (handleEventData) {
    const mayKeep = createFragments();
    inner.handleEventData = async (frame) => {
      const messageId = headerOf(frame, 'message_id') ?? '';
      if (!mayKeep({ messageId, of: Number(headerOf(frame, 'sum')), bytes: frame.payload?.length ?? 0 })) return;
      return handleEventData.call(client, sendMessage ? { ...frame, headers: frame.headers.map(asEvent) } : frame);
    };
  } else lost.push(LOST.pieces);

  if (handleEventData && sendMessage) {
    inner.sendMessage = (frame) => sendMessage.call(client, { ...frame, headers: frame.headers.map(asItCame) });
  } else lost.push(LOST.card);
  return lost;
};

const asEvent = (header: Header): Header =>
  header.key === 'type' && header.value === 'card' ? { key: 'type', value: 'event', was: 'card' } : header;

const asItCame = (header: Header): Header =>
  header.was === undefined ? header : { key: header.key, value: header.was };
