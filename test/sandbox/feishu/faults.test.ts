import { describe, expect, test } from 'vitest';
import type { EndpointFault } from '../../../sandbox/feishu/faults.ts';
import {
  addBot,
  call,
  connected,
  CREATE,
  eventually,
  newUser,
  sdkLink,
  startPlatform,
  textTo,
  tokenOf,
} from './fixture.ts';

describe('the endpoint', () => {
  test.each([1, 403, 1000040350, 1000040351])('code %i with data makes the real SDK give up', async (code) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).endpoint = { kind: 'code', code, data: 'empty' };
    const errors: string[] = [];
    const client = sdkLink(platform, bot, { onError: (error) => errors.push(error.message) });
    await eventually(() => expect(errors).toEqual([expect.stringContaining(`code=${code}`)]));
    expect(client.getConnectionStatus().state).toBe('failed');
  });

  test.each<[string, EndpointFault]>([
    ['a code without data', { kind: 'code', code: 1, data: 'absent' }],
    ['an internal error', { kind: 'code', code: 1000040343, data: 'empty' }],
    ['HTTP 500', { kind: 'status', status: 500 }],
  ])('%s is tried again', async (_what, fault) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    // Before its first good answer the SDK would wait for up to 30 s (its own nonce); a first connection gives it ours.
    const client = sdkLink(platform, bot);
    await connected(platform, bot);
    platform.faults(bot.appId).endpoint = fault;
    platform.drop(bot.appId);
    await eventually(() => expect(client.getConnectionStatus().reconnectAttempts).toBeGreaterThan(1));
    expect(platform.connections(bot.appId)).toBe(0);
    platform.faults(bot.appId).endpoint = null;
    await connected(platform, bot);
  });

  test('a wrong secret is refused as authentication failure', async () => {
    const platform = await startPlatform();
    const { appId } = addBot(platform);
    expect(
      (await call(platform, 'POST', '/callback/ws/endpoint', { AppID: appId, AppSecret: 'wrong' })).body,
    ).toMatchObject({ code: 514, data: {} });
  });

  test('can hang', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).endpoint = { kind: 'hang' };
    const request = fetch(`${platform.url}/callback/ws/endpoint`, {
      method: 'POST',
      body: JSON.stringify({ AppID: bot.appId, AppSecret: bot.secret }),
      signal: AbortSignal.timeout(300),
    });
    await expect(request).rejects.toThrow('timeout');
  });
});

describe('the long connection', () => {
  test.each(['bye', 'broken'] as const)('dropped (%s), the SDK comes back', async (how) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    sdkLink(platform, bot);
    for (let round = 0; round < 3; round += 1) {
      await connected(platform, bot);
      platform.drop(bot.appId, how);
      await connected(platform, bot, 0);
    }
    await connected(platform, bot);
  });

  test('without pongs the SDK’s own watchdog ends it', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    sdkLink(platform, bot, { pingTimeout: 0.3 });
    await connected(platform, bot);
    platform.faults(bot.appId).noPong = true;
    await connected(platform, bot, 0);
    platform.faults(bot.appId).noPong = false;
    await connected(platform, bot);
  });

  test.each(['hang', 'refuse'] as const)('the upgrade can %s', async (fault) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    const client = sdkLink(platform, bot, { handshakeTimeoutMs: 300 });
    await connected(platform, bot);
    platform.faults(bot.appId).upgrade = fault;
    platform.drop(bot.appId);
    await eventually(() => expect(client.getConnectionStatus().reconnectAttempts).toBeGreaterThan(1));
    expect(platform.connections(bot.appId)).toBe(0);
    platform.faults(bot.appId).upgrade = null;
    await connected(platform, bot);
  });

  test('a platform that is down takes nothing, and is there again afterwards', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    sdkLink(platform, bot);
    await connected(platform, bot);
    platform.setDown(true);
    await connected(platform, bot, 0);
    await expect(tokenOf(platform, bot)).rejects.toThrow('fetch failed');
    platform.setDown(false);
    await connected(platform, bot);
  });
});

describe('REST calls', () => {
  test('get the faults that were set, one each, in order', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const token = await tokenOf(platform, bot);
    platform
      .faults(bot.appId)
      .calls.push(
        { kind: 'code', code: 99991400, status: 429, headers: { 'x-ogw-ratelimit-reset': '7' } },
        { kind: 'html', status: 502 },
        { kind: 'lost-answer' },
      );
    const send = () => call(platform, 'POST', CREATE, textTo(user, 'hi'), token);

    const limited = await send();
    expect([limited.status, limited.body.code, limited.headers.get('x-ogw-ratelimit-reset')]).toEqual([
      429,
      99991400,
      '7',
    ]);
    await expect(send()).rejects.toThrow('JSON');
    expect(platform.conversation(bot.appId, user)).toHaveLength(0);
    await expect(send()).rejects.toThrow('fetch failed');
    expect(platform.conversation(bot.appId, user)).toHaveLength(1);
    expect((await send()).body.code).toBe(0);
  });

  test('can hang', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).calls.push({ kind: 'hang' });
    const request = fetch(`${platform.url}/open-apis/bot/v3/info`, {
      headers: { authorization: `Bearer ${await tokenOf(platform, bot)}` },
      signal: AbortSignal.timeout(300),
    });
    await expect(request).rejects.toThrow('timeout');
  });
});

test('stop ends every socket and the server', async () => {
  const platform = await startPlatform();
  const bot = addBot(platform);
  const client = sdkLink(platform, bot);
  await connected(platform, bot);
  await platform.stop();
  expect(platform.connections(bot.appId)).toBe(0);
  await expect(tokenOf(platform, bot)).rejects.toThrow('fetch failed');
  client.close({ force: true });
});

test('a bot that was never added is a mistake of the caller', async () => {
  const platform = await startPlatform();
  expect(() => platform.say('cli_unknown', newUser(), 'hi')).toThrow('add it with addBot first');
});
