import { afterEach, describe, expect, it } from 'vitest';
import type { BotFaults } from '../../../sandbox/qq/faults.ts';
import { APP, eventually, GROUP, USER } from '../../sandbox/qq/client.ts';
import { createBench, type Bench, type BenchOptions } from './bench.ts';

const IDENTIFY = 2;
const RESUME = 6;

let bench: Bench;
const open = async (options?: BenchOptions): Promise<Bench> => {
  bench = await createBench(options);
  await bench.back();
  return bench;
};
afterEach(() => bench.stop());

const problem = (pattern: RegExp) => eventually(() => expect(bench.channel.status().problem ?? '').toMatch(pattern));
const gatewayAsked = (): number => bench.platform.requests(APP.appId).filter(({ path }) => path === '/gateway').length;

describe('a connected channel', () => {
  it('has asked for messages and clicks alone, and says that it is connected', async () => {
    const before = Date.now();
    const { platform, channel } = await open();
    expect(platform.frames(APP.appId)[0]).toMatchObject({
      op: IDENTIFY,
      d: { intents: 100_663_296, shard: [0, 1], properties: {} },
    });
    const { lastInboundAt, since, ...status } = channel.status();
    expect(status).toEqual({ link: 'connected', problem: null });
    expect(since).toBeGreaterThanOrEqual(before);
    expect(lastInboundAt).toBeGreaterThanOrEqual(before);
  });

  it('receives what a person writes, one-to-one and in a group', async () => {
    const { platform, received } = await open();
    received.length = 0;
    const at = Date.parse('2026-11-21T10:00:00+08:00');
    const { id } = platform.say(APP.appId, USER, ' /status ', { at });
    const mention = platform.sayInGroup(APP.appId, GROUP, USER, '/help', { at });
    await eventually(() => expect(received).toHaveLength(2));
    expect(received).toEqual([
      { channel: 'qq', id, sender: USER, chat: { kind: 'direct' }, text: '/status', sentAt: at },
      { channel: 'qq', id: mention, sender: USER, chat: { kind: 'group', id: GROUP }, text: '/help', sentAt: at },
    ]);
  });

  it('answers a click at once', async () => {
    const { platform } = await open();
    expect(await platform.click(APP.appId, USER, 'ack:42')).toBe(0);
  });

  it('is not disturbed by events that it does not know, nor by a receiver that throws', async () => {
    const { platform, received } = await open({
      receive: ({ text }) => {
        if (text === 'poison') throw new Error('the receiver failed');
      },
    });
    platform.inject(APP.appId, 'SOMETHING_NEW', undefined);
    platform.inject(APP.appId, 'C2C_MESSAGE_CREATE', 'not an object');
    platform.say(APP.appId, USER, 'poison');
    const { id } = platform.say(APP.appId, USER, 'after it');
    await eventually(() => expect(received.at(-1)?.id).toBe(id));
    expect(bench.logins()).toEqual([IDENTIFY]);
    expect(bench.log()).toContain('the receiver failed');
  });

  it('keeps its heartbeats going with the number of the last event', async () => {
    const { platform } = await open({ platform: { heartbeatIntervalMs: 1_000 } });
    await eventually(() =>
      expect(platform.frames(APP.appId).filter(({ op, d }) => op === 1 && d === 2).length).toBeGreaterThan(2),
    );
    expect(bench.logins()).toEqual([IDENTIFY]);
  });
});

