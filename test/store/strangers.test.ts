/** A data folder that others can get at, and one in whose place they have put something. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeFolder, folderState, refuseForeignFolder } from '../../src/store/private-folder.ts';
import { isHeldByStrangers, lockFolder, lockHolders } from '../../src/store/locks.ts';
import { openStore } from '../../src/store/store.ts';
import { noStranger, strangerDoes, strangerKeeps } from '../base/open-foreign/stranger.ts';
import { ownFolder } from './helpers.ts';

/** A folder in a place where everybody may enter. */
const dataFolder = (mode = 0o755): string => {
  const place = ownFolder();
  chmodSync(place, 0o755);
  const folder = join(place, 'data');
  mkdirSync(folder);
  chmodSync(folder, mode);
  return folder;
};

const HOLD = `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.argv.at(-1), { readOnly: true }); db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN'); db.prepare('SELECT count(*) FROM sqlite_schema').get(); console.log('held'); setInterval(() => db.isOpen, 1000);`;

describe('a data folder that others may enter', () => {
  it('is closed, and what is in it stays', () => {
    const folder = dataFolder();
    for (const name of [
      'lifeline.db',
      'lifeline.db-wal',
      'lifeline.lock',
      'lifeline.db.damaged-2026',
      'copy-12-lifeline.db',
      'main.output.log',
      'main.output.log.1',
      'apps',
      'bot.log',
    ])
      writeFileSync(join(folder, name), name);
    expect(folderState(folder, [join(folder, 'bot.log')])).toBe('open');
    expect(closeFolder(folder, [join(folder, 'bot.log')])).toBe('open');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(folder, 'bot.log'), 'utf8')).toBe('bot.log');
    expect(closeFolder(folder, [])).toBe('private');
  });

  it('is left as it is when it holds other things, as a home does', () => {
    const folder = dataFolder();
    mkdirSync(join(folder, 'public_html'));
    expect(closeFolder(folder, [])).toBe('shared');
    expect(statSync(folder).mode & 0o777).toBe(0o755);
  });

  it('is nothing to be told where nobody gets there, nor when it is not there', () => {
    const folder = dataFolder();
    chmodSync(join(folder, '..'), 0o700);
    expect(closeFolder(folder, [])).toBe('private');
    expect(closeFolder(join(folder, 'nowhere'), [])).toBe('private');
  });
});

describe('a data folder of another user', () => {
  it.each<[string, number, number, boolean]>([
    ['its own', 1_000, 1_000, true],
    ["root's", 1_000, 0, true],
    ["another user's", 1_000, 1_001, false],
    ["a user's, for root", 0, 65_534, false],
  ])('is refused: %s', (_whose, me, owner, taken) => {
    const refuse = (): void => refuseForeignFolder(dataFolder(), { me, ownerOf: () => owner });
    if (taken) refuse();
    else
      expect(refuse).toThrow(
        expect.objectContaining({
          code: 'DATA_FOLDER_FOREIGN',
          message: expect.stringMatching(/uid \d+.*chown -R/) as string,
        }) as Error,
      );
  });

  it.skipIf(noStranger !== null)('keeps the store closed', () => {
    const folder = dataFolder(0o777);
    chownSync(folder, 65_534, 65_534);
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_FOREIGN' }) as Error);
  });

  it('is none when it is not there yet', () => refuseForeignFolder(join(dataFolder(), 'nowhere')));
});

describe('the lock of a data folder', () => {
  it('is a file that only its owner can open', () => {
    const folder = dataFolder();
    const path = join(folder, 'lifeline.lock');
    lockFolder(folder).release();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    lockFolder(folder).release();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
    [
      "a link to a file of somebody's",
      (path: string) => (writeFileSync(`${path}.theirs`, 'precious'), symlinkSync(`${path}.theirs`, path)),
    ],
    ['a link to nothing', (path: string) => symlinkSync('nowhere', path)],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('is not led astray by %s in its place', (_what, make) => {
    const folder = dataFolder(0o700);
    const path = join(folder, 'lifeline.lock');
    make(path);
    const lock = lockFolder(folder);
    onTestFinished(lock.release);
    expect(statSync(path).isFile()).toBe(true);
    if (statSync(`${path}.theirs`, { throwIfNoEntry: false }))
      expect(readFileSync(`${path}.theirs`, 'utf8')).toBe('precious');
  });

  it('is held by whom the kernel says', () => {
    const folder = dataFolder(0o700);
    const lock = lockFolder(folder);
    if (process.platform === 'linux') expect(lockHolders(join(folder, 'lifeline.lock'))).toEqual([process.pid]);
    expect(isHeldByStrangers(join(folder, 'lifeline.lock'))).toBe(false);
    lock.release();
    expect(lockHolders(join(folder, 'lifeline.lock'))).toEqual([]);
  });

  describe.skipIf(noStranger !== null)(`of another user (${noStranger ?? 'played by root'})`, () => {
    it('keeps Lifeline from starting no more, once the file cannot be opened by others', async () => {
      const folder = dataFolder();
      const path = join(folder, 'lifeline.lock');
      writeFileSync(path, '', { mode: 0o644 });
      chmodSync(path, 0o644);
      await strangerKeeps(HOLD, path);
      expect(lockHolders(path)).toHaveLength(1);
      expect(isHeldByStrangers(path)).toBe(true);
      closeFolder(folder, []);
      const store = openStore(folder);
      onTestFinished(() => store.close());
      expect(store.where).toBe('disk');
      expect(() => strangerDoes("require('node:fs').openSync(process.argv.at(-1), 'r')", path)).toThrow(/EACCES/);
      // Another Lifeline of this user is still kept out.
      expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING' }) as Error);
    });
  });
});
