import { describe, expect, test } from 'vitest';
import type { PhoneMessage } from '../../../sandbox/phone.ts';
import { card, sendCard } from './cards.ts';
import { addBot, call, newUser, sdkRest, startPlatform, tokenOf } from './fixture.ts';

const ready = async () => {
  const platform = await startPlatform();
  const [bot, user] = [addBot(platform), newUser()];
  const id = await sendCard(platform, bot, user, card('alert'));
  const buzz = async (people: unknown, way = 'app', messageId = id, query = 'user_id_type=open_id') =>
    call(
      platform,
      'PATCH',
      `/open-apis/im/v1/messages/${messageId}/urgent_${way}?${query}`,
      { user_id_list: people },
      await tokenOf(platform, bot),
    );
  return { platform, bot, user, id, buzz };
};

describe('a buzz', () => {
  test('by the real SDK is seen on the phone and heard by listeners', async () => {
    const { platform, bot, user, id } = await ready();
    const heard: PhoneMessage[] = [];
    platform.onMessage((_appId, message) => heard.push(message));
    const answer = await sdkRest(platform, bot).im.v1.message.urgentApp({
      path: { message_id: id },
      params: { user_id_type: 'open_id' },
      data: { user_id_list: [user] },
    });
    expect(answer).toMatchObject({ code: 0, data: { invalid_user_id_list: [] } });
    expect(platform.conversation(bot.appId, user)).toMatchObject([{ id, buzzes: 1 }]);
    expect(heard).toMatchObject([{ id, buzzes: 1 }]);
    expect(heard[0]).not.toHaveProperty('editedAt');
  });

  test('names those who are not in the chat, and is refused when nobody is', async () => {
    const { platform, user, buzz } = await ready();
    const stranger = newUser();
    expect((await buzz([user, stranger])).body).toMatchObject({ code: 0, data: { invalid_user_id_list: [stranger] } });
    expect((await buzz([stranger])).body.code).toBe(230001);
    expect([platform.unreadBuzzes(user), platform.unreadBuzzes(stranger)]).toEqual([1, 0]);
  });

  test.each<[string, unknown, string | undefined]>([
    ['an empty list', [], undefined],
    ['no list', 'ou_1', undefined],
    ['more than 200 people', Array.from({ length: 201 }, newUser), undefined],
    ['another kind of id', ['7b1c'], 'user_id_type=user_id'],
  ])('with %s is refused', async (_what, people, query) => {
    const { buzz, id } = await ready();
    expect((await buzz(people, 'app', id, query)).body.code).toBe(230001);
  });

  test('is for the bot’s own messages that still are', async () => {
    const { platform, bot, user, id, buzz } = await ready();
    expect((await buzz([user], 'app', platform.say(bot.appId, user, 'mine').id)).body.code).toBe(230012);
    platform.recall(id);
    expect((await buzz([user])).body.code).toBe(230011);
  });

  test('is refused from the 200th unread on, until the person has read them', async () => {
    const { platform, user, buzz } = await ready();
    platform.rules.apiRate = false;
    for (let n = 0; n < 200; n += 1) expect((await buzz([user])).body.code).toBe(0);
    expect((await buzz([user])).body.code).toBe(230023);
    platform.rules.unreadBuzzes = false;
    expect((await buzz([user])).body.code).toBe(0);
    platform.rules.unreadBuzzes = true;
    platform.read(user);
    expect((await buzz([user])).body.code).toBe(0);
  });

  test('by SMS and phone costs of what the tenant has paid for; by app it costs nothing', async () => {
    const { platform, bot, user, buzz } = await ready();
    platform.faults(bot.appId).paidBuzzesLeft = 2;
    expect((await buzz([user], 'sms')).body.code).toBe(0);
    expect((await buzz([user], 'phone')).body.code).toBe(0);
    expect((await buzz([user], 'sms')).body.code).toBe(230024);
    expect((await buzz([user], 'app')).body.code).toBe(0);
  });

  test.each([230052, 230098, 99991672])('can be made to fail with %i alone, while sending goes on', async (code) => {
    const { platform, bot, user, buzz } = await ready();
    platform.faults(bot.appId).calls.push({ kind: 'code', code, api: 'im.message.urgent_app' });
    await sendCard(platform, bot, user, card('another'));
    expect(await buzz([user])).toMatchObject({ status: 400, body: { code } });
    expect((await buzz([user])).body.code).toBe(0);
  });
});