describe('a closed connection', () => {
  it.each([
    { code: 1000, next: RESUME },
    { code: 1001, next: RESUME },
    { code: 4001, next: IDENTIFY },
    { code: 4003, next: IDENTIFY },
    { code: 4004, next: RESUME },
    { code: 4006, next: IDENTIFY },
    { code: 4007, next: IDENTIFY },
    { code: 4008, next: RESUME },
    { code: 4009, next: RESUME },
    { code: 4013, next: IDENTIFY },
    { code: 4902, next: IDENTIFY },
    { code: 4903, next: IDENTIFY },
    { code: 4914, next: IDENTIFY },
    { code: 4915, next: IDENTIFY },
  ])('comes back after $code by opcode $next, with one socket', async ({ code, next }) => {
    await open();
    bench.platform.closeSockets(APP.appId, code);
    await eventually(() => expect(bench.logins()).toEqual([IDENTIFY, next]));
    await bench.back();
    expect(bench.channel.status().problem).toBeNull();
  });

  it('comes back by Resume after a cut and after op 7', async () => {
    await open();
    bench.platform.terminateSockets(APP.appId);
    await eventually(() => expect(bench.logins()).toEqual([IDENTIFY, RESUME]));
    await bench.back();
    bench.platform.askToReconnect(APP.appId);
    await eventually(() => expect(bench.logins()).toEqual([IDENTIFY, RESUME, RESUME]));
    await bench.back();
  });

  it('brings what was said meanwhile, and nothing twice', async () => {
    await open();
    bench.platform.setOutage(true);
    const { id } = bench.platform.say(APP.appId, USER, 'while away');
    await problem(/No access token|cannot be reached/);
    bench.platform.setOutage(false);
    await bench.back();
    expect(bench.received.filter((inbound) => inbound.id === id)).toHaveLength(1);
  });

  it('keeps the session through an outage in which no Resume could be sent', async () => {
    await open();
    await bench.platform.stop();
    await problem(/ECONNREFUSED|cannot be reached/);
    await bench.platform.start();
    await bench.back();
    expect(bench.logins()).toEqual([IDENTIFY, RESUME]);
  });

  it('holds one socket after being closed again and again, and asks for the address once', async () => {
    await open();
    const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    for (let cycle = 0; cycle < 15; cycle++) {
      bench.platform.closeSockets(APP.appId, 4009);
      await bench.back();
    }
    // A heartbeat that outlived its connection would be one timer more each time.
    expect(timers()).toBeLessThan(before + 10);
    expect(bench.logins()).toEqual([IDENTIFY, ...Array.from({ length: 15 }, () => RESUME)]);
    expect(gatewayAsked()).toBe(1);
  });

  it('waits longer each time that a login does not last, and starts over after one that did', async () => {
    const pauses = (): number[] => [...bench.log().matchAll(/"pauseMs":(\d+)/g)].map(([, ms]) => Number(ms));
    await open({ timings: { backoffFirstMs: 16, backoffMaxMs: 64, stableMs: 3_600_000 } });
    for (let cycle = 0; cycle < 5; cycle++) {
      bench.platform.closeSockets(APP.appId, 4009);
      await bench.back();
    }
    expect(pauses()[0]).toBeLessThanOrEqual(20);
    expect(pauses()[1]).toBeGreaterThan(20);
    expect(pauses()[4]).toBe(64);
    bench.ahead(3_600_000);
    bench.platform.closeSockets(APP.appId, 4009);
    await bench.back();
    expect(pauses()[5]).toBeLessThanOrEqual(20);
  });

  it('identifies anew when the session is a day old', async () => {
    await open();
    bench.ahead(24 * 3_600_000);
    bench.platform.closeSockets(APP.appId, 4009);
    await eventually(() => expect(bench.logins()).toEqual([IDENTIFY, IDENTIFY]));
    await bench.back();
  });
});

describe('a Resume that is refused for ever', () => {
  it.each<{ how: string; resume: BotFaults['resume'] }>([
    { how: 'with 4902', resume: { kind: 'close', code: 4902 } },
    { how: 'with 4009, which would allow another', resume: { kind: 'close', code: 4009 } },
    { how: 'with op 9 and no close', resume: { kind: 'op9', resumable: false } },
    { how: 'with op 9 that allows another', resume: { kind: 'op9', resumable: true } },
    { how: 'with op 9 and 4903', resume: { kind: 'op9', resumable: false, thenClose: 4903 } },
    { how: 'by silence', resume: { kind: 'silence' } },
  ])('is tried once: $how', async ({ resume }) => {
    await open(resume?.kind === 'silence' ? { timings: { loginMs: 3_000 } } : {});
    bench.platform.setFaults(APP.appId, { resume });
    bench.platform.closeSockets(APP.appId, 4009);
    await eventually(() => expect(bench.logins()).toEqual([IDENTIFY, RESUME, IDENTIFY]));
    await bench.back();
  });
});

