import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { card } from './cards.ts';
import { addBot, call, CREATE, newUser, sdkRest, startPlatform, tokenOf } from './fixture.ts';

const png = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(24);
  header.write('89504e470d0a1a0a0000000d49484452', 'hex');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
};

const gif = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(10);
  header.write('GIF89a', 'latin1');
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  return header;
};

/** With a segment before the frame header, as cameras write it. */
const jpeg = (width: number, height: number): Buffer => {
  const frame = Buffer.from('ffc0001108000000000301', 'hex');
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from('ffd8ffe00004abcd', 'hex'), frame]);
};

describe('an image', () => {
  const upload = async (image: Buffer, type = 'message', field = 'image') => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    const form = new FormData();
    form.set('image_type', type);
    form.set(field, new Blob([new Uint8Array(image)]), 'image');
    const response = await fetch(`${platform.url}/open-apis/im/v1/images`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenOf(platform, bot)}` },
      body: form,
    });
    return (await response.json()) as { code: number };
  };

  test('uploaded by the real SDK can be sent, alone and in a card', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-image-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'a.png'), png(300, 200));
    const uploaded = await sdkRest(platform, bot).im.v1.image.create({
      data: { image_type: 'message', image: createReadStream(join(folder, 'a.png')) },
    });
    const key = uploaded?.image_key;
    expect(key).toMatch(/^img_v3_/);
    const token = await tokenOf(platform, bot);
    const send = async (type: string, content: object) =>
      (
        await call(
          platform,
          'POST',
          CREATE,
          { receive_id: user, msg_type: type, content: JSON.stringify(content) },
          token,
        )
      ).body.code;
    expect(await send('image', { image_key: key })).toBe(0);
    expect(await send('image', { image_key: 'img_v3_unknown' })).toBe(230001);
    expect(await send('interactive', card('t', { tag: 'img', img_key: key }))).toBe(0);
    expect(platform.conversation(bot.appId, user).map(({ text }) => text)).toEqual(['[image]', 't\n[图片]']);
  });

  test.each<[string, Buffer, number]>([
    ['a PNG of 12000 pixels', png(12_000, 12_000), 0],
    ['a PNG that is wider', png(12_001, 10), 234039],
    ['a GIF of 2000 pixels', gif(2_000, 2_000), 0],
    ['a GIF that is higher', gif(10, 2_001), 234039],
    ['a JPEG', jpeg(12_000, 100), 0],
    ['a JPEG that is higher', jpeg(100, 12_001), 234039],
    ['nothing', Buffer.alloc(0), 234010],
    ['a text', Buffer.from('hello'), 234011],
    ['more than 10 MB', Buffer.concat([png(1, 1), Buffer.alloc(10 * 1024 * 1024)]), 234006],
  ])('%s: %i', async (_what, image, code) => {
    expect((await upload(image)).code).toBe(code);
  });

  test('of an unknown kind, or in another field, is refused', async () => {
    expect((await upload(png(1, 1), 'poster')).code).toBe(234001);
    expect((await upload(png(1, 1), 'message', 'file')).code).toBe(234001);
  });
});
