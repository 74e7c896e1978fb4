import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startPhonePage, type PhonePage } from '../../../sandbox/page/server.ts';
import { openEvents, type Events } from './events.ts';
import { createFakeStage, type FakeStage } from './fake-stage.ts';
import { ALERT, RECOVERED } from './sample-cards.ts';

let stage: FakeStage;
let page: PhonePage;
let opened: Events[] = [];

beforeEach(async () => {
  stage = createFakeStage();
  page = await startPhonePage(stage);
});

afterEach(async () => {
  opened.forEach((events) => events.close());
  opened = [];
  await page.stop();
});

const events = async (): Promise<Events> => {
  const stream = await openEvents(page.url);
  opened.push(stream);
  return stream;
};

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, page.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** `fetch` forbids a Host of one's own; a rebound name sends one. */
const statusFor = (headers: Record<string, string>, path = '/'): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    httpRequest(new URL(path, page.url), { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

test('a browser gets the whole picture when it connects', async () => {
  stage.qq.botSays('op', '🔴 main：QQ 失联');
  stage.feishu.say('bot', 'who', '/restart');
  const { data } = await (await events()).next('snapshot');
  expect(data).toMatchObject({
    phones: [
      {
        phone: 'feishu',
        bot: 'Lifeline',
        people: { operator: { zh: '小林', en: 'Emma' }, stranger: { zh: '路人', en: 'Stranger' } },
        messages: { operator: [], stranger: [{ from: 'user', text: '/restart' }] },
      },
      { phone: 'qq', channel: 'qq', messages: { operator: [{ from: 'bot', text: '🔴 main：QQ 失联' }], stranger: [] } },
    ],
    state: { gateway: { name: 'main', pid: 48211 }, online: { feishu: true, qq: true } },
    log: [expect.stringContaining('Gateway running')],
  });
  expect(data).toHaveProperty('faults.0.id', 'qq_gives_up');
});

test('messages, the gateway and its log are pushed as they change', async () => {
  const stream = await events();
  await stream.next('snapshot');
  stage.qq.botSays('op', '🟢 main：QQ 已恢复');
  expect((await stream.next('message')).data).toMatchObject({
    phone: 'qq',
    role: 'operator',
    message: { from: 'bot', text: '🟢 main：QQ 已恢复' },
  });

  stage.view = { ...stage.view, pid: null, fault: 'killed' };
  stage.feishu.online = false;
  await vi.waitFor(
    async () =>
      expect((await stream.next('state')).data).toMatchObject({
        gateway: { pid: null, fault: 'killed' },
        online: { feishu: false, qq: true },
      }),
    20_000,
  );

  stage.log = [...stage.log, 'a new line'];
  await vi.waitFor(async () => expect((await stream.next('log')).data).toContain('a new line'), 20_000);
});

test("what other people and other bots write is not shown on these people's phones", async () => {
  const stream = await events();
  await stream.next('snapshot');
  stage.qq.botSays('somebody else', 'not for them');
  stage.qq.listeners.forEach((listener) =>
    listener('another bot', { id: 'x', from: 'bot', user: 'op', text: 'not ours', at: 0 }),
  );
  stage.qq.botSays('op', 'for them');
  expect((await stream.next('message')).data).toMatchObject({ message: { text: 'for them' } });
});

test('a gateway whose files cannot be read for a moment does not end the stream', async () => {
  const stream = await events();
  await stream.next('snapshot');
  const view = vi.spyOn(stage.gateway, 'view').mockRejectedValue(new Error('half a file'));
  await vi.waitFor(() => expect(view).toHaveBeenCalled(), 20_000);
  view.mockRestore();
  stage.view = { ...stage.view, pid: 7 };
  await vi.waitFor(
    async () => expect((await stream.next('state')).data).toMatchObject({ gateway: { pid: 7 } }),
    20_000,
  );
});

test('text is said by the chosen person on the chosen phone', async () => {
  const response = await post('/say', { phone: 'feishu', as: 'stranger', text: ' /restart\nnow ' });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ id: stage.feishu.conversation('bot', 'who')[0]?.id });
  expect(stage.feishu.conversation('bot', 'who')).toMatchObject([{ from: 'user', text: '/restart\nnow' }]);
  expect(stage.qq.conversation('bot', 'who')).toEqual([]);
});

test('what is said can quote a message of the same conversation, and no other', async () => {
  const alert = stage.feishu.botSays('op', 'alert');
  expect((await post('/say', { phone: 'feishu', as: 'operator', text: 'ack', quotes: alert.id })).status).toBe(200);
  expect(stage.feishu.conversation('bot', 'op').at(-1)).toMatchObject({ text: 'ack', quotes: alert.id });
  expect((await post('/say', { phone: 'feishu', as: 'stranger', text: 'ack', quotes: alert.id })).status).toBe(404);
  expect((await post('/say', { phone: 'qq', as: 'operator', text: 'ack', quotes: alert.id })).status).toBe(404);
  expect((await post('/say', { phone: 'feishu', as: 'operator', text: 'ack', quotes: 5 })).status).toBe(400);
});