describe('while it lasts, and after it', () => {
  const short: BenchOptions = { timings: { helloMs: 400, loginMs: 400, requestMs: 400 } };
  it.each<{ fault: string; set: Partial<BotFaults>; says: RegExp }>([
    { fault: 'an upgrade that is refused', set: { connect: 'refuse' }, says: /cannot be reached.*503/ },
    { fault: 'an upgrade that is never answered', set: { connect: 'hang' }, says: /did not greet/ },
    { fault: 'no Hello', set: { connect: 'no_hello' }, says: /did not greet/ },
    { fault: 'no READY', set: { identify: { kind: 'silence' } }, says: /did not answer the login/ },
    {
      fault: 'op 9 to every Identify',
      set: { identify: { kind: 'op9', resumable: false } },
      says: /did not accept the session/,
    },
    { fault: '4903 to every Identify', set: { identify: { kind: 'close', code: 4903 } }, says: /4903/ },
  ])('survives $fault', async ({ set, says }) => {
    await open(short);
    bench.platform.forgetSessions(APP.appId);
    bench.platform.setFaults(APP.appId, set);
    bench.platform.closeSockets(APP.appId, 4006);
    await problem(says);
    const tries = bench.platform.requests(APP.appId).length;
    await eventually(() => expect(bench.platform.requests(APP.appId).length).toBeGreaterThan(tries + 1));
    expect(bench.platform.sockets(APP.appId)).toBeLessThanOrEqual(1);
    bench.platform.clearFaults(APP.appId);
    await bench.back();
  });

  it.each<{ fault: string; set: Partial<BotFaults>; says: RegExp }>([
    {
      fault: 'a gateway address that answers 500',
      set: { gatewayUrl: { kind: 'answer', status: 500, body: { code: 50055001, message: 'x' } } },
      says: /address.*500/,
    },
    {
      fault: 'a gateway address that answers a page',
      set: { gatewayUrl: { kind: 'answer', status: 502, body: '<html>bad gateway</html>' } },
      says: /address.*502/,
    },
    {
      fault: 'a gateway address that never answers',
      set: { gatewayUrl: { kind: 'hang' } },
      says: /address.*no answer within/,
    },
    {
      fault: 'a token endpoint with too many requests',
      set: { token: { kind: 'answer', status: 200, body: { code: 100001, message: 'too many requests' } } },
      says: /token.*100001/,
    },
    {
      fault: 'a token endpoint that answers a page',
      set: { token: { kind: 'answer', status: 502, body: '<html></html>' } },
      says: /token.*502/,
    },
    { fault: 'a token endpoint that never answers', set: { token: { kind: 'hang' } }, says: /token.*no answer within/ },
  ])('comes up in spite of $fault at the start', async ({ set, says }) => {
    bench = await createBench({ ...short, faults: set });
    await problem(says);
    bench.platform.clearFaults(APP.appId);
    await bench.back();
  });

  it('goes on with the address that it knows when that can no longer be asked for', async () => {
    await open(short);
    bench.platform.forgetSessions(APP.appId);
    bench.platform.setFaults(APP.appId, {
      gatewayUrl: { kind: 'answer', status: 500, body: {} },
      identify: { kind: 'close', code: 4903 },
    });
    bench.platform.closeSockets(APP.appId, 4006);
    await eventually(() => expect(gatewayAsked()).toBeGreaterThan(2));
    bench.platform.setFaults(APP.appId, { identify: null });
    await bench.back();
  });

  it('notices that heartbeats are no longer answered, and resumes', async () => {
    await open({ platform: { heartbeatIntervalMs: 200 } });
    bench.platform.setFaults(APP.appId, { acks: 'withheld' });
    await eventually(() => expect(bench.logins().slice(0, 2)).toEqual([IDENTIFY, RESUME]));
    expect(bench.log()).toMatch(/QQ went silent|stopped answering heartbeats/);
    bench.platform.clearFaults(APP.appId);
    await bench.back();
  });
});

describe('the token', () => {
  const fetched = (): number =>
    bench.platform.requests(APP.appId).filter(({ path }) => path === '/app/getAppAccessToken').length;

  it('is fetched anew after 4004, and kept after other codes', async () => {
    await open();
    bench.platform.closeSockets(APP.appId, 4009);
    await bench.back();
    expect(fetched()).toBe(1);
    bench.platform.closeSockets(APP.appId, 4004);
    await bench.back();
    expect(fetched()).toBe(2);
  });

  it('that was revoked is replaced', async () => {
    await open();
    bench.platform.revokeTokens(APP.appId);
    bench.platform.closeSockets(APP.appId, 4009);
    await bench.back();
    expect(bench.log()).toContain('did not accept the access token');
    expect(fetched()).toBe(2);
  });

  it('with a wrong secret is a loud problem that a person must mend, and asked for rarely', async () => {
    bench = await createBench({ secret: 'not-the-secret-of-it', timings: { slowRetryMs: 600_000 } });
    await problem(/app id or the client secret.*100016/);
    expect(bench.channel.status().link).toBe('waiting');
    expect(bench.log()).toContain('"level":50');
    expect(bench.platform.requests(APP.appId)).toHaveLength(1);
    expect(bench.log()).not.toContain('not-the-secret-of-it');
  });
});

