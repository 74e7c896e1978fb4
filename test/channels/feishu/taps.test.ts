import { describe, expect, test } from 'vitest';
import { readTap } from '../../../src/channels/feishu/tap-event.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { addBot, eventually, newUser, startChannel, startPlatform } from './fixture.ts';

const CARD: Message = {
  tone: 'warning',
  title: 'main',
  lines: ['l'],
  buttons: [
    { label: 'Restart', style: 'danger', command: '/restart main', confirm: 'Now?', token: 't-1' },
    { label: 'Logs', style: 'plain', command: '/logs main', token: 't-2' },
  ],
};

describe('a tap', () => {
  const ready = async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    return { platform, bot, user, ...(await startChannel(platform, bot, { locale: 'en' })) };
  };

  test('is answered with a notice and comes in with its token', async () => {
    const { platform, bot, user, channel, inbox } = await ready();
    const sent = await channel.send({ user }, CARD, { key: 'k1' });
    const messageId = sent.outcome === 'ok' ? sent.messageId : '';
    const before = Date.now();
    expect(await platform.press(bot.appId, user, messageId, 'button_2')).toEqual({
      answered: true,
      toast: 'Got it, working on it',
    });
    await eventually(() => expect(inbox).toHaveLength(1));
    expect(inbox[0]).toMatchObject({
      channel: 'feishu',
      sender: user,
      chat: { kind: 'direct' },
      text: '',
      pressed: 't-2',
    });
    // It came in microseconds.
    expect(Math.abs((inbox[0]?.sentAt ?? 0) - before)).toBeLessThan(60_000);
  });

  test('in a group is one in that group, and its answer is shown as one to the card', async () => {
    const { platform, bot, user, channel, inbox } = await ready();
    platform.sayInGroup(bot.appId, 'oc_ops', user, '@_user_1 /status');
    await eventually(() => expect(inbox).toHaveLength(1));
    const sent = await channel.send({ user, group: 'oc_ops' }, CARD, { key: 'k1' });
    const messageId = sent.outcome === 'ok' ? sent.messageId : '';
    expect(await platform.press(bot.appId, user, messageId, 'button_1')).toMatchObject({ answered: true });
    await eventually(() => expect(inbox).toHaveLength(2));
    expect(inbox[1]).toMatchObject({ chat: { kind: 'group', id: 'oc_ops' }, pressed: 't-1' });
    expect(
      await channel.send({ user, group: 'oc_ops', replyTo: inbox[1]?.id ?? '' }, CARD, { key: 'k2' }),
    ).toMatchObject({ outcome: 'ok' });
    expect(platform.conversation(bot.appId, 'oc_ops')).toHaveLength(3);
  });

  test('that could not be stored is told as such, and the link stands', async () => {
    const { platform, bot, user, channel } = await ready();
    await channel.stop();
    await channel.start(() => {
      throw new Error('the bus is broken');
    });
    const sent = await channel.send({ user }, CARD, { key: 'k1' });
    await eventually(() => expect(channel.status().link).toBe('connected'));
    expect(
      await platform.press(bot.appId, user, sent.outcome === 'ok' ? sent.messageId : '', 'button_1'),
    ).toMatchObject({ answered: false });
    expect(channel.status().link).toBe('connected');
  });

  test('works on a card that was changed', async () => {
    const { platform, bot, user, channel, inbox } = await ready();
    const sent = await channel.send({ user }, CARD, { key: 'k1' });
    const messageId = sent.outcome === 'ok' ? sent.messageId : '';
    expect(
      await channel.edit(messageId, {
        ...CARD,
        buttons: [{ label: 'Again', style: 'primary', command: '/status', token: 't-9' }],
      }),
    ).toMatchObject({ outcome: 'ok' });
    await platform.press(bot.appId, user, messageId, 'button_1');
    await eventually(() => expect(inbox.map(({ pressed }) => pressed)).toEqual(['t-9']));
  });

  test('comes as a card frame as well', async () => {
    const { platform, bot, user, channel, inbox } = await ready();
    platform.faults(bot.appId).frames.clickType = 'card';
    const sent = await channel.send({ user }, CARD, { key: 'k1' });
    expect(await platform.press(bot.appId, user, sent.outcome === 'ok' ? sent.messageId : '', 'button_1')).toEqual({
      answered: true,
      toast: 'Got it, working on it',
    });
    await eventually(() => expect(inbox.map(({ pressed }) => pressed)).toEqual(['t-1']));
  });
});

describe('reading a tap', () => {
  const event = (more: object = {}): object => ({
    event_id: 'e1',
    create_time: '1760000000123456',
    operator: { open_id: 'ou_1' },
    token: 'c-card-update-token',
    action: { value: { token: 't-1' }, tag: 'button' },
    context: { open_message_id: 'om_1', open_chat_id: 'oc_1' },
    ...more,
  });
  const read = (data: unknown, isGroup = false) => readTap(data, () => isGroup);

  test('takes our own token, not the one for updating the card', () => {
    expect(read(event())).toEqual({
      messageId: 'om_1',
      inbound: {
        channel: 'feishu',
        id: 'e1',
        sender: 'ou_1',
        chat: { kind: 'direct' },
        text: '',
        pressed: 't-1',
        sentAt: 1_760_000_000_123,
      },
    });
  });

  test.each<[string, object, object]>([
    ['milliseconds', { create_time: '1760000000123' }, { sentAt: 1_760_000_000_123 }],
    ['no time', { create_time: undefined }, { sentAt: null }],
    ['a time that is a number', { create_time: 1760000000 }, { sentAt: 1_760_000_000_000 }],
    ['a time that nobody can read', { create_time: 'yesterday' }, { sentAt: null }],
    ['no context', { context: undefined }, { chat: { kind: 'direct' } }],
  ])('reads one with %s', (_what, more, expected) => {
    expect(read(event(more), true)?.inbound).toMatchObject(expected);
  });

  test.each<[string, unknown]>([
    ['a string value', event({ action: { value: 't-1' } })],
    ['no token', event({ action: { value: {} } })],
    ['a token that is no text', event({ action: { value: { token: 5 } } })],
    ['no sender', event({ operator: {} })],
    ['no id', event({ event_id: '' })],
    ['nothing', undefined],
  ])('leaves alone one with %s', (_what, data) => {
    expect(read(data)).toBeNull();
  });
});
