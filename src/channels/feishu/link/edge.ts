/**
 * The SDK's edge: three of its client's inner methods, wrapped. Three things cannot be had otherwise. A pong without a
 * good `PingInterval` makes the SDK ping a thousand times a second (docs/facts/feishu.md 0.8); here it loses what is
 * bad. And frames of `type=card` are dropped unanswered (docs/facts/feishu.md 1.3); here they pass as the events that
 * they are. And pieces of events are kept without a limit; here there is one (`fragments.ts`).
 */
import { createFragments } from './fragments.ts';

interface Header {
  readonly key: string;
  readonly value: string;
  /** What it was before we changed it, for the answer. */
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

/** Beyond a day a timer of the SDK would overflow and fire at once; below this it would be noise. */
export const PING_INTERVAL_S = { least: 0.1, most: 300, usual: 120 };

/** The platform's interval within reason, or null when it names none. */
export const readPingInterval = (value: unknown): number | null =>
  typeof value === 'number' && value > 0
    ? Math.min(PING_INTERVAL_S.most, Math.max(PING_INTERVAL_S.least, value))
    : null;

const headerOf = (frame: Frame, name: string): string | undefined =>
  frame.headers.find(({ key }) => key === name)?.value;

/**
 * What the SDK is told of the platform's wishes. Of those only the ping interval is of use: how to reconnect is our own
 * business, and the SDK reckons with whatever stands there. All four must be there, or it takes them over as NaN.
 */
export const clientConfig = (pingIntervalS: number): object => ({
  ReconnectCount: -1,
  ReconnectInterval: 120,
  ReconnectNonce: 30,
  PingInterval: pingIntervalS,
});

/** The ping interval of a pong, in seconds; null when there is nothing of use in it. */
const intervalIn = (payload: Uint8Array | undefined): number | null => {
  try {
    const config: unknown = JSON.parse(Buffer.from(payload ?? []).toString());
    return readPingInterval((config as { readonly PingInterval?: unknown } | null)?.PingInterval);
  } catch {
    return null;
  }
};

/** @returns false when this SDK is built otherwise and nothing was wrapped. */
export const wrapEdge = (
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
    // What is left out leaves the values of before in force.
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
