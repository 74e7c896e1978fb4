/** The seam for kinds of gateways: outside `src/gateways` nothing knows any one of them by its name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
/** Also what they were called before. `generic` is a word of the configuration, and no gateway. */
const NAMES = /hermes|openclaw|clawdbot|moltbot/i;
const KNOWS_THEM = 'src/gateways/';
/** It plays the outside world, whose gateway it imitates: its files, lines and signals are one gateway's own. */
const PLAYS_ONE = 'sandbox/';

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));

const linesWithNames = (files: readonly string[]): readonly string[] =>
  files.flatMap((file) => [
    ...(NAMES.test(file) ? [file] : []),
    ...readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, at) => (NAMES.test(line) ? [`${file}:${at + 1}: ${line.trim().slice(0, 160)}`] : [])),
  ]);

const files = [...filesOf('src'), ...filesOf('sandbox'), ...filesOf('commands')];

it('finds such names where they belong', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(linesWithNames(files.filter((file) => file.startsWith(KNOWS_THEM))).length).toBeGreaterThan(50);
  expect(linesWithNames(files.filter((file) => file.startsWith(PLAYS_ONE))).length).toBeGreaterThan(0);
});

it('nothing else in src and commands names a kind of gateway', () => {
  expect(linesWithNames(files.filter((file) => !file.startsWith(KNOWS_THEM) && !file.startsWith(PLAYS_ONE)))).toEqual(
    [],
  );
});
