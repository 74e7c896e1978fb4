import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import type { Evidence } from '../../../src/diagnosis/evidence.ts';
import { accessOf } from '../../../src/gateways/openclaw/access.ts';
import { createLinkNames } from '../../../src/gateways/openclaw/accounts.ts';
import { createProbe, type OpenClawProbe } from '../../../src/gateways/openclaw/probe.ts';
import { createRpc } from '../../../src/gateways/openclaw/rpc.ts';
import { json, listen, ok, refuse, type Listener } from './listener.ts';

const SECRET = 'kR8mZq2vTn5wYx7u';
const UP = { accountId: 'default', running: true, connected: true, lifecycle: 'ready', lastConnectedAt: 1_000 };
const HELD = {
  accountId: 'default',
  running: false,
  lifecycle: 'stopped',
  lastError: 'gateway restart-loop breaker tripped: 3 unclean boot(s)',
};

let gateway: Listener;
let probe: OpenClawProbe;
let now: number;
let pid: number | null;
let refusals: string[];
let news: number;
/** How often its files were read. */
let reads: number;
const clock: Clock = { now: () => now, sleep: async () => undefined, timer: () => () => undefined };

/** @param config the gateway's own */
const watch = (config: object = { gateway: { auth: { token: SECRET } } }, answerMs = 20_000): void => {
  const access = accessOf(config as Readonly<Record<string, unknown>>, new Map());
  probe = createProbe({
    process: () => (pid === null ? null : { pid, startedAt: null }),
    target: async (of) => {
      reads += 1;
      return {
        pid: of,
        port: gateway.port,
        access,
        names: createLinkNames(config as Readonly<Record<string, unknown>>),
      };
    },
    connect: ({ port, access: { credential } }, onTick) =>
      createRpc({
        url: `ws://127.0.0.1:${port}`,
        token: null,
        ...credential,
        version: 'test',
        timeoutMs: answerMs,
        onEvent: (event) => event === 'tick' && onTick(),
      }),
    clock,
    answerMs,
    onNews: () => (news += 1),
    onRefused: (reason) => refusals.push(reason),
  });
};

const until = async (condition: () => boolean): Promise<void> => {
  for (const end = Date.now() + 60_000; !condition() && Date.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 5));
};

const words = (evidence: readonly Evidence[]): string[] =>
  evidence.map(({ link, fact }) => [link ?? 'gateway', fact.kind, ...('state' in fact ? [fact.state] : [])].join(' '));
/** A look begins to ask and takes what was learned; the next one has the answers. */
const look = async (afterMs: number): Promise<string[]> => {
  await probe.idle();
  now += afterMs;
  const first = await probe.look(now);
  await probe.idle();
  const then = await probe.look(now);
  await probe.idle();
  return words([...first, ...then]);
};
const status = (accounts: object): void =>
  void gateway.methods.set('channels.status', () => ok({ channelAccounts: accounts }));

beforeEach(async () => {
  [now, pid, refusals, news, reads] = [10_000_000, 7, [], 0, 0];
  gateway = await listen();
  status({ feishu: [UP], qqbot: [{ ...UP, lifecycle: undefined }] });
});
afterEach(async () => {
  await probe.close();
  await gateway.stop();
});

