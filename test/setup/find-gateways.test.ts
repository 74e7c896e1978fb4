import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { findGateways, recogniseHomes } from '../../src/setup/find-gateways.ts';
import { foreignApps } from '../../src/setup/foreign-apps.ts';
import { setupText } from '../../src/text/setup/setup.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-find-'));
  for (const folder of [
    '.hermes/logs',
    '.hermes/profiles/work/logs',
    '.hermes/profiles/openclaw/logs',
    '.openclaw',
    '.openclaw-ops',
    'srv/h/logs',
    'srv/other',
  ])
    mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, '.hermes', '.env'), 'QQ_APP_ID=111\n');
  writeFileSync(
    join(home, '.openclaw', 'openclaw.json'),
    `{ channels: { feishu: { appId: 'cli_1111111111111111' }, qqbot: { accounts: { a: { "appId": 222 } } } } }`,
  );
  writeFileSync(join(home, '.openclaw-ops', 'openclaw.json'), '{}');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const at = (...path: readonly string[]): string => join(home, ...path);
const text = setupText('en');

describe('what is found', () => {
  it('is of all kinds, and every one has a name of its own', () => {
    expect(findGateways({ HOME: home }, []).map(({ name, kind, home: where }) => [name, kind, where])).toEqual([
      ['main', 'hermes', at('.hermes')],
      ['openclaw', 'hermes', at('.hermes', 'profiles', 'openclaw')],
      ['work', 'hermes', at('.hermes', 'profiles', 'work')],
      ['openclaw-2', 'openclaw', at('.openclaw')],
      ['openclaw-ops', 'openclaw', at('.openclaw-ops')],
    ]);
  });

  it('is not what is watched already, and has no name that is taken', () => {
    const watched = [
      { name: 'MAIN', home: '/srv/elsewhere' },
      { name: 'mine', home: at('.openclaw') },
      { name: 'hermes-work', home: '/srv/a' },
      { name: 'work', home: '/srv/b' },
    ];
    expect(findGateways({ HOME: home }, watched).map(({ name }) => name)).toEqual([
      'hermes-main',
      'openclaw',
      'work-2',
      'openclaw-ops',
    ]);
  });
});

describe('what is named by its home', () => {
  it('is told by its folder, and called as somebody says or as its kind is wont to', () => {
    const homes = [
      { name: null, home: at('srv', 'h') },
      { name: 'main', home: at('.openclaw') },
      { name: null, home: at('.hermes', 'profiles', 'work') },
    ];
    expect(recogniseHomes(homes, [], text)).toEqual([
      { name: 'hermes-main', kind: 'hermes', home: at('srv', 'h') },
      { name: 'main', kind: 'openclaw', home: at('.openclaw') },
      { name: 'work', kind: 'hermes', home: at('.hermes', 'profiles', 'work') },
    ]);
  });

  it('is refused where nothing looks like a gateway, with what each kind has and where other programs are explained', () => {
    const refused = (locale: 'zh-CN' | 'en') => () =>
      recogniseHomes([{ name: null, home: at('srv', 'other') }], [], setupText(locale));
    for (const says of [
      /--gateway .*srv\/other/,
      /Hermes.*~\/\.hermes.*logs/,
      /OpenClaw.*~\/\.openclaw.*openclaw\.json/,
    ]) {
      for (const locale of ['zh-CN', 'en'] as const)
        expect(refused(locale)).toThrow(
          expect.objectContaining({ code: 'USAGE_GATEWAY', message: expect.stringMatching(says) as unknown }),
        );
    }
    expect(refused('zh-CN')).toThrow(/docs\/generic\.zh-CN\.md/);
    expect(refused('en')).toThrow(/docs\/generic\.md/);
  });
});

describe("the gateways' own bots", () => {
  it('are those of all kinds, and of a home that was only named', async () => {
    const all = await foreignApps(findGateways({ HOME: home }, []), silentLogger());
    expect(all).toEqual([
      { appId: '111', home: at('.hermes') },
      { appId: 'cli_1111111111111111', home: at('.openclaw') },
      { appId: '222', home: at('.openclaw') },
    ]);
    expect(
      (await foreignApps([{ home: at('.openclaw') }, { home: at('srv', 'other') }], silentLogger())).map(
        ({ appId }) => appId,
      ),
    ).toEqual(['cli_1111111111111111', '222']);
  });
});
