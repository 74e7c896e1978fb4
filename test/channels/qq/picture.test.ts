/** The band of 24 hours as a picture; as text where QQ does not take it. */
import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chartPicture } from '../../../src/channels/qq/content/png.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { APP, GROUP, USER } from '../../sandbox/qq/client.ts';
import { BAND, WITH_CHART } from '../chart.ts';
import { createBench, type Bench } from './bench.ts';

const CHART = WITH_CHART.chart;

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.stop());

const ask = (message: Message = WITH_CHART, key = 'k1') => {
  const replyTo = bench.platform.say(APP.appId, USER, '/status').id;
  return bench.channel.send({ user: USER, replyTo }, message, { key });
};
const phone = () => bench.platform.conversation(APP.appId, USER).filter(({ from }) => from === 'bot');

describe('a chart', () => {
  it('is a picture after the text, which leaves out its signs', async () => {
    const result = await ask();
    const [text, picture, ...more] = phone();
    expect(result).toMatchObject({ outcome: 'ok', messageId: text?.id });
    expect(more).toEqual([]);
    expect(text?.text).toContain('正常：24 小时 90%');
    expect(text?.text).not.toContain(BAND);
    expect(picture?.text).toBe('[picture] 24h.png');
    expect(Buffer.from(picture?.picture ?? '', 'base64')).toEqual(chartPicture(CHART));
  });

  it('is text where QQ does not take pictures, which is not tried again for a day', async () => {
    bench.platform.failUpload(APP.appId, {
      kind: 'answer',
      status: 400,
      body: { message: 'no', code: 11253, err_code: 11253 },
    });
    await ask();
    await ask(WITH_CHART, 'k2');
    expect(phone().map(({ text }) => text.includes(BAND))).toEqual([true, true]);
    expect(bench.platform.requests(APP.appId).filter(({ path }) => path.endsWith('/files'))).toHaveLength(1);
  });

  it.each<[string, Message]>([
    [
      'a day without trouble',
      { ...WITH_CHART, chart: { ...CHART, rows: [{ name: 'main', hours: ['unwatched', 'well'] }] } },
    ],
  ])('is no picture of %s', async (_, message) => {
    await ask(message);
    expect(phone().map(({ text, picture }) => [text.includes(BAND), picture])).toEqual([[true, undefined]]);
  });

  it('is no picture of what nobody asked for, nor in a group', async () => {
    await bench.channel.send({ user: USER }, WITH_CHART, { key: 'k1' });
    const replyTo = bench.platform.sayInGroup(APP.appId, GROUP, USER, '/status');
    await bench.channel.send({ user: USER, group: GROUP, replyTo }, WITH_CHART, { key: 'k2' });
    expect(bench.platform.requests(APP.appId).filter(({ path }) => path.endsWith('/files'))).toEqual([]);
  });
});

describe('the picture', () => {
  it('has a row of bars for each gateway, the better the higher', () => {
    const png = chartPicture({
      rows: [
        { name: 'a', hours: ['well', 'out'] },
        { name: 'b', hours: ['hardly'] },
      ],
    });
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    const data = png.subarray(png.indexOf('IDAT') + 4, png.indexOf('IEND') - 8);
    const pixels = inflateSync(data);
    expect(pixels).toHaveLength((width + 1) * height);
    const column = (x: number): string =>
      [...Array(height).keys()]
        .map((y) => pixels[y * (width + 1) + 1 + x])
        .join('')
        .replaceAll(/(.)\1*/g, '$1');
    expect([column(0), column(24), column(24 + 34)]).toEqual(['0', '01030', '040']);
  });
});
