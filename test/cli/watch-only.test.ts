import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchOnly } from '../../src/cli/config/find-config.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-only-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('watches the gateways of all kinds that are there, and restarts none', () => {
  expect(watchOnly(home, {})).toBeNull();
  mkdirSync(join(home, '.openclaw'));
  writeFileSync(join(home, '.openclaw', 'openclaw.json'), '{}');
  expect(watchOnly(home, {})?.gateways).toMatchObject([
    { name: 'openclaw', kind: 'openclaw', home: join(home, '.openclaw'), heal: 'off' },
  ]);
  mkdirSync(join(home, '.hermes', 'logs'), { recursive: true });
  expect(watchOnly(home, {})?.gateways).toMatchObject([
    { name: 'main', kind: 'hermes', home: join(home, '.hermes'), heal: 'off' },
    { name: 'openclaw', kind: 'openclaw', home: join(home, '.openclaw'), heal: 'off' },
  ]);
});

it('speaks the language of the environment', () => {
  mkdirSync(join(home, '.hermes', 'logs'), { recursive: true });
  const locales = [
    {},
    { LANG: 'C.UTF-8' },
    { LANG: 'zh_CN.UTF-8' },
    { LANG: 'zh_CN.UTF-8', LC_ALL: 'en_US.UTF-8' },
    { LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW.UTF-8' },
  ].map((env) => watchOnly(home, env)?.locale);
  expect(locales).toEqual(['en', 'en', 'zh-CN', 'en', 'zh-CN']);
});
