/** A watcher of whose sensors one hangs. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import type { Running } from '../../src/sensors/process/process.ts';
import { createWatcher } from '../../src/monitor/gateway/watcher.ts';
import { at, line } from '../diagnosis/story.ts';
import { manualClock } from '../healing/manual-clock.ts';
import { ownFolder } from '../store/helpers.ts';

/** A disk that does not answer cannot be had in a test; the logs are read when this resolves. */
const disk = vi.hoisted(() => ({ answers: Promise.resolve<undefined>(undefined) }));
vi.mock(import('../../src/sensors/logs/logs.ts'), async (original) => {
  const logs = await original();
  return {
    ...logs,
    createLogSensor: (...given) => {
      const sensor = logs.createLogSensor(...given);
      return { ...sensor, look: (now) => disk.answers.then(() => sensor.look(now)) };
    },
  };
});

const WAIT = { timeout: 60_000 };
const RUNNING: Running = { gateway: { pid: 100, startTime: 1, startedAt: at(-2) }, beside: [], problem: null };

const setUp = (find: () => Promise<Running>) => {
  const home = ownFolder();
  mkdirSync(join(home, 'logs'));
  const write = (second: number, text: string): void =>
    appendFileSync(join(home, 'logs/gateway.log'), `${line(second, text)}\n`);
  write(0, 'INFO Starting Hermes Gateway...');
  write(1, 'INFO Gateway running with 1 platform(s)');
  write(2, 'INFO [QQBot:1001] Ready, session_id=a');
  const clock = manualClock(at(10));
  const watcher = createWatcher({
    subject: { gateway: 'main', kind: hermes, home, links: null, policy: () => DEFAULT_POLICY },
    finder: { findProcess: find },
    // A slow machine reads the rest in that time.
    hangMs: 3_000,
    clock,
    logger: silentLogger(),
  });
  onTestFinished(() => watcher.stop());
  const look = async () => {
    const { verdicts, problems } = await watcher.look();
    return {
      said: verdicts.map(({ link, condition }) => `${link ?? 'gateway'} ${condition}`),
      problems: problems.map((problem) => problem.replace(`${home}: `, '')),
    };
  };
  return { write, clock, look };
};

test('judges by the others, says which one does not answer, and hears it when it does', async () => {
  const { promise, resolve } = Promise.withResolvers<Running>();
  const find = vi.fn(() => promise);
  const { write, look } = setUp(find);
  const first = await look();
  expect(first.said).toEqual(['gateway healthy', 'qqbot up']);
  expect(first.problems).toContain('process: no answer');
  write(8, 'ERROR [QQBot:1001] Max reconnect attempts reached');
  expect((await look()).said).toEqual(['gateway healthy', 'qqbot gave_up']);
  // For the gateway, and for what is beside it: whoever has not answered is not asked again.
  expect(find).toHaveBeenCalledTimes(2);
  resolve(RUNNING);
  await vi.waitFor(async () => expect((await look()).problems).not.toContain('process: no answer'), WAIT);
});

test('concludes nothing while the logs cannot be read: what they said before may be over', async () => {
  const { write, clock, look } = setUp(() => Promise.resolve(RUNNING));
  write(5, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=');
  expect((await look()).said).toEqual(['gateway healthy', 'qqbot reconnecting']);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  disk.answers = promise;
  write(9, 'INFO [QQBot:1001] Session resumed');
  // Long after the grace of a link that does not come back.
  await clock.advance(600_000);
  const held = await look();
  expect(held.said).toEqual(['gateway healthy', 'qqbot reconnecting']);
  expect(held.problems).toContain('logs: no answer');
  resolve(undefined);
  await vi.waitFor(async () => expect((await look()).said).toEqual(['gateway healthy', 'qqbot up']), WAIT);
});

test('knows nothing of a gateway whose logs could never be read', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  disk.answers = promise;
  const { look } = setUp(() => Promise.resolve(RUNNING));
  expect((await look()).said).toEqual(['gateway unknown']);
  resolve(undefined);
  await vi.waitFor(async () => expect((await look()).said).toEqual(['gateway healthy', 'qqbot up']), WAIT);
});
