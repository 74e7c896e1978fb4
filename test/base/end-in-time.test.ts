import { expect, test } from 'vitest';
import { endInTime } from '../../src/base/end-in-time.ts';
import { silentLogger } from '../../src/base/logger.ts';

const logger = silentLogger();
const never = (): Promise<void> => new Promise(() => undefined);
const LONG_MS = 600_000;

test('ends one stage after the other, and the parts of one stage together', async () => {
  const ended: string[] = [];
  const part = (name: string) => async (): Promise<void> => {
    ended.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    ended.push(`${name} ends`);
  };
  expect(
    await endInTime(
      [
        { until: 0.5, parts: { a: part('a'), b: part('b') } },
        { until: 1, parts: { c: part('c') } },
      ],
      { limitMs: LONG_MS, logger },
    ),
  ).toEqual([]);
  expect(ended.slice(0, 2)).toEqual(['a begins', 'b begins']);
  expect(ended.slice(4)).toEqual(['c begins', 'c ends']);
});

test('goes on to the next stage when a part hangs or throws, and names what was left behind', async () => {
  const ended: string[] = [];
  const left = await endInTime(
    [
      {
        until: 0.5,
        parts: {
          hangs: never,
          throws: () => {
            throw new Error('broken');
          },
          rejects: () => Promise.reject(new Error('broken')),
        },
      },
      { until: 1, parts: { last: () => void ended.push('last'), 'hangs too': never } },
    ],
    { limitMs: 20, logger },
  );
  expect(left).toEqual(['hangs', 'hangs too']);
  expect(ended).toEqual(['last']);
});

test('waits for nothing any more in a hurry, and still tells every part to end', async () => {
  const hurry = new AbortController();
  const ended: string[] = [];
  const ending = endInTime(
    [
      { until: 0.5, parts: { hangs: never } },
      { until: 1, parts: { last: () => void ended.push('last') } },
    ],
    { limitMs: LONG_MS, hurry: hurry.signal, logger },
  );
  hurry.abort();
  expect(await ending).toEqual(['hangs']);
  expect(ended).toEqual(['last']);
});
