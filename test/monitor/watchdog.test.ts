/** Whether Lifeline's own loops turn: each one that does not is named, and none that only has nobody to talk to. */
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { pino } from 'pino';
import { startApp } from '../../src/app.ts';
import { processClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { createFeishuChannel } from '../../src/channels/feishu/channel.ts';
import { settingsOf, stuckAfterMs as feishuTurnsWithinMs } from '../../src/channels/feishu/options.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createWatchdog, createWatchdogLog, watchChannels } from '../../src/monitor/watchdog.ts';
import { startRounds } from '../../src/monitor/round-schedule.ts';
import { untilNext } from '../../src/monitor/round-schedule.ts';
import { createVirtual } from '../channels/qq/virtual.ts';
import { parse } from '../config/helpers.ts';
import { createPlatform, startLifeline } from '../notify/outbox/lifelines.ts';
import { ownFolder } from '../store/helpers.ts';
import { createMachine, MINUTE } from './machine.ts';

const HOUR = 60 * MINUTE;
const POLL = { timeout: 60_000, interval: 20 };

/** A port of this machine where nobody listens. */
const deadPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

test('a loop is stuck when it has not come round within its limit, and no more when it has', () => {
  let now = 0;
  const loops = createWatchdog(() => now);
  const beat = loops.begin('slow', 1_000);
  loops.begin('quick', 100);
  now = 1_000;
  expect(loops.stuck()).toEqual([{ loop: 'quick', silentMs: 1_000, limitMs: 100 }]);
  now = 1_001;
  expect(loops.stuck().map(({ loop }) => loop)).toEqual(['slow', 'quick']);
  beat();
  expect(loops.stuck().map(({ loop }) => loop)).toEqual(['quick']);
  beat(5_000);
  now = 6_001;
  expect(loops.stuck().map(({ loop }) => loop)).toEqual(['quick']);
  now = 6_002;
  expect(loops.stuck().map(({ loop }) => loop)).toContain('slow');
});

test('the log says once that a loop is stuck, and once that it comes round again', () => {
  let now = 0;
  const said: string[] = [];
  const loops = createWatchdog(() => now);
  const beat = loops.begin('outbox', 100);
  const look = createWatchdogLog(
    loops,
    pino({ base: null, timestamp: false }, { write: (line: string) => void said.push(line) }),
  );
  for (const at of [0, 101, 102, 103]) {
    now = at;
    look();
  }
  beat();
  look();
  look();
  expect(said.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['loop.stuck', 'loop.turning']);
});

describe('the round', () => {
  const NOW = Date.parse('2026-11-21T10:00:00+08:00');

  test.each([
    ['in five minutes', new Date(NOW + 5 * MINUTE), 5 * MINUTE],
    ['on Monday', new Date(NOW + 48 * HOUR), 48 * HOUR],
    ['in the past, after a jump of the clock', new Date(NOW - HOUR), 0],
    ['never again', null, Infinity],
  ])('that is due %s may be silent until then, and as long as it takes', (_when, next, ms) => {
    expect(untilNext(next, NOW, 180_000)).toBe(ms + 180_000 + 60_000);
  });

  test('that hangs is stuck, and one that ends is not', async () => {
    let now = 0;
    const loops = createWatchdog(() => now);
    let hangs = true;
    let begun = 0;
    let end = (): void => undefined;
    const rounds = startRounds(
      '* * * * * *',
      () => {
        begun += 1;
        return hangs ? new Promise<void>((resolve) => (end = resolve)) : Promise.resolve();
      },
      loops,
    );
    onTestFinished(() => void rounds.stop());
    await expect.poll(() => begun, POLL).toBe(1);
    now = 10 * MINUTE;
    expect(loops.stuck().map(({ loop }) => loop)).toEqual(['round']);
    hangs = false;
    end();
    await expect.poll(() => loops.stuck(), POLL).toEqual([]);
    now += 10 * MINUTE;
    await expect.poll(() => loops.stuck(), POLL).toEqual([]);
  });
});

test('the sign of life comes with its own timer and with nothing else', async () => {
  const machine = createMachine(openDatabase(':memory:'));
  let beats = 0;
  const run = machine.boot({ onBeat: () => void (beats += 1) });
  await machine.runs(10_000);
  expect(beats).toBe(10);
  run.kill();
  run.alive.compareClocks();
  await machine.runs(10_000);
  expect(beats).toBe(10);
});

describe('the outbox', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: 1_000_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const deliver = (behaviour: 'hang' | 'retry') => {
    const platforms = [createPlatform('feishu', () => behaviour), createPlatform('qq', () => behaviour)];
    const lifeline = startLifeline({ path: join(ownFolder(), 'lifeline.db'), platforms, arrived: [] });
    lifeline.outbox.enqueue(
      { topic: 'incident', subject: 1, kind: 'opened', message: { tone: 'critical', title: 'ill' }, at: Date.now() },
      [
        {
          person: 'me',
          ways: [
            { channel: 'feishu', user: 'ou_me' },
            { channel: 'qq', user: 'QQ_ME' },
          ],
        },
      ],
    );
    lifeline.worker.wake();
    return lifeline;
  };

  test.each(['hang', 'retry'] as const)(
    'comes round for hours while all that its platforms do is to %s',
    async (behaviour) => {
      const { worker } = deliver(behaviour);
      for (let minute = 0; minute < 120; minute += 1) {
        await vi.advanceTimersByTimeAsync(MINUTE);
        expect(worker.isStuck()).toBe(false);
      }
    },
  );

  test('does not turn when a try never comes to its limit', () => {
    const { worker, kill } = deliver('hang');
    // Time goes by, and no timer fires.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10 * MINUTE);
    expect(worker.isStuck()).toBe(true);
    kill();
  });
});

