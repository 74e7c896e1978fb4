/** What commands leave of themselves for the next time, and where they leave nothing. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RefusedFile } from '../../src/base/refused-file.ts';
import { compiledFolder, folderOfVersion } from '../../src/base/compile-cache.ts';

const BIN = join(import.meta.dirname, '../../src/bin.ts');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lifeline-compiled-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

test.each([
  [{ XDG_CACHE_HOME: '/c' }, '/home/me', ['/c', 'lifeline', 'compiled']],
  [{}, '/home/me', ['/home/me', '.cache', 'lifeline', 'compiled']],
  // The standard says that a path which is not absolute is to be ignored.
  [{ XDG_CACHE_HOME: 'c' }, '/home/me', ['/home/me', '.cache', 'lifeline', 'compiled']],
  [{}, '', null],
])('%j and a home of %j: %j', (env, home, folder) => {
  expect(compiledFolder(env, home)).toEqual(folder);
});

describe('the folder', () => {
  test('is the user’s alone, also where it was there before', () => {
    mkdirSync(join(dir, 'kept'), { mode: 0o755 });
    const folder = folderOfVersion([dir, 'kept'], '1.2.3');
    expect(folder).toBe(join(dir, 'kept/1.2.3'));
    expect([join(dir, 'kept'), folder].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  test('is refused where others may write it', () => {
    mkdirSync(join(dir, 'kept'));
    chmodSync(join(dir, 'kept'), 0o777);
    expect(() => folderOfVersion([dir, 'kept'], '1.2.3')).toThrow(RefusedFile);
    expect(readdirSync(join(dir, 'kept'))).toEqual([]);
  });

  test('is refused where others may write one above it, and nothing is made there', () => {
    mkdirSync(join(dir, 'open/mine'), { recursive: true });
    chmodSync(join(dir, 'open'), 0o777);
    expect(() => folderOfVersion([join(dir, 'open/mine'), 'kept'], '1.2.3')).toThrow(RefusedFile);
    expect(readdirSync(join(dir, 'open/mine'))).toEqual([]);
  });

  test('is refused where a link leads to what others may write', () => {
    mkdirSync(join(dir, 'open/kept'), { recursive: true });
    chmodSync(join(dir, 'open'), 0o777);
    symlinkSync(join(dir, 'open/kept'), join(dir, 'kept'));
    expect(() => folderOfVersion([dir, 'kept'], '1.2.3')).toThrow(RefusedFile);
  });

  test('is refused where a file lies in its place', () => {
    writeFileSync(join(dir, 'kept'), '');
    expect(() => folderOfVersion([dir, 'kept'], '1.2.3')).toThrow('is not this user');
  });

  test('is not made in a home that is not there', () => {
    expect(() => folderOfVersion([join(dir, 'home'), 'kept'], '1.2.3')).toThrow('ENOENT');
  });

  test('holds one version', () => {
    folderOfVersion([dir, 'kept'], '1.2.3');
    folderOfVersion([dir, 'kept'], '1.2.4');
    expect(readdirSync(join(dir, 'kept'))).toEqual(['1.2.4']);
  });
});

const run = (args: readonly string[], cache = dir): Promise<unknown> => {
  const { NODE_COMPILE_CACHE: _kept, NODE_DISABLE_COMPILE_CACHE: _off, ...env } = process.env;
  return promisify(execFile)(process.execPath, [BIN, ...args], { env: { ...env, XDG_CACHE_HOME: cache } });
};

test('a command leaves something for the next time', async () => {
  await run(['status', '--help']);
  expect(readdirSync(join(dir, 'lifeline/compiled'), { recursive: true }).length).toBeGreaterThan(10);
});

test.each([[['--version']], [['run', '--help']]])('%j leaves nothing', async (args) => {
  await run(args);
  expect(readdirSync(dir)).toEqual([]);
});

test('where nothing can be kept the command does its work all the same', async () => {
  await run(['status', '--help'], join(dir, 'none'));
  expect(existsSync(join(dir, 'none'))).toBe(false);
});