describe('what only a person can mend', () => {
  it.each([
    { code: 4013, says: /intents/ },
    { code: 4914, says: /sandbox.*console/ },
    { code: 4915, says: /banned.*console/ },
  ])('$code is said in the status and in the log, and waits long', async ({ code, says }) => {
    await open({ timings: { slowRetryMs: 600_000 } });
    bench.platform.closeSockets(APP.appId, code);
    await problem(says);
    expect(bench.channel.status().link).toBe('waiting');
    expect(bench.log()).toContain('"pauseMs":600000');
    expect(bench.log()).toContain('"level":50');
  });

  it('does without clicks when they are not granted', async () => {
    await open();
    bench.platform.grantIntents(APP.appId, 1 << 25);
    bench.platform.closeSockets(APP.appId, 4006);
    await bench.back();
    expect(
      bench.platform
        .frames(APP.appId)
        .filter(({ op }) => op === IDENTIFY)
        .map(({ d }) => (d as { intents: number }).intents),
    ).toEqual([100_663_296, 100_663_296, 1 << 25]);
  });

  it('gives up asking quickly when not even messages are granted', async () => {
    await open({ timings: { slowRetryMs: 600_000 } });
    bench.platform.grantIntents(APP.appId, 0);
    bench.platform.closeSockets(APP.appId, 4006);
    await eventually(() => expect(bench.log()).toContain('"pauseMs":600000'));
    await problem(/does not grant/);
  });
});

describe('the end', () => {
  it('leaves nothing open and comes back no more', async () => {
    await open();
    await bench.channel.stop();
    await eventually(() => expect(bench.platform.sockets(APP.appId)).toBe(0));
    expect(bench.channel.status()).toMatchObject({ link: 'stopped', problem: null });
    const calls = bench.platform.requests(APP.appId).length;
    expect(await bench.channel.send({ user: USER }, { tone: 'info', title: 'x' }, { key: 'k' })).toMatchObject({
      outcome: 'retry',
    });
    expect(bench.platform.requests(APP.appId)).toHaveLength(calls);
  });

  const asked = (path: string) => (): void => expect(bench.platform.requests(APP.appId).at(-1)).toMatchObject({ path });
  it.each<{ when: string; set: Partial<BotFaults>; reached: () => void }>([
    { when: 'asking for the token', set: { token: { kind: 'hang' } }, reached: asked('/app/getAppAccessToken') },
    { when: 'asking for the address', set: { gatewayUrl: { kind: 'hang' } }, reached: asked('/gateway') },
    { when: 'dialling', set: { connect: 'hang' }, reached: asked('/gateway') },
    {
      when: 'waiting for Hello',
      set: { connect: 'no_hello' },
      reached: () => expect(bench.platform.sockets(APP.appId)).toBe(1),
    },
    {
      when: 'waiting for READY',
      set: { identify: { kind: 'silence' } },
      reached: () => expect(bench.logins()).toEqual([IDENTIFY]),
    },
    {
      when: 'pausing',
      set: { token: { kind: 'answer', status: 200, body: { code: 100016 } } },
      reached: () => expect(bench.channel.status().link).toBe('waiting'),
    },
  ])('comes at once while $when', async ({ set, reached }) => {
    bench = await createBench({
      faults: set,
      timings: { slowRetryMs: 600_000, helloMs: 600_000, loginMs: 600_000, requestMs: 600_000 },
    });
    await eventually(reached);
    await bench.channel.stop();
    expect(bench.channel.status().link).toBe('stopped');
    await eventually(() => expect(bench.platform.sockets(APP.appId)).toBe(0));
  });

  it('tells no secret and no token in the log, whatever happened', async () => {
    await open();
    bench.platform.revokeTokens(APP.appId);
    bench.platform.closeSockets(APP.appId, 4009);
    await bench.back();
    bench.platform.setFaults(APP.appId, { identify: { kind: 'close', code: 4915 } });
    bench.platform.closeSockets(APP.appId, 4006);
    await problem(/banned/);
    const tokens = bench.platform
      .frames(APP.appId)
      .flatMap(({ d }) => /^QQBot (.+)$/.exec((d as { token?: string } | null)?.token ?? '')?.[1] ?? []);
    expect(tokens.length).toBeGreaterThan(0);
    for (const secret of [APP.secret, ...tokens]) expect(bench.log()).not.toContain(secret);
  });
});
