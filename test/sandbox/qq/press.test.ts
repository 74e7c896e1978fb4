/** A person's finger on the phone: markdown with buttons, taps, and what the bot hears of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PhoneMessage } from '../../../sandbox/phone.ts';
import { QqPlatform } from '../../../sandbox/qq/platform.ts';
import { manualClock, type ManualClock } from '../../healing/manual-clock.ts';
import {
  APP,
  button,
  eventually,
  identify,
  keyboard,
  rest,
  resume,
  STRANGER,
  USER,
  type Wire,
  type WireFrame,
} from './client.ts';

let clock: ManualClock;
let platform: QqPlatform;
beforeEach(async () => {
  clock = manualClock(Date.parse('2026-11-21T10:00:00+08:00'));
  platform = new QqPlatform({ clock, clickMs: 5_000 });
  platform.addBot(APP);
  await platform.start();
});
afterEach(() => platform.stop());

interface Bot {
  readonly wire: Wire;
  readonly token: string;
}

const alert = async (token: string, ...rows: readonly (readonly object[])[]): Promise<PhoneMessage> => {
  const { status, body } = await rest(platform, token, 'POST', `/v2/users/${USER}/messages`, {
    msg_type: 2,
    markdown: { content: '# QQ lost\n\nsince 10:31' },
    keyboard: keyboard(...rows),
  });
  expect(status).toBe(200);
  const shown = platform.conversation(APP.appId, USER).find(({ id }) => id === body['id']);
  if (!shown) throw new Error('The message is not on the phone.');
  return shown;
};
const answer = async ({ token }: Bot, event: WireFrame, code: number): Promise<number> =>
  (await rest(platform, token, 'PUT', `/interactions/${(event.d as { id: string }).id}`, { code })).status;
const interactions = ({ wire }: Bot): WireFrame[] => wire.frames.filter(({ t }) => t === 'INTERACTION_CREATE');

it('shows markdown with buttons as a card, and its words as text', async () => {
  const { token } = await identify(platform);
  const message = await alert(token, [button('restart', { style: 1 }), button('ack')]);
  expect(message).toMatchObject({
    from: 'bot',
    text: 'QQ lost\nsince 10:31',
    card: { title: 'QQ lost', summary: 'QQ lost since 10:31' },
  });
  expect(message.card?.blocks.at(-1)).toEqual({
    kind: 'buttons',
    buttons: [
      { id: 'restart', label: 'restart', style: 'primary' },
      { id: 'ack', label: 'ack', style: 'plain' },
    ],
  });
});

describe('a tap', () => {
  it('reaches the bot as the platform writes it, and is answered once', async () => {
    const bot = await identify(platform);
    const { id } = await alert(bot.token, [button('restart', { data: 'token-17' })]);
    const pressed = platform.press(APP.appId, USER, id, 'restart');
    const event = await bot.wire.event('INTERACTION_CREATE');
    expect(event.id).toMatch(/^INTERACTION_CREATE:/);
    expect(event.d).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      application_id: APP.appId,
      type: 11,
      scene: 'c2c',
      chat_type: 2,
      timestamp: '2026-11-21T10:00:00+08:00',
      user_openid: USER,
      data: { type: 11, resolved: { button_id: 'restart', button_data: 'token-17' } },
      version: 1,
    });
    expect(await answer(bot, event, 0)).toBe(204);
    expect(await pressed).toEqual({ answered: true, toast: null });
    expect(await answer(bot, event, 0)).toBe(400);
  });

  it.each([
    { code: 1, toast: '操作失败' },
    { code: 2, toast: '操作频繁' },
    { code: 3, toast: '重复操作' },
    { code: 4, toast: '没有权限' },
    { code: 5, toast: '仅管理员操作' },
    { code: 77, toast: '操作失败' },
  ])('answered with $code shows $toast', async ({ code, toast }) => {
    const bot = await identify(platform);
    const { id } = await alert(bot.token, [button('a')]);
    const pressed = platform.press(APP.appId, USER, id, 'a');
    await answer(bot, await bot.wire.event('INTERACTION_CREATE'), code);
    expect(await pressed).toEqual({ answered: true, toast });
  });

  it('that is not answered in time has failed, and the late answer is refused unless told otherwise', async () => {
    const bot = await identify(platform);
    const { id } = await alert(bot.token, [button('a')]);
    const pressed = platform.press(APP.appId, USER, id, 'a');
    const event = await bot.wire.event('INTERACTION_CREATE');
    await clock.advance(5_000);
    expect(await pressed).toEqual({ answered: false, toast: '操作超时' });
    expect(await answer(bot, event, 0)).toBe(400);
    platform.setRules(APP.appId, { answerOnce: false });
    expect(await answer(bot, event, 0)).toBe(204);
  });

  it('while the connection is lost comes with the Resume, and may still be answered', async () => {
    const { token, sessionId } = await identify(platform);
    const { id } = await alert(token, [button('a')]);
    platform.terminateSockets(APP.appId);
    const pressed = platform.press(APP.appId, USER, id, 'a');
    const wire = await resume(platform, sessionId, 1);
    await answer({ wire, token }, await wire.event('INTERACTION_CREATE'), 0);
    expect(await pressed).toEqual({ answered: true, toast: null });
  });

  it('by somebody who may not tap never reaches the bot', async () => {
    const bot = await identify(platform);
    const { id } = await alert(bot.token, [button('mine', { users: [USER] }), button('theirs', { users: [STRANGER] })]);
    expect(await platform.press(APP.appId, USER, id, 'theirs')).toEqual({ answered: false, toast: '无权限操作' });
    const pressed = platform.press(APP.appId, USER, id, 'mine');
    await answer(bot, await bot.wire.event('INTERACTION_CREATE'), 0);
    expect(await pressed).toMatchObject({ answered: true });
    expect(interactions(bot)).toHaveLength(1);
  });

  it('changes the label where the button has one for that, and tells listeners under the same id', async () => {
    const bot = await identify(platform);
    const { id } = await alert(bot.token, [button('a', { visited: 'done' }), button('b')]);
    const heard: PhoneMessage[] = [];
    platform.onMessage((_appId, message) => heard.push(message));
    await clock.advance(60_000);
    const pressed = platform.press(APP.appId, USER, id, 'a');
    await answer(bot, await bot.wire.event('INTERACTION_CREATE'), 0);
    await pressed;
    expect(heard).toMatchObject([{ id, editedAt: clock.now() }]);
    const shown = platform.conversation(APP.appId, USER);
    expect(shown).toEqual(heard);
    expect(shown[0]?.card?.blocks.at(-1)).toMatchObject({ buttons: [{ label: 'done' }, { label: 'b' }] });
  });

  it("on a command button writes the command in the person's name", async () => {
    const { wire, token } = await identify(platform);
    const { id } = await alert(token, [button('a', { type: 2, data: '/status main', enter: true })]);
    expect(await platform.press(APP.appId, USER, id, 'a')).toEqual({ answered: true, toast: null });
    expect((await wire.event('C2C_MESSAGE_CREATE')).d).toMatchObject({ content: '/status main' });
  });

  it('on a link does not concern the bot', async () => {
    const bot = await identify(platform);
    const { id } = await alert(bot.token, [button('a', { type: 0, data: 'https://example.com' })]);
    expect(await platform.press(APP.appId, USER, id, 'a')).toEqual({ answered: true, toast: null });
    expect(interactions(bot)).toEqual([]);
  });

  it('on what is not there is a mistake of the test', async () => {
    const { token } = await identify(platform);
    const { id } = await alert(token, [button('a')]);
    await expect(platform.press(APP.appId, USER, id, 'b')).rejects.toThrow('shows no button "b"');
    await expect(platform.press(APP.appId, STRANGER, id, 'a')).rejects.toThrow('shows no button');
  });

  it('in the quick menu is of type 12', async () => {
    const bot = await identify(platform);
    const tapped = platform.tapMenu(APP.appId, USER, 'feature-1');
    const event = await bot.wire.event('INTERACTION_CREATE');
    expect(event.d).toMatchObject({ type: 12, data: { type: 12, resolved: { feature_id: 'feature-1' } } });
    await answer(bot, event, 0);
    expect(await tapped).toBe(0);
  });
});

describe('a switch in the client', () => {
  const at = Math.floor(Date.parse('2026-11-21T10:00:00+08:00') / 1_000);
  const GROUP = 'G'.repeat(32);
  it.each<{ t: string; flip: () => void; d: object }>([
    {
      t: 'FRIEND_ADD',
      flip: () => platform.switches.befriend(APP.appId, USER),
      d: { openid: USER, timestamp: at, scene: 1001, scene_param: '', short_code: '', author: { union_openid: '' } },
    },
    { t: 'FRIEND_DEL', flip: () => platform.switches.unfriend(APP.appId, USER), d: { openid: USER, timestamp: at } },
    {
      t: 'C2C_MSG_REJECT',
      flip: () => platform.switches.rejectPushes(APP.appId, USER),
      d: { openid: USER, timestamp: at },
    },
    {
      t: 'C2C_MSG_RECEIVE',
      flip: () => platform.switches.allowPushes(APP.appId, USER),
      d: { openid: USER, timestamp: at },
    },
    {
      t: 'GROUP_ADD_ROBOT',
      flip: () => platform.switches.joinGroup(APP.appId, GROUP, USER),
      d: { group_openid: GROUP, op_member_openid: USER, timestamp: at },
    },
    {
      t: 'GROUP_DEL_ROBOT',
      flip: () => platform.switches.leaveGroup(APP.appId, GROUP, USER),
      d: { group_openid: GROUP, op_member_openid: USER, timestamp: at },
    },
    {
      t: 'GROUP_MSG_REJECT',
      flip: () => platform.switches.rejectGroupPushes(APP.appId, GROUP, USER),
      d: { group_openid: GROUP, op_member_openid: USER, timestamp: at },
    },
    {
      t: 'GROUP_MSG_RECEIVE',
      flip: () => platform.switches.allowGroupPushes(APP.appId, GROUP, USER),
      d: { group_openid: GROUP, op_member_openid: USER, timestamp: at },
    },
  ])('is the event $t', async ({ t, flip, d }) => {
    const { wire } = await identify(platform);
    flip();
    const event = await wire.event(t);
    expect(event.id).toMatch(new RegExp(`^${t}:`));
    expect(event.d).toEqual(d);
  });

  it('that forbids pushes holds from then on, until it allows them, or the person authorises them', async () => {
    const { wire, token } = await identify(platform);
    const push = async (): Promise<unknown> =>
      (await rest(platform, token, 'POST', `/v2/users/${USER}/messages`, { content: 'x' })).body['err_code'] ?? 'ok';
    platform.switches.rejectPushes(APP.appId, USER);
    expect(await push()).toBe(40054013);
    platform.switches.allowPushes(APP.appId, USER);
    expect(await push()).toBe('ok');
    platform.switches.rejectPushes(APP.appId, USER);
    platform.switches.authorisePushes(APP.appId, USER, 'dialog');
    expect((await wire.event('INTERACTION_CREATE')).d).toMatchObject({
      type: 18,
      user_openid: USER,
      data: { type: 18, resolved: { authorize_data: { opt_scene: 'dialog', scope: 'c2c_push' } } },
    });
    expect(await push()).toBe('ok');
    platform.switches.unfriend(APP.appId, USER);
    expect(await push()).toBe(40054004);
    platform.switches.befriend(APP.appId, USER);
    expect(await push()).toBe('ok');
    await eventually(() => expect(platform.sent(APP.appId)).toHaveLength(3));
  });
});
