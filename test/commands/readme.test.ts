/**
 * The READMEs list every command under its names and its role, as the registry has them; so does the page about who may
 * do what.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { usageLine } from '../../src/chat/arguments/usage.ts';
import { ROLES } from '../../src/config/config.ts';
import type { Locale } from '../../src/text/locale.ts';

const page = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

const codes = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The rows of the table whose first cell begins with one of `starts`, each as its cells. */
const rowsOf = (text: string, starts: RegExp): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => starts.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const READMES: readonly (readonly [string, Locale])[] = [
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh-CN'],
];

describe.each(READMES)('the commands in %s', (name, locale) => {
  const rows = rowsOf(page(name), /^\| `\//);

  it('are those of the registry in its order, as they are written, with all their names and their role', () => {
    expect(
      rows.map(([usage = '', aliases = '', role]) => ({ usage: codes(usage), aliases: codes(aliases), role })),
    ).toEqual(
      commands.map((command) => ({
        usage: [usageLine(command, locale)],
        aliases: command.aliases,
        role: command.role,
      })),
    );
  });

  it('are all explained', () => {
    for (const [usage, , , what = ''] of rows) expect([usage, what.length > 3]).toEqual([usage, true]);
  });
});

describe.each(['docs/security.md', 'docs/security.zh-CN.md'])('the roles in %s', (name) => {
  it('may use the commands that the registry gives them', () => {
    const rows = rowsOf(page(name), /^\| `(?:viewer|operator|admin)`/);
    const sorted = (names: readonly string[]): readonly string[] => [...names].sort();
    expect(rows.map(([role = '', may = '']) => [codes(role)[0], sorted(codes(may))])).toEqual(
      ROLES.map((role) => [
        role,
        sorted(commands.filter((command) => command.role === role).map(({ id }) => `/${id}`)),
      ]),
    );
  });
});
