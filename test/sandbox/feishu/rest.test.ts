import { describe, expect, test } from 'vitest';
import { addBot, call, CREATE, newUser, sdkRest, startPlatform, textTo, tokenOf } from './fixture.ts';

const CARD = {
  schema: '2.0',
  config: { update_multi: true },
  header: { title: { tag: 'plain_text', content: 'main: QQ lost' } },
  body: {
    elements: [
      { tag: 'markdown', content: '**since** 10:31' },
      {
        tag: 'column_set',
        columns: [{ tag: 'column', elements: [{ tag: 'div', text: { tag: 'plain_text', content: 'pid 123' } }] }],
      },
      {
        tag: 'button',
        text: { tag: 'plain_text', content: 'Restart' },
        behaviors: [{ type: 'callback', value: { do: 'restart' } }],
      },
    ],
  },
};

describe('the real SDK client', () => {
  test('sends, replies, patches and reads back', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const { im } = sdkRest(platform, bot);
    const said = platform.say(bot.appId, user, '/status');

    const reply = await im.v1.message.reply({
      path: { message_id: said.id },
      data: { msg_type: 'text', content: '{"text":"all well"}' },
    });
    const card = await im.v1.message.create({
      params: { receive_id_type: 'open_id' },
      data: { receive_id: user, msg_type: 'interactive', content: JSON.stringify(CARD) },
    });
    expect([reply.code, card.code]).toEqual([0, 0]);
    expect(reply.data).toMatchObject({
      parent_id: said.id,
      chat_id: card.data?.chat_id,
      sender: { id: bot.appId, sender_type: 'app' },
    });
    const texts = () => platform.conversation(bot.appId, user).map(({ from, text }) => [from, text]);
    expect(texts()).toEqual([
      ['user', '/status'],
      ['bot', 'all well'],
      ['bot', 'main: QQ lost\nsince 10:31\npid 123'],
    ]);

    const path = { message_id: String(card.data?.message_id) };
    const patched = JSON.stringify({ ...CARD, body: { elements: [{ tag: 'markdown', content: 'recovered' }] } });
    expect((await im.v1.message.patch({ path, data: { content: patched } })).code).toBe(0);
    expect(texts().at(-1)).toEqual(['bot', 'main: QQ lost\nrecovered']);
    const read = await im.v1.message.get({ path });
    expect(read.data?.items?.[0]).toMatchObject({
      message_id: path.message_id,
      msg_type: 'interactive',
      body: { content: patched },
    });
  });

  test('every message is heard by listeners until they leave', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const heard: string[] = [];
    const leave = platform.onMessage((appId, message) =>
      heard.push(`${appId === bot.appId} ${message.from} ${message.text}`),
    );
    platform.say(bot.appId, user, 'one');
    await call(platform, 'POST', CREATE, textTo(user, 'two'), await tokenOf(platform, bot));
    leave();
    platform.say(bot.appId, user, 'three');
    expect(heard).toEqual(['true user one', 'true bot two']);
  });

  test('asks who the bot is', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    const { body } = await call(platform, 'GET', '/open-apis/bot/v3/info', undefined, await tokenOf(platform, bot));
    expect(body).toMatchObject({
      code: 0,
      bot: { app_name: 'Lifeline', open_id: expect.stringMatching(/^ou_[0-9a-f]{32}$/) as string },
    });
  });
});

describe('tokens', () => {
  test('are the same while they are fresh, and refused when missing, invalid or revoked', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const token = await tokenOf(platform, bot);
    expect(await tokenOf(platform, bot)).toBe(token);
    const send = (with_?: string) => call(platform, 'POST', CREATE, textTo(user, 'hi'), with_);
    expect(await send()).toMatchObject({
      status: 400,
      body: { code: 99991661, error: { log_id: expect.any(String) as string } },
    });
    expect(await send('t-wrong')).toMatchObject({ status: 400, body: { code: 99991663 } });
    expect(await send(token)).toMatchObject({ status: 200, body: { code: 0 } });
    platform.revokeTokens(bot.appId);
    expect(await send(token)).toMatchObject({ status: 400, body: { code: 99991663 } });
    expect(await send(await tokenOf(platform, bot))).toMatchObject({ status: 200, body: { code: 0 } });
  });

  test('run out after two hours; the next one comes half an hour before that', async () => {
    let now = 1_760_000_000_000;
    const clock = { now: () => now, sleep: async () => undefined, timer: () => () => undefined };
    const platform = await startPlatform({ clock });
    const [bot, user] = [addBot(platform), newUser()];
    const first = await tokenOf(platform, bot);
    now += 89 * 60_000;
    expect(await tokenOf(platform, bot)).toBe(first);
    now += 2 * 60_000;
    expect(await tokenOf(platform, bot)).not.toBe(first);
    const send = () => call(platform, 'POST', CREATE, textTo(user, 'hi'), first);
    expect((await send()).body.code).toBe(0);
    now += 30 * 60_000;
    expect((await send()).body.code).toBe(99991663);
  });

  test('are not given for a wrong secret', async () => {
    const platform = await startPlatform();
    const { appId } = addBot(platform);
    const { body } = await call(platform, 'POST', '/open-apis/auth/v3/tenant_access_token/internal', {
      app_id: appId,
      app_secret: 'wrong',
    });
    expect(body.code).toBe(10014);
  });
});

