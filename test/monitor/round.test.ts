import { expect, test, vi } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { createPing } from '../../src/monitor/ping/ping.ts';
import { createRound, type RoundOptions } from '../../src/monitor/round.ts';
import { gateway, T0 } from '../incidents/helpers.ts';
import { startSwitch } from './ping-server.ts';

const WAIT = { timeout: 20_000 };
const FINE = { stuck: { count: 0, oldestAt: null }, storeProblem: null, failing: [], undelivered: 0 };

const setUp = async (changed: Partial<RoundOptions>) => {
  const outside = await startSwitch();
  const logger = silentLogger();
  const ping = createPing({ url: outside.url, clock: scaledClock(0, 1), logger, version: '0.1.0' });
  const round = createRound({
    ping,
    lookAtAll: async () => [{ name: 'main', verdicts: [gateway('healthy')(T0)] }],
    own: () => FINE,
    version: '0.1.0',
    startedAt: T0 - 60_000,
    locale: 'zh-CN',
    now: () => T0,
    logger,
    ...changed,
  });
  return { ...outside, round, ping };
};

test('a round in which a gateway is ill is a success: Lifeline does its work', async () => {
  const { round, came, paths } = await setUp({
    lookAtAll: async () => [{ name: 'main', verdicts: [gateway('frozen')(T0)] }],
  });
  await round();
  await vi.waitFor(() => expect(paths()).toEqual(['/start', '/']), WAIT);
  expect(came[1]?.body).toBe('Lifeline 0.1.0，已运行 1 分\nmain：卡死了');
  expect(came[1]?.rid).toBe(came[0]?.rid);
});

test.each<[string, RoundOptions['own'], string]>([
  [
    'alerts are stuck',
    () => ({ ...FINE, stuck: { count: 2, oldestAt: T0 - 900_000 } }),
    '有 2 条告警一直送不出去，最早的一条是 10:15:00',
  ],
  [
    'the store cannot be used',
    () => ({ ...FINE, storeProblem: 'database or disk is full' }),
    '数据目录有问题：database or disk is full',
  ],
  [
    'the store cannot even be asked',
    () => {
      throw new Error('database disk image is malformed');
    },
    '数据目录有问题：database disk image is malformed',
  ],
])('when %s it is a failure that says so first', async (_what, own, line) => {
  const { round, came, paths } = await setUp({ own });
  await round();
  await vi.waitFor(() => expect(paths()).toEqual(['/start', '/fail']), WAIT);
  expect(came[1]?.body.split('\n')[0]).toBe(line);
});

test('a round that cannot be done is begun and never reported', async () => {
  const { round, ping, paths } = await setUp({
    lookAtAll: async () => {
      throw new Error('a fault');
    },
  });
  await round();
  await vi.waitFor(() => expect(paths()).toEqual(['/start']), WAIT);
  // What comes next comes behind all that was sent before.
  await ping.fail('a sign');
  expect(paths()).toEqual(['/start', '/fail']);
});

test('a round waits for no ping, and needs none', async () => {
  const never = new Promise<void>(() => undefined);
  const { round } = await setUp({
    ping: { start: () => never, success: () => never, fail: () => never, stop: () => undefined },
  });
  await round();
  const looked = vi.fn(async () => []);
  await (await setUp({ ping: null, lookAtAll: looked })).round();
  expect(looked).toHaveBeenCalledOnce();
});
