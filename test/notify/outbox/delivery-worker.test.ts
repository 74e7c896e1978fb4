import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import type { Notice } from '../../../src/incidents/incident.ts';
import type { Addressee } from '../../../src/notify/recipients/addressees.ts';
import { ownFolder } from '../../store/helpers.ts';
import {
  createPlatform,
  startLifeline,
  type Arrived,
  type Behaviour,
  type LifelineOptions,
  type Platform,
} from './lifelines.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: 1_000_000_000 });
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

/** In a row, the last for ever. */
const script = (...behaviours: readonly Behaviour[]): (() => Behaviour) => {
  let n = -1;
  return () => behaviours[Math.min((n += 1), behaviours.length - 1)] ?? 'ok';
};

const setUp = (feishu: Platform['behave'], qq: Platform['behave'], options: Partial<LifelineOptions> = {}) => {
  const arrived: Arrived[] = [];
  const platforms: [Platform, Platform] = [createPlatform('feishu', feishu), createPlatform('qq', qq)];
  const path = join(ownFolder(), 'lifeline.db');
  const start = (change: Partial<LifelineOptions> = {}) =>
    startLifeline({ path, platforms, arrived, ...options, ...change });
  return { arrived, platforms, start, log: () => arrived.map(({ channel, title }) => `${channel} ${title}`) };
};

/** What is logged at level error. */
const capturedLog = () => {
  const output = new PassThrough();
  let lines = '';
  output.on('data', (chunk: Buffer) => (lines += chunk.toString()));
  return { logger: createLogger('error', output), lines: () => lines };
};

type Lifeline = ReturnType<typeof startLifeline>;

const say = (
  { outbox, worker }: Lifeline,
  kind: Notice['kind'],
  title: string = kind,
  to: readonly Addressee[] = [ME],
  subject = 1,
): void => {
  outbox.enqueue({ topic: 'incident', subject, kind, message: { tone: 'critical', title }, at: Date.now() }, to);
  worker.wake();
};

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('an alert goes to the first channel that takes it, once', async () => {
  const { start, log } = setUp(script('ok'), script('ok'));
  const lifeline = start();
  expect(lifeline.outbox.undelivered()).toBe(0);
  say(lifeline, 'opened');
  expect(lifeline.outbox.undelivered()).toBe(1);
  await pass(600_000);
  expect(log()).toEqual(['feishu opened']);
  expect(lifeline.outbox.undelivered()).toBe(0);
  expect(
    lifeline.db
      .prepare('SELECT channel, state FROM deliveries ORDER BY rank')
      .all()
      .map((row) => ({ ...row })),
  ).toEqual([
    { channel: 'feishu', state: 'delivered' },
    { channel: 'qq', state: 'dropped' },
  ]);
});

test('the next channel takes it at once when the first refuses', async () => {
  const { start, log } = setUp(script('refuse'), script('ok'));
  say(start(), 'opened');
  await pass(10);
  expect(log()).toEqual(['qq opened']);
});

test('the next channel takes it when the first says nothing for too long', async () => {
  const { start, log } = setUp(script('hang'), script('ok'));
  say(start(), 'opened');
  await pass(29_900);
  expect(log()).toEqual([]);
  await pass(200);
  expect(log()).toEqual(['qq opened']);
});

test.each([
  ['asks for a long pause', 60_000, 10],
  ['asks for none and fails again, so that its own pause gets long', 0, 2_100],
])(
  'the next channel takes it at once when the first %s, and the first is left alone from then on',
  async (_, afterMs, withinMs) => {
    const {
      start,
      log,
      platforms: [feishu],
    } = setUp(script('retry'), script('ok'));
    feishu.afterMs = afterMs;
    say(start({ random: () => 0.99 }), 'opened');
    await pass(withinMs);
    expect(log()).toEqual(['qq opened']);
    const { tries } = feishu;
    await pass(3_600_000);
    expect(feishu.tries).toBe(tries);
  },
);

