/**
 * Events on their way to an app: pushed to one client, acked within 3 s, else delivered again with the same
 * event_id on the platform's schedule. What comes up while no client is connected waits for the next one.
 */
import type { Clock } from '../../src/base/clock.ts';
import type { App } from './apps.ts';
import type { Connections } from './connections.ts';
import type { PlatformEvent } from './events.ts';

export interface Delivery {
  readonly app: App;
  readonly event: PlatformEvent;
  /** How often it was pushed so far, and when, by the platform's clock. */
  pushes: number;
  readonly pushedAt: number[];
  state: 'queued' | 'pushed' | 'acked' | 'to-repeat' | 'given-up';
}

export interface Deliveries {
  add(app: App, event: PlatformEvent): void;
  /** A client of the app has come: it gets what waited. */
  flush(app: App): void;
  of(app: App): readonly Delivery[];
  stop(): void;
}

/**
 * After a push that was not acked, the next one comes this much later; at most four repeats (docs/facts/feishu.md 3.4).
 */
export const REDELIVERY_MS: readonly number[] = [15_000, 300_000, 3_600_000, 21_600_000];

export const createDeliveries = (
  connections: Pick<Connections, 'pick'>,
  redeliveryMs: readonly number[],
  clock: Clock,
): Deliveries => {
  const deliveries: Delivery[] = [];
  const cancels = new Set<() => void>();
  let stopped = false;

  const repeatLater = (delivery: Delivery): void => {
    const waitMs = redeliveryMs[delivery.pushes - 1];
    if (waitMs === undefined || stopped) {
      delivery.state = 'given-up';
      return;
    }
    delivery.state = 'to-repeat';
    const cancel = clock.timer(waitMs, () => {
      cancels.delete(cancel);
      void push(delivery);
    });
    cancels.add(cancel);
  };

  const push = async (delivery: Delivery): Promise<void> => {
    const connection = connections.pick(delivery.app);
    if (!connection) {
      delivery.state = 'queued';
      return;
    }
    delivery.state = 'pushed';
    delivery.pushes += 1;
    delivery.pushedAt.push(clock.now());
    const ack = await connection.push(delivery.event);
    if (ack.kind === 'answer' && ack.code === 200) delivery.state = 'acked';
    else repeatLater(delivery);
  };

  return {
    add: (app, event) => {
      const delivery: Delivery = { app, event, pushes: 0, pushedAt: [], state: 'queued' };
      deliveries.push(delivery);
      void push(delivery);
    },
    flush: (app) => {
      for (const delivery of deliveries) if (delivery.app === app && delivery.state === 'queued') void push(delivery);
    },
    of: (app) => deliveries.filter((delivery) => delivery.app === app),
    stop: () => {
      stopped = true;
      for (const cancel of cancels) cancel();
    },
  };
};