test('a card, its changes and its buzzes are pushed whole, and without the person’s id', async () => {
  const stream = await events();
  await stream.next('snapshot');
  const { id } = stage.feishu.botSendsCard('op', ALERT);
  expect((await stream.next('message')).data).toEqual({
    phone: 'feishu',
    role: 'operator',
    message: { id, from: 'bot', text: ALERT.title, at: expect.any(Number) as number, card: ALERT },
  });
  stage.feishu.change(id, { card: RECOVERED, editedAt: 7, buzzes: 2 });
  expect((await stream.next('message')).data).toMatchObject({
    message: { id, card: RECOVERED, editedAt: 7, buzzes: 2 },
  });
  expect((await (await events()).next('snapshot')).data).toMatchObject({
    phones: [{ messages: { operator: [{ id, card: RECOVERED, editedAt: 7, buzzes: 2 }] } }, {}],
  });
});

test('a button is pressed by the chosen person, and what the phone shows comes back', async () => {
  const { id } = stage.feishu.botSendsCard('op', ALERT);
  stage.feishu.onPress = async () => ({ answered: false, toast: '出错了（200341）' });
  const response = await post('/press', { phone: 'feishu', as: 'operator', message: id, button: 'restart' });
  expect([response.status, await response.json()]).toEqual([200, { answered: false, toast: '出错了（200341）' }]);
  expect(stage.feishu.pressed).toEqual([['op', id, 'restart']]);
});

test('a button that is gone, or on another person’s phone, is not pressed', async () => {
  const { id } = stage.feishu.botSendsCard('op', ALERT);
  expect((await post('/press', { phone: 'feishu', as: 'stranger', message: id, button: 'restart' })).status).toBe(404);
  expect((await post('/press', { phone: 'qq', as: 'operator', message: id, button: 'restart' })).status).toBe(404);
  expect(stage.feishu.pressed).toEqual([]);
  stage.feishu.onPress = () => Promise.reject(new Error('message has no button restart'));
  const gone = await post('/press', { phone: 'feishu', as: 'operator', message: id, button: 'restart' });
  expect([gone.status, await gone.json()]).toEqual([409, { error: 'message has no button restart' }]);
});

test('a fault is carried out, and a failure comes back as a sentence', async () => {
  expect((await post('/break', { fault: 'qq_gives_up' })).status).toBe(200);
  expect(stage.broken).toEqual(['qq_gives_up']);
  stage.unbreakable = 'No gateway is running that could be broken.';
  const refused = await post('/break', { fault: 'killed' });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toEqual({ error: stage.unbreakable });
});

test('a link of a further platform is lost, and a failure comes back as a sentence', async () => {
  stage.view = { ...stage.view, links: [...stage.view.links, { name: 'slack', says: 'connected', connections: null }] };
  expect((await post('/link', { link: 'slack', state: 'lost' })).status).toBe(200);
  expect(stage.made).toEqual(['slack lost']);
  // Behind this one stands a platform; its faults are the switches.
  const unknown = await post('/link', { link: 'qqbot', state: 'lost' });
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { error: 'No such link of a further platform; there are: slack.' },
  ]);
  stage.unbreakable = 'No gateway is running that could be broken.';
  const refused = await post('/link', { link: 'slack', state: 'back' });
  expect([refused.status, await refused.json()]).toEqual([409, { error: stage.unbreakable }]);
  expect(stage.made).toEqual(['slack lost']);
});

test.for([
  ['/say', { phone: 'wechat', as: 'operator', text: 'hi' }, 400],
  ['/say', { phone: 'qq', as: 'admin', text: 'hi' }, 400],
  ['/say', { phone: 'qq', as: 'operator', text: '   ' }, 400],
  ['/say', { phone: 'qq', as: 'operator', text: 'x'.repeat(4001) }, 400],
  ['/say', { phone: 'qq', as: 'operator', text: 'hi', user: 'op' }, 400],
  ['/say', ['qq'], 400],
  ['/say', null, 400],
  ['/say', { phone: 'qq', as: 'operator', text: 'x'.repeat(20_000) }, 413],
  ['/press', { phone: 'qq', as: 'operator', message: 'm' }, 400],
  ['/press', { phone: 'qq', as: 'admin', message: 'm', button: 'b' }, 400],
  ['/press', { phone: 'qq', as: 'operator', message: 'm', button: 'b', user: 'op' }, 400],
  ['/press', { phone: 'qq', as: 'operator', message: 'none', button: 'b' }, 404],
  ['/break', { fault: 'rm -rf' }, 404],
  ['/break', { fault: ['killed'] }, 400],
  ['/break', {}, 400],
  ['/link', { link: 'slack', state: 'lost' }, 404],
  ['/link', { link: 'slack', state: 'gone' }, 400],
  ['/link', { state: 'lost' }, 400],
  ['/nothing', {}, 404],
] as const)('%s with %j is refused with %i', async ([path, body, status]) => {
  const response = await post(path, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/\w/) as string });
  expect(stage.broken).toEqual([]);
  expect(stage.qq.conversation('bot', 'op')).toEqual([]);
});

