/** What was pushed on one connection, and the acks that come back for it. */
import type { Clock } from '../../src/base/clock.ts';
import type { App } from './apps.ts';
import type { PlatformEvent } from './events.ts';
import { headerOf, type Frame } from './frames.ts';
import { newId } from './ids.ts';
import { parseObject } from './json.ts';
import { framesOf } from './push-frames.ts';
import { record } from './records.ts';

/** What the client answered to a pushed event; `none`: nothing in time, or the connection was lost. */
export type Ack =
  { readonly kind: 'answer'; readonly code: number; readonly data: unknown } | { readonly kind: 'none' };

export interface Pushes {
  push(event: PlatformEvent): Promise<Ack>;
  /** The client has sent a data frame, which should be one of ours with its answer. */
  acked(frame: Frame): void;
  /** The connection is gone: nothing more is coming. */
  end(): void;
}

export interface PushesOptions {
  readonly app: App;
  readonly clock: Clock;
  readonly ackTimeoutMs: number;
  readonly send: (frame: Frame) => void;
}

interface Push {
  readonly event: PlatformEvent;
  readonly frames: readonly Frame[];
  readonly at: number;
  settled: boolean;
  readonly settle: (ack: Ack) => void;
}

/** Pushes whose acks are still known when they come late. */
const REMEMBERED = 1_000;

/** The handler's result, which the SDK packs as base64 of JSON. */
const unpack = (data: unknown): unknown => {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(Buffer.from(data, 'base64').toString());
  } catch {
    return null;
  }
};

export const createPushes = ({ app, clock, ackTimeoutMs, send }: PushesOptions): Pushes => {
  const pushes = new Map<string, Push>();

  const remember = (messageId: string, push: Push): void => {
    pushes.set(messageId, push);
    const [oldest] = pushes;
    if (pushes.size > REMEMBERED && oldest?.[1].settled) pushes.delete(oldest[0]);
  };

  return {
    push: (event) =>
      new Promise((resolve) => {
        const messageId = newId('');
        const frames = framesOf(event, messageId, app.faults.frames);
        const cancel = clock.timer(ackTimeoutMs, () => push.settle({ kind: 'none' }));
        const push: Push = {
          event,
          frames,
          at: clock.now(),
          settled: false,
          settle: (ack) => {
            if (push.settled) return;
            push.settled = true;
            cancel();
            resolve(ack);
          },
        };
        remember(messageId, push);
        frames.forEach(send);
      }),
    acked: (frame) => {
      const push = pushes.get(headerOf(frame, 'message_id') ?? '');
      // The client brings the frame back as it was: our numbers, whatever their size.
      if (!push?.frames.some(({ seqId, logId }) => seqId === frame.seqId && logId === frame.logId)) return;
      const answer = parseObject(Buffer.from(frame.payload).toString());
      const [code, data] = [Number(answer?.['code']), unpack(answer?.['data'])];
      const bizRtMs = Number(headerOf(frame, 'biz_rt') ?? NaN);
      const afterMs = clock.now() - push.at;
      const { id: eventId, type: eventType } = push.event;
      record(app.records.acks, {
        eventId,
        eventType,
        at: clock.now(),
        afterMs,
        code,
        data,
        bizRtMs: Number.isNaN(bizRtMs) ? null : bizRtMs,
        inTime: afterMs < ackTimeoutMs,
      });
      push.settle({ kind: 'answer', code, data });
    },
    end: () => {
      for (const { settle } of pushes.values()) settle({ kind: 'none' });
    },
  };
};
