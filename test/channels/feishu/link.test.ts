import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { backoffMs } from '../../../src/base/backoff.ts';
import { createFeishuChannel } from '../../../src/channels/feishu/channel.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { noFaults, type AppFaults } from '../../../sandbox/feishu/faults.ts';
import type { FeishuPlatform } from '../../../sandbox/feishu/platform.ts';
import type { BotAccount } from '../../../sandbox/phone.ts';
import {
  addBot,
  connected,
  eventually,
  makeChannel,
  newUser,
  openSockets,
  openTimers,
  recordingLogger,
  startChannel,
  startPlatform,
} from './fixture.ts';

// What the platform tells its clients by default: left to itself the SDK would be back after minutes.
const SLOW_SDK = { ReconnectCount: 1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 };

const setFaults = (platform: FeishuPlatform, bot: BotAccount, faults: Partial<AppFaults>): void => {
  Object.assign(platform.faults(bot.appId), faults);
};

describe('a lost link', () => {
  test.each(['bye', 'broken'] as const)('(%s) comes back each time, and there is never more than one', async (how) => {
    const platform = await startPlatform({ clientConfig: SLOW_SDK });
    const [bot, user] = [addBot(platform), newUser()];
    const { inbox } = await startChannel(platform, bot);
    for (let round = 0; round < 15; round += 1) {
      platform.drop(bot.appId, how);
      await connected(platform, bot, 0);
      await eventually(() => {
        if (platform.connections(bot.appId) > 1) throw new Error('two links');
        expect(platform.connections(bot.appId)).toBe(1);
      });
    }
    platform.say(bot.appId, user, 'once');
    await eventually(() => expect(inbox).toHaveLength(1));
    // One link has a socket at each end.
    await eventually(() => expect(openSockets()).toBe(2));
    expect(platform.connections(bot.appId)).toBe(1);
  });

  const cases: [string, Partial<AppFaults>, RegExp][] = [
    ...[1, 403, 514, 1000040343, 1000040344, 1000040350, 1000040351, 10014].map(
      (code): [string, Partial<AppFaults>, RegExp] => [
        `the endpoint answers code ${code}`,
        { endpoint: { kind: 'code', code, data: 'empty' } },
        new RegExp(`code ${code}`),
      ],
    ),
    ['the endpoint refuses without data', { endpoint: { kind: 'code', code: 1, data: 'absent' } }, /code 1/],
    ['the endpoint answers HTTP 500', { endpoint: { kind: 'status', status: 500 } }, /HTTP 500 without an address/],
    ['the endpoint never answers', { endpoint: { kind: 'hang' } }, /did not answer within 0.3 s/],
    ['the upgrade is never answered', { upgrade: 'hang' }, /no connection within 1 s|could not be made/],
    ['the upgrade is refused', { upgrade: 'refuse' }, /may not use the long connection.*code 403/],
  ];
  test.each(cases)('comes back after %s, and says why it is away', async (_what, faults, problem) => {
    const platform = await startPlatform({ clientConfig: SLOW_SDK });
    const bot = addBot(platform);
    const { channel } = await startChannel(platform, bot, { httpTimeoutMs: 300, connectTimeoutMs: 1_000 });
    setFaults(platform, bot, faults);
    platform.drop(bot.appId);
    await eventually(() => expect(channel.status().problem).toMatch(problem));
    setFaults(platform, bot, noFaults());
    await connected(platform, bot);
    await eventually(() => expect(channel.status()).toMatchObject({ link: 'connected', problem: null }));
  });

  test('comes back when the platform was away altogether, from the start or later', async () => {
    const platform = await startPlatform({ clientConfig: SLOW_SDK });
    const bot = addBot(platform);
    platform.setDown(true);
    const channel = makeChannel(platform, bot);
    await channel.start(() => undefined);
    for (let round = 0; round < 3; round += 1) {
      await eventually(() => expect(channel.status().problem).toContain('no answer from 127.0.0.1'));
      platform.setDown(false);
      await connected(platform, bot);
      platform.setDown(true);
    }
  });

  test.each([
    ['by the pong limit', { PingInterval: 1 }, 300],
    [
      'by the missing pong, when the limit is longer than the ping interval and so never strikes',
      { PingInterval: 0.2 },
      600,
    ],
  ])('is noticed %s', async (_what, config, pongTimeoutMs) => {
    const platform = await startPlatform({ clientConfig: { ...SLOW_SDK, ...config } });
    const bot = addBot(platform);
    const { channel } = await startChannel(platform, bot, { pongTimeoutMs });
    setFaults(platform, bot, { noPong: true });
    await eventually(() => expect(channel.status().problem).toMatch(/lost|nothing came/));
    setFaults(platform, bot, { noPong: false });
    await eventually(() => expect(channel.status().link).toBe('connected'));
    await connected(platform, bot);
  });
});

