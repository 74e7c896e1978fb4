/** The data frames that carry one event, cut and ordered as the app's faults say. */
import { randomBytes } from 'node:crypto';
import type { PlatformEvent } from './events.ts';
import type { FrameFaults } from './faults.ts';
import { DATA, type Frame } from './frames.ts';
import { newId } from './ids.ts';

/** Larger than 32 bits, to see that clients bring it back. */
const frameId = (): number => randomBytes(6).readUIntBE(0, 6);

/** All with the same message_id, which is new for each push, also of an event that is delivered again. */
export const framesOf = (
  event: PlatformEvent,
  messageId: string,
  { parts, order, copies, clickType }: FrameFaults,
): readonly Frame[] => {
  const payload = Buffer.from(event.payload);
  const size = Math.ceil(payload.length / parts);
  const type = event.type === 'card.action.trigger' ? clickType : 'event';
  const frames = Array.from({ length: parts }, (_, seq): Frame => {
    // All five headers, always: Python's client raises when one is missing.
    const headers = Object.entries({
      type,
      message_id: messageId,
      sum: String(parts),
      seq: String(seq),
      trace_id: newId(''),
    });
    return {
      seqId: frameId(),
      logId: frameId(),
      service: 1,
      method: DATA,
      headers: headers.map(([key, value]) => ({ key, value })),
      payload: payload.subarray(seq * size, (seq + 1) * size),
    };
  });
  const ordered = order === 'reversed' ? frames.reverse() : frames;
  return Array.from({ length: copies }, () => ordered).flat();
};