describe('a gateway that is well', () => {
  it('tells at the first look that it answers, is ready and how its links are, and then only what changes', async () => {
    watch();
    expect(words(await probe.look(now))).toEqual([
      'gateway loop alive',
      'gateway gateway-ready',
      'feishu link-login',
      'qqbot link-login',
    ]);
    expect(await look(30_000)).toEqual(['gateway loop alive']);
    status({ feishu: [{ ...UP, connected: false, lifecycle: 'recovering' }], qqbot: [] });
    expect(await look(30_000)).toEqual(['gateway loop alive', 'feishu link-lost']);
    expect(gateway.calls.filter(({ method }) => method === 'connect').map(({ params }) => params['auth'])).toEqual([
      { token: SECRET },
    ]);
  });

  it('has its files read only when it is asked', async () => {
    watch();
    await probe.look(now);
    expect(reads).toBe(1);
    for (let looks = 0; looks < 9; looks += 1) await look(1_000);
    expect(reads).toBe(1);
    await look(1_000);
    expect(reads).toBe(2);
  });

  it('asks for a look only when there is news', async () => {
    watch();
    await probe.look(now);
    const before = news;
    await look(30_000);
    expect(news).toBe(before);
    status({ feishu: [HELD] });
    await look(30_000);
    expect(news).toBe(before + 1);
  });

  it('is asked every other second while its links come up after its own start', async () => {
    status({ feishu: [{ accountId: 'default', running: true, lifecycle: 'starting', lastStartAt: now }], qqbot: [UP] });
    watch();
    await probe.look(now);
    status({ feishu: [{ ...UP, lastConnectedAt: now }], qqbot: [UP] });
    expect(await look(2_000)).toEqual(['feishu link-login']);
  });

  it('is asked about its links as soon as it is ready, however lately it did not answer yet', async () => {
    gateway.methods.set('channels.status', () => refuse('starting', 'UNAVAILABLE'));
    gateway.pages.set('/startup', json({ ok: false, status: 'starting' }, 503));
    watch();
    await probe.look(now);
    status({ feishu: [UP] });
    gateway.pages.set('/startup', json({ ok: true, status: 'started' }));
    expect(await look(10_000)).toEqual(['gateway loop alive', 'gateway gateway-ready', 'feishu link-login']);
  });

  it('gives a password where it wants one', async () => {
    watch({ gateway: { auth: { mode: 'password', password: SECRET } } });
    await probe.look(now);
    expect(gateway.calls[0]?.params['auth']).toEqual({ password: SECRET });
  });

  it('is not ready while it says that it starts or drains', async () => {
    gateway.pages.set('/startup', json({ ok: false, status: 'draining' }, 503));
    watch();
    expect(words(await probe.look(now))).not.toContain('gateway gateway-ready');
    gateway.pages.set('/startup', json({ ok: true, status: 'started' }));
    expect(await look(30_000)).toContain('gateway gateway-ready');
  });

  it('is ready by its answer where an older one does not say', async () => {
    gateway.pages.delete('/startup');
    watch();
    expect(words(await probe.look(now))).toContain('gateway gateway-ready');
  });

  it('is asked anew when another process is in its place', async () => {
    watch();
    await probe.look(now);
    pid = 8;
    expect(words(await probe.look(now))).toEqual([
      'gateway loop alive',
      'gateway gateway-ready',
      'feishu link-login',
      'qqbot link-login',
    ]);
    pid = null;
    expect(await probe.look(now)).toEqual([]);
    await expect(probe.links?.stop('feishu')).rejects.toThrow('does not run');
  });

  it('is asked on a new connection when the old one broke', async () => {
    watch();
    await probe.look(now);
    for (const socket of gateway.sockets) socket.terminate();
    await until(() => gateway.sockets.size === 0);
    status({ feishu: [HELD] });
    expect(await look(30_000)).toContain('feishu link-held');
  });
});

describe('a gateway that does not let itself be asked', () => {
  const askedTimes = (): number => gateway.calls.filter(({ method }) => method === 'connect').length;

  it('is told of once, keeps the rest, and is seldom tried again: each try is a warning in its log', async () => {
    gateway.methods.set('connect', () => refuse(`unauthorized: token ${SECRET} mismatch`));
    watch();
    expect(words(await probe.look(now))).toEqual(['gateway loop alive', 'gateway gateway-ready']);
    for (let round = 0; round < 5; round += 1) expect(await look(60_000)).toEqual(['gateway loop alive']);
    expect(refusals).toEqual(['unauthorized: token *** mismatch']);
    expect(askedTimes()).toBe(1);
    gateway.methods.set('connect', () => ok({}));
    expect(await look(600_000)).toContain('feishu link-login');
  });

  it('shows its brake all the same', async () => {
    gateway.methods.set('connect', () => refuse('no'));
    gateway.pages.set('/readyz', json({ ready: true, failing: [], suppressed: ['qqbot', 'feishu', 7] }));
    watch();
    expect(words(await probe.look(now))).toEqual(expect.arrayContaining(['qqbot link-held', 'feishu link-held']));
    expect(await look(30_000)).toEqual(['gateway loop alive']);
  });

  test.each([
    ['none', { mode: 'none' }, 'gateway.auth.mode is none'],
    ['a proxy', { mode: 'trusted-proxy' }, 'trusted-proxy'],
    ['a secret that is not there', {}, 'no gateway.auth secret'],
    ['a secret elsewhere', { token: { source: 'exec', id: 'x' } }, 'cannot read'],
  ])('is not tried at all with %s', async (_, auth, reason) => {
    watch({ gateway: { auth } });
    expect(words(await probe.look(now))).toEqual(['gateway loop alive', 'gateway gateway-ready']);
    expect(refusals).toEqual([expect.stringContaining(reason)]);
    await expect(probe.links?.start('feishu')).rejects.toThrow(reason);
    expect(gateway.calls).toEqual([]);
  });

  it('is tried again soon while it only starts', async () => {
    gateway.methods.set('connect', () => refuse('starting', 'UNAVAILABLE'));
    gateway.pages.set('/startup', json({ ok: false, status: 'starting' }, 503));
    watch();
    await probe.look(now);
    await look(30_000);
    expect(askedTimes()).toBe(2);
    expect(refusals).toEqual([]);
  });
});

