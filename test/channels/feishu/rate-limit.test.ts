import { describe, expect, test } from 'vitest';
import { createRateLimiter, TooMany, type RateWindow } from '../../../src/channels/feishu/send/rate-limit.ts';
import { channelOf, refusal, startRestServer } from './rest-server.ts';
import type { Message } from '../../../src/chat/message/message.ts';

const { signal } = new AbortController();
const window = (count: number, perMs: number, name = 'a'): RateWindow => ({ name, limit: { count, perMs } });

const done = async (): Promise<void> => undefined;

describe('a pace', () => {
  test('lets no more through in any stretch of time than the limit, and all in the end, whatever time each takes', async () => {
    const pace = createRateLimiter();
    // When the other side counts a call: at its end for every other one.
    const counted: number[] = [];
    await Promise.all(
      Array.from({ length: 23 }, (_, n) =>
        pace.run([window(5, 200)], signal, async () => {
          if (n % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 150));
          counted.push(performance.now());
        }),
      ),
    );
    counted.sort((a, b) => a - b);
    expect(counted).toHaveLength(23);
    for (const [n, time] of counted.entries()) expect((counted[n + 5] ?? Infinity) - time).toBeGreaterThanOrEqual(200);
  });

  test('keeps names apart, and a call under several names to the strictest', async () => {
    let now = 0;
    const pace = createRateLimiter(() => now);
    const wide = window(1_000, 60_000, 'api');
    for (let n = 0; n < 5; n += 1) await pace.run([wide, window(5, 60_000, 'one')], signal, done);
    await expect(pace.run([wide, window(5, 60_000, 'one')], signal, done)).rejects.toThrow(TooMany);
    await pace.run([wide, window(5, 60_000, 'other')], signal, done);
    now += 60_000;
    await pace.run([wide, window(5, 60_000, 'one')], signal, done);
  });

  test('says when to come again, where that is too far off to wait', async () => {
    let now = 0;
    const pace = createRateLimiter(() => now);
    await pace.run([window(1, 60_000)], signal, done);
    now = 20_000;
    await expect(pace.run([window(1, 60_000)], signal, done)).rejects.toMatchObject({ afterMs: 40_000 });
    pace.hold('b', 7_000);
    await expect(pace.run([window(9, 1_000, 'b')], signal, done)).rejects.toMatchObject({ afterMs: 7_000 });
  });

  test('frees the place of a call that fails', async () => {
    let now = 0;
    const pace = createRateLimiter(() => now);
    const failing = pace.run([window(1, 1_000)], signal, () => Promise.reject(new Error('no answer')));
    await expect(failing).rejects.toThrow('no answer');
    now = 1_000;
    await pace.run([window(1, 1_000)], signal, done);
  });
});

const ALERT: Message = { tone: 'critical', title: 'T', lines: ['l'] };

describe('a channel', () => {
  test('waits rather than send more than five a second to one person', async () => {
    const server = await startRestServer();
    const channel = channelOf(server);
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, n) => channel.send({ user: 'ou_1' }, ALERT, { key: `k${n}` })),
    );
    expect(results.every(({ outcome }) => outcome === 'ok')).toBe(true);
    const times = server.calls.map(({ at }) => at);
    for (let n = 0; n + 5 < times.length; n += 5)
      expect((times[n + 5] ?? 0) - (times[n] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  test('stays away for as long as the platform asks, for every message', async () => {
    const server = await startRestServer();
    const channel = channelOf(server);
    server.answers.push(refusal(99991400, 429, { 'x-ogw-ratelimit-reset': '40' }));
    expect(await channel.send({ user: 'ou_1' }, ALERT, { key: 'k1' })).toMatchObject({
      outcome: 'retry',
      afterMs: 40_000,
    });
    const other = await channel.send({ user: 'ou_2' }, ALERT, { key: 'k2' });
    expect(other).toMatchObject({ outcome: 'retry' });
    expect(other.outcome === 'retry' && other.afterMs).toBeGreaterThan(30_000);
    expect(server.calls).toHaveLength(1);
    // Another call of the platform has a limit of its own.
    expect(await channel.edit('om_1', ALERT)).toMatchObject({ outcome: 'ok' });
  });
});
