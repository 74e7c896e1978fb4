import { describe, expect, test } from 'vitest';
import { readMessageEvent } from '../../../src/channels/feishu/message-event.ts';
import {
  addBot,
  connected,
  eventually,
  makeChannel,
  newUser,
  recordingLogger,
  startChannel,
  startPlatform,
} from './fixture.ts';

describe('a message', () => {
  test('comes in with who, when and what, and is acked', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const { inbox } = await startChannel(platform, bot);
    const said = platform.say(bot.appId, user, '  状态 main ', { at: 1_760_000_000_123 });
    await eventually(() => expect(inbox).toHaveLength(1));
    expect(inbox).toEqual([
      {
        channel: 'feishu',
        id: said.id,
        sender: user,
        chat: { kind: 'direct' },
        text: '状态 main',
        sentAt: 1_760_000_000_123,
      },
    ]);
    await eventually(() => expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'acked', pushes: 1 }]));
  });

  test('that quotes an alert names it as the send did', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const { channel, inbox } = await startChannel(platform, bot);
    const sent = await channel.send(
      { user },
      { tone: 'critical', title: 'main：QQ 失联', lines: ['10:31 起'] },
      { key: 'k1' },
    );
    const quoteIds = sent.outcome === 'ok' ? sent.quoteIds : undefined;
    const answer = platform.say(bot.appId, user, '知道了', {
      quotes: platform.conversation(bot.appId, user)[0]?.id ?? '',
    });
    // A quote of the quote names that, and not what began it all.
    platform.say(bot.appId, user, '好', { quotes: answer.id });
    platform.say(bot.appId, user, '/status');
    await eventually(() =>
      expect(inbox.map(({ text, quotes }) => [text, quotes])).toEqual([
        ['知道了', quoteIds?.[0]],
        ['好', answer.id],
        ['/status', undefined],
      ]),
    );
    expect(quoteIds).toHaveLength(1);
    expect(inbox[2]).not.toHaveProperty('quotes');
  });

  test('written while Lifeline was away comes in later', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    platform.say(bot.appId, user, '/status');
    const { inbox } = await startChannel(platform, bot);
    await eventually(() => expect(inbox.map((inbound) => inbound.text)).toEqual(['/status']));
  });

  test('in a group counts only when it mentions the bot', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const { inbox } = await startChannel(platform, bot);
    platform.sayInGroup(bot.appId, 'oc_ops', user, 'not for the bot');
    platform.sayInGroup(bot.appId, 'oc_ops', user, '@_user_1 /status');
    await eventually(() =>
      expect(platform.deliveries(bot.appId).map((delivery) => delivery.state)).toEqual(['acked', 'acked']),
    );
    await eventually(() =>
      expect(inbox).toMatchObject([{ chat: { kind: 'group', id: 'oc_ops' }, sender: user, text: '/status' }]),
    );
  });

  test('in a group is left alone, and logged, while the platform does not say who the bot is', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const { logger, text } = recordingLogger();
    const { inbox } = await startChannel(platform, bot, { logger });
    platform.faults(bot.appId).calls.push({ kind: 'html', status: 502 });
    platform.sayInGroup(bot.appId, 'oc_ops', user, '@_user_1 /restart');
    await eventually(() => expect(text()).toContain('feishu message was not handled'));
    platform.sayInGroup(bot.appId, 'oc_ops', user, '@_user_1 /status');
    await eventually(() => expect(inbox.map((inbound) => inbound.text)).toEqual(['/status']));
  });

  test('whose handling fails is left to come again, and the link stands', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const { logger, text } = recordingLogger();
    const channel = makeChannel(platform, bot, { logger });
    await channel.start(() => {
      throw new Error('the bus is broken');
    });
    await connected(platform, bot);
    platform.say(bot.appId, user, 'one');
    platform.say(bot.appId, user, 'two');
    await eventually(() =>
      expect(platform.deliveries(bot.appId)).toMatchObject([
        { state: 'pushed', pushes: 1 },
        { state: 'pushed', pushes: 1 },
      ]),
    );
    await eventually(() => expect(text().split('the bus is broken').length).toBeGreaterThan(2));
    expect(channel.status().link).toBe('connected');
  });
});

describe('reading an event', () => {
  const event = (message: object = {}, sender: object = {}): unknown => ({
    sender: { sender_type: 'user', sender_id: { open_id: 'ou_1' }, ...sender },
    message: {
      message_id: 'om_1',
      create_time: '1760000000000',
      chat_id: 'oc_1',
      chat_type: 'p2p',
      message_type: 'text',
      content: '{"text":"hi"}',
      ...message,
    },
  });
  const mention = (key: string, open_id: string | null) => ({ key, id: { open_id }, name: 'N' });

  test.each<[string, string, object[], string]>([
    ['a mention in front', '@_user_1 /status', [mention('@_user_1', 'ou_bot')], '/status'],
    ['a mention at the end', '/status @_user_1', [mention('@_user_1', 'ou_bot')], '/status'],
    ['ten mentions', '@_user_1@_user_10 /logs', [mention('@_user_1', 'ou_bot'), mention('@_user_10', null)], '/logs'],
    ['everybody', '@_all hello', [mention('@_all', null)], 'hello'],
    ['what only looks like a mention', '@_user_2 hello', [mention('@_user_1', 'ou_bot')], '@_user_2 hello'],
    ['no mentions', '/logs 20', [], '/logs 20'],
  ])('the text is right with %s', (_what, text, mentions, expected) => {
    const read = readMessageEvent(event({ content: JSON.stringify({ text }), mentions, chat_type: 'group' }));
    expect(read).toMatchObject({ kind: 'message', inbound: { text: expected, chat: { kind: 'group', id: 'oc_1' } } });
  });

  test.each<[string, string, unknown, string]>([
    ['a rich text', 'post', { title: '', content: [[{ tag: 'text', text: '/status', style: ['bold'] }]] }, '/status'],
    [
      'a rich text with a title, a mention, a picture and two lines',
      'post',
      {
        title: 'See',
        content: [
          [
            { tag: 'at', user_id: '@_user_1' },
            { tag: 'text', text: ' a ' },
            { tag: 'a', text: 'b', href: 'x' },
          ],
          [{ tag: 'img', image_key: 'k' }],
          [{ tag: 'md', text: 'c' }],
        ],
      },
      'See\n a b\nc',
    ],
    ['a picture', 'image', { image_key: 'k' }, ''],
    ['a file', 'file', { file_key: 'k', file_name: 'n' }, ''],
    ['a sticker', 'sticker', { file_key: 'k' }, ''],
  ])('the text of %s is read', (_what, message_type, content, expected) => {
    const mentions = [mention('@_user_1', 'ou_bot')];
    expect(readMessageEvent(event({ message_type, content: JSON.stringify(content), mentions }))).toMatchObject({
      kind: 'message',
      inbound: { text: expected, chat: { kind: 'direct' } },
    });
  });

  test.each<[string, unknown]>([
    ['a message of another bot', event({}, { sender_type: 'app' })],
    ['a rich text without lines', event({ message_type: 'post', content: '{"title":"/status"}' })],
    ['content that is no JSON', event({ content: 'hi' })],
    ['content without a text', event({ content: '{"text":5}' })],
    ['a sender without an id', event({}, { sender_id: {} })],
    ['nothing', undefined],
  ])('%s is ignored', (_what, data) => {
    expect(readMessageEvent(data).kind).toBe('ignored');
    expect(readMessageEvent(event()).kind).toBe('message');
  });
});
