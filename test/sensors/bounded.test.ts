import { expect, test, vi } from 'vitest';
import type { Evidence } from '../../src/diagnosis/evidence.ts';
import { bounded } from '../../src/sensors/bounded.ts';
import { instant } from '../instant.ts';

const fact = (at: number): Evidence => ({
  at: instant(at),
  source: 'test',
  text: 'seen',
  link: null,
  fact: { kind: 'process', process: null },
});
const LIMIT_MS = 20;

test('one that answers in time is heard at once', async () => {
  const sensor = bounded({ name: 'a', look: (now) => Promise.resolve([fact(now)]) }, 600_000);
  expect(await sensor.look(instant(7))).toEqual([fact(7)]);
  expect(sensor.isHanging()).toBe(false);
});

test('one that hangs is not asked again, costs the next looks nothing, and is heard when it answers', async () => {
  const { promise, resolve } = Promise.withResolvers<readonly Evidence[]>();
  const look = vi.fn(() => promise);
  const sensor = bounded({ name: 'a', look }, LIMIT_MS);
  expect(await sensor.look(instant(1))).toEqual([]);
  expect(sensor.isHanging()).toBe(true);
  expect(await sensor.look(instant(2))).toEqual([]);
  expect(look).toHaveBeenCalledTimes(1);
  resolve([fact(1)]);
  await promise;
  expect(await sensor.look(instant(3))).toEqual([fact(1)]);
  expect(sensor.isHanging()).toBe(false);
  await sensor.look(instant(4));
  expect(look).toHaveBeenCalledTimes(2);
});

test('one that fails late fails at the look that hears of it, and is then asked anew', async () => {
  const { promise, reject } = Promise.withResolvers<readonly Evidence[]>();
  const look = vi.fn(() => promise);
  const sensor = bounded({ name: 'a', look }, LIMIT_MS);
  await sensor.look(instant(1));
  reject(new Error('gone'));
  await promise.catch(() => undefined);
  await expect(sensor.look(instant(2))).rejects.toThrow('gone');
  look.mockResolvedValue([fact(3)]);
  expect(await sensor.look(instant(3))).toEqual([fact(3)]);
  expect(sensor.isHanging()).toBe(false);
});
