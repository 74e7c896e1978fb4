import { expect, test } from 'vitest';
import { DEFAULT_DELIVERY_POLICY } from './delivery-policy.ts';
import type { Notification } from '../../../src/notify/outbox/notification.ts';
import { planDeliveries, type Change } from '../../../src/notify/outbox/delivery-plan.ts';
import { notification, delivery } from './notifications.ts';

const NOW = 1_000_000;
const due = NOW;
const open = (channel: string, change: Parameters<typeof delivery>[1] = {}) =>
  delivery(channel, { state: 'open', chosenAt: NOW, nextAt: due, ...change });
const done = { state: 'done' } as const;

const planned = (...thread: readonly Notification[]) => {
  const { changes, due: now, until } = planDeliveries(thread, DEFAULT_DELIVERY_POLICY, NOW, NOW);
  return { changes, due: now.map(({ notification: { id }, channel }) => `${id} ${channel}`), until };
};

test.each<
  [string, readonly Notification[], { changes?: readonly Change[]; due?: readonly string[]; until?: number | null }]
>([
  [
    'chooses a channel before it sends',
    [notification(1, [delivery('feishu'), delivery('qq')])],
    { changes: [{ do: 'choose', notification: 1, channel: 'feishu' }] },
  ],
  [
    'is done when it has arrived',
    [notification(1, [delivery('feishu', { state: 'delivered' }), delivery('qq')])],
    { changes: [{ do: 'finish', notification: 1 }] },
  ],
  [
    'has failed when everybody refused',
    [notification(1, [delivery('feishu', { state: 'refused' })])],
    { changes: [{ do: 'fail', notification: 1 }] },
  ],
  [
    'waits with one that has failed',
    [notification(1, [delivery('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 5 })],
    { until: NOW + 5 },
  ],
  [
    'tries one that has failed again',
    [notification(1, [delivery('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW })],
    { changes: [{ do: 'revive', notification: 1 }] },
  ],
  [
    'tries one that has failed again when the clock was set back',
    [notification(1, [delivery('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 700_000 })],
    { changes: [{ do: 'revive', notification: 1 }] },
  ],
  [
    'lets a refused alert go when a later one has arrived',
    [
      notification(1, [delivery('feishu', { state: 'refused' })]),
      notification(2, [delivery('feishu', { state: 'delivered' })], { ...done, kind: 'out_of_budget' }),
    ],
    { changes: [{ do: 'finish', notification: 1 }] },
  ],
  [
    'lets a failed alert go when a later one has arrived',
    [
      notification(1, [delivery('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 5 }),
      notification(2, [delivery('feishu', { state: 'delivered' })], done),
    ],
    { changes: [{ do: 'finish', notification: 1 }] },
  ],
  [
    'keeps the order on a channel',
    [
      notification(1, [open('feishu', { nextAt: NOW + 5 })]),
      notification(2, [open('feishu')], { kind: 'treatment_failed' }),
    ],
    { due: [], until: NOW + 5 },
  ],
  [
    'does not hold up another channel',
    [notification(1, [open('feishu', { nextAt: NOW + 5 })]), notification(2, [open('qq')])],
    { due: ['2 qq'], until: NOW + 5 },
  ],
  [
    'does not wait for an earlier one that has failed',
    [
      notification(1, [delivery('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 5 }),
      notification(2, [open('feishu')]),
    ],
    { due: ['2 feishu'], until: NOW + 5 },
  ],
])('it %s', (_what, thread, expected) => {
  expect(planned(...thread)).toEqual({ changes: [], due: [], until: null, ...expected });
});

const recovered = (...deliveries: Parameters<typeof notification>[1][number][]): Notification =>
  notification(9, deliveries, { kind: 'recovered' });

test.each<
  [string, readonly Notification[], { changes?: readonly Change[]; due?: readonly string[]; until?: number | null }]
>([
  [
    'goes to every channel on which an alert has arrived',
    [
      notification(1, [delivery('feishu', { state: 'delivered' }), delivery('qq', { state: 'dropped' })], done),
      notification(2, [delivery('feishu', { state: 'refused' }), delivery('webhook', { state: 'delivered' })], done),
      recovered(),
    ],
    {
      changes: [
        { do: 'add', notification: 9, channel: 'feishu', user: 'feishu-me' },
        { do: 'add', notification: 9, channel: 'webhook', user: 'webhook-me' },
      ],
    },
  ],
  [
    'waits as long as no alert has arrived',
    [notification(1, [open('feishu', { nextAt: NOW + 5 })]), recovered()],
    { until: NOW + 5 },
  ],
  [
    'waits for an alert that everybody refused',
    [notification(1, [delivery('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 5 }), recovered()],
    { until: NOW + 5 },
  ],
  [
    'overtakes copies that have not arrived',
    [notification(1, [delivery('feishu', { state: 'delivered' }), open('qq', { nextAt: NOW + 5 })]), recovered()],
    {
      changes: [
        { do: 'finish', notification: 1 },
        { do: 'finish', notification: 1 },
        { do: 'add', notification: 9, channel: 'feishu', user: 'feishu-me' },
      ],
    },
  ],
  [
    'overtakes alerts that nobody has got yet, once its person knows of the trouble',
    [
      notification(1, [delivery('feishu', { state: 'delivered' })], done),
      notification(2, [open('feishu', { nextAt: NOW + 5 }), delivery('qq')]),
      recovered(open('feishu')),
    ],
    { changes: [{ do: 'finish', notification: 2 }] },
  ],
  [
    'overtakes what is left of an alert whose end is not known on one channel',
    [
      notification(1, [delivery('feishu', { state: 'delivered' })], done),
      notification(2, [open('feishu', { unsure: true, nextAt: NOW + 5 }), open('qq')]),
      recovered(open('feishu')),
    ],
    { changes: [{ do: 'drop', notification: 2, channel: 'qq' }] },
  ],
  [
    'does not wait on one channel for a try whose end is not known on another',
    [
      notification(1, [delivery('feishu', { state: 'delivered' }), open('qq', { unsure: true, nextAt: NOW + 5 })]),
      recovered(open('feishu')),
    ],
    { due: ['9 feishu'], until: NOW + 5 },
  ],
  [
    'is not done while an alert may still arrive somewhere',
    [
      notification(1, [
        delivery('feishu', { state: 'delivered' }),
        delivery('qq', { state: 'sending', chosenAt: NOW }),
      ]),
      recovered(delivery('feishu', { state: 'delivered' })),
    ],
    {},
  ],
  [
    'is done when it has followed everywhere',
    [
      notification(1, [delivery('feishu', { state: 'delivered' })], done),
      recovered(delivery('feishu', { state: 'delivered' })),
    ],
    { changes: [{ do: 'finish', notification: 9 }] },
  ],
  ['is done when nobody was ever told', [recovered()], { changes: [{ do: 'finish', notification: 9 }] }],
  [
    'is kept when it is refused',
    [
      notification(1, [delivery('feishu', { state: 'delivered' })], done),
      recovered(delivery('feishu', { state: 'refused' })),
    ],
    { changes: [{ do: 'fail', notification: 9 }] },
  ],
])('a recovery %s', (_what, thread, expected) => {
  expect(planned(...thread)).toEqual({ changes: [], due: [], until: null, ...expected });
});
