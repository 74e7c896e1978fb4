import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceAllWhole, replaceWhole } from '../../src/base/write-whole.ts';
import { ownFolder } from '../store/helpers.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("a new file is its owner's alone unless told, whatever the umask", () => {
  const folder = ownFolder();
  const before = process.umask(0o077);
  try {
    replaceWhole(join(folder, 'below/secret'), 's');
    replaceWhole(join(folder, 'unit'), 'u', { mode: 0o644 });
  } finally {
    process.umask(before);
  }
  expect([modeOf(join(folder, 'below/secret')), modeOf(join(folder, 'unit'))]).toEqual([0o600, 0o644]);
});

test('takes the place of a file, and of a link rather than of what it names; nothing is left beside it', () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'real'), 'old');
  symlinkSync('real', join(folder, 'link'));
  writeFileSync(join(folder, `link.new-${process.pid}`), 'left behind');
  replaceWhole(join(folder, 'link'), 'new');
  expect(readFileSync(join(folder, 'link'), 'utf8')).toBe('new');
  expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('old');
  expect(readdirSync(folder).toSorted()).toEqual(['link', 'real']);
});

test('of several files none is changed when one cannot be written', () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'a'), 'old');
  chmodSync(join(folder, 'a'), 0o640);
  const files = [
    { path: join(folder, 'a'), text: 'new' },
    { path: join(folder, 'a', 'b'), text: 'x' },
  ];
  expect(() => replaceAllWhole(files)).toThrow(/EEXIST|ENOTDIR/);
  expect([readFileSync(join(folder, 'a'), 'utf8'), modeOf(join(folder, 'a'))]).toEqual(['old', 0o640]);
  expect(readdirSync(folder)).toEqual(['a']);
  mkdirSync(join(folder, 'c/full'), { recursive: true });
  expect(() => replaceWhole(join(folder, 'c'), 'x')).toThrow(/EISDIR|ENOTEMPTY/);
  expect(readdirSync(folder).toSorted()).toEqual(['a', 'c']);
});
