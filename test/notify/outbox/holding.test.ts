/** Notifications that wait, and what becomes of them: the outbox and its delivery on a real database, in virtual time. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import type { Tone } from '../../../src/chat/message/message.ts';
import type { Addressee } from '../../../src/notify/recipients/addressees.ts';
import type { Hold } from '../../../src/notify/hold.ts';
import type { NotificationKind, Topic } from '../../../src/notify/outbox/notification.ts';
import { ownFolder } from '../../store/helpers.ts';
import { createPlatform, startLifeline, type Arrived, type Behaviour, type LifelineOptions } from './lifelines.ts';

const T0 = 1_000_000_000;
const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: T0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const ME: Addressee = {
  person: 'me',
  ways: [
    { channel: 'feishu', user: 'ou_me' },
    { channel: 'qq', user: 'QQ_ME' },
  ],
};
const YOU: Addressee = { person: 'you', ways: [{ channel: 'qq', user: 'QQ_YOU' }] };
const PEOPLE = [ME, YOU];

const quiet = (afterMs: number): readonly Hold[] => [{ until: Date.now() + afterMs, why: 'quiet' }];
const gather = (afterMs = 3_000): readonly Hold[] => [{ until: Date.now() + afterMs, why: 'gathering' }];

const setUp = (
  options: Partial<LifelineOptions> = {},
  behave: (title: string, channel: string) => Behaviour = () => 'ok',
) => {
  const arrived: Arrived[] = [];
  const platforms = ['feishu', 'qq'].map((name) => createPlatform(name, (title) => behave(title, name)));
  const path = join(ownFolder(), 'lifeline.db');
  const start = () => startLifeline({ path, platforms, arrived, ...options });
  const lifeline = start();
  /** `feishu opened` of each incident; those that came as one message are joined. */
  const log = (): readonly string[] =>
    [...Map.groupBy(arrived, ({ key }) => key).values()].map(
      (each) => `${each[0]?.user ?? ''} ${each.map(({ title }) => title).join('+')}`,
    );
  return { lifeline, start, arrived, log };
};

type Lifeline = ReturnType<typeof startLifeline>;

const say = (
  { outbox, worker }: Lifeline,
  kind: NotificationKind,
  holds: readonly Hold[] = [],
  {
    topic = 'incident',
    subject = 1,
    to = [ME],
    tone = 'critical',
  }: { topic?: Topic; subject?: number; to?: readonly Addressee[]; tone?: Tone } = {},
): void => {
  outbox.enqueue(
    {
      topic,
      subject,
      kind,
      message: { tone, title: subject === 1 ? kind : `${kind} ${subject}` },
      at: Date.now(),
      holds,
    },
    to,
  );
  worker.wake();
};

/** Makes the incident known, as its book would. */
const incident = ({ db }: Lifeline, id: number, gateway: string): void => {
  db.prepare(
    `INSERT INTO incidents (id, gateway, opened_at, since, told, verdict, treatments) VALUES (?, ?, 0, 0, 'opened', '{}', '[]')`,
  ).run(id, gateway);
};

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('a notification that is held is not sent before its time, and at it', async () => {
  const { lifeline, log } = setUp();
  say(lifeline, 'opened', quiet(HOUR));
  await pass(HOUR - 1);
  expect(log()).toEqual([]);
  expect(lifeline.outbox.undelivered()).toBe(1);
  await pass(2);
  expect(log()).toEqual(['ou_me opened']);
});

test('it is still held after a restart of Lifeline', async () => {
  const { lifeline, start, log } = setUp();
  say(lifeline, 'opened', quiet(HOUR));
  await pass(1_000);
  lifeline.kill();
  start();
  await pass(HOUR - 2_000);
  expect(log()).toEqual([]);
  await pass(2_000);
  expect(log()).toEqual(['ou_me opened']);
});

