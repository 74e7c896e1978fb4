import type { Notification, Delivery } from '../../../src/notify/outbox/notification.ts';

export const delivery = (channel: string, change: Partial<Delivery> = {}): Delivery => ({
  channel,
  user: `${channel}-me`,
  place: {},
  fix: null,
  key: `key-${channel}`,
  state: 'idle',
  chosenAt: change.state && change.state !== 'idle' ? 0 : null,
  nextAt: 0,
  tries: 0,
  batch: null,
  unsure: false,
  ...change,
});

export const notification = (
  id: number,
  deliveries: readonly Delivery[],
  change: Partial<Notification> = {},
): Notification => ({
  id,
  topic: 'incident',
  subject: 1,
  kind: 'opened',
  person: 'feishu:ou_me',
  message: { tone: 'critical', title: `message ${id}` },
  at: 0,
  state: 'open',
  retryAt: null,
  notBefore: null,
  held: null,
  gateway: null,
  deliveries,
  ...change,
});
