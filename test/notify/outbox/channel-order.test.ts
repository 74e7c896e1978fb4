import { expect, test } from 'vitest';
import { DEFAULT_DELIVERY_POLICY } from './delivery-policy.ts';
import { pauseMs } from '../../../src/notify/outbox/channel-order.ts';
import type { Delivery } from '../../../src/notify/outbox/notification.ts';
import { nextDelivery, type NextDelivery } from '../../../src/notify/outbox/channel-order.ts';
import { delivery } from './notifications.ts';

const NOW = 1_000_000;
const S = 1_000;

const underWay = (change: Partial<Extract<NextDelivery, { is: 'under_way' }>> = {}): NextDelivery => ({
  is: 'under_way',
  choose: [],
  due: [],
  until: null,
  ...change,
});

const open = (channel: string, ageMs: number, change: Partial<Delivery> = {}): Delivery =>
  delivery(channel, { state: 'open', chosenAt: NOW - ageMs, nextAt: NOW, ...change });
const waiting = (channel: string, ageMs: number, inMs: number): Delivery =>
  open(channel, ageMs, { nextAt: NOW + inMs, tries: 1 });
const idle = delivery;
const delivered = (channel: string): Delivery => delivery(channel, { state: 'delivered' });
const refused = (channel: string): Delivery => delivery(channel, { state: 'refused' });
const sending = (channel: string, ageMs = 0, change: Partial<Delivery> = {}): Delivery =>
  delivery(channel, { state: 'sending', chosenAt: NOW - ageMs, ...change });

test.each<[string, number, readonly Delivery[], NextDelivery]>([
  ['begins with the first channel', 1, [idle('feishu'), idle('qq')], underWay({ choose: ['feishu'] })],
  [
    'begins with as many channels as copies are wanted',
    2,
    [idle('feishu'), idle('qq'), idle('webhook')],
    underWay({ choose: ['feishu', 'qq'] }),
  ],
  [
    'tries what is due, and looks again when the channel has become too slow',
    1,
    [open('feishu', 0), idle('qq')],
    underWay({ due: ['feishu'], until: NOW + 30 * S }),
  ],
  [
    'waits for the pause after a failed try',
    1,
    [waiting('feishu', 5 * S, 2 * S), idle('qq')],
    underWay({ until: NOW + 2 * S }),
  ],
  [
    'looks at a channel that becomes too slow before its next try',
    1,
    [waiting('feishu', 29 * S, 3 * S), idle('qq')],
    underWay({ until: NOW + 1 * S }),
  ],
  [
    'takes the next channel at once beside one that is known to rest for long',
    1,
    [waiting('feishu', 1 * S, 60 * S), idle('qq')],
    underWay({ choose: ['qq'], until: NOW + 60 * S }),
  ],
  [
    'lets the one that rests be tried when its rest is over',
    1,
    [waiting('qq', 60 * S, 0), sending('feishu', 1 * S), idle('webhook')],
    underWay({ due: ['qq'], until: NOW + 29 * S }),
  ],
  [
    'does not look for slowness when there is no other channel',
    1,
    [waiting('feishu', 25 * S, 20 * S)],
    underWay({ until: NOW + 20 * S }),
  ],
  [
    'takes the next channel beside one that is too slow',
    1,
    [waiting('feishu', 30 * S, 2 * S), idle('qq')],
    underWay({ choose: ['qq'], until: NOW + 2 * S }),
  ],
  [
    'takes the next channel beside a try that hangs',
    1,
    [sending('feishu', 30 * S), idle('qq')],
    underWay({ choose: ['qq'] }),
  ],
  ['gives a try under way its time', 1, [sending('feishu', 10 * S), idle('qq')], underWay({ until: NOW + 20 * S })],
  ['takes the next channel at once when one refuses', 1, [refused('feishu'), idle('qq')], underWay({ choose: ['qq'] })],
  ['has arrived when one channel took it', 1, [delivered('feishu'), idle('qq')], { is: 'arrived' }],
  [
    'has arrived by the second channel, and gives up the slow first',
    1,
    [waiting('feishu', 60 * S, 2 * S), delivered('qq')],
    { is: 'arrived' },
  ],
  [
    'waits for the end of a try that runs beside the one that arrived',
    1,
    [sending('feishu', 60 * S), delivered('qq')],
    underWay(),
  ],
  [
    'goes on where a try was cut short, though it arrived elsewhere',
    1,
    [open('feishu', 60 * S, { unsure: true }), delivered('qq')],
    underWay({ due: ['feishu'] }),
  ],
  [
    'goes on until there are as many copies as wanted',
    2,
    [delivered('feishu'), waiting('qq', 600 * S, 2 * S)],
    underWay({ until: NOW + 2 * S }),
  ],
  [
    'replaces a copy that was refused',
    2,
    [delivered('feishu'), refused('qq'), idle('webhook')],
    underWay({ choose: ['webhook'] }),
  ],
  ['has arrived with fewer copies when no channel is left', 2, [delivered('feishu'), refused('qq')], { is: 'arrived' }],
  [
    'wants every channel where copies have no limit',
    Infinity,
    [idle('feishu'), delivered('qq'), idle('webhook')],
    underWay({ choose: ['feishu', 'webhook'] }),
  ],
  ['is refused when every channel refused', 1, [refused('feishu'), refused('qq')], { is: 'refused' }],
  ['is refused when there is no channel', 1, [], { is: 'refused' }],
  [
    'takes a next try in the far future for a clock that was set back',
    1,
    [open('feishu', 0, { nextAt: NOW + 3_600 * S })],
    underWay({ due: ['feishu'], until: NOW + 3_600 * S }),
  ],
  [
    'takes a beginning in the future for a clock that was set back',
    1,
    [waiting('feishu', -3_600 * S, 2 * S), idle('qq')],
    underWay({ choose: ['qq'], until: NOW + 2 * S }),
  ],
])('it %s', (_what, copies, deliveries, expected) => {
  expect(nextDelivery(deliveries, { ...DEFAULT_DELIVERY_POLICY, copies }, NOW)).toEqual(expected);
});

test.each([
  [1, 0, 1_500],
  [1, 1, 2_000],
  [2, 1, 4_000],
  [5, 1, 32_000],
  [8, 1, 256_000],
  [9, 1, 300_000],
  [9, 0, 225_000],
  [5_000, 1, 300_000],
])('after the %dth failed try, with jitter %d, the pause is %d ms', (tries, random, expected) => {
  expect(pauseMs(DEFAULT_DELIVERY_POLICY, tries, random)).toBe(expected);
});