test('a clock that was set back by days does not hold it for days', async () => {
  const { lifeline, log } = setUp();
  say(lifeline, 'opened', quiet(8 * HOUR));
  vi.setSystemTime(T0 - 72 * HOUR);
  lifeline.worker.wake();
  await pass(1_000);
  expect(log()).toEqual(['ou_me opened']);
});

test('it waits by the clock by which it was written', async () => {
  const noticeClock = scaledClock(T0, 60);
  const { lifeline, log } = setUp({ noticeClock });
  await pass(1_000);
  lifeline.outbox.enqueue(
    {
      topic: 'incident',
      subject: 1,
      kind: 'opened',
      message: { tone: 'warning', title: 'opened' },
      at: noticeClock.now(),
      holds: [{ until: noticeClock.now() + HOUR, why: 'quiet' }],
    },
    [ME],
  );
  lifeline.worker.wake();
  await pass(59_900);
  expect(log()).toEqual([]);
  await pass(200);
  expect(log()).toEqual(['ou_me opened']);
});

test('an urgent notification goes at once in the place of one that waits, which is never sent', async () => {
  const { lifeline, log } = setUp();
  say(lifeline, 'opened', quiet(900_000));
  await pass(60_000);
  say(lifeline, 'out_of_budget');
  await pass(48 * HOUR);
  expect(log()).toEqual(['ou_me out_of_budget']);
  expect(lifeline.outbox.undelivered()).toBe(0);
});

test('news of what heals itself does not put off the word of it again and again', async () => {
  const { lifeline, log } = setUp();
  say(lifeline, 'opened', quiet(900_000));
  for (let n = 0; n < 3; n += 1) {
    await pass(290_000);
    say(lifeline, 'treatment_failed', quiet(900_000));
  }
  await pass(29_000);
  expect(log()).toEqual([]);
  await pass(2_000);
  expect(log()).toEqual(['ou_me treatment_failed']);
});

test('what came and went in the quiet hours is one line in the morning, for each person on one channel', async () => {
  const { lifeline, log } = setUp({ policy: { copies: 2 } });
  say(lifeline, 'opened', quiet(5 * HOUR), { to: PEOPLE });
  await pass(HOUR);
  say(lifeline, 'recovered', quiet(4 * HOUR), { to: PEOPLE, tone: 'good' });
  await pass(4 * HOUR - 1);
  expect(log()).toEqual([]);
  await pass(48 * HOUR);
  expect(log().toSorted()).toEqual(['QQ_YOU recovered', 'ou_me recovered']);
  expect(lifeline.outbox.undelivered()).toBe(0);
});

test('a recovery that stands for its alert takes the next channel when the first refuses', async () => {
  const { lifeline, log } = setUp({}, (_title, channel) => (channel === 'feishu' ? 'refuse' : 'ok'));
  say(lifeline, 'opened', quiet(HOUR));
  say(lifeline, 'recovered', quiet(HOUR), { tone: 'good' });
  await pass(2 * HOUR);
  expect(log()).toEqual(['QQ_ME recovered']);
  expect(lifeline.outbox.undelivered()).toBe(0);
});

test('whoever got the alert hears of its end at once, whoever did not in the morning', async () => {
  const { lifeline, log } = setUp();
  say(lifeline, 'opened', [], { to: [ME] });
  await pass(1_000);
  say(lifeline, 'treatment_failed', quiet(5 * HOUR), { to: [YOU] });
  await pass(60_000);
  say(lifeline, 'recovered', quiet(4 * HOUR), { to: PEOPLE, tone: 'good' });
  await pass(1_000);
  expect(log()).toEqual(['ou_me opened', 'ou_me recovered']);
  await pass(5 * HOUR);
  expect(log()).toEqual(['ou_me opened', 'ou_me recovered', 'QQ_YOU recovered']);
});

