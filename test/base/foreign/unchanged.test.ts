/** What is not looked at again in a folder that is followed, and that each change is seen all the same. */
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readForeign } from '../../../src/base/foreign/read.ts';
import { seeUnlessUnchanged } from '../../../src/base/foreign/see.ts';
import { OWN_FILES } from '../../../src/base/foreign/trust.ts';
import { followFolder, unchangedIn } from '../../../src/base/foreign/unchanged.ts';
import { ownFolder } from '../../store/helpers.ts';

/** Longer than a folder is taken to be the one that it was. */
const LATER_MS = 1_100;

/** A home with two files, one of them in a folder, at the end of which nothing was changed for a while. */
const followedHome = async (follow: (home: string) => string = (home) => home) => {
  // A test may put another folder in the place of the one above the home.
  const above = ownFolder();
  const home = join(above, 'above', 'home');
  mkdirSync(join(home, 'state'), { recursive: true });
  // Else what lies below it would be nobody else's anyway.
  chmodSync(above, 0o755);
  const file = join(home, 'state', 'file');
  writeFileSync(file, 'one');
  const given = follow(home);
  onTestFinished(followFolder(given));
  await pause(100);
  const path = join(given, 'state', 'file');
  const read = (): Promise<string> =>
    readForeign(path, { trust: OWN_FILES, mostBytes: 1_000 }).then(
      ({ text }) => text,
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
  const isUnchanged = async (): Promise<boolean> => (await seeUnlessUnchanged(path, OWN_FILES)).unchanged;
  // What was changed for the scene may still be told.
  await vi.waitFor(async () => expect([await read(), await isUnchanged()]).toEqual(['one', true]), 20_000);
  return { home, file, path, read, isUnchanged };
};

describe.runIf(process.platform === 'linux')('in a folder that is followed', () => {
  test('what has not changed is not looked at again, and nowhere else', async () => {
    const { home, isUnchanged } = await followedHome();
    expect(await isUnchanged()).toBe(true);
    const other = join(dirname(home), 'other');
    writeFileSync(other, '');
    await seeUnlessUnchanged(other, OWN_FILES);
    expect((await seeUnlessUnchanged(other, OWN_FILES)).unchanged).toBe(false);
    expect(unchangedIn(dirname(home))).toBeNull();
  });

  test.each<[string, string, (file: string, home: string) => void]>([
    ['is written', 'two', (file) => writeFileSync(file, 'two')],
    ['is removed', 'ENOENT', (file) => rmSync(file)],
    ['may be written by everybody', 'FILE_REFUSED', (file) => chmodSync(file, 0o666)],
    [
      'is put in the place of another',
      'new',
      (file) => {
        writeFileSync(`${file}.new`, 'new');
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'lies in another folder of that name',
      'new',
      (file) => {
        renameSync(dirname(file), `${dirname(file)}.old`);
        mkdirSync(dirname(file));
        writeFileSync(file, 'new');
      },
    ],
    ['has lost its folder', 'ENOENT', (file) => rmSync(dirname(file), { recursive: true })],
    ['lies in a folder that lets everybody in', 'FILE_REFUSED', (_file, home) => chmodSync(join(home, 'state'), 0o777)],
  ])('a file that %s is seen at once', async (_how, expected, change) => {
    const { home, file, read, isUnchanged } = await followedHome();
    expect([await read(), await isUnchanged()]).toEqual(['one', true]);
    change(file, home);
    await pause(25);
    expect(await read()).toBe(expected);
  });

  test('a file that was missing is seen when it is there', async () => {
    const { file, read, isUnchanged } = await followedHome();
    rmSync(file);
    await pause(25);
    expect([await read(), await read()]).toEqual(['ENOENT', 'ENOENT']);
    await expect(isUnchanged()).rejects.toThrow('ENOENT');
    writeFileSync(file, 'again');
    await pause(25);
    expect(await read()).toBe('again');
  });

  test('another home in the place of the first is seen', async () => {
    const { home, read, isUnchanged } = await followedHome();
    expect(await isUnchanged()).toBe(true);
    const other = mkdtempSync(join(ownFolder(), 'other-'));
    cpSync(home, join(other, 'home'), { recursive: true });
    writeFileSync(join(other, 'home', 'state', 'file'), 'two');
    const above = dirname(home);
    renameSync(above, `${above}.old`);
    renameSync(other, above);
    await pause(LATER_MS);
    expect(await read()).toBe('two');
  });

  test('a link to the home that leads to another one is seen', async () => {
    const { home, path, read, isUnchanged } = await followedHome((place) => {
      symlinkSync(place, `${place}.link`);
      return `${place}.link`;
    });
    expect(await isUnchanged()).toBe(true);
    cpSync(home, `${home}.new`, { recursive: true });
    writeFileSync(join(`${home}.new`, 'state', 'file'), 'two');
    const link = dirname(dirname(path));
    symlinkSync(`${home}.new`, `${link}.new`);
    renameSync(`${link}.new`, link);
    await pause(LATER_MS);
    expect(await read()).toBe('two');
  });

  test('a file with a second name is looked at each time: it may be written by that', async () => {
    const { file, isUnchanged } = await followedHome();
    linkSync(file, `${file}.too`);
    await pause(25);
    expect([await isUnchanged(), await isUnchanged()]).toEqual([false, false]);
  });

  test('nothing is heard any more when nobody follows it', async () => {
    const home = join(ownFolder(), 'home');
    mkdirSync(home);
    const ends = [followFolder(home), followFolder(join(home, 'logs'))];
    await pause(100);
    await seeUnlessUnchanged(join(home, 'x'), OWN_FILES).catch(() => undefined);
    expect(unchangedIn(home)).not.toBeNull();
    ends[0]?.();
    expect(unchangedIn(home)).not.toBeNull();
    ends[1]?.();
    expect(unchangedIn(home)).toBeNull();
  });
});