describe('a gateway that does not answer', () => {
  const silent = (): void => undefined;

  it('is stuck after three misses and no sign of life for over a minute, and not before', async () => {
    watch({ gateway: { auth: { token: SECRET } } }, 400);
    await probe.look(now);
    gateway.pages.set('/health', silent);
    gateway.methods.set('channels.status', () => undefined);
    expect(await look(30_000)).toEqual([]);
    expect(await look(30_000)).toEqual([]);
    expect(await look(30_000)).toEqual(['gateway loop wedged']);
    gateway.pages.set('/health', json({ ok: true }));
    expect(await look(30_000)).toContain('gateway loop alive');
  });

  it('is not stuck while its ticks come', async () => {
    watch({ gateway: { auth: { token: SECRET } } }, 400);
    await probe.look(now);
    gateway.pages.set('/health', silent);
    gateway.methods.set('channels.stop', () => ok({ stopped: true }));
    for (let round = 0; round < 4; round += 1) {
      // Whoever answers a question has read what came before it.
      for (const socket of gateway.sockets) socket.send(JSON.stringify({ type: 'event', event: 'tick', payload: {} }));
      await probe.links?.stop('feishu');
      expect(await look(30_000)).not.toContain('gateway loop wedged');
    }
  });

  it('holds up no look but the first of its process, and that for a while only', async () => {
    gateway.pages.set('/health', silent);
    watch({ gateway: { auth: { token: SECRET } } }, 200);
    expect(await probe.look(now)).toEqual([]);
    await probe.idle();
    now += 60_000;
    const order: string[] = [];
    const looked = probe.look(now).then(() => order.push('looked'));
    await Promise.all([looked, probe.idle().then(() => order.push('asked'))]);
    expect(order).toEqual(['looked', 'asked']);
  });

  it('says nothing when nobody listens', async () => {
    watch();
    await gateway.stop();
    expect(await probe.look(now)).toEqual([]);
    expect(await look(60_000)).toEqual([]);
    gateway = await listen();
  });
});

describe('somebody else, or something broken, in its place', () => {
  test.each<[string, () => void]>([
    ['a page for every path', () => gateway.pages.clear()],
    ['a huge answer', () => gateway.pages.set('/health', (response) => response.end('x'.repeat(2_000_000)))],
    ['an answer that never ends', () => gateway.pages.set('/health', (response) => void response.write('{"ok":true'))],
    [
      'half a body',
      () =>
        gateway.pages.set('/health', (response) => {
          response.writeHead(200, { 'content-length': '500' });
          response.write('{"ok":');
          response.destroy();
        }),
    ],
    [
      'no HTTP at all',
      () =>
        gateway.pages.set('/health', (response) => {
          response.socket?.write('\u0000\u0001garbage\r\n\r\n');
          response.socket?.destroy();
        }),
    ],
    [
      'JSON of another kind',
      () => {
        for (const path of ['/health', '/startup', '/readyz']) gateway.pages.set(path, json([1, null, 'x']));
      },
    ],
    [
      'null for an answer',
      () => {
        for (const path of ['/health', '/startup', '/readyz']) gateway.pages.set(path, json(null));
      },
    ],
    ['a status of the wrong kind', () => gateway.methods.set('channels.status', () => ok('<html>'))],
    ['a huge frame', () => gateway.methods.set('channels.status', () => ok('x'.repeat(17_000_000)))],
    [
      'frames that are none',
      () =>
        (gateway.greet = (socket) => {
          for (const frame of ['', 'null', '[]', '{"type":"res","id":1}', '{"type":"event"}', Buffer.from([0, 255, 1])])
            socket.send(frame);
        }),
    ],
    [
      'a challenge without end',
      () =>
        (gateway.greet = (socket) => {
          for (let count = 0; count < 500; count += 1) socket.send('{"type":"event","event":"connect.challenge"}');
        }),
    ],
    ['an end at once', () => (gateway.greet = (socket) => socket.close(1008, 'no'))],
    ['a break at once', () => (gateway.greet = (socket) => socket.terminate())],
    ['an error that is none', () => gateway.methods.set('connect', () => ({ ok: false, error: 'x' }))],
    ['no answer to the handshake', () => gateway.methods.set('connect', () => undefined)],
  ])('does no harm: %s', async (_, play) => {
    play();
    watch({ gateway: { auth: { token: SECRET } } }, 400);
    const first = await probe.look(now);
    const later = await look(30_000);
    expect([...words(first), ...later].filter((each) => each.includes('wedged') || each.includes('rejected'))).toEqual(
      [],
    );
    expect(JSON.stringify([first, refusals])).not.toContain(SECRET);
  });
});

