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

test('while the process itself is what all work waits for, no more is begun', async () => {
  let share = 1;
  let asked = 0;
  const turns = createConcurrencyLimit({ most: 1, patienceMs: 20, busyness: () => () => ((asked += 1), share) });
  const slow = Promise.withResolvers<undefined>();
  let begun = false;
  void turns.take(() => slow.promise);
  const next = turns.take(() => Promise.resolve((begun = true)));
  await vi.waitFor(() => expect(asked).toBeGreaterThan(2), WAIT);
  expect(begun).toBe(false);
  share = 0.5;
  await next;
  slow.resolve(undefined);
});

test('by itself it sees whether the process is busy', async () => {
  const turns = createConcurrencyLimit({ most: 1, patienceMs: 200 });
  const never = new Promise<void>(() => undefined);
  void turns.take(() => never);
  const next = turns.take(() => Promise.resolve('begun'));
  // Longer than the patience, but for a moment in which timers are served.
  for (let round = 0; round < 2; round += 1) {
    const until = performance.now() + 190;
    while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.race([next, Promise.resolve('waits')])).toBe('waits');
  expect(await next).toBe('begun');
});
