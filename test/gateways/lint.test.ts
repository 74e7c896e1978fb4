import { describe, expect, it, test } from 'vitest';
import { HERMES_SETTINGS } from '../../src/gateways/hermes/lint.ts';

const APP = 'FEISHU_APP_ID=cli_0123456789abcdef\nFEISHU_APP_SECRET=kR8mZq2vTn5wYx7u\n';
const QQ = 'QQ_APP_ID=102030405\nQQ_CLIENT_SECRET=kR8mZq2vTn5wYx7u\n';
const lint = (
  env: string | null,
  config: string | null = null,
  more: { home?: string; rootConfig?: string } = {},
): readonly string[] =>
  HERMES_SETTINGS.lint({ home: '/home/me/.hermes', env, config, rootConfig: null, ...more }).map(({ code, ...facts }) =>
    [code, 'name' in facts ? facts.name : ''].join(' ').trim(),
  );
const qq = (...lines: readonly string[]): string =>
  ['platforms:', '  qqbot:', '    enabled: true', '    extra:', ...lines.map((line) => `      ${line}`), ''].join('\n');

describe("a gateway's settings", () => {
  test.each<[string, string | null, string | null, readonly string[]]>([
    ['no files', null, null, []],
    [
      'both platforms as they should be',
      `${APP}${QQ}FEISHU_DOMAIN=lark\nFEISHU_CONNECTION_MODE=websocket\n`,
      'logging:\n  level: INFO\n',
      [],
    ],
    ['a platform that nobody set up', 'TELEGRAM_BOT_TOKEN=1:2\n', 'platforms:\n  telegram:\n    enabled: true\n', []],
    ['credentials in config.yaml', '', qq('app_id: 102030405', 'client_secret: kR8mZq2vTn5wYx7u'), []],
    ['half of them in each', 'QQ_CLIENT_SECRET=kR8mZq2vTn5wYx7u\n', qq('app_id: "102030405"'), []],
    ['no secret', 'FEISHU_APP_ID=cli_0123456789abcdef\n', null, ['setting_missing FEISHU_APP_SECRET']],
    ['an empty secret', `${APP}QQ_APP_ID=102030405\nQQ_CLIENT_SECRET=""\n`, null, ['setting_missing QQ_CLIENT_SECRET']],
    ['no app id', 'QQ_CLIENT_SECRET=kR8mZq2vTn5wYx7u\n', null, ['setting_missing QQ_APP_ID']],
    ['a platform that is switched off', 'QQ_APP_ID=1\n', 'platforms:\n  qqbot:\n    enabled: false\n', []],
    [
      'an app id of another form',
      'FEISHU_APP_ID=cli_12\nFEISHU_APP_SECRET=kR8mZq2vTn5wYx7u\n',
      null,
      ['setting_app_id FEISHU_APP_ID'],
    ],
    ['two ids in two files', QQ, qq('app_id: "5554443332"'), ['setting_conflict QQ_APP_ID']],
    ['a mode that is none', `${APP}FEISHU_CONNECTION_MODE=socket\n`, null, ['setting_unknown FEISHU_CONNECTION_MODE']],
    ['a domain that is none', `${APP}FEISHU_DOMAIN=open.feishu.cn\n`, null, ['setting_unknown FEISHU_DOMAIN']],
    ['webhook without a token', `${APP}FEISHU_CONNECTION_MODE=webhook\n`, null, ['setting_webhook_token']],
    [
      'webhook with one',
      `${APP}FEISHU_CONNECTION_MODE=webhook\nFEISHU_ENCRYPT_KEY=abcd1234\n`,
      null,
      ['setting_webhook_mode'],
    ],
    ['an open policy', QQ, qq('dm_policy: open'), ['setting_open dm_policy']],
    ['an open policy with consent', `${QQ}QQ_ALLOW_ALL_USERS=true\n`, qq('dm_policy: open', 'group_policy: open'), []],
    ['an open policy with the general consent', `${QQ}GATEWAY_ALLOW_ALL_USERS=1\n`, qq('group_policy: open'), []],
    [
      'a consent that says no',
      `${QQ}QQ_ALLOW_ALL_USERS=false\n`,
      qq('group_policy: open'),
      ['setting_open group_policy'],
    ],
    ['a list with nobody in it', QQ, qq('dm_policy: allowlist', 'allow_from: []'), ['setting_nobody dm_policy']],
    ['a list with somebody in it', QQ, qq('dm_policy: allowlist', 'allow_from: ["A1"]'), []],
    ['a list in .env', `${QQ}QQ_ALLOWED_USERS=A1,B2\n`, qq('dm_policy: allowlist'), []],
    ['all access denied', QQ, qq('dm_policy: disabled', 'group_policy: disabled'), ['setting_nobody dm_policy']],
    ['groups only', QQ, qq('dm_policy: disabled', 'group_policy: pairing'), []],
    ['a policy that is none', QQ, qq('dm_policy: everybody'), ['setting_unknown dm_policy']],
    [
      'a variable twice',
      `${QQ}QQ_ALLOW_ALL_USERS=false\nQQ_ALLOW_ALL_USERS=true\n`,
      null,
      ['setting_repeated QQ_ALLOW_ALL_USERS'],
    ],
    ['a variable twice with one value, and one that is not ours', `${QQ}QQ_APP_ID=102030405\nFOO=1\nFOO=2\n`, null, []],
    ['a broken config.yaml', QQ, 'platforms:\n  qqbot: "unclosed\n', ['setting_yaml']],
    ['a log level that hides logins', QQ, 'logging:\n  level: warning\n', ['setting_log_level']],
    ['the loop watchdog off', QQ, 'gateway:\n  loop_watchdog: false\n', ['setting_watchdog_off']],
  ])('%s', (_name, env, config, expected) => expect(lint(env, config)).toEqual(expected));

  test.each([
    'your_app_secret',
    'YOUR-SECRET',
    '<secret>',
    'xxxxxxxx',
    'changeme',
    'change_me',
    '...',
    '***',
    '${FEISHU_APP_SECRET}',
    '你的密钥',
    '填写密钥',
    'secret',
    'replace_me',
    'app_secret_here',
  ])('takes %s for a placeholder', (secret) => {
    expect(lint(`FEISHU_APP_ID=cli_0123456789abcdef\nFEISHU_APP_SECRET=${secret}\n`)).toEqual([
      'setting_placeholder FEISHU_APP_SECRET',
    ]);
  });

  test.each(['kR8mZq2vTn5wYx7u', 'MYa1b2c3d4e5f6g7', 'changeable8d7f6a5s', 'Secret9f8e7d6c5b4a', 'insertion44aa55bb'])(
    'takes %s for a secret',
    (secret) => {
      expect(lint(`FEISHU_APP_ID=cli_0123456789abcdef\nFEISHU_APP_SECRET=${secret}\n`)).toEqual([]);
    },
  );

  it('says where config.yaml is broken, and repeats nothing of it', () => {
    const [fault] = HERMES_SETTINGS.lint({
      home: '/h',
      env: null,
      config: 'a: 1\nsecret: "kR8mZq2vTn5wYx7u\n',
      rootConfig: null,
    });
    expect(fault).toMatchObject({ code: 'setting_yaml', line: expect.any(Number) as number });
    expect(JSON.stringify(fault)).not.toContain('kR8mZq2vTn5wYx7u');
  });

  test.each([
    ['/home/me/.hermes/profiles/ops', 'gateway:\n  multiplex_profiles: true\n', true],
    ['/home/me/.hermes/profiles/ops', 'gateway:\n  multiplex_profiles: [ops, dev]\n', true],
    ['/home/me/.hermes/profiles/ops', 'gateway:\n  multiplex_profiles: [dev]\n', false],
    ['/home/me/.hermes/profiles/ops', 'gateway: {}\n', false],
    ['/home/me/.hermes', 'gateway:\n  multiplex_profiles: true\n', false],
  ])('%s with %j is served by another: %s', (home, rootConfig, expected) =>
    expect(lint(null, null, { home, rootConfig })).toEqual(expected ? ['setting_multiplexed'] : []),
  );

  it('reads variables as the gateway does', () => {
    expect([
      ...HERMES_SETTINGS.variables('export A=\'b c\' # no\nB=x # comment\nC="#1"\n# D=1\nE=a#b\r\nA=2\n'),
    ]).toEqual([
      ['A', '2'],
      ['B', 'x'],
      ['C', '#1'],
      ['E', 'a#b'],
    ]);
  });
});