test('a quiet but answered link is left alone', async () => {
  const platform = await startPlatform({ clientConfig: { ...SLOW_SDK, PingInterval: 0.3 } });
  const bot = addBot(platform);
  const { channel } = await startChannel(platform, bot, { pongTimeoutMs: 2_000 });
  await eventually(() => expect(channel.status().link).toBe('connected'));
  const { since, lastInboundAt } = channel.status();
  // Longer than the silence that would end it: an interval and the pong limit.
  await eventually(() => expect((channel.status().lastInboundAt ?? 0) - (lastInboundAt ?? 0)).toBeGreaterThan(4_000));
  expect(channel.status()).toMatchObject({ link: 'connected', since });
});

test('the waits grow to a limit and are never the same', () => {
  const limits = { firstMs: 1_000, maxMs: 60_000, jitter: 'below' } as const;
  expect([0, 1, 2, 5, 6, 1_000].map((failures) => backoffMs(failures, limits, 1))).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
  ]);
  expect([0, 1_000].map((failures) => backoffMs(failures, limits, 0))).toEqual([500, 30_000]);
});

describe('status', () => {
  test('tells the life of the link', async () => {
    let now = 1_760_000_000_000;
    const clock = { now: () => now, sleep: async () => undefined, timer: () => () => undefined };
    const platform = await startPlatform();
    const bot = addBot(platform);
    const channel = makeChannel(platform, bot, { clock });
    expect(channel.status()).toEqual({
      link: 'stopped',
      since: now,
      lastInboundAt: null,
      problem: null,
      callsThisMonth: 0,
    });

    setFaults(platform, bot, { endpoint: { kind: 'hang' } });
    now += 1_000;
    await channel.start(() => undefined);
    expect(channel.status()).toEqual({
      link: 'connecting',
      since: now,
      lastInboundAt: null,
      problem: null,
      callsThisMonth: 0,
    });
    await channel.stop();
    expect(channel.status()).toEqual({
      link: 'stopped',
      since: now,
      lastInboundAt: null,
      problem: null,
      callsThisMonth: 0,
    });

    setFaults(platform, bot, { endpoint: null });
    now += 1_000;
    await channel.start(() => undefined);
    await eventually(() =>
      expect(channel.status()).toEqual({
        link: 'connected',
        since: now,
        lastInboundAt: now,
        problem: null,
        callsThisMonth: 0,
      }),
    );
    const since = now;
    now += 1_000;
    // A pong is enough to see that the platform is there.
    await eventually(() =>
      expect(channel.status()).toEqual({
        link: 'connected',
        since,
        lastInboundAt: now,
        problem: null,
        callsThisMonth: 0,
      }),
    );
  });
});