test('the pauses between tries double up to five minutes, and it is tried until it arrives', async () => {
  const {
    start,
    log,
    platforms: [feishu],
  } = setUp(() => (Date.now() < 1_000_000_000 + 20 * 3_600_000 ? 'retry' : 'ok'), script('retry'));
  const lifeline = start();
  say(lifeline, 'opened');
  const triesBy = async (ms: number): Promise<number> => {
    await pass(ms);
    return feishu.tries;
  };
  expect(await triesBy(1_999)).toBe(1);
  expect(await triesBy(1)).toBe(2);
  expect(await triesBy(4_000)).toBe(3);
  expect(await triesBy(8_000)).toBe(4);
  const early = await triesBy(3_600_000);
  expect((await triesBy(3_600_000)) - early).toBe(12);
  expect(lifeline.outbox.undelivered()).toBe(1);
  await pass(20 * 3_600_000);
  expect(log()).toEqual(['feishu opened']);
  expect(lifeline.outbox.undelivered()).toBe(0);
});

test('when a channel works again all that waits goes at once, what is open first and what is over as one', async () => {
  let down = true;
  const { start, log, platforms } = setUp(() => (down ? 'retry' : 'ok'), script('refuse'));
  const lifeline = start();
  const messages = (): number => platforms[0].tries - failed;
  let failed = 0;
  say(lifeline, 'opened', 'dead', [ME], 99);
  await pass(400_000);
  for (let n = 1; n <= 4; n += 1) {
    say(lifeline, 'opened', `blip ${n}`, [ME], n);
    await pass(1_000);
    say(lifeline, 'recovered', `blip ${n} over`, [ME], n);
    await pass(1_000);
  }
  await pass(120_000);
  down = false;
  failed = platforms[0].tries;
  const before = log().length;
  // The one of these that is tried first may be any; the open one waits for up to five minutes by its own pause.
  for (let left = 300; log().length === before && left > 0; left -= 1) await pass(1_000);
  await pass(100);
  expect(lifeline.outbox.undelivered()).toBe(0);
  // The first that was tried shows that the channel works; then the open one, before all that is over.
  expect(log().findIndex((line) => line.includes('dead'))).toBeLessThanOrEqual(1);
  expect(log()).toHaveLength(9);
  expect(messages()).toBeLessThanOrEqual(5);
});

test('a platform that asks for a longer pause gets it', async () => {
  const {
    start,
    platforms: [feishu],
  } = setUp(script('retry', 'ok'), script('refuse'));
  feishu.afterMs = 90_000;
  say(start(), 'opened');
  await pass(89_000);
  expect(feishu.tries).toBe(1);
  await pass(2_000);
  expect(feishu.tries).toBe(2);
});

test('with two copies it goes to both channels, and to the one that was down when it is back', async () => {
  let qqDown = true;
  const { start, log } = setUp(script('ok'), () => (qqDown ? 'retry' : 'ok'), { policy: { copies: 2 } });
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(3_600_000);
  expect(log()).toEqual(['feishu opened']);
  expect(lifeline.outbox.undelivered()).toBe(0);
  qqDown = false;
  await pass(300_000);
  expect(log()).toEqual(['feishu opened', 'qq opened']);
});