describe('one link restarted alone', () => {
  const ask = (method: string) => gateway.calls.filter((call) => call.method === method).map(({ params }) => params);

  it('is done when the gateway says that it is stopped, and that its start is handed on', async () => {
    gateway.methods.set('channels.stop', () => ok({ stopped: true }));
    gateway.methods.set('channels.start', () => ok({ started: true, outcome: { status: 'handed-off' } }));
    watch();
    await probe.look(now);
    await probe.links?.stop('feishu');
    await probe.links?.start('feishu');
    expect([ask('channels.stop'), ask('channels.start')]).toEqual([
      [{ channel: 'feishu', accountId: 'default' }],
      [{ channel: 'feishu', accountId: 'default' }],
    ]);
    expect(probe.links?.command('stop', 'feishu')).toBe('channels.stop feishu');
    // What it was is told anew: the state that was known is of before.
    expect(await look(0)).toContain('feishu link-login');
  });

  it('is asked about every other second until it is up: a proof that only this answer gives waits no half minute', async () => {
    gateway.methods.set('channels.start', () => ok({ started: true, outcome: { status: 'handed-off' } }));
    watch();
    await probe.look(now);
    await look(60_000);
    await probe.links?.start('feishu');
    status({ feishu: [{ accountId: 'default', running: true, lifecycle: 'starting', lastStartAt: now }] });
    expect(await look(0)).toContain('feishu link-open');
    status({ feishu: [{ ...UP, lastConnectedAt: now }] });
    expect(await look(1_000)).toEqual([]);
    expect(await look(1_000)).toEqual(['feishu link-login']);
    const asked = ask('channels.status').length;
    await look(2_000);
    expect(ask('channels.status')).toHaveLength(asked);
  });

  it('is asked about as seldom as ever when it is not up after a minute', async () => {
    gateway.methods.set('channels.start', () => ok({ started: true, outcome: { status: 'handed-off' } }));
    watch();
    await probe.look(now);
    await probe.links?.start('feishu');
    status({ feishu: [{ accountId: 'default', running: true, lifecycle: 'starting', lastStartAt: now }] });
    for (let seconds = 0; seconds <= 60; seconds += 2) await look(2_000);
    const asked = ask('channels.status').length;
    await look(20_000);
    expect(ask('channels.status')).toHaveLength(asked);
    await look(10_000);
    expect(ask('channels.status')).toHaveLength(asked + 1);
  });

  it('calls the account as the gateway does, or as its name says before that was heard', async () => {
    gateway.methods.set('channels.stop', () => ok({ stopped: true }));
    status({ feishu: [UP, { ...UP, accountId: 'Work' }] });
    watch({ gateway: { auth: { token: SECRET } }, channels: { feishu: { appId: 'x', accounts: { Work: {} } } } });
    await probe.look(now);
    await probe.links?.stop('feishu:work');
    await probe.links?.stop('qqbot:other');
    expect(ask('channels.stop')).toEqual([
      { channel: 'feishu', accountId: 'Work' },
      { channel: 'qqbot', accountId: 'other' },
    ]);
  });

  test.each<[string, object, string | null]>([
    ['handed on', { started: true, outcome: { status: 'handed-off' } }, null],
    ['taken by an older version, which tells no outcome', { started: true }, null],
    ['somebody else’s', { started: true, outcome: { status: 'retry', reason: 'task-owned' } }, 'retry: task-owned'],
    ['skipped', { started: false, outcome: { status: 'skipped', reason: 'unconfigured' } }, 'skipped: unconfigured'],
    ['not begun', { started: false }, 'was not started'],
    ['not understood', { outcome: { status: 7 } }, 'was not started'],
  ])('a start that is %s', async (_, payload, problem) => {
    gateway.methods.set('channels.start', () => ok(payload));
    watch();
    await probe.look(now);
    const started = probe.links?.start('feishu');
    await (problem === null ? expect(started).resolves.toBeUndefined() : expect(started).rejects.toThrow(problem));
  });

  it('is not stopped when the gateway says that it still runs, or refuses', async () => {
    gateway.methods.set('channels.stop', () => ok({ stopped: false }));
    watch();
    await probe.look(now);
    await expect(probe.links?.stop('feishu')).rejects.toThrow('still runs');
    gateway.methods.delete('channels.stop');
    await expect(probe.links?.stop('feishu')).rejects.toThrow('unknown method');
  });
});
