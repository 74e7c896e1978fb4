import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FeishuPlatform } from '../../../sandbox/feishu/platform.ts';
import type { BotAccount } from '../../../sandbox/phone.ts';
import {
  addBot,
  call,
  CREATE,
  eventually,
  newUser,
  sdkLink,
  sdkRest,
  startPlatform,
  tokenOf,
  type MessageEvent,
} from './fixture.ts';

const upload = async (
  platform: FeishuPlatform,
  bot: BotAccount,
  fields: Readonly<Record<string, string | Blob>>,
): Promise<{ code: number; data?: { file_key: string } }> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const response = await fetch(`${platform.url}/open-apis/im/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(platform, bot)}` },
    body: form,
  });
  return (await response.json()) as { code: number; data?: { file_key: string } };
};

const send = async (
  platform: FeishuPlatform,
  bot: BotAccount,
  user: string,
  type: string,
  key: unknown,
): Promise<number> =>
  (
    await call(
      platform,
      'POST',
      CREATE,
      { receive_id: user, msg_type: type, content: JSON.stringify({ file_key: key }) },
      await tokenOf(platform, bot),
    )
  ).body.code;

const FILE = { file_type: 'stream', file_name: 'main.log', file: new Blob(['一行\ntwo\n']) };

describe('a file', () => {
  test('uploaded by the real SDK can be sent, and the phone shows its name and text', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-file-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'a.log'), '一行\ntwo\n');
    const uploaded = await sdkRest(platform, bot).im.v1.file.create({
      data: { file_type: 'stream', file_name: 'main.log', file: createReadStream(join(folder, 'a.log')) },
    });
    expect(uploaded?.file_key).toMatch(/^file_v3_/);
    expect(await send(platform, bot, user, 'file', uploaded?.file_key)).toBe(0);
    expect(platform.conversation(bot.appId, user)).toMatchObject([
      { text: '[file] main.log', file: { name: 'main.log', text: '一行\ntwo\n' } },
    ]);
  });

  test.each<[string, Readonly<Record<string, string | Blob>>, number]>([
    ['as it should be', FILE, 0],
    ['of a type that there is not', { ...FILE, file_type: 'txt' }, 234001],
    ['without a name', { ...FILE, file_name: '' }, 234001],
    ['that is no file', { ...FILE, file: 'text' }, 234001],
    ['with nothing in it', { ...FILE, file: new Blob([]) }, 234010],
    ['of 30 MB', { ...FILE, file: new Blob([new Uint8Array(30 * 1024 * 1024)]) }, 0],
    ['of more', { ...FILE, file: new Blob([new Uint8Array(30 * 1024 * 1024 + 1)]) }, 234006],
  ])('%s', async (_what, fields, code) => {
    const platform = await startPlatform();
    expect((await upload(platform, addBot(platform), fields)).code).toBe(code);
  });

  test('is sent by whom it was uploaded, as what it is, and only when it is there', async () => {
    const platform = await startPlatform();
    const [bot, other, user] = [addBot(platform), addBot(platform), newUser()];
    const key = async (type: string): Promise<unknown> =>
      (await upload(platform, bot, { ...FILE, file_type: type })).data?.file_key;
    const log = await key('stream');
    expect(await send(platform, bot, user, 'file', 'file_v3_unknown')).toBe(230001);
    expect(await send(platform, bot, user, 'file', undefined)).toBe(230001);
    expect(await send(platform, other, user, 'file', log)).toBe(230001);
    expect(await send(platform, bot, user, 'media', log)).toBe(230055);
    expect(await send(platform, bot, user, 'file', await key('mp4'))).toBe(230055);
    expect(await send(platform, bot, user, 'media', await key('mp4'))).toBe(0);
    expect(await send(platform, bot, user, 'file', log)).toBe(0);
  });
});

test('a quote reaches the real SDK with what it answers and what began it', async () => {
  const platform = await startPlatform();
  const [bot, user] = [addBot(platform), newUser()];
  const heard: (MessageEvent['message'] & { parent_id?: string; root_id?: string })[] = [];
  sdkLink(platform, bot, { onMessage: ({ message }) => void heard.push(message) });
  const first = platform.say(bot.appId, user, 'one');
  const second = platform.say(bot.appId, user, 'two', { quotes: first.id });
  const third = platform.say(bot.appId, user, 'three', { quotes: second.id });
  expect([first, second, third].map(({ quotes }) => quotes)).toEqual([undefined, first.id, second.id]);
  await eventually(() =>
    expect(heard.map(({ parent_id, root_id }) => [parent_id, root_id]).toSorted()).toEqual(
      [
        [undefined, undefined],
        [first.id, first.id],
        [second.id, first.id],
      ].toSorted(),
    ),
  );
  expect(() => platform.say(bot.appId, user, 'x', { quotes: 'om_none' })).toThrow('no message om_none');
});
