import { expect, test } from 'vitest';
import { DEFAULT_DELIVERY_POLICY } from '../../src/notify/delivery-policy.ts';
import type { Entry } from '../../src/notify/entry.ts';
import { plan, type Change } from '../../src/notify/plan.ts';
import { entry, rung } from './entries.ts';

const NOW = 1_000_000;
const due = NOW;
const open = (channel: string, change: Parameters<typeof rung>[1] = {}) =>
  rung(channel, { state: 'open', chosenAt: NOW, nextAt: due, ...change });
const done = { state: 'done' } as const;

const planned = (...thread: readonly Entry[]) => {
  const { changes, due: now, until } = plan(thread, DEFAULT_DELIVERY_POLICY, NOW, NOW);
  return { changes, due: now.map(({ entry: { id }, channel }) => `${id} ${channel}`), until };
};

test.each<[string, readonly Entry[], { changes?: readonly Change[]; due?: readonly string[]; until?: number | null }]>([
  [
    'chooses a channel before it sends',
    [entry(1, [rung('feishu'), rung('qq')])],
    { changes: [{ do: 'choose', entry: 1, channel: 'feishu' }] },
  ],
  [
    'is done when it has arrived',
    [entry(1, [rung('feishu', { state: 'delivered' }), rung('qq')])],
    { changes: [{ do: 'finish', entry: 1 }] },
  ],
  [
    'has failed when everybody refused',
    [entry(1, [rung('feishu', { state: 'refused' })])],
    { changes: [{ do: 'fail', entry: 1 }] },
  ],
  [
    'waits with one that has failed',
    [entry(1, [rung('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 5 })],
    { until: NOW + 5 },
  ],
  [
    'tries one that has failed again',
    [entry(1, [rung('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW })],
    { changes: [{ do: 'revive', entry: 1 }] },
  ],
  [
    'tries one that has failed again when the clock was set back',
    [entry(1, [rung('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 700_000 })],
    { changes: [{ do: 'revive', entry: 1 }] },
  ],
  [
    'lets a refused alert go when a later one has arrived',
    [
      entry(1, [rung('feishu', { state: 'refused' })]),
      entry(2, [rung('feishu', { state: 'delivered' })], { ...done, kind: 'out_of_budget' }),
    ],
    { changes: [{ do: 'finish', entry: 1 }] },
  ],
  [
    'lets a failed alert go when a later one has arrived',
    [
      entry(1, [rung('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 5 }),
      entry(2, [rung('feishu', { state: 'delivered' })], done),
    ],
    { changes: [{ do: 'finish', entry: 1 }] },
  ],
  [
    'keeps the order on a channel',
    [entry(1, [open('feishu', { nextAt: NOW + 5 })]), entry(2, [open('feishu')], { kind: 'treatment_failed' })],
    { due: [], until: NOW + 5 },
  ],
  [
    'does not hold up another channel',
    [entry(1, [open('feishu', { nextAt: NOW + 5 })]), entry(2, [open('qq')])],
    { due: ['2 qq'], until: NOW + 5 },
  ],
  [
    'does not wait for an earlier one that has failed',
    [
      entry(1, [rung('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 5 }),
      entry(2, [open('feishu')]),
    ],
    { due: ['2 feishu'], until: NOW + 5 },
  ],
])('it %s', (_what, thread, expected) => {
  expect(planned(...thread)).toEqual({ changes: [], due: [], until: null, ...expected });
});

const recovered = (...rungs: Parameters<typeof entry>[1][number][]): Entry => entry(9, rungs, { kind: 'recovered' });

test.each<[string, readonly Entry[], { changes?: readonly Change[]; due?: readonly string[]; until?: number | null }]>([
  [
    'goes to every channel on which an alert has arrived',
    [
      entry(1, [rung('feishu', { state: 'delivered' }), rung('qq', { state: 'dropped' })], done),
      entry(2, [rung('feishu', { state: 'refused' }), rung('webhook', { state: 'delivered' })], done),
      recovered(),
    ],
    {
      changes: [
        { do: 'add', entry: 9, channel: 'feishu', user: 'feishu-me' },
        { do: 'add', entry: 9, channel: 'webhook', user: 'webhook-me' },
      ],
    },
  ],
  [
    'waits as long as no alert has arrived',
    [entry(1, [open('feishu', { nextAt: NOW + 5 })]), recovered()],
    { until: NOW + 5 },
  ],
  [
    'waits for an alert that everybody refused',
    [entry(1, [rung('feishu', { state: 'refused' })], { state: 'failed', retryAt: NOW + 5 }), recovered()],
    { until: NOW + 5 },
  ],
  [
    'overtakes copies that have not arrived',
    [entry(1, [rung('feishu', { state: 'delivered' }), open('qq', { nextAt: NOW + 5 })]), recovered()],
    {
      changes: [
        { do: 'finish', entry: 1 },
        { do: 'finish', entry: 1 },
        { do: 'add', entry: 9, channel: 'feishu', user: 'feishu-me' },
      ],
    },
  ],
  [
    'overtakes alerts that nobody has got yet, once its person knows of the trouble',
    [
      entry(1, [rung('feishu', { state: 'delivered' })], done),
      entry(2, [open('feishu', { nextAt: NOW + 5 }), rung('qq')]),
      recovered(open('feishu')),
    ],
    { changes: [{ do: 'finish', entry: 2 }] },
  ],
  [
    'overtakes what is left of an alert whose end is not known on one channel',
    [
      entry(1, [rung('feishu', { state: 'delivered' })], done),
      entry(2, [open('feishu', { unsure: true, nextAt: NOW + 5 }), open('qq')]),
      recovered(open('feishu')),
    ],
    { changes: [{ do: 'drop', entry: 2, channel: 'qq' }] },
  ],
  [
    'does not wait on one channel for a try whose end is not known on another',
    [
      entry(1, [rung('feishu', { state: 'delivered' }), open('qq', { unsure: true, nextAt: NOW + 5 })]),
      recovered(open('feishu')),
    ],
    { due: ['9 feishu'], until: NOW + 5 },
  ],
  [
    'is not done while an alert may still arrive somewhere',
    [
      entry(1, [rung('feishu', { state: 'delivered' }), rung('qq', { state: 'sending', chosenAt: NOW })]),
      recovered(rung('feishu', { state: 'delivered' })),
    ],
    {},
  ],
  [
    'is done when it has followed everywhere',
    [entry(1, [rung('feishu', { state: 'delivered' })], done), recovered(rung('feishu', { state: 'delivered' }))],
    { changes: [{ do: 'finish', entry: 9 }] },
  ],
  ['is done when nobody was ever told', [recovered()], { changes: [{ do: 'finish', entry: 9 }] }],
  [
    'is kept when it is refused',
    [entry(1, [rung('feishu', { state: 'delivered' })], done), recovered(rung('feishu', { state: 'refused' }))],
    { changes: [{ do: 'fail', entry: 9 }] },
  ],
])('a recovery %s', (_what, thread, expected) => {
  expect(planned(...thread)).toEqual({ changes: [], due: [], until: null, ...expected });
});