test('of several incidents of one night there is one message in the morning', async () => {
  const { lifeline, log } = setUp();
  for (const subject of [1, 2, 3]) say(lifeline, 'opened', quiet(5 * HOUR), { subject, tone: 'warning' });
  await pass(HOUR);
  say(lifeline, 'recovered', quiet(4 * HOUR), { subject: 2, tone: 'good' });
  await pass(5 * HOUR);
  expect(log()).toEqual(['ou_me opened+opened 3+recovered 2']);
});

test('a reminder that has not arrived gives way to what comes later', async () => {
  let down = false;
  const { lifeline, log } = setUp({}, () => (down ? 'retry' : 'ok'));
  say(lifeline, 'opened');
  await pass(1_000);
  down = true;
  for (let n = 0; n < 3; n += 1) {
    say(lifeline, 'reminder');
    await pass(2 * HOUR);
  }
  expect(lifeline.outbox.undelivered()).toBe(1);
  say(lifeline, 'out_of_budget');
  await pass(HOUR);
  down = false;
  await pass(HOUR);
  expect(log()).toEqual(['ou_me opened', 'ou_me out_of_budget']);
});

test('"recovered" is not sent any more when the trouble has come back before it arrived', async () => {
  let down = false;
  const { lifeline, log } = setUp({}, () => (down ? 'retry' : 'ok'));
  say(lifeline, 'opened');
  await pass(1_000);
  down = true;
  say(lifeline, 'recovered', [], { tone: 'good' });
  await pass(60_000);
  say(lifeline, 'again');
  await pass(60_000);
  down = false;
  await pass(HOUR);
  expect(log()).toEqual(['ou_me opened', 'ou_me again']);
  say(lifeline, 'recovered', [], { tone: 'good' });
  await pass(1_000);
  expect(log()).toEqual(['ou_me opened', 'ou_me again', 'ou_me recovered']);
});

test('the end of a second outage goes only where that was told', async () => {
  const { lifeline, log } = setUp();
  say(lifeline, 'opened', [], { to: [{ person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] }] });
  await pass(1_000);
  say(lifeline, 'recovered', [], { tone: 'good' });
  await pass(1_000);
  say(lifeline, 'again', [], { to: [{ person: 'me', ways: [{ channel: 'qq', user: 'QQ_ME' }] }] });
  await pass(1_000);
  say(lifeline, 'recovered', [], { tone: 'good' });
  await pass(1_000);
  expect(log()).toEqual(['ou_me opened', 'ou_me recovered', 'QQ_ME again', 'QQ_ME recovered']);
});

test('what a channel had refused of an earlier outage is not sent there when it takes messages again', async () => {
  let refuses = true;
  const { lifeline, arrived } = setUp({ policy: { copies: 2 } }, (title, channel) =>
    refuses && title === 'recovered' && channel === 'feishu' ? 'refuse' : 'ok',
  );
  say(lifeline, 'opened');
  await pass(1_000);
  say(lifeline, 'recovered', [], { tone: 'good' });
  await pass(1_000);
  say(lifeline, 'again');
  await pass(1_000);
  refuses = false;
  lifeline.worker.retry('feishu', 'ou_me');
  await pass(HOUR);
  expect(arrived.map(({ title }) => title)).toEqual(['opened', 'opened', 'recovered', 'again', 'again']);
});

test('of several gateways that fall ill at once the first is told at once, the others as one message', async () => {
  const { lifeline, log } = setUp();
  ['a', 'b', 'c', 'd'].forEach((name, index) => incident(lifeline, index + 1, name));
  say(lifeline, 'opened', gather(), { subject: 1 });
  await pass(1);
  expect(log()).toEqual(['ou_me opened']);
  for (const subject of [2, 3, 4]) {
    await pass(900);
    say(lifeline, 'opened', gather(), { subject });
  }
  await pass(298);
  expect(log()).toHaveLength(1);
  await pass(2);
  expect(log()).toEqual(['ou_me opened', 'ou_me opened 2+opened 3+opened 4']);
});

