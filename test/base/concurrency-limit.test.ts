import { expect, test, vi } from 'vitest';
import { createConcurrencyLimit } from '../../src/base/concurrency-limit.ts';

const WAIT = { timeout: 60_000 };
const LONG = 600_000;

/** Work that ends when it is told to. */
const works = (count: number) => Array.from({ length: count }, () => Promise.withResolvers<number>());

test('only so many work at once, and each gets its turn in order', async () => {
  const turns = createConcurrencyLimit({ most: 2, patienceMs: LONG });
  const all = works(4);
  const begun: number[] = [];
  const results = all.map(({ promise }, n) => turns.take(() => (begun.push(n), promise)));
  expect(begun).toEqual([0, 1]);
  all[1]?.resolve(1);
  await results[1];
  await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]), WAIT);
  // One that comes new does not get in before those that wait.
  const late = turns.take(() => Promise.resolve(begun.push(9)));
  for (const [n, { resolve }] of all.entries()) resolve(n);
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
  await late;
  expect(begun).toEqual([0, 1, 2, 3, 9]);
});

test('one that hangs holds up the others for no longer than the patience', async () => {
  const turns = createConcurrencyLimit({ most: 1, patienceMs: 20 });
  const never = turns.take(() => new Promise<void>(() => undefined));
  expect(await turns.take(() => Promise.resolve('next'))).toBe('next');
  expect(await Promise.race([never, Promise.resolve('still at it')])).toBe('still at it');
});

test('one that comes to its end late frees no second place', async () => {
  const turns = createConcurrencyLimit({ most: 1, patienceMs: 20 });
  const [slow, next, last] = works(3);
  const began: string[] = [];
  const first = turns.take(() => slow?.promise ?? Promise.resolve(0));
  const second = turns.take(() => (began.push('second'), next?.promise ?? Promise.resolve(0)));
  await vi.waitFor(() => expect(began).toEqual(['second']), WAIT);
  slow?.resolve(0);
  await first;
  next?.resolve(0);
  await second;
  const third = turns.take(() => (began.push('third'), last?.promise ?? Promise.resolve(0)));
  const fourth = turns.take(() => Promise.resolve(began.push('fourth')));
  expect(began).toEqual(['second', 'third']);
  last?.resolve(0);
  await Promise.all([third, fourth]);
});

test('what fails gives its place back, and its failure to whoever asked', async () => {
  const turns = createConcurrencyLimit({ most: 1, patienceMs: LONG });
  await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turns.take(() => Promise.resolve(1))).toBe(1);
});
