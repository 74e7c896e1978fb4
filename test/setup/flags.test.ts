import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { readFlags, type InitOptions } from '../../src/setup/flags.ts';
import { withNamed, withoutIds } from '../../src/setup/known-operators.ts';
import { namedOperators } from '../../src/setup/named-operators.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-flags-'));
  writeFileSync(join(home, 'secret'), '\uFEFF  s3cret \n');
  writeFileSync(join(home, 'empty'), ' \n');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the flags', () => {
  it('take a secret from a file before the environment, trimmed', () => {
    expect(
      readFlags(
        { feishuAppSecretFile: join(home, 'secret') },
        { LIFELINE_FEISHU_SECRET: 'other', LIFELINE_QQ_SECRET: ' q ' },
      ),
    ).toMatchObject({ feishu: { secret: 's3cret' }, qq: { secret: 'q' } });
  });

  it('know that the token comes from where the API is', () => {
    expect(readFlags({ qqApiBase: 'http://127.0.0.1:1/' }, {}).qq).toMatchObject({
      apiBase: 'http://127.0.0.1:1',
      tokenUrl: 'http://127.0.0.1:1/app/getAppAccessToken',
    });
    expect(readFlags({ qqApiBase: 'http://127.0.0.1:1', qqTokenUrl: 'http://127.0.0.1:2/t' }, {}).qq.tokenUrl).toBe(
      'http://127.0.0.1:2/t',
    );
  });

  it('name gateways', () => {
    expect(
      readFlags({ gateway: ['~/.hermes', 'spare=/srv/h', '/srv/profiles/work/'] }, { HOME: home }).gateways,
    ).toEqual([
      { name: null, home: join(home, '.hermes') },
      { name: 'spare', home: '/srv/h' },
      { name: null, home: '/srv/profiles/work' },
    ]);
  });

  test.each<readonly [InitOptions, RegExp]>([
    [{ locale: 'zh' }, /--locale knows zh-CN, en/],
    [{ channels: 'feishu,lark' }, /not both/],
    [{ channels: 'feishu,qqq' }, /Did you mean qq/],
    [{ wait: 'long' }, /--wait takes a duration/],
    [{ service: 'root' }, /--service knows/],
    [{ qqClientSecretFile: '/nowhere/at/all' }, /--qq-client-secret-file: cannot read/],
  ])('refuse %j', (options, says) => {
    expect(() => readFlags(options, {})).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^USAGE_/) as unknown,
        message: expect.stringMatching(says) as unknown,
      }),
    );
  });

  it('refuse an empty secret file, and never repeat what is in one', () => {
    expect(() => readFlags({ feishuAppSecretFile: join(home, 'empty') }, {})).toThrow(/is empty/);
    expect(() => readFlags({}, { LIFELINE_QQ_SECRET: 'two words' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('words.') as unknown }),
    );
  });

  test.each([
    [{ operatorFeishu: 'me' }, ['feishu'], /begins with "ou_"/],
    [{ operatorQq: 'ABC' }, ['feishu'], /qq is not set up/],
  ] as const)('refuse the operator %j on %j', (options, channels, says) => {
    expect(() => namedOperators(readFlags(options, {}), channels, { configured: [], paired: [] })).toThrow(says);
  });

  test.each([
    ['nobody', null, [], 'admin'],
    ['somebody else', 'bob', [{ name: 'me', role: 'admin', ids: { qq: 'X' } }], 'operator'],
    ['the same person', 'me', [{ name: 'me', role: 'viewer', ids: { feishu: 'ou_1' } }], 'viewer'],
  ] as const)('make an operator of the right role where %s is there', (_who, name, configured, role) => {
    const flags = readFlags({ operatorQq: 'ABC', ...(name === null ? {} : { operatorName: name }) }, {});
    expect(namedOperators(flags, ['qq'], { configured, paired: [] })).toEqual([
      { name: name ?? 'admin', role, qq: 'ABC' },
    ]);
  });
});

describe('who is known', () => {
  const me = { name: 'me', role: 'admin', ids: { feishu: 'ou_1', qq: 'Q' } } as const;
  const bob = { name: 'bob', role: 'viewer', channel: 'feishu', user: 'ou_2', pairedAt: 1 };

  it('is not known to another bot of a channel by the ids of the one before', () => {
    expect(withoutIds({ configured: [me], paired: [bob, { ...bob, channel: 'qq' }] }, 'feishu')).toEqual({
      configured: [{ ...me, ids: { qq: 'Q' } }],
      paired: [{ ...bob, channel: 'qq' }],
    });
  });

  it('may tap when the id stands on the command line', () => {
    expect(
      withNamed({ configured: [me], paired: [] }, [
        { name: 'me', role: 'admin', feishu: 'ou_3' },
        { name: 'new', role: 'operator', qq: 'N' },
      ]).configured,
    ).toEqual([
      { ...me, ids: { feishu: 'ou_3', qq: 'Q' } },
      { name: 'new', role: 'operator', ids: { qq: 'N' } },
    ]);
  });
});