test('every try of one message on one channel has the same key, every message another, and none is too long', async () => {
  const { start, arrived } = setUp(script('swallow', 'swallow', 'ok'), script('ok'), { policy: { copies: 2 } });
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(600_000);
  say(lifeline, 'out_of_budget');
  await pass(600_000);
  const keys = (title: string, channel: string): Set<string> =>
    new Set(arrived.filter((each) => each.title === title && each.channel === channel).map(({ key }) => key));
  expect(arrived.filter(({ channel, title }) => channel === 'feishu' && title === 'opened')).toHaveLength(3);
  const all = [
    keys('opened', 'feishu'),
    keys('opened', 'qq'),
    keys('out_of_budget', 'feishu'),
    keys('out_of_budget', 'qq'),
  ];
  expect(all.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
  const flat = all.flatMap((set) => [...set]);
  expect(new Set(flat).size).toBe(4);
  for (const key of flat) expect(key.length).toBeLessThanOrEqual(50);
});

test('what every channel refuses is logged loudly, kept, and tried again every ten minutes', async () => {
  const { logger, lines } = capturedLog();
  let refuses = true;
  const {
    start,
    log,
    platforms: [feishu, qq],
  } = setUp(() => (refuses ? 'refuse' : 'ok'), script('refuse'), { logger });
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(599_000);
  expect([feishu.tries, qq.tries]).toEqual([1, 1]);
  expect(lifeline.outbox.undelivered()).toBe(1);
  expect(
    lines()
      .split('\n')
      .filter((line) => line.includes('no channel takes this alert')),
  ).toHaveLength(1);
  refuses = false;
  await pass(2_000);
  expect(log()).toEqual(['feishu opened']);
  expect(lifeline.outbox.undelivered()).toBe(0);
});

test('a channel that hangs holds up neither the other channel nor itself for good', async () => {
  const {
    start,
    log,
    platforms: [feishu],
  } = setUp(script('hang', 'hang', 'ok'), script('ok'));
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(31_000);
  expect(log()).toEqual(['qq opened']);
  // The first try may have arrived, so it goes on there until there is an answer.
  await pass(120_000);
  expect(feishu.tries).toBe(3);
  expect(log()).toEqual(['qq opened', 'feishu opened']);
});

test('an answer that comes after its time still counts', async () => {
  const { start, log } = setUp(script('slow', 'retry'), script('refuse'));
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(69_000);
  expect(lifeline.outbox.undelivered()).toBe(1);
  await pass(2_000);
  expect(lifeline.outbox.undelivered()).toBe(0);
  await pass(3_600_000);
  expect(log()).toEqual(['feishu opened']);
});

test('a late answer after stop does no harm, and the next run sends again', async () => {
  const { logger, lines } = capturedLog();
  const { start, arrived } = setUp(script('slow', 'ok'), script('refuse'), { logger });
  const first = start();
  say(first, 'opened');
  await pass(1_000);
  const stopped = first.worker.stop();
  await pass(5_000);
  await stopped;
  first.kill();
  await pass(100_000);
  expect(lines()).toBe('');
  const second = start();
  await pass(1_000);
  expect(new Set(arrived.map(({ key }) => key)).size).toBe(1);
  expect(arrived).toHaveLength(2);
  expect(second.outbox.undelivered()).toBe(0);
});

test('a channel that throws is no worse than one that fails', async () => {
  const { start, log } = setUp(script('throw', 'ok'), script('refuse'));
  say(start(), 'opened');
  await pass(5_000);
  expect(log()).toEqual(['feishu opened']);
});

test('a channel that is no longer set up counts as one that refuses', async () => {
  const {
    start,
    log,
    platforms: [, qq],
  } = setUp(script('ok'), script('ok'));
  say(start({ platforms: [qq] }), 'opened');
  await pass(1_000);
  expect(log()).toEqual(['qq opened']);
});

test('each channel sends one message at a time', async () => {
  const { start, log, platforms } = setUp(script('ok'), script('ok'), { policy: { copies: 2 } });
  const lifeline = start();
  for (let n = 1; n <= 5; n += 1)
    say(lifeline, 'opened', `alert ${n}`, [ME, { person: 'you', ways: [{ channel: 'qq', user: 'QQ_YOU' }] }], n);
  await pass(1_000);
  expect(log()).toHaveLength(15);
  expect(platforms.map(({ mostAtOnce }) => mostAtOnce)).toEqual([1, 1]);
});

test('a message that never gets through does not hold up those after it', async () => {
  const { start, log, platforms } = setUp((title) => (title === 'poison' ? 'hang' : 'ok'), script('refuse'));
  const lifeline = start();
  say(lifeline, 'opened', 'poison', [ME], 1);
  await pass(100);
  for (let n = 2; n <= 4; n += 1) say(lifeline, 'opened', `alert ${n}`, [ME], n);
  await pass(61_000);
  expect(log()).toEqual(['feishu alert 2', 'feishu alert 3', 'feishu alert 4']);
  expect(platforms[0].mostAtOnce).toBeLessThanOrEqual(2);
});

test('what is new goes before what has failed already', async () => {
  const { start, log } = setUp((title) => (title.startsWith('poison') ? 'hang' : 'ok'), script('refuse'));
  const lifeline = start();
  say(lifeline, 'opened', 'poison 1', [ME], 1);
  say(lifeline, 'opened', 'poison 2', [ME], 2);
  await pass(100_000);
  // The second hangs until 120 s; the first has been due again since 62 s.
  say(lifeline, 'opened', 'alert', [ME], 3);
  await pass(21_000);
  expect(log()).toEqual(['feishu alert']);
});

test('a recovery goes where the alert arrived, and only there', async () => {
  const { start, log } = setUp(script('refuse', 'ok'), script('ok'));
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(1_000);
  say(lifeline, 'recovered');
  await pass(600_000);
  expect(log()).toEqual(['qq opened', 'qq recovered']);
});

test('a recovery goes to everybody who got the alert', async () => {
  const { start, arrived } = setUp(script('ok'), script('ok'), { policy: { copies: 2 } });
  const lifeline = start();
  say(lifeline, 'opened', 'opened', [ME, { person: 'you', ways: [{ channel: 'qq', user: 'QQ_YOU' }] }]);
  await pass(1_000);
  say(lifeline, 'recovered', 'recovered', []);
  await pass(1_000);
  expect(
    arrived
      .filter(({ title }) => title === 'recovered')
      .map(({ user }) => user)
      .sort(),
  ).toEqual(['QQ_ME', 'QQ_YOU', 'ou_me']);
});

test('a recovery does not come before its alert, however long that takes', async () => {
  let down = true;
  const behave = (): Behaviour => (down ? 'retry' : 'ok');
  const { start, log } = setUp(behave, behave);
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(60_000);
  say(lifeline, 'recovered');
  await pass(3_600_000);
  expect(lifeline.outbox.undelivered()).toBe(2);
  down = false;
  await pass(600_000);
  const channel = log()[0]?.split(' ')[0] ?? '';
  expect(log().filter((line) => line.startsWith(channel))).toEqual([`${channel} opened`, `${channel} recovered`]);
  expect(lifeline.outbox.undelivered()).toBe(0);
});

test('a recovery does not wait for a copy on a channel that is down, and the copy is given up', async () => {
  let qqDown = true;
  const { start, log } = setUp(script('ok'), () => (qqDown ? 'retry' : 'ok'), { policy: { copies: 2 } });
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(60_000);
  say(lifeline, 'recovered');
  await pass(1_000);
  expect(log()).toEqual(['feishu opened', 'feishu recovered']);
  qqDown = false;
  await pass(3_600_000);
  expect(log()).toEqual(['feishu opened', 'feishu recovered']);
});

test('notices of one incident keep their order on a channel', async () => {
  let down = true;
  const { start, log } = setUp(() => (down ? 'retry' : 'ok'), script('refuse'));
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(100_000);
  say(lifeline, 'treatment_failed');
  say(lifeline, 'out_of_budget');
  await pass(100_000);
  down = false;
  await pass(600_000);
  expect(log()).toEqual(['feishu opened', 'feishu treatment_failed', 'feishu out_of_budget']);
});

test('an incident that became part of another recovers with it, for whoever heard of either', async () => {
  const { start, log } = setUp(script('ok', 'refuse', 'ok'), script('ok'));
  const lifeline = start();
  say(lifeline, 'opened', 'QQ', [ME], 1);
  await pass(1_000);
  lifeline.outbox.fold(1, 2);
  say(lifeline, 'opened', 'main', [ME], 2);
  await pass(1_000);
  say(lifeline, 'recovered', 'recovered', [], 2);
  await pass(1_000);
  expect(log()).toEqual(['feishu QQ', 'qq main', 'feishu recovered', 'qq recovered']);
});

test('what is in the outbox is delivered by the next run, with the same key', async () => {
  const { start, arrived, log } = setUp(script('crash', 'ok'), script('ok'));
  const first = start();
  say(first, 'opened');
  await pass(10);
  expect(first.isAlive()).toBe(false);
  await pass(3_600_000);
  expect(log()).toEqual(['feishu opened']);
  const second = start();
  expect(second.outbox.undelivered()).toBe(1);
  await pass(60_000);
  // Nobody knows whether it arrived before the crash, so it is sent again; the key lets the platform drop it.
  expect(log()).toEqual(['feishu opened', 'feishu opened']);
  expect(new Set(arrived.map(({ key }) => key)).size).toBe(1);
  expect(second.outbox.undelivered()).toBe(0);
});

test('a recovery follows on the channel where a crash hid the arrival of the alert, too', async () => {
  const { start, log } = setUp(script('crash', 'retry', 'retry', 'retry', 'retry', 'retry', 'ok'), script('ok'));
  say(start(), 'opened');
  await pass(10);
  const second = start();
  await pass(40_000);
  expect(log()).toEqual(['feishu opened', 'qq opened']);
  say(second, 'recovered');
  await pass(1_000);
  expect(log()).toEqual(['feishu opened', 'qq opened', 'qq recovered']);
  await pass(600_000);
  expect(log()).toEqual(['feishu opened', 'qq opened', 'qq recovered', 'feishu opened', 'feishu recovered']);
});

test('after stop nothing more is sent, and what is open is kept', async () => {
  const { start, log } = setUp(script('retry'), script('retry'));
  const first = start();
  say(first, 'opened');
  await pass(1_000);
  const stopped = first.worker.stop();
  await pass(5_000);
  await stopped;
  const { length } = log();
  first.worker.wake();
  await pass(3_600_000);
  expect(log()).toHaveLength(length);
  expect(first.outbox.undelivered()).toBe(1);
});

test('stop does not wait for ever for a channel that hangs, and its late end does no harm', async () => {
  const { start } = setUp(script('hang'), script('ok'));
  const first = start();
  say(first, 'opened');
  await pass(1_000);
  let over = false;
  const stopped = first.worker.stop().then(() => (over = true));
  await pass(5_000);
  await stopped;
  expect(over).toBe(true);
  first.kill();
  await pass(600_000);
});

test('what a channel refused is sent there at once when it takes messages for that person again', async () => {
  let refuses = true;
  const {
    start,
    log,
    platforms: [feishu],
  } = setUp(() => (refuses ? 'refuse' : 'ok'), script('refuse'));
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(1_000);
  expect([log(), feishu.tries]).toEqual([[], 1]);
  refuses = false;
  lifeline.worker.retry('feishu', 'somebody else');
  await pass(1_000);
  expect(feishu.tries).toBe(1);
  lifeline.worker.retry('feishu', 'ou_me');
  await pass(1_000);
  expect(log()).toEqual(['feishu opened']);
  expect(lifeline.outbox.undelivered()).toBe(0);
});

test('what has arrived elsewhere is not sent again to the channel that had refused it', async () => {
  const {
    start,
    log,
    platforms: [feishu],
  } = setUp(script('refuse', 'ok'), script('ok'));
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(1_000);
  lifeline.worker.retry('feishu', 'ou_me');
  await pass(3_600_000);
  expect([log(), feishu.tries]).toEqual([['qq opened'], 1]);
});

test('a message whose buttons cannot be made goes without them', async () => {
  const { start, log } = setUp(script('ok'), script('ok'), {
    render: () => {
      throw new Error('disk is full');
    },
  });
  const lifeline = start();
  say(lifeline, 'opened');
  await pass(1_000);
  expect(log()).toEqual(['feishu opened']);
  expect(lifeline.outbox.undelivered()).toBe(0);
});

test('a message goes out as it is rendered for each channel', async () => {
  const { start, arrived } = setUp(script('ok'), script('ok'), {
    policy: { copies: 2 },
    render: ({ message }, { channel }) => ({ ...message, title: `${message.title} by ${channel}` }),
  });
  say(start(), 'opened');
  await pass(1_000);
  expect(arrived.map(({ title }) => title)).toEqual(['opened by feishu', 'opened by qq']);
});
