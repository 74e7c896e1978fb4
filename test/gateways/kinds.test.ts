import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { findHomes, kindOfHome, KINDS } from '../../src/gateways/index.ts';
import { KIND_NAMES } from '../../src/gateways/names.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'lifeline-kinds-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Paths that end with a slash are folders. */
const make = (home: string, paths: readonly string[]): string => {
  for (const path of paths) {
    const whole = join(dir, home, path);
    mkdirSync(path.endsWith('/') ? whole : dirname(whole), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(whole, '{}');
  }
  return join(dir, home);
};

describe('the kind of a home', () => {
  test.each([
    ['a gateway that has run', ['logs/', 'gateway_state.json', '.env'], 'hermes'],
    ['one that was only set up', ['.env'], 'hermes'],
    ['the other kind, whose home has logs and an .env as well', ['openclaw.json', 'logs/', '.env'], 'openclaw'],
    ['the other kind with nothing but its configuration', ['openclaw.json'], 'openclaw'],
    ['a folder of something else', ['package.json', 'src/'], null],
    ['an empty one', ['./'], null],
  ] as const)('%s', (name, paths, kind) => {
    expect(kindOfHome(make(name, paths))).toBe(kind);
  });

  it('is unknown where there is no folder', () => {
    expect(kindOfHome(join(dir, 'nowhere'))).toBeNull();
  });
});

describe('the homes of a machine', () => {
  it('are those of all kinds with their profiles, and no others', () => {
    const userHome = make('user', [
      '.hermes/logs/',
      '.hermes/profiles/work/logs/',
      '.hermes/profiles/empty/',
      '.hermes/profiles/main/logs/',
      '.hermes/profiles/7/logs/',
      '.hermes/profiles/Bad Name/logs/',
      '.openclaw/openclaw.json',
      '.openclaw-ops/openclaw.json',
      '.openclaw-none/',
    ]);
    expect(findHomes({}, userHome)).toEqual([
      { name: 'main', kind: 'hermes', home: join(userHome, '.hermes') },
      { name: 'work', kind: 'hermes', home: join(userHome, '.hermes', 'profiles', 'work') },
      { name: 'openclaw', kind: 'openclaw', home: join(userHome, '.openclaw') },
      { name: 'openclaw-ops', kind: 'openclaw', home: join(userHome, '.openclaw-ops') },
    ]);
  });

  it('are elsewhere where the environment says so', () => {
    const elsewhere = make('elsewhere', ['h/config.yaml', 'o/openclaw.json']);
    expect(
      findHomes({ HERMES_HOME: join(elsewhere, 'h'), OPENCLAW_STATE_DIR: join(elsewhere, 'o') }, join(dir, 'nobody')),
    ).toEqual([
      { name: 'main', kind: 'hermes', home: join(elsewhere, 'h') },
      { name: 'openclaw', kind: 'openclaw', home: join(elsewhere, 'o') },
    ]);
  });
});

test.each(KIND_NAMES)(
  '%s has a name for people exactly where it has a usual home, and signs by which that is told',
  (name) => {
    const { title, usualHome, homeSigns } = KINDS[name];
    expect([title === null, homeSigns.length === 0]).toEqual([usualHome === null, usualHome === null]);
  },
);

test.each([
  ['hermes', '/home/me/.hermes/profiles/work', ['hermes', 'gateway', 'run']],
  ['openclaw', '/home/me/.openclaw', ['openclaw', 'gateway', 'run']],
  ['openclaw', '/home/me/.openclaw-ops', ['openclaw', '--profile', 'ops', 'gateway', 'run']],
  ['generic', '/srv/bot', []],
] as const)('the command of %s for %s names its profile where nothing else does', (kind, home, command) => {
  expect(KINDS[kind].commandFor(home)).toEqual(command);
});
