/** What commands leave of themselves for the next time, and where they leave nothing. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const BIN = join(import.meta.dirname, '../../src/bin.ts');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-compiled-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const run = (args: readonly string[]): Promise<unknown> => {
  const { NODE_COMPILE_CACHE: _kept, NODE_DISABLE_COMPILE_CACHE: _off, ...env } = process.env;
  return promisify(execFile)(process.execPath, [BIN, ...args], { env: { ...env, HOME: home } });
};
const kept = (): readonly string[] => {
  const folder = join(home, '.cache/lifeline');
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
};

test('a command leaves something for the next time, for this user alone', async () => {
  await run(['status', '--help']);
  expect(kept().length).toBeGreaterThan(10);
  expect(statSync(join(home, '.cache/lifeline')).mode & 0o777).toBe(0o700);
});

test.each([[['--version']], [['run', '--help']]])('%j leaves nothing', async (args) => {
  await run(args);
  expect(readdirSync(home)).toEqual([]);
});

test.each(['.', '.cache', '.cache/lifeline'])('nothing is kept where others may write %s', async (folder) => {
  mkdirSync(join(home, '.cache/lifeline'), { recursive: true });
  chmodSync(join(home, folder), 0o777);
  await run(['status', '--help']);
  expect(kept()).toEqual([]);
});

test('without a home the command does its work all the same', async () => {
  rmSync(home, { recursive: true });
  await run(['status', '--help']);
  expect(existsSync(home)).toBe(false);
  mkdirSync(home);
});