test('gateways that recover together are one message', async () => {
  const { lifeline, log } = setUp();
  ['a', 'b', 'c'].forEach((name, index) => incident(lifeline, index + 1, name));
  for (const subject of [1, 2, 3]) say(lifeline, 'opened', [], { subject });
  await pass(1_000);
  const told = log().length;
  for (const subject of [3, 1]) say(lifeline, 'recovered', gather(), { subject, tone: 'good' });
  await pass(2_000);
  say(lifeline, 'recovered', gather(), { subject: 2, tone: 'good' });
  await pass(1_100);
  expect(log().slice(told)).toEqual(['ou_me recovered 3+recovered+recovered 2']);
});

test.each([
  { what: 'the next within 3 s', at: [0, 1_000], expected: [0, 3_000] },
  { what: 'the next after 3 s', at: [0, 3_100], expected: [0, 3_100] },
  { what: 'each after the one before, but not after the first', at: [0, 2_000, 4_000], expected: [0, 3_000, 4_000] },
  { what: 'in one moment', at: [0, 0, 0], expected: [0, 3_000, 3_000] },
])('alerts of several gateways: $what', async ({ at, expected }) => {
  const { lifeline, arrived } = setUp();
  at.forEach((_, index) => incident(lifeline, index + 1, `gateway-${index}`));
  const times: number[] = [];
  let seen = 0;
  for (let ms = 0; ms <= 8_000; ms += 100) {
    at.forEach((when, index) => {
      if (when === ms) say(lifeline, 'opened', gather(), { subject: index + 1 });
    });
    await pass(1);
    for (; seen < arrived.length; seen += 1) times.push(ms);
    await pass(99);
  }
  expect(times).toEqual(expected);
});

test('the first alert of one person does not make that of another wait', async () => {
  const { lifeline, log } = setUp();
  ['a', 'b'].forEach((name, index) => incident(lifeline, index + 1, name));
  say(lifeline, 'opened', gather(), { subject: 1, to: [ME] });
  await pass(500);
  say(lifeline, 'opened', gather(), { subject: 2, to: [YOU] });
  await pass(1);
  expect(log()).toEqual(['ou_me opened', 'QQ_YOU opened 2']);
});

test('in a storm all of them wait', async () => {
  const { lifeline, log } = setUp();
  ['a', 'b'].forEach((name, index) => incident(lifeline, index + 1, name));
  for (const subject of [1, 2]) say(lifeline, 'opened', gather(20_000), { subject });
  await pass(19_900);
  expect(log()).toEqual([]);
  await pass(200);
  expect(log()).toEqual(['ou_me opened+opened 2']);
});

test('one that waited for others in vain goes as it is; the next begins to wait anew', async () => {
  const { lifeline, log } = setUp();
  ['a', 'b', 'c'].forEach((name, index) => incident(lifeline, index + 1, name));
  for (const subject of [1, 2, 3]) say(lifeline, 'opened', [], { subject });
  await pass(1_000);
  const told = log().length;
  say(lifeline, 'recovered', gather(), { subject: 1, tone: 'good' });
  await pass(3_100);
  expect(log().slice(told)).toEqual(['ou_me recovered']);
  say(lifeline, 'recovered', gather(), { subject: 2, tone: 'good' });
  await pass(2_900);
  expect(log()).toHaveLength(told + 1);
  await pass(200);
  expect(log().slice(told)).toEqual(['ou_me recovered', 'ou_me recovered 2']);
});

test('a gateway that is ill by itself does not cut short the wait for a lost network', async () => {
  const { lifeline, log } = setUp();
  ['a', 'b', 'c'].forEach((name, index) => incident(lifeline, index + 1, name));
  const network = (): readonly Hold[] => [{ until: Date.now() + 20_000, why: 'network' }];
  say(lifeline, 'opened', gather(), { subject: 1 });
  say(lifeline, 'opened', network(), { subject: 2 });
  await pass(5_000);
  expect(log()).toEqual(['ou_me opened']);
  say(lifeline, 'opened', network(), { subject: 3 });
  await pass(15_100);
  expect(log()).toEqual(['ou_me opened', 'ou_me opened 2+opened 3']);
});