describe("the keeper of a channel's connection", () => {
  test('is stuck when nothing about it changes any more, whatever state it is in', () => {
    let now = 0;
    let lastInboundAt = 0;
    const loops = createWatchdog(() => now);
    const liveness = watchChannels(
      [
        {
          name: 'qq',
          stuckAfterMs: MINUTE,
          status: () => ({ link: 'connected', since: 0, lastInboundAt, problem: null }),
        },
        { name: 'webhook', status: () => ({ link: 'waiting', since: 0, lastInboundAt: null, problem: null }) },
      ],
      loops,
    );
    for (; now < HOUR; now += 10_000) {
      lastInboundAt = now;
      liveness();
      expect(loops.stuck()).toEqual([]);
    }
    now += MINUTE + 1;
    liveness();
    expect(loops.stuck().map(({ loop }) => loop)).toEqual(['channel qq']);
  });

  test('of QQ comes round for a day while the platform is away, refuses the bot or is there', async () => {
    const { channel, clock, platform } = await createVirtual();
    const loops = createWatchdog(() => clock.now());
    const liveness = watchChannels([channel], loops);
    const lookFor = async (ms: number): Promise<void> => {
      for (const end = clock.now() + ms; clock.now() < end;) {
        await clock.advance(30_000);
        liveness();
        expect(loops.stuck()).toEqual([]);
      }
    };
    await lookFor(2 * HOUR);
    platform.setOutage(true);
    await lookFor(2 * HOUR);
    platform.setOutage(false);
    await lookFor(HOUR);
    await channel.stop();
    liveness();
    await clock.advance(HOUR);
    liveness();
    expect(loops.stuck().map(({ loop }) => loop)).toEqual(['channel qq']);
  });

  test('of Feishu tries again and again while nobody answers, and no pause of it is longer than its limit', async () => {
    const options = {
      appId: 'cli_0123456789abcdef',
      appSecret: 'secret',
      domain: `http://127.0.0.1:${await deadPort()}`,
      logger: silentLogger(),
    };
    const channel = createFeishuChannel({ ...options, minBackoffMs: 1, maxBackoffMs: 4 });
    onTestFinished(() => channel.stop());
    await channel.start(() => undefined);
    const signs = new Set<string>();
    await expect
      .poll(() => signs.add(JSON.stringify(channel.status())).size, { timeout: 60_000, interval: 1 })
      .toBeGreaterThan(20);
    const settings = settingsOf(options);
    for (const ms of [
      settings.maxBackoffMs,
      settings.connectTimeoutMs + settings.httpTimeoutMs,
      settings.heartbeatMs + settings.pongTimeoutMs,
    ])
      expect(feishuTurnsWithinMs(settings)).toBeGreaterThan(2 * ms);
  });
});

test('the app names each of its loops that stops turning, and dead platforms stop none', async () => {
  const dir = ownFolder();
  const dead = `http://127.0.0.1:${await deadPort()}`;
  const config = parse(`
data_dir: ${dir}/data
gateways: [{ name: main, kind: hermes, home: ${dir}/home }]
watch: { schedule: "* * * * * *", pulse: 1s }
channels:
  feishu: { app_id: cli_0123456789abcdef, app_secret: secret, domain: "${dead}" }
  qq: { app_id: 102000000, client_secret: secret, api_base: "${dead}", token_url: "${dead}/token" }
operators: [{ name: me, role: admin, feishu: ou_1 }]`);
  let awayMs = 0;
  const app = await startApp(config, {
    version: '0',
    dryRun: true,
    clock: processClock({}),
    logger: silentLogger(),
    say: () => undefined,
    monotonicMs: () => performance.now() + awayMs,
  });
  onTestFinished(async () => void (await app.stop({ limitMs: 60_000 })));
  const names = (): readonly string[] =>
    app
      .stuck()
      .map(({ loop }) => loop)
      .sort();
  expect(names()).toEqual([]);
  // As if none of them had turned for a day.
  awayMs = 24 * HOUR;
  expect(names()).toEqual(['alive', 'channel feishu', 'channel qq', 'outbox', 'round', 'upkeep', 'watch main']);
  await expect.poll(() => names().filter((name) => ['alive', 'round', 'watch main'].includes(name)), POLL).toEqual([]);
});
