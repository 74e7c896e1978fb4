import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Hook } from '../../../sandbox/feishu/hooks.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { card, markdown } from './cards.ts';
import { startPlatform } from './fixture.ts';

const ready = async (hook: Omit<Hook, 'token'> = {}) => {
  const clock = manualClock();
  const platform = await startPlatform({ clock });
  const url = platform.addHook({ token: 'T1', ...hook });
  const post = async (body: object | string, to = url) => {
    const response = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as { code: number; msg: string } };
  };
  const codeOf = async (body: object | string) => (await post(body)).body.code;
  return { clock, platform, url, post, codeOf };
};

const text = (content: string): object => ({ msg_type: 'text', content: { text: content } });
const sign = (key: string, message: string): string => createHmac('sha256', key).update(message).digest('base64');

describe('a webhook', () => {
  test('posts texts and cards into its group', async () => {
    const { platform, post } = await ready();
    const heard: string[] = [];
    platform.onMessage((appId, message) => heard.push(`${appId} ${message.text}`));
    expect(await post(text('hi'))).toMatchObject({ status: 200, body: { code: 0, msg: 'success' } });
    expect((await post({ msg_type: 'interactive', card: card('down', markdown('since 10:31')) })).body.code).toBe(0);
    expect(platform.hooked('T1').map((message) => message.text)).toEqual(['hi', 'down\nsince 10:31']);
    expect(platform.hooked('T1')[1]?.card?.title).toBe('down');
    expect(heard).toEqual(['T1 hi', 'T1 down\nsince 10:31']);
  });

  test('with a secret takes only what is signed with it, within an hour, the key and the message the right way round', async () => {
    const { clock, codeOf, platform } = await ready({ secret: 's3cret' });
    const at = (offsetS: number): string => String(Math.floor(clock.now() / 1_000) + offsetS);
    const signed = (timestamp: string, sign_: string): object => ({ ...text('hi'), timestamp, sign: sign_ });
    const right = (timestamp: string): string => sign(`${timestamp}\ns3cret`, '');
    expect(await codeOf(signed(at(0), right(at(0))))).toBe(0);
    expect(await codeOf(signed(at(-3_599), right(at(-3_599))))).toBe(0);
    expect(await codeOf(signed(at(-3_602), right(at(-3_602))))).toBe(19021);
    expect(await codeOf(signed(at(3_602), right(at(3_602))))).toBe(19021);
    expect(await codeOf(signed(at(0), sign('s3cret', at(0))))).toBe(19021);
    expect(await codeOf(signed(at(0), sign('', `${at(0)}\ns3cret`)))).toBe(19021);
    expect(await codeOf({ ...text('hi'), timestamp: Number(at(0)), sign: right(at(0)) })).toBe(19021);
    expect(await codeOf(text('hi'))).toBe(19021);
    expect(platform.hooked('T1')).toHaveLength(2);
  });

  test('with keywords takes only what holds one', async () => {
    const { codeOf } = await ready({ keywords: ['告警', 'alert'] });
    expect(await codeOf(text('an alert'))).toBe(0);
    expect(await codeOf({ msg_type: 'interactive', card: card('告警') })).toBe(0);
    expect(await codeOf(text('hello'))).toBe(19024);
  });

  test.each<[string, object | string, number]>([
    ['no JSON', 'hello', 9499],
    ['no msg_type', { content: { text: 'hi' } }, 9499],
    ['an unknown msg_type', { msg_type: 'smoke', content: { text: 'hi' } }, 9499],
    ['content as a string, as the message API wants it', { msg_type: 'text', content: '{"text":"hi"}' }, 9499],
    ['an empty text', text(''), 9499],
    ['a card in content', { msg_type: 'interactive', content: card('t') }, 9499],
    ['a card that is wrong', { msg_type: 'interactive', card: card('t', { tag: 'note' }) }, 11246],
    ['more than 20 KB', text('x'.repeat(20 * 1024)), 9499],
  ])('refuses %s', async (_what, body, code) => {
    const { platform, codeOf } = await ready();
    expect(await codeOf(body)).toBe(code);
    expect(platform.hooked('T1')).toEqual([]);
  });

  test('takes five posts a second and a hundred a minute', async () => {
    const { clock, platform, codeOf } = await ready();
    const second = async (): Promise<number[]> => {
      const codes: number[] = [];
      for (let n = 0; n < 6; n += 1) codes.push(await codeOf(text('hi')));
      await clock.advance(1_000);
      return codes;
    };
    for (let n = 0; n < 20; n += 1) expect(await second()).toEqual([0, 0, 0, 0, 0, 11232]);
    expect(await codeOf(text('hi'))).toBe(11232);
    platform.rules.apiRate = false;
    expect(await codeOf(text('hi'))).toBe(0);
  });

  test('whose address is wrong says so, with HTTP 200', async () => {
    const { platform, post } = await ready();
    expect(await post(text('hi'), `${platform.url}/open-apis/bot/v2/hook/other`)).toMatchObject({
      status: 200,
      body: { code: 19001 },
    });
  });

  test('can be made to fail, once each', async () => {
    const { url, codeOf, post } = await ready({
      faults: [{ kind: 'code', code: 19022 }, { kind: 'html', status: 502 }, { kind: 'hang' }],
    });
    expect(await codeOf(text('hi'))).toBe(19022);
    await expect(post(text('hi'))).rejects.toThrow('JSON');
    await expect(
      fetch(url, { method: 'POST', body: JSON.stringify(text('hi')), signal: AbortSignal.timeout(300) }),
    ).rejects.toThrow('timeout');
    expect(await codeOf(text('hi'))).toBe(0);
  });
});
