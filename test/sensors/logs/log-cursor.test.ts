import { appendFile, copyFile, cp, mkdtemp, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import type { LogCursor } from '../../../src/sensors/logs/log-cursor.ts';
import { createLogFollower } from '../../../src/sensors/logs/log-follower.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-cursor-'));
  path = join(folder, 'gateway.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Times a second apart, so that the order of writes shows on any file system. */
const writeAt = async (file: string, text: string, second: number): Promise<void> => {
  await writeFile(file, text);
  await utimes(file, 1_800_000_000 + second, 1_800_000_000 + second);
};

/** Reads to the end and stops there. */
const readAndStop = async (cursor: LogCursor | null = null): Promise<LogCursor> => {
  const follower = createLogFollower(path, { trust: OWN_FILES, cursor });
  await follower.read();
  const reached = follower.cursor();
  await follower.close();
  if (!reached) throw new Error('no cursor after a read');
  return reached;
};

const goOn = async (
  cursor: LogCursor,
  options: { tailBytes?: number } = {},
): Promise<{ lines: string[]; lost: boolean }> => {
  const follower = createLogFollower(path, { trust: OWN_FILES, ...options, cursor });
  const { lost } = await follower.resume();
  const lines = await follower.read();
  expect(await follower.read()).toEqual([]);
  await follower.close();
  return { lines, lost };
};

describe('a saved cursor', () => {
  test('is at the beginning of the half line, which is given out when it is whole', async () => {
    await writeFile(path, 'a\nhal');
    const cursor = await readAndStop();
    expect(cursor).toMatchObject({ inode: String((await stat(path)).ino), offset: 2 });
    await appendFile(path, 'f\n');
    expect(await goOn(cursor)).toEqual({ lines: ['half'], lost: false });
  });

  test('is found in a rotated file, and the files after it are read in their order', async () => {
    await writeAt(path, 'a\n', 0);
    const cursor = await readAndStop();
    await rename(path, `${path}.3`);
    await appendFile(`${path}.3`, 'b\n');
    await writeAt(`${path}.2`, 'c\n', 2);
    await writeAt(`${path}.1`, 'd\n', 3);
    await writeAt(path, 'e\n', 4);
    expect(await goOn(cursor)).toEqual({ lines: ['b', 'c', 'd', 'e'], lost: false });
  });

  test('whose file was rotated away goes on with the oldest file that is newer, and says that there is a gap', async () => {
    await writeAt(`${path}.1`, 'old\n', -1);
    await writeAt(path, 'a\n', 0);
    const cursor = await readAndStop();
    await rm(path);
    await writeAt(`${path}.3`, 'old\n', -1);
    await writeAt(`${path}.2`, 'c\n', 2);
    await writeAt(`${path}.1`, 'd\n', 3);
    await writeAt(path, 'e\n', 4);
    expect(await goOn(cursor)).toEqual({ lines: ['c', 'd', 'e'], lost: true });
  });

  test('does not take another file for its own because that got the same inode', async () => {
    await writeAt(path, 'a\nb\n', 0);
    const cursor = await readAndStop();
    await rm(path);
    await writeAt(`${path}.1`, 'c\nd\ne\n', 1);
    await writeAt(path, 'f\n', 2);
    const reused = { ...cursor, inode: String((await stat(`${path}.1`)).ino) };
    expect(await goOn(reused)).toEqual({ lines: ['c', 'd', 'e', 'f'], lost: true });
  });

  test('goes on in the copy when the log was copied and truncated', async () => {
    await writeFile(path, 'a\n');
    const cursor = await readAndStop();
    await appendFile(path, 'b\n');
    await copyFile(path, `${path}.1`);
    await truncate(path);
    await appendFile(path, 'c\n');
    expect(await goOn(cursor)).toEqual({ lines: ['b', 'c'], lost: false });
  });

  test.each([
    ['is shorter', 'c\n', ['c']],
    ['has grown past it again', 'c\nd\ne\nf\n', ['c', 'd', 'e', 'f']],
  ])('starts again at the top of a truncated file that %s', async (_what, written, expected) => {
    await writeFile(path, 'a\nb\n');
    const cursor = await readAndStop();
    await truncate(path);
    await appendFile(path, written);
    expect(await goOn(cursor)).toEqual({ lines: expected, lost: false });
  });

  test('starts at the top of a file that has replaced the log', async () => {
    await writeAt(path, 'a\nb\n', 0);
    const cursor = await readAndStop();
    await writeAt(join(folder, 'new'), 'c\nd\ne\n', 1);
    await rename(join(folder, 'new'), path);
    expect(await goOn(cursor)).toEqual({ lines: ['c', 'd', 'e'], lost: false });
  });

  test('reads only the end of a file that is older than what was read: nobody knows what is new in it', async () => {
    await writeAt(path, 'a\n', 0);
    const cursor = await readAndStop();
    await rm(path);
    await writeAt(path, 'old 1\nold 2\nold 3\n', -100);
    expect(await goOn(cursor, { tailBytes: 8 })).toEqual({ lines: ['old 3'], lost: true });
  });

  test('is found again in a home that was copied to another disk', async () => {
    await writeFile(path, 'a\n');
    const cursor = await readAndStop();
    const moved = await mkdtemp(join(tmpdir(), 'lifeline-cursor-'));
    try {
      await cp(folder, moved, { recursive: true });
      path = join(moved, 'gateway.log');
      await appendFile(path, 'b\n');
      expect(await goOn(cursor)).toEqual({ lines: ['b'], lost: false });
    } finally {
      await rm(moved, { recursive: true });
    }
  });

  test('of a log that was not there makes all that came since new', async () => {
    const cursor = await readAndStop();
    await writeAt(`${path}.1`, 'a\n', 0);
    await writeAt(path, 'b\n', 1);
    expect(await goOn(cursor, { tailBytes: 1 })).toEqual({ lines: ['a', 'b'], lost: false });
  });

  test('waits while the log is not there', async () => {
    await writeFile(path, 'a\n');
    const cursor = await readAndStop();
    await rename(path, `${folder}/away`);
    const follower = createLogFollower(path, { trust: OWN_FILES, cursor });
    expect(await follower.read()).toEqual([]);
    expect(follower.cursor()).toEqual(cursor);
    await rename(`${folder}/away`, path);
    await appendFile(path, 'b\n');
    expect(await follower.read()).toEqual(['b']);
    await follower.close();
  });

  test('stays where it was while the log cannot be read, and says why', async () => {
    await writeFile(path, 'a\n');
    const cursor = await readAndStop();
    await rename(path, `${path}.1`);
    const follower = createLogFollower(folder, { trust: OWN_FILES, cursor });
    expect(await follower.resume()).toEqual({ lost: false, context: [] });
    expect(await follower.read()).toEqual([]);
    expect(follower.cursor()).toEqual(cursor);
    expect(follower.refusals()).toMatchObject([{ why: 'kind', path: folder, kind: 'folder' }]);
    await follower.close();
  });

  test('comes with the lines above it, which are not given out again', async () => {
    await writeFile(path, 'a\nb\nhal');
    const cursor = await readAndStop();
    const follower = createLogFollower(path, { trust: OWN_FILES, cursor });
    expect(await follower.resume()).toEqual({ lost: false, context: ['a', 'b'] });
    expect(await follower.read()).toEqual([]);
    await follower.close();
  });

  test('comes with whole lines only, of a bounded part of the file', async () => {
    await writeFile(path, `${'x'.repeat(70_000)}\n${'y'.repeat(60_000)}\nb\n`);
    const cursor = await readAndStop();
    const follower = createLogFollower(path, { trust: OWN_FILES, cursor });
    expect((await follower.resume()).context).toEqual(['y'.repeat(60_000), 'b']);
    await follower.close();
  });
});
