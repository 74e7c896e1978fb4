/** When a link's connections look dead to the kernel. Suspicious, never conclusive alone. */
import type { KernelSocket } from './ss.ts';

/** QQ's heartbeat comes every 41 s or so and Feishu's every 120 s, and each is answered. */
export const SILENT_MS = 180_000;
const STILL_SENDING_MS = 90_000;
/** What has just been sent may still be answered. */
const ANSWER_MS = 10_000;

export interface DeadLinkSign {
  readonly silentMs: number;
  readonly text: string;
}

/**
 * @returns how long nothing came on any of these connections while at least one of them sends; null when something
 * came, when nothing is sent, and when there is no connection: their number says nothing (upstream #7213).
 */
export const deadLinkSignOf = (connections: readonly KernelSocket[]): DeadLinkSign | null => {
  const silentMs = Math.min(...connections.map(({ lastReceiveMs }) => lastReceiveMs ?? 0));
  const sending = connections.find(sendsUnanswered);
  if (!sending || silentMs < SILENT_MS) return null;
  const unacked = sending.unacked > 0 ? `, unacknowledged segments: ${sending.unacked}` : '';
  return {
    silentMs,
    text: `sent ${seconds(sending.lastSendMs ?? 0)} s ago, nothing received for ${seconds(silentMs)} s${unacked}`,
  };
};

/** Between two tries of one segment the kernel waits up to 120 s, so what is unacknowledged counts as being sent. */
const sendsUnanswered = ({ lastSendMs, unacked, backoff }: KernelSocket): boolean =>
  lastSendMs !== null && (lastSendMs <= STILL_SENDING_MS || unacked > 0) && (lastSendMs >= ANSWER_MS || backoff > 0);

const seconds = (ms: number): number => Math.round(ms / 1_000);
