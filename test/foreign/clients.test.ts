/** The loopback platform is real enough for two published QQ clients, unchanged but for the hosts they name. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QqPlatform } from '../../sandbox/qq/platform.ts';
import { APP, eventually, USER } from '../sandbox/qq/client.ts';
import { CLIENTS, startClient, type ForeignClient } from './client.ts';

describe.each(CLIENTS)('%s', (name) => {
  let platform: QqPlatform;
  let client: ForeignClient;
  beforeEach(async () => {
    platform = new QqPlatform({ heartbeatIntervalMs: 1_000 });
    platform.addBot(APP);
    await platform.start();
    client = await startClient(name, platform.url, APP);
    await eventually(() => expect(platform.connections(APP.appId), client.log()).toBe(1));
  });
  afterEach(async () => {
    await client.stop();
    await platform.stop();
  });

  const texts = (): string[] => client.received.map(({ text }) => text);
  const phone = (): string[] =>
    platform
      .conversation(APP.appId, USER)
      .filter(({ from }) => from === 'bot')
      .map(({ text }) => text);

  it('logs in, heartbeats, receives and answers, and pushes', async () => {
    const said = platform.say(APP.appId, USER, 'echo 你好');
    await eventually(() =>
      expect(client.received.map(({ id, text }) => ({ id, text }))).toEqual([{ id: said.id, text: 'echo 你好' }]),
    );
    await eventually(() => expect(phone()).toEqual(['你好']));
    expect(platform.sent(APP.appId)).toMatchObject([{ way: { kind: 'reply', msgId: said.id }, type: 0 }]);
    client.send('k1', USER, 'by myself');
    await eventually(() =>
      expect(client.sent).toEqual([
        { kind: 'sent', key: said.id, error: null },
        { kind: 'sent', key: 'k1', error: null },
      ]),
    );
    expect(phone()).toEqual(['你好', 'by myself']);
    expect(platform.sent(APP.appId).at(-1)).toMatchObject({ way: { kind: 'push' } });
    await eventually(() => expect(platform.openSockets(APP.appId)[0]?.heartbeats.length).toBeGreaterThan(1));
  });

  it('is told when a push is refused', async () => {
    platform.switches.rejectPushes(APP.appId, USER);
    client.send('k1', USER, 'unwanted');
    await eventually(() =>
      expect(client.sent).toEqual([{ kind: 'sent', key: 'k1', error: expect.stringContaining('40054013') as string }]),
    );
    expect(phone()).toEqual([]);
  });

  it('survives a plain 4009 by Resume, and misses nothing', async () => {
    platform.say(APP.appId, USER, 'before');
    await eventually(() => expect(texts()).toEqual(['before']));
    await platform.scripts.play(APP.appId, 'close_4009');
    platform.say(APP.appId, USER, 'meanwhile');
    await eventually(() => expect(platform.connections(APP.appId), client.log()).toBe(1));
    platform.say(APP.appId, USER, 'after');
    await eventually(() => expect(texts()).toEqual(['before', 'meanwhile', 'after']));
    expect(platform.frames(APP.appId).some(({ op }) => op === 6)).toBe(true);
  });
});