describe('stop', () => {
  /** How many connections this process has begun since. */
  const countClientSockets = (): (() => number) => {
    let count = 0;
    const onSocket = (): void => void (count += 1);
    subscribe('net.client.socket', onSocket);
    onTestFinished(() => void unsubscribe('net.client.socket', onSocket));
    return () => count;
  };

  test.each<[string, Partial<AppFaults>]>([
    ['a standing link', {}],
    ['an endpoint call under way', { endpoint: { kind: 'hang' } }],
    ['an upgrade under way', { upgrade: 'hang' }],
    ['a wait for the next try', { endpoint: { kind: 'status', status: 500 } }],
  ])('leaves nothing open of %s', async (_what, faults) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    setFaults(platform, bot, faults);
    // Limits far beyond this test's own, so that only the stop can end things.
    const channel = makeChannel(platform, bot, {
      minBackoffMs: 600_000,
      maxBackoffMs: 600_000,
      connectTimeoutMs: 600_000,
      httpTimeoutMs: 600_000,
    });
    const sockets = countClientSockets();
    const before = openTimers();
    await channel.start(() => undefined);
    await eventually(() => {
      if (faults.endpoint?.kind === 'status') expect(channel.status().link).toBe('waiting');
      // One is the token's, one the endpoint's; the third is the long connection's.
      else expect(sockets()).toBe(faults.endpoint ? 2 : 3);
    });
    await channel.stop();
    await eventually(() => expect(openSockets()).toBe(0));
    expect(platform.connections(bot.appId)).toBe(0);
    expect(openTimers()).toBeLessThanOrEqual(before);
    expect(channel.status().link).toBe('stopped');
  });

  test('and start again is a new life, with one link', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const { channel, inbox } = await startChannel(platform, bot);
    await channel.start(() => undefined);
    expect(platform.connections(bot.appId)).toBe(1);
    await channel.stop();
    await connected(platform, bot, 0);
    platform.say(bot.appId, user, 'while stopped');
    await channel.start((inbound) => {
      inbox.push(inbound);
      inbound.taken?.(true);
    });
    await eventually(() => expect(inbox.map((inbound) => inbound.text)).toEqual(['while stopped']));
    expect(platform.connections(bot.appId)).toBe(1);
  });
});

describe('proxies', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('set in the environment are not used', async () => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY'])
      vi.stubEnv(name, 'http://127.0.0.1:9');
    for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const { channel } = await startChannel(platform, bot);
    expect(await channel.send({ user }, { tone: 'info', title: 'hi' }, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
  });
});

test('the log has no secret, token, ticket or message in it', async () => {
  const platform = await startPlatform();
  const [bot, user] = [addBot(platform), newUser()];
  const { logger, text } = recordingLogger();
  const { channel, inbox } = await startChannel(platform, bot, { logger });
  platform.say(bot.appId, user, 'private words');
  await eventually(() => expect(inbox).toHaveLength(1));
  await channel.send({ user }, { tone: 'info', title: 'private words' }, { key: 'k1' });
  setFaults(platform, bot, { endpoint: { kind: 'code', code: 1000040351, data: 'empty' } });
  platform.drop(bot.appId);
  await eventually(() => expect(text()).toContain('code 1000040351'));
  expect(text()).toContain('feishu sdk');
  for (const secret of [bot.secret, 'ticket', 'access_key', 'ws://', 'Bearer', 'private words'])
    expect(text()).not.toContain(secret);
});

test.each([
  [{ appId: 'cli_123' }, 'FEISHU_APP_ID', '"cli_123" is no Feishu App ID'],
  [{ appId: 'cli_0123456789abcdeg' }, 'FEISHU_APP_ID', 'no Feishu App ID'],
  [{ appSecret: '' }, 'FEISHU_APP_SECRET', 'empty'],
  [{ domain: 'open.feishu.cn' }, 'FEISHU_DOMAIN', 'not "open.feishu.cn"'],
])('%o is refused at once', (wrong, code, message) => {
  const options = { appId: 'cli_0123456789abcdef', appSecret: 's', domain: 'feishu', logger: silentLogger() };
  expect(() => createFeishuChannel(options)).not.toThrow();
  expect(() => createFeishuChannel({ ...options, ...wrong })).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
  );
});
