import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pino } from 'pino';
import { scaledClock, type Clock } from '../../../src/base/clock.ts';
import type { Http, HttpAnswer } from '../../../src/base/http.ts';
import { createPing, type Ping, type PingOptions } from '../../../src/monitor/ping/ping.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { ID, startSwitch, type Answer } from '../ping-server.ts';

const WAIT = { timeout: 20_000 };

/** Waits take no time; how long they were to be is kept. */
const eagerClock = () => {
  const slept: number[] = [];
  const sleep: Clock['sleep'] = async (ms, signal) => {
    signal?.throwIfAborted();
    slept.push(ms);
  };
  const clock: Clock = { ...scaledClock(0, 1), sleep };
  return { clock, slept };
};

const pingOf = (
  url: string,
  changed: Partial<PingOptions> = {},
): { ping: Ping; logged: () => string[]; slept: readonly number[] } => {
  const lines: string[] = [];
  const { clock, slept } = eagerClock();
  const ping = createPing({
    url,
    clock,
    logger: pino({ level: 'trace', base: null, timestamp: false }, { write: (line: string) => void lines.push(line) }),
    timeoutMs: 10_000,
    version: '0.1.0',
    ...changed,
  });
  onTestFinished(() => {
    ping.stop();
    // Whatever happens to a ping, its address is nobody's business.
    expect(lines.join('')).not.toContain(ID);
  });
  return { ping, logged: () => lines, slept };
};

/** A switch that answers when the test says so. */
const heldSwitch = () => {
  const asked: string[] = [];
  const waiting: ((answer: HttpAnswer) => void)[] = [];
  const http: Http = ({ url, body }) => {
    asked.push(`${new URL(url).pathname.replace(`/${ID}`, '')} ${String(body?.bytes)}`);
    return new Promise<HttpAnswer>((resolve) => waiting.push(resolve));
  };
  return { http, asked, answer: (status: number) => waiting.shift()?.(answered(status)) };
};

const answered = (status: number, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers,
  text: '',
  whole: true,
});

