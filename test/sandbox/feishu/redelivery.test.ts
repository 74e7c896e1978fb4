import { describe, expect, test } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { eventIn, headersOf, openByHand } from './by-hand.ts';
import { addBot, connected, eventually, newUser, sdkLink, startPlatform } from './fixture.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

const ready = async () => {
  const clock = manualClock();
  const platform = await startPlatform({ clock });
  const bot = addBot(platform);
  const link = await openByHand(platform, bot);
  link.ping();
  await connected(platform, bot);
  /** Waits until so many frames were pushed in all. @returns the last. */
  const pushed = async (count: number) => {
    await eventually(() => expect(link.pushed()).toHaveLength(count));
    const frame = link.pushed().at(-1);
    if (!frame) throw new Error('no frame');
    return frame;
  };
  const delivery = () => platform.deliveries(bot.appId)[0];
  return { clock, platform, bot, link, pushed, delivery };
};

describe('an event that is not acked', () => {
  test('comes again after 15 s, 5 min, 1 h and 6 h, each time 3 s later, and then no more', async () => {
    const { clock, platform, bot, pushed, delivery, link } = await ready();
    const start = clock.now();
    platform.say(bot.appId, newUser(), '/restart');
    const frames = [await pushed(1)];
    for (const waitMs of [15 * SECOND_MS, 300 * SECOND_MS, HOUR_MS, 6 * HOUR_MS]) {
      // The platform gives up on the ack, and only then begins to wait.
      await clock.advance(3 * SECOND_MS);
      await clock.advance(waitMs - 1);
      expect(link.pushed()).toHaveLength(frames.length);
      await clock.advance(1);
      frames.push(await pushed(frames.length + 1));
    }
    await clock.advance(48 * HOUR_MS);
    expect(link.pushed()).toHaveLength(5);
    expect(delivery()).toMatchObject({ state: 'given-up', pushes: 5 });
    expect(delivery()?.pushedAt.map((at) => (at - start) / SECOND_MS)).toEqual([0, 18, 321, 3_924, 25_527]);
    expect(new Set(frames.map((frame) => eventIn(frame).header.event_id)).size).toBe(1);
    expect(new Set(frames.map((frame) => headersOf(frame, 'message_id')[0])).size).toBe(5);
  });

  test.each([
    ['a code 500', '{"code":500}'],
    ['a code 500 with blanks, as Python sends it', '{"code": 500}'],
    ['no code', '{}'],
    ['no JSON', 'ok'],
  ])('but answered with %s is not acked', async (_what, answer) => {
    const { clock, platform, bot, link, pushed, delivery } = await ready();
    platform.say(bot.appId, newUser(), 'hi');
    link.ack(await pushed(1), answer);
    await eventually(() => expect(delivery()?.state).toBe('to-repeat'));
    await clock.advance(15 * SECOND_MS);
    link.ack(await pushed(2), '{"code": 200, "headers": null, "data": null}', '12');
    await eventually(() => expect(delivery()).toMatchObject({ state: 'acked', pushes: 2 }));
    expect(platform.records(bot.appId).acks.at(-1)).toMatchObject({ code: 200, bizRtMs: 12, inTime: true });
    await clock.advance(48 * HOUR_MS);
    expect(link.pushed()).toHaveLength(2);
  });

  test('in time is delivered again although the ack comes later', async () => {
    const { clock, platform, bot, link, pushed, delivery } = await ready();
    platform.say(bot.appId, newUser(), 'hi');
    const frame = await pushed(1);
    await clock.advance(3 * SECOND_MS);
    link.ack(frame, '{"code":200}');
    await eventually(() =>
      expect(platform.records(bot.appId).acks).toMatchObject([{ code: 200, inTime: false, afterMs: 3_000 }]),
    );
    await clock.advance(15 * SECOND_MS);
    await pushed(2);
    expect(delivery()?.pushes).toBe(2);
  });

  test('is not acked by the frame of another', async () => {
    const { platform, bot, link, pushed, delivery } = await ready();
    platform.say(bot.appId, newUser(), 'hi');
    const frame = await pushed(1);
    link.ack({ ...frame, seqId: frame.seqId + 1 }, '{"code":200}');
    link.ack(
      {
        ...frame,
        headers: frame.headers.map(({ key, value }) => ({ key, value: key === 'message_id' ? 'other' : value })),
      },
      '{"code":200}',
    );
    link.ping();
    await eventually(() => expect(link.pongs()).toHaveLength(2));
    expect(delivery()?.state).toBe('pushed');
    link.ack(frame, '{"code":200}');
    await eventually(() => expect(delivery()?.state).toBe('acked'));
  });

  test('because the connection broke comes again on another', async () => {
    const { clock, platform, bot, link, pushed, delivery } = await ready();
    platform.say(bot.appId, newUser(), 'hi');
    await pushed(1);
    link.socket.terminate();
    await eventually(() => expect(delivery()?.state).toBe('to-repeat'));
    await clock.advance(15 * SECOND_MS);
    expect(delivery()?.state).toBe('queued');
    const next = await openByHand(platform, bot);
    next.ping();
    await eventually(() => expect(next.pushed()).toHaveLength(1));
  });
});

test('the last repeat, more than six hours later, reaches the real SDK in about a second of a faster clock', async () => {
  const speed = 25_000;
  // A client answers in real milliseconds, which are long here: it gets a real second.
  const platform = await startPlatform({ clock: scaledClock(Date.now(), speed), ackTimeoutMs: 1_000 * speed });
  const bot = addBot(platform);
  const seen: string[] = [];
  sdkLink(platform, bot, {
    onMessage: ({ event_id }) => {
      seen.push(event_id);
      if (seen.length < 5) throw new Error('not yet');
    },
  });
  await connected(platform, bot);
  platform.say(bot.appId, newUser(), '/restart');
  await eventually(() => expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'acked', pushes: 5 }]));
  const [first = 0, ...rest] = platform.deliveries(bot.appId)[0]?.pushedAt ?? [];
  expect((rest.at(-1) ?? 0) - first).toBeGreaterThanOrEqual(15_000 + 300_000 + HOUR_MS + 6 * HOUR_MS);
  expect(new Set(seen).size).toBe(1);
  expect(platform.records(bot.appId).acks.map(({ code }) => code)).toEqual([500, 500, 500, 500, 200]);
});
