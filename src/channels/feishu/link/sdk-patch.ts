/**
 * Patches three inner methods of the SDK's client, for what no option of the SDK offers:
 * - A pong without a good `PingInterval` makes the SDK ping a thousand times a second (docs/facts/feishu.md 0.8). The
 *   patch removes a bad interval.
 * - The SDK drops frames of `type=card` unanswered (docs/facts/feishu.md 1.3). The patch passes them on as events.
 * - The SDK keeps pieces of events without a limit. The patch has one (`fragments.ts`).
 */
import { createFragments } from './fragments.ts';

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

/** @returns false when this version of the SDK has other methods and nothing was patched. */
export const patchClient = (
  client: object,
  { onPingInterval }: { readonly onPingInterval: (ms: number) => void },
): boolean => {
  const inner = client as Inner;
  const { handleControlData, handleEventData, sendMessage } = inner;
  if (!handleControlData || !handleEventData || !sendMessage) return false;

  const mayKeep = createFragments();
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
  inner.handleEventData = async (frame) => {
    if (
      !mayKeep({
        messageId: headerOf(frame, 'message_id') ?? '',
        of: Number(headerOf(frame, 'sum')),
        bytes: frame.payload?.length ?? 0,
      })
    )
      return;
    return handleEventData.call(client, {
      ...frame,
      headers: frame.headers.map((header) =>
        header.key === 'type' && header.value === 'card' ? { key: 'type', value: 'event', was: 'card' } : header,
      ),
    });
  };
  inner.sendMessage = (frame) =>
    sendMessage.call(client, {
      ...frame,
      headers: frame.headers.map((header) =>
        header.was === undefined ? header : { key: header.key, value: header.was },
      ),
    });
  return true;
};
