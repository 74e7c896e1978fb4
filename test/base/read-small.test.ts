import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSmall, readSmallSync } from '../../src/base/read-small.ts';
import { ownFolder } from '../store/helpers.ts';

const both = async (path: string): Promise<readonly string[]> => {
  const sync = (): string => {
    try {
      return readSmallSync(path);
    } catch (error) {
      return (error as Error).message;
    }
  };
  return [sync(), await readSmall(path).then(({ text }) => text, (error: Error) => error.message)];
};

test('reads a file and when it was written', async () => {
  const path = join(ownFolder(), 'state.json');
  writeFileSync(path, '{"网关":1}');
  expect(await both(path)).toEqual(['{"网关":1}', '{"网关":1}']);
  expect((await readSmall(path)).modifiedAt).toBe(Math.trunc(statSync(path).mtimeMs));
});

test.each<[string, (path: string) => void, RegExp]>([
  ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path]), /is no regular file$/],
  ['a folder', (path) => mkdirSync(path), /is no regular file$/],
  ['nothing at all', () => undefined, /^ENOENT/],
  ['a file as large as a disk', (path) => (writeFileSync(path, ''), truncateSync(path, 2e12)), /has 2000000 MB/],
])('refuses %s at once', async (_what, make, message) => {
  const path = join(ownFolder(), 'state.json');
  make(path);
  expect(await both(path)).toEqual([expect.stringMatching(message), expect.stringMatching(message)]);
});