test('a round is a start and a success of one run, the success with the report', async () => {
  const { url, came } = await startSwitch();
  const { ping, logged } = pingOf(url);
  void ping.start();
  await ping.success('main：运行正常');
  void ping.start();
  await ping.success('again');
  expect(came).toMatchObject([
    { method: 'POST', path: `/${ID}/start`, body: '', agent: 'gateway-lifeline/0.1.0' },
    { method: 'POST', path: `/${ID}`, body: 'main：运行正常' },
    { path: `/${ID}/start` },
    { path: `/${ID}`, body: 'again' },
  ]);
  const rids = came.map(({ rid }) => rid);
  expect(rids[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect([rids[1], rids[3]]).toEqual([rids[0], rids[2]]);
  expect(rids[2]).not.toBe(rids[0]);
  expect(logged()).toEqual([]);
});

test('a round that was never reported does not lend its id to the next', async () => {
  const { url, came } = await startSwitch();
  const { ping } = pingOf(url);
  await ping.start();
  await ping.start();
  await ping.success('fine');
  await ping.fail('out of turn');
  const [first, second, third, fourth] = came.map(({ rid }) => rid);
  expect(second).not.toBe(first);
  expect(third).toBe(second);
  expect(fourth).toBeNull();
});

test('a failure goes to /fail with its report; without a start it belongs to no run', async () => {
  const { url, came } = await startSwitch();
  const { ping } = pingOf(url);
  await ping.fail('有 2 条告警一直送不出去');
  expect(came).toMatchObject([{ path: `/${ID}/fail`, rid: null, body: '有 2 条告警一直送不出去' }]);
});

const BAD = { status: 500, text: `<h1>no ${ID}</h1>` };

test.each<[string, Answer[], string[]]>([
  ['an answer of 500', [BAD], ['/', '/']],
  ['a connection that is cut', ['cut'], ['/', '/']],
  ['both', [BAD, 'cut'], ['/', '/', '/']],
])('after %s it is tried again, and nobody is bothered', async (_what, answers, paths) => {
  const { url, paths: pinged } = await startSwitch(...answers);
  const { ping, slept, logged } = pingOf(url);
  await ping.success('fine');
  expect(pinged()).toEqual(paths);
  expect(slept).toEqual([1_000, 5_000].slice(0, paths.length - 1));
  expect(logged()).toEqual([]);
});

test('after two retries it gives up until the next round; that is logged once, and so is its end', async () => {
  const { url, paths, origin } = await startSwitch(...Array<Answer>(6).fill(BAD));
  const { ping, logged } = pingOf(url);
  await ping.success('one');
  expect(paths()).toHaveLength(3);
  await ping.success('two');
  expect(paths()).toHaveLength(6);
  await ping.success('three');
  await ping.success('four');
  const warnings = logged().map(
    (line) => JSON.parse(line) as { level: number; host: string; reason?: string; msg: string },
  );
  expect(warnings).toMatchObject([
    { level: 40, host: origin.slice('http://'.length), reason: 'it answers 500' },
    { level: 20 },
    { level: 30, msg: expect.stringContaining('again') as string },
  ]);
});

test.each<[string, Answer, string]>([
  ['404', { status: 404, text: `no check ${ID}` }, 'it answers 404'],
  [
    'a 200 that knows no such check',
    { status: 200, text: 'OK (not found)' },
    'it knows no check with this address; see "alerts.ping_url"',
  ],
  [
    'a redirect to another host',
    { status: 302, location: `https://hc.example/${ID}` },
    'it redirects (302) to another host, which must not learn the address',
  ],
  [
    'a redirect to another port',
    { status: 301, location: `http://127.0.0.1:1/${ID}` },
    'it redirects (301) to another host, which must not learn the address',
  ],
  ['a redirect to nowhere', { status: 307 }, 'it redirects (307) to another host, which must not learn the address'],
])('%s is a refusal: trying again is useless', async (_what, answer, reason) => {
  const { url, paths } = await startSwitch(answer);
  const { ping, logged } = pingOf(url);
  await ping.success('fine');
  expect(paths()).toEqual(['/']);
  expect(logged().map((line) => (JSON.parse(line) as { reason: string }).reason)).toEqual([reason]);
});

test.each([301, 302, 307, 308])('a redirect (%i) on the same host is followed with the report', async (status) => {
  const { url, came } = await startSwitch({ status, location: '/ping/elsewhere?rid=r' });
  const { ping, logged } = pingOf(url);
  await ping.fail('the report');
  expect(came).toMatchObject([
    { path: `/${ID}/fail` },
    { method: 'POST', path: '/ping/elsewhere', rid: 'r', body: 'the report' },
  ]);
  expect(logged()).toEqual([]);
});

test('a redirect in a circle ends', async () => {
  const { url, came } = await startSwitch(...Array<Answer>(20).fill({ status: 302, location: `/${ID}` }));
  const { ping, logged } = pingOf(url);
  await ping.success('fine');
  expect(came).toHaveLength(4);
  expect(logged().join('')).toContain('again and again');
});

test.each<[string, string, string, boolean]>([
  ['from http to https', 'http://hc.example', 'https://hc.example', true],
  ['from https to http', 'https://hc.example', 'http://hc.example', false],
  ['from https to http on the same port', 'https://hc.example:8443', 'http://hc.example:8443', false],
  ['from http to the https of another host', 'http://hc.example', 'https://other.example', false],
])('a redirect %s: followed is %s → %s %s', async (_what, from, to, followed) => {
  const asked: string[] = [];
  const http: Http = async ({ url }) => {
    asked.push(String(url));
    return asked.length === 1 ? answered(301, { location: `${to}/${ID}` }) : answered(200);
  };
  await pingOf(`${from}/${ID}`, { http }).ping.success('fine');
  expect(asked).toEqual([`${from}/${ID}`, ...(followed ? [`${to}/${ID}`] : [])]);
});

test('nobody listens: three tries, the reason without the address', async () => {
  const { url, close } = await startSwitch();
  await close();
  const { ping, logged, slept } = pingOf(url);
  await ping.success('fine');
  expect(slept).toEqual([1_000, 5_000]);
  expect(logged().join('')).toContain('no answer: ECONNREFUSED');
});

test('one that takes the ping and never answers is left after the time limit', async () => {
  const { url } = await startSwitch('hang', 'hang', 'hang');
  const { ping, logged, slept } = pingOf(url, { timeoutMs: 100 });
  await ping.success('fine');
  expect(slept).toEqual([1_000, 5_000]);
  expect(logged().join('')).toContain('no answer within 0.1 s');
});

test('one that answers and never ends is left too', async () => {
  const { url } = await startSwitch('drip', 'drip', 'drip');
  const { ping, logged } = pingOf(url, { timeoutMs: 50 });
  await ping.success('fine');
  expect(logged().join('')).toContain('no answer within 0.05 s');
});

test('they go out in their order, never two at once; one that was overtaken has no second try', async () => {
  const { http, asked, answer } = heldSwitch();
  const { ping, slept } = pingOf(`https://hc.example/${ID}`, { http });
  const both = [ping.start(), ping.success('fine')];
  await turn();
  expect(asked).toEqual(['/start ']);
  answer(500);
  await vi.waitFor(() => expect(asked).toEqual(['/start ', ' fine']), WAIT);
  answer(200);
  await Promise.all(both);
  expect(asked).toHaveLength(2);
  expect(slept).toEqual([]);
});

test('a newer one overtakes one that waits for its next try', async () => {
  const { url, came } = await startSwitch(BAD);
  const clock = manualClock();
  const { ping } = pingOf(url, { clock });
  const old = ping.success('old');
  await vi.waitFor(() => expect(came).toHaveLength(1), WAIT);
  // It has had its answer, and the second it waits for never comes.
  await Promise.all([old, ping.success('new')]);
  expect(came.map(({ body }) => body)).toEqual(['old', 'new']);
});

test('of several that wait behind a slow one only the newest goes out', async () => {
  const { http, asked, answer } = heldSwitch();
  const { ping } = pingOf(`https://hc.example/${ID}`, { http });
  const all = [ping.success('1'), ping.success('2'), ping.fail('3'), ping.success('4')];
  answer(200);
  await vi.waitFor(() => expect(asked).toEqual([' 1', ' 4']), WAIT);
  answer(200);
  await Promise.all(all);
  expect(asked).toHaveLength(2);
});

test.each<[string, Answer[]]>([
  ['first', ['hang']],
  ['last', [BAD, BAD, 'hang']],
])(
  'at the end nothing is left under way, not even a %s try, and nothing more goes out or is complained of',
  async (_what, answers) => {
    const { url, came } = await startSwitch(...answers);
    const { ping, logged, slept } = pingOf(url);
    const waiting = ping.success('fine');
    await vi.waitFor(() => expect(came).toHaveLength(answers.length), WAIT);
    ping.stop();
    await waiting;
    await ping.fail('late');
    expect(came).toHaveLength(answers.length);
    expect(slept).toHaveLength(answers.length - 1);
    expect(logged()).toEqual([]);
  },
);