test('a phone that the stage does not have is refused', async () => {
  await page.stop();
  page = await startPhonePage({ ...stage, phones: stage.phones.slice(1) });
  expect((await post('/say', { phone: 'feishu', as: 'operator', text: 'hi' })).status).toBe(404);
});

test('a body that is not JSON is refused', async () => {
  const send = (body: string, type: string, path = '/break'): Promise<Response> =>
    fetch(new URL(path, page.url), { method: 'POST', headers: { 'content-type': type }, body });
  expect((await send('{"fault":', 'application/json')).status).toBe(400);
  expect((await send('{"fault":"killed"}', 'text/plain')).status).toBe(415);
  expect((await send('fault=killed', 'application/x-www-form-urlencoded')).status).toBe(415);
  const { id } = stage.feishu.botSendsCard('op', ALERT);
  const press = JSON.stringify({ phone: 'feishu', as: 'operator', message: id, button: 'restart' });
  expect((await send(press, 'text/plain', '/press')).status).toBe(415);
  expect([stage.broken, stage.feishu.pressed]).toEqual([[], []]);
});

test('requests from other pages and under other names are refused, whatever they ask for', async () => {
  const port = new URL(page.url).port;
  for (const path of ['/', '/events']) {
    expect(await statusFor({ host: 'evil.example' }, path)).toBe(403);
    expect(await statusFor({ host: `evil.example:${port}` }, path)).toBe(403);
    expect(await statusFor({ host: '127.0.0.1:1' }, path)).toBe(403);
    expect(await statusFor({ origin: 'http://evil.example' }, path)).toBe(403);
    expect(await statusFor({ origin: 'null' }, path)).toBe(403);
  }
  expect((await post('/break', { fault: 'killed' }, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await post('/break', { fault: 'killed' }, { origin: `https://127.0.0.1:${port}` })).status).toBe(403);
  const { id } = stage.feishu.botSendsCard('op', ALERT);
  expect(
    (
      await post(
        '/press',
        { phone: 'feishu', as: 'operator', message: id, button: 'restart' },
        { origin: 'https://evil.example' },
      )
    ).status,
  ).toBe(403);
  expect(stage.feishu.pressed).toEqual([]);
  expect(stage.broken).toEqual([]);
  expect(await statusFor({ host: `localhost:${port}`, origin: `http://localhost:${port}` })).toBe(200);
  expect((await post('/break', { fault: 'killed' }, { origin: `http://127.0.0.1:${port}` })).status).toBe(200);
});

test('the page and all that it names are served from here, and nothing else', async () => {
  const index = await fetch(page.url);
  expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(index.headers.get('content-security-policy')).toContain("default-src 'self'");
  const named = [...(await index.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => String(name));
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect((await fetch(new URL(name, page.url))).status, name).toBe(200);
  for (const path of ['/..%2fserver.ts', '/%2e%2e/server.ts', '/static/app.js', '/server.ts', '/constructor']) {
    expect((await fetch(new URL(path, page.url))).status, path).toBe(404);
  }
});

test('a path with dots that a browser would never send leads nowhere', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(page.url).port), '127.0.0.1', () =>
      socket.write(`GET /../server.ts HTTP/1.1\r\nhost: ${new URL(page.url).host}\r\nconnection: close\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('end', () => resolve(text)).on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
});

test('a port that is taken is said in a sentence', async () => {
  await expect(startPhonePage(stage, { port: Number(new URL(page.url).port) })).rejects.toMatchObject({
    code: 'PORT_UNAVAILABLE',
    message: expect.stringContaining('--port') as string,
  });
});

test.for([70_000, -1])('a page that cannot be had at port %i leaves nobody listening', async (port) => {
  await page.stop();
  await expect(startPhonePage(stage, { port })).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
  expect(stage.qq.listeners.size + stage.feishu.listeners.size).toBe(0);
});

test('after stop nothing listens and nobody is listened to', async () => {
  const stream = await events();
  await stream.next('snapshot');
  await page.stop();
  await stream.ended;
  await expect(fetch(page.url)).rejects.toThrow();
  expect(stage.qq.listeners.size + stage.feishu.listeners.size).toBe(0);
});