describe('sending', () => {
  test('a uuid succeeds once an hour and answers with the first message', async () => {
    let now = 1_760_000_000_000;
    const clock = { now: () => now, sleep: async () => undefined, timer: () => () => undefined };
    const platform = await startPlatform({ clock });
    const [bot, user] = [addBot(platform), newUser()];
    const token = await tokenOf(platform, bot);
    const send = async () =>
      (await call(platform, 'POST', CREATE, textTo(user, 'once', 'key-1'), token)).body.data?.['message_id'];
    const first = await send();
    expect(await send()).toBe(first);
    expect(platform.conversation(bot.appId, user)).toHaveLength(1);
    now += 3_600_001;
    expect(await send()).not.toBe(first);
  });

  const user = newUser();
  const bytes = (count: number): string => 'x'.repeat(count);
  test.each<[string, string, object, number]>([
    ['a text over 150 KB', CREATE, textTo(user, bytes(150 * 1024)), 230025],
    [
      'a card over 30 KB',
      CREATE,
      { receive_id: user, msg_type: 'interactive', content: JSON.stringify({ text: bytes(30 * 1024) }) },
      230025,
    ],
    ['a person outside the app', CREATE, textTo('ou_outside', 'hi'), 230013],
    ['an id that is none', CREATE, textTo('somebody', 'hi'), 230013],
    [
      'a group without the bot',
      '/open-apis/im/v1/messages?receive_id_type=chat_id',
      textTo('oc_unknown', 'hi'),
      230002,
    ],
    ['no receive_id_type', '/open-apis/im/v1/messages', textTo(user, 'hi'), 230001],
    ['content that is an object', CREATE, { receive_id: user, msg_type: 'text', content: { text: 'hi' } }, 230001],
    ['content that is no JSON', CREATE, { receive_id: user, msg_type: 'text', content: 'hi' }, 230001],
    ['an empty text', CREATE, textTo(user, ''), 230001],
    ['an unknown msg_type', CREATE, { receive_id: user, msg_type: 'smoke', content: '{}' }, 230001],
    ['a uuid over 50 characters', CREATE, textTo(user, 'hi', 'u'.repeat(51)), 230001],
    ['a reply to a withdrawn message', '/open-apis/im/v1/messages/om_gone/reply', textTo(user, 'hi'), 230011],
    ['a reply to a message that never was', '/open-apis/im/v1/messages/om_never/reply', textTo(user, 'hi'), 230001],
  ])('%s is refused', async (_what, path, body, code) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).unavailable.add('ou_outside');
    platform.recall(platform.say(bot.appId, user, 'withdrawn', { id: 'om_gone' }).id);
    const answer = await call(platform, 'POST', path, body, await tokenOf(platform, bot));
    expect(answer).toMatchObject({ status: 400, body: { code } });
    expect(platform.conversation(bot.appId, user).map((message) => message.text)).toEqual(['(recalled)']);
  });

  test('only the bot’s own cards can be patched', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    const token = await tokenOf(platform, bot);
    const said = platform.say(bot.appId, user, 'mine');
    const sent = await call(platform, 'POST', CREATE, textTo(user, 'text'), token);
    const patch = async (id: string) =>
      (await call(platform, 'PATCH', `/open-apis/im/v1/messages/${id}`, { content: '{}' }, token)).body.code;
    expect(await patch(said.id)).toBe(230017);
    expect(await patch(String(sent.body.data?.['message_id']))).toBe(230001);
  });
});
