import { describe, expect, test } from 'vitest';
import type { Hold } from '../../../src/notify/hold.ts';
import type { Notification, NotificationKind } from '../../../src/notify/outbox/notification.ts';
import { supersede, type Superseded } from '../../../src/notify/outbox/supersede.ts';
import { notification, delivery } from './notifications.ts';

const QUIET: Hold = { until: 1_000, why: 'quiet' };
const GATHER: Hold = { until: 100, why: 'gathering' };

const ways = (state: 'idle' | 'dropped' = 'idle') => [delivery('feishu', { state }), delivery('qq', { state })];
/** Untried, until the time of its hold. */
const waiting = (id: number, kind: NotificationKind = 'opened', notBefore = 500): Notification =>
  notification(id, kind === 'recovered' ? [] : ways(), { kind, notBefore, held: 'quiet' });
/** Replaced before it was sent. */
const replaced = (id: number, kind: NotificationKind = 'opened'): Notification =>
  notification(id, ways('dropped'), { kind, notBefore: 500, held: 'quiet', state: 'done' });
const arrived = (id: number, kind: NotificationKind = 'opened'): Notification =>
  notification(id, [delivery('feishu', { state: 'delivered' }), delivery('qq', { state: 'dropped' })], {
    kind,
    state: 'done',
  });
/** Tried, and it will be again. */
const pending = (id: number, kind: NotificationKind = 'opened', unsure = false): Notification =>
  notification(id, [delivery('feishu', { state: 'open', tries: 2, unsure }), delivery('qq')], { kind });

const NONE: Omit<Superseded, 'why'> = { replaced: [], givenUp: [], standsIn: false, hold: null };

describe('a new notification', () => {
  test.each<[string, NotificationKind, readonly Notification[], readonly Hold[], Partial<Superseded>]>([
    ['is the first', 'opened', [], [QUIET], { hold: QUIET }],
    ['waits for the longest of its reasons', 'opened', [], [GATHER, QUIET], { hold: QUIET }],
    ['that is urgent replaces one that waits', 'out_of_budget', [waiting(1)], [], { replaced: [1] }],
    [
      'replaces one that waits, and waits no longer than that would have',
      'treatment_failed',
      [waiting(1, 'opened', 500)],
      [QUIET],
      { replaced: [1], hold: { until: 500, why: 'quiet' } },
    ],
    [
      'does not wait longer than it must for that',
      'again',
      [waiting(1, 'opened', 2_000)],
      [QUIET],
      { replaced: [1], hold: QUIET },
    ],
    ['leaves what has arrived', 'treatment_failed', [arrived(1)], [QUIET], { hold: QUIET }],
    ['leaves an alert that was tried', 'treatment_failed', [pending(1)], [], {}],
    [
      'replaces one that waits behind what has arrived',
      'out_of_budget',
      [arrived(1), waiting(2, 'treatment_failed')],
      [],
      { replaced: [2] },
    ],
    [
      'replaces a reminder that has not arrived',
      'out_of_budget',
      [arrived(1), pending(2, 'reminder')],
      [],
      { replaced: [2] },
    ],
    ['replaces a reminder by the next one', 'reminder', [arrived(1), pending(2, 'reminder')], [], { replaced: [2] }],
    [
      'gives up a reminder that may have arrived on one channel',
      'reminder',
      [arrived(1), pending(2, 'reminder', true)],
      [],
      { givenUp: [2] },
    ],
    [
      'replaces an end that has not arrived and is not true any more',
      'again',
      [arrived(1), pending(2, 'recovered')],
      [],
      { replaced: [2] },
    ],
    [
      'gives up an end that may have arrived',
      'again',
      [arrived(1), pending(2, 'recovered', true)],
      [],
      { givenUp: [2] },
    ],
    [
      'replaces an end that waits, without waiting as long',
      'again',
      [replaced(1), waiting(2, 'recovered', 50)],
      [QUIET],
      { replaced: [2], hold: QUIET },
    ],
    ['leaves the end of an earlier outage that has arrived', 'again', [arrived(1), arrived(2, 'recovered')], [], {}],
    ['leaves an answer to somebody', 'opened', [pending(1, 'result')], [], {}],
  ])('%s', (_what, kind, earlier, holds, expected) => {
    const { why: _why, ...result } = supersede(kind, earlier, holds);
    expect(result).toEqual({ ...NONE, ...expected });
  });
});

describe('a recovery', () => {
  test.each<[string, readonly Notification[], readonly Hold[], Partial<Superseded>]>([
    ['goes at once to whoever got the alert', [arrived(1)], [QUIET], {}],
    ['goes at once to whoever is going to get it', [pending(1)], [QUIET], {}],
    ['still waits for those of other gateways', [arrived(1)], [QUIET, GATHER], { hold: GATHER }],
    [
      'stands for an alert that waited, and waits itself',
      [waiting(1)],
      [QUIET],
      { replaced: [1], standsIn: true, hold: QUIET },
    ],
    [
      'waits for the end of the quiet hours, not only as long as its alert',
      [waiting(1, 'opened', 10)],
      [QUIET],
      { replaced: [1], standsIn: true, hold: QUIET },
    ],
    [
      'stands for all that were replaced',
      [replaced(1), waiting(2, 'out_of_budget')],
      [QUIET],
      { replaced: [2], standsIn: true, hold: QUIET },
    ],
    [
      'stands for a reminder that replaced the alert and did not arrive',
      [replaced(1), pending(2, 'reminder')],
      [],
      { replaced: [2], standsIn: true },
    ],
    [
      'follows what has arrived, whatever else waits',
      [arrived(1), waiting(2, 'treatment_failed')],
      [QUIET],
      { replaced: [2] },
    ],
    [
      'of an outage that nobody heard of stands for it, though an earlier one was told',
      [arrived(1), arrived(2, 'recovered'), waiting(3, 'again')],
      [QUIET],
      { replaced: [3], standsIn: true, hold: QUIET },
    ],
    [
      'of an outage that was told goes at once',
      [arrived(1), arrived(2, 'recovered'), arrived(3, 'again')],
      [QUIET],
      {},
    ],
    [
      'of an outage of which nothing was told follows the earlier ones, in the morning',
      [arrived(1), arrived(2, 'recovered')],
      [QUIET],
      { hold: QUIET },
    ],
    [
      'replaces one that waits, and stands for the same',
      [replaced(1), waiting(2, 'recovered')],
      [QUIET],
      { replaced: [2], standsIn: true, hold: QUIET },
    ],
    [
      'an end that nobody heard of was none',
      [replaced(1), replaced(2, 'recovered'), waiting(3, 'again')],
      [],
      { replaced: [3], standsIn: true },
    ],
  ])('%s', (_what, earlier, holds, expected) => {
    const { why: _why, ...result } = supersede('recovered', earlier, holds);
    expect(result).toEqual({ ...NONE, ...expected });
  });
});
