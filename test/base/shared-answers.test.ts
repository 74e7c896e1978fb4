import { expect, test, vi } from 'vitest';
import { shared } from '../../src/base/shared-answers.ts';

test('all who ask while an answer is under way, or soon after it, get that one', async () => {
  const ask = vi.fn(() => Promise.resolve({}));
  const get = shared(ask);
  const [one, other] = await Promise.all([get(600_000), get(1)]);
  expect(other).toBe(one);
  expect(await get(600_000)).toBe(one);
  expect(ask).toHaveBeenCalledTimes(1);
});

test('whoever accepts no age has it asked anew, and that answer is the one for those after him', async () => {
  const ask = vi.fn(() => Promise.resolve({}));
  const get = shared(ask);
  const first = await get(600_000);
  const anew = await get(0);
  expect(anew).not.toBe(first);
  expect(await get(600_000)).toBe(anew);
});

test('an answer that was asked for too early serves nobody who says so, not even while it is under way', async () => {
  const ask = vi.fn(() => Promise.resolve({}));
  const get = shared(ask);
  const before = get(600_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const begun = performance.now();
  const [one, other] = await Promise.all([get(600_000, begun), get(600_000, begun)]);
  expect(one).not.toBe(await before);
  expect(other).toBe(one);
  expect(ask).toHaveBeenCalledTimes(2);
});

test('an answer that is too old is asked anew', async () => {
  const ask = vi.fn(() => Promise.resolve({}));
  const get = shared(ask);
  await get(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await get(1);
  expect(ask).toHaveBeenCalledTimes(2);
});

test('a failure is told to those who wait for it, and to nobody after them', async () => {
  const ask = vi.fn(() => Promise.resolve('fine'));
  ask.mockRejectedValueOnce(new Error('no'));
  const get = shared(ask);
  const both = await Promise.allSettled([get(600_000), get(600_000)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await get(600_000)).toBe('fine');
});
