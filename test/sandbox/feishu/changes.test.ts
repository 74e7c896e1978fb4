import { describe, expect, test } from 'vitest';
import type { FeishuPlatformOptions } from '../../../sandbox/feishu/platform.ts';
import type { PhoneMessage } from '../../../sandbox/phone.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { card, markdown, patch, sendCard } from './cards.ts';
import { addBot, call, CREATE, newUser, sdkRest, startPlatform, textTo, tokenOf } from './fixture.ts';

const DAY_MS = 86_400_000;
const MESSAGES = '/open-apis/im/v1/messages';

const ready = async (options: FeishuPlatformOptions = {}) => {
  const clock = manualClock();
  const platform = await startPlatform({ clock, ...options });
  const [bot, user] = [addBot(platform), newUser()];
  const messages = () => platform.conversation(bot.appId, user);
  const request = async (method: string, path: string, body?: object) =>
    call(platform, method, path, body, await tokenOf(platform, bot));
  return { clock, platform, bot, user, messages, request };
};

describe('a card that was sent', () => {
  test('is changed in place, keeps its id and time, and is heard again', async () => {
    const { platform, bot, user, messages } = await ready();
    const heard: PhoneMessage[] = [];
    platform.onMessage((_appId, message) => heard.push(message));
    const id = await sendCard(platform, bot, user, card('down', markdown('since 10:31')));
    expect(messages()).toMatchObject([
      { id, text: 'down\nsince 10:31', card: { title: 'down', summary: 'summary of down', colour: 'red' } },
    ]);
    expect(messages()[0]).not.toHaveProperty('editedAt');

    const { code } = await sdkRest(platform, bot).im.v1.message.patch({
      path: { message_id: id },
      data: { content: JSON.stringify(card('well', markdown('again'))) },
    });
    expect(code).toBe(0);
    expect(messages()).toMatchObject([
      { id, text: 'well\nagain', at: heard[0]?.at, editedAt: expect.any(Number) as number },
    ]);
    expect(heard.map((message) => [message.id, message.text, message.editedAt !== undefined])).toEqual([
      [id, 'down\nsince 10:31', false],
      [id, 'well\nagain', true],
    ]);
  });

  test.each<[string, object, object, number, string]>([
    ['that was not shared', { ...card('a'), config: {} }, card('b'), 230001, 'update_multi'],
    ['by one that is not shared', card('a'), { ...card('b'), config: {} }, 230001, 'update_multi'],
    ['by one of schema 1.0', card('a'), { config: { update_multi: true }, elements: [] }, 230099, '200830'],
    ['by one that is wrong', card('a'), card('b', { tag: 'action' }), 230099, '200861'],
    ['by one that is too long', card('a'), card('b', markdown('x'.repeat(31_000))), 230025, ''],
  ])('%s is not changed', async (_what, before, after, code, text) => {
    const { platform, bot, user, messages } = await ready();
    const id = await sendCard(platform, bot, user, before);
    const answer = await patch(platform, bot, id, after);
    expect(answer).toMatchObject({ status: 400, body: { code, msg: expect.stringContaining(text) as string } });
    expect(messages()[0]?.text).toBe('a');
  });

  test('is changed for 14 days and no longer', async () => {
    const { clock, platform, bot, user } = await ready();
    const id = await sendCard(platform, bot, user, card('a'));
    await clock.advance(14 * DAY_MS);
    expect((await patch(platform, bot, id, card('b'))).body.code).toBe(0);
    await clock.advance(1);
    expect((await patch(platform, bot, id, card('c'))).body.code).toBe(230031);
    platform.rules.age = false;
    expect((await patch(platform, bot, id, card('c'))).body.code).toBe(0);
  });

  test('is changed five times a second, each message for itself', async () => {
    const { clock, platform, bot, user } = await ready();
    const [one, other] = [
      await sendCard(platform, bot, user, card('a')),
      await sendCard(platform, bot, user, card('a')),
    ];
    const codes = async (id: string, count: number) => {
      const result: number[] = [];
      for (let n = 0; n < count; n += 1) result.push((await patch(platform, bot, id, card(`${n}`))).body.code);
      return result;
    };
    expect(await codes(one, 6)).toEqual([0, 0, 0, 0, 0, 230020]);
    expect(await codes(other, 1)).toEqual([0]);
    await clock.advance(1_000);
    expect(await codes(one, 1)).toEqual([0]);
    platform.rules.editRate = false;
    expect(await codes(one, 8)).toEqual(Array(8).fill(0));
  });

  test('is withdrawn by its bot, and then neither changed nor answered', async () => {
    const { platform, bot, user, messages, request } = await ready();
    const id = await sendCard(platform, bot, user, card('a'));
    expect((await request('DELETE', `${MESSAGES}/${id}`)).body.code).toBe(0);
    expect(messages()).toMatchObject([{ text: '(recalled)' }]);
    expect(messages()[0]).not.toHaveProperty('card');
    expect((await patch(platform, bot, id, card('b'))).body.code).toBe(230011);
  });
});

describe('a text that was sent', () => {
  const put = (text: string): object => ({ msg_type: 'text', content: JSON.stringify({ text }) });

  test('is edited up to 20 times', async () => {
    const { clock, user, messages, request } = await ready();
    const sent = await request('POST', CREATE, textTo(user, 'first'));
    const path = `${MESSAGES}/${String(sent.body.data?.['message_id'])}`;
    for (let n = 1; n <= 20; n += 1) {
      await clock.advance(1_000);
      expect((await request('PUT', path, put(`edit ${n}`))).body).toMatchObject({ code: 0, data: { updated: true } });
    }
    expect((await request('PUT', path, put('edit 21'))).body.code).toBe(230072);
    expect(messages()).toMatchObject([{ text: 'edit 20', editedAt: expect.any(Number) as number }]);
  });

  type Scene = Awaited<ReturnType<typeof ready>>;
  test.each<[string, (scene: Scene) => Promise<string>, number]>([
    ['a card', async ({ platform, bot, user }) => sendCard(platform, bot, user, card('a')), 230054],
    ['a message of a person', async ({ platform, bot, user }) => platform.say(bot.appId, user, 'mine').id, 230071],
    ['a message that never was', async () => 'om_never', 230001],
  ])('unlike %s', async (_what, make, code) => {
    const scene = await ready();
    expect((await scene.request('PUT', `${MESSAGES}/${await make(scene)}`, put('x'))).body.code).toBe(code);
  });

  test('a person’s message is not withdrawn by a bot', async () => {
    const { platform, bot, user, request } = await ready();
    expect((await request('DELETE', `${MESSAGES}/${platform.say(bot.appId, user, 'mine').id}`)).body.code).toBe(230026);
  });
});
