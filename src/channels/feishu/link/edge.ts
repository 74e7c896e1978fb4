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
  typeof value === 'number' && value > 0 ? Math.min(PING_INTERVAL_S.most, Math.max(PING_INTERVAL_S.least, value)) : null;

const headerOf = (frame: Frame, name: string): string | undefined => frame.headers.find(({ key }) => key === name)?.value;

/** The pong with numbers that the SDK can live with; null when there is nothing of use in it. */
const saferPong = (payload: Uint8Array | undefined): { readonly config: object; readonly pingIntervalS: number } | null => {
  try {
    const config: unknown = JSON.parse(Buffer.from(payload ?? []).toString());
    const pingIntervalS = readPingInterval((config as { readonly PingInterval?: unknown } | null)?.PingInterval);
    return pingIntervalS === null ? null : { config: { ...(config as object), PingInterval: pingIntervalS }, pingIntervalS };
  } catch {
    return null;
  }
};

/** @returns false when this SDK is built otherwise and nothing was wrapped. */
export const wrapEdge = (client: object, { onPingInterval }: { readonly onPingInterval: (ms: number) => void }): boolean => {
  const inner = client as Inner;
  const { handleControlData, handleEventData, sendMessage } = inner;
  if (!handleControlData || !handleEventData || !sendMessage) return false;

  const mayKeep = createFragments();
  inner.handleControlData = async (frame) => {
    if (headerOf(frame, 'type') !== 'pong') return handleControlData.call(client, frame);
    const pong = saferPong(frame.payload);
    // What is left out leaves the values of before in force.
    if (!pong) return;
    onPingInterval(pong.pingIntervalS * 1_000);
    return handleControlData.call(client, { ...frame, payload: Buffer.from(JSON.stringify(pong.config)) });
  };
  inner.handleEventData = async (frame) => {
    if (!mayKeep({ messageId: headerOf(frame, 'message_id') ?? '', of: Number(headerOf(frame, 'sum')), bytes: frame.payload?.length ?? 0 })) return;
    return handleEventData.call(client, {
      ...frame,
      headers: frame.headers.map((header) => (header.key === 'type' && header.value === 'card' ? { key: 'type', value: 'event', was: 'card' } : header)),
    });
  };
  inner.sendMessage = (frame) =>
    sendMessage.call(client, { ...frame, headers: frame.headers.map((header) => (header.was === undefined ? header : { key: header.key, value: header.was })) });
  return true;
};