test('what failed as one message is tried again as one', async () => {
  let down = true;
  let n = 0;
  const { lifeline, log } = setUp({ random: () => ((n += 1) % 2 ? 0 : 0.9) }, () => (down ? 'retry' : 'ok'));
  ['a', 'b', 'c'].forEach((name, index) => incident(lifeline, index + 1, name));
  for (const subject of [1, 2, 3]) say(lifeline, 'opened', gather(), { subject, to: [YOU] });
  await pass(200_000);
  down = false;
  await pass(400_000);
  expect(log().toSorted()).toEqual(['QQ_YOU opened', 'QQ_YOU opened 2+opened 3']);
});

test('only what is critical goes on several channels', async () => {
  const { lifeline, log } = setUp({ policy: { copies: 2 } });
  say(lifeline, 'opened', [], { subject: 1, tone: 'critical' });
  say(lifeline, 'opened', [], { subject: 2, tone: 'warning' });
  say(lifeline, 'away', [], { topic: 'away', subject: 3, tone: 'warning' });
  say(lifeline, 'store', [], { topic: 'store', subject: 5, tone: 'critical' });
  await pass(60_000);
  expect(log().toSorted()).toEqual([
    'QQ_ME opened',
    'QQ_ME store 5',
    'ou_me away 3',
    'ou_me opened',
    'ou_me opened 2',
    'ou_me store 5',
  ]);
});

test('what has reached nobody for long is stuck, what one person has or what waits is not', async () => {
  let down = true;
  const { lifeline } = setUp({}, (title) => (down && title !== 'opened 2' ? 'retry' : 'ok'));
  const stuck = (afterMs = 600_000) => lifeline.outbox.stuck(Date.now(), afterMs);
  expect(stuck(0)).toEqual({ count: 0, oldestAt: null });
  say(lifeline, 'opened', [], { subject: 1, to: PEOPLE });
  await pass(60_000);
  say(lifeline, 'opened', [], { subject: 2, to: PEOPLE });
  say(lifeline, 'result', [], { topic: 'treatment', subject: 2, to: [ME] });
  await pass(539_999);
  expect(stuck()).toEqual({ count: 0, oldestAt: null });
  await pass(1);
  expect(stuck()).toEqual({ count: 1, oldestAt: T0 });
  say(lifeline, 'opened', quiet(HOUR), { subject: 3 });
  await pass(HOUR + 599_000);
  expect(stuck()).toEqual({ count: 1, oldestAt: T0 });
  await pass(1_000);
  expect(stuck()).toEqual({ count: 2, oldestAt: T0 });
  down = false;
  await pass(HOUR);
  expect(stuck()).toEqual({ count: 0, oldestAt: null });
});

test('an alert that only one of two people can get is not stuck', async () => {
  const { lifeline } = setUp();
  say(lifeline, 'opened', [], { to: [ME, { person: 'gone', ways: [{ channel: 'nowhere', user: 'x' }] }] });
  await pass(HOUR);
  expect(lifeline.outbox.undelivered()).toBe(1);
  expect(lifeline.outbox.stuck(Date.now(), 600_000)).toEqual({ count: 0, oldestAt: null });
});

test('the next alert of an incident may be stuck where the one before has arrived', async () => {
  let down = false;
  const { lifeline } = setUp({}, () => (down ? 'retry' : 'ok'));
  say(lifeline, 'treatment_failed');
  await pass(60_000);
  down = true;
  say(lifeline, 'treatment_failed');
  await pass(600_000);
  expect(lifeline.outbox.stuck(Date.now(), 600_000)).toEqual({ count: 1, oldestAt: T0 + 60_000 });
});
