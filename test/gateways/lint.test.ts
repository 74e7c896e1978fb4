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

const TELEGRAM = 'TELEGRAM_BOT_TOKEN=123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc\n';
const telegramAt = (url: string): string =>
  `platforms:\n  telegram:\n    enabled: true\n    extra:\n      base_url: ${url}\n`;

/** Platforms whose facts stand in `platforms/`. */
const OTHERS: readonly [string, string | null, string | null, readonly string[]][] = [
  [
    'further platforms as they should be',
    [
      TELEGRAM.trim(),
      'DISCORD_BOT_TOKEN=MTIzNDU2Nzg5MDEyMzQ1Njc4.GfXyZa.kQ0123456789abcdefghijklmnopqr',
      'SLACK_BOT_TOKEN=xoxb-1-2-a,xoxb-2-3-b',
      'SLACK_APP_TOKEN=xapp-1-A-2-b',
      'WEIXIN_TOKEN=a',
      'WECOM_BOT_ID=aib1',
      'WECOM_SECRET=kR8mZq2vTn5wYx7u',
      'DINGTALK_CLIENT_ID=ding1',
      'DINGTALK_CLIENT_SECRET=kR8mZq2vTn5wYx7u',
      'SIGNAL_HTTP_URL=http://127.0.0.1:8080',
      'SIGNAL_ACCOUNT=+4915112345678',
      'MATRIX_HOMESERVER=https://matrix.org',
      'MATRIX_PASSWORD=kR8mZq2vTn5wYx7u',
      'MATRIX_USER_ID=@me:matrix.org',
      'MATTERMOST_URL=https://mm.example.org',
      'MATTERMOST_TOKEN=kR8mZq2vTn5wYx7u',
      'EMAIL_ADDRESS=me@example.org',
      'EMAIL_PASSWORD=kR8mZq2vTn5wYx7u',
      'EMAIL_IMAP_HOST=imap.example.org',
      'EMAIL_SMTP_HOST=smtp.example.org',
    ].join('\n'),
    telegramAt('http://127.0.0.1:8081/bot'),
    [],
  ],
  [
    'the same where Telegram is switched off',
    'TELEGRAM_BOT_TOKEN=1:2\n',
    'platforms:\n  telegram:\n    enabled: false\n',
    [],
  ],
  [
    'a webhook of Telegram without its secret',
    `${TELEGRAM}TELEGRAM_WEBHOOK_URL=https://me.example.org/telegram\n`,
    null,
    ['setting_missing TELEGRAM_WEBHOOK_SECRET'],
  ],
  ["no app token for Slack's socket", 'SLACK_BOT_TOKEN=xoxb-1-2-a\n', null, ['setting_missing SLACK_APP_TOKEN']],
  ['half of WeCom', 'WECOM_BOT_ID=aib1\n', null, ['setting_missing WECOM_SECRET']],
  [
    'the other half in config.yaml',
    'WECOM_BOT_ID=aib1\n',
    'platforms:\n  wecom:\n    extra:\n      secret: kR8mZq2v\n',
    [],
  ],
  ['Mattermost without an address', 'MATTERMOST_TOKEN=kR8mZq2vTn5wYx7u\n', null, ['setting_missing MATTERMOST_URL']],
  [
    'Matrix by a password alone',
    'MATRIX_HOMESERVER=matrix.org\nMATRIX_PASSWORD=kR8mZq2vTn5wYx7u\n',
    null,
    ['setting_missing MATRIX_USER_ID'],
  ],
  [
    'email with three of four',
    'EMAIL_ADDRESS=me@example.org\nEMAIL_PASSWORD=your_password\nEMAIL_IMAP_HOST=https://imap.example.org/\n',
    null,
    ['setting_placeholder EMAIL_PASSWORD', 'setting_missing EMAIL_SMTP_HOST'],
  ],
];

describe("a gateway's settings", () => {
  test.each<[string, string | null, string | null, readonly string[]]>([
    ['no files', null, null, []],
    [
      'both platforms as they should be',
      `${APP}${QQ}FEISHU_DOMAIN=lark\nFEISHU_CONNECTION_MODE=websocket\n`,
      'logging:\n  level: INFO\n',
      [],
    ],
    ['a platform that nobody set up', 'WHATSAPP_MODE=bot\n', 'platforms:\n  telegram:\n    enabled: true\n', []],
    ...OTHERS,
    ['credentials in config.yaml', '', qq('app_id: 102030405', 'client_secret: kR8mZq2vTn5wYx7u'), []],
    ['half of them in each', 'QQ_CLIENT_SECRET=kR8mZq2vTn5wYx7u\n', qq('app_id: "102030405"'), []],
    ['no secret', 'FEISHU_APP_ID=cli_0123456789abcdef\n', null, ['setting_missing FEISHU_APP_SECRET']],
    ['an empty secret', `${APP}QQ_APP_ID=102030405\nQQ_CLIENT_SECRET=""\n`, null, ['setting_missing QQ_CLIENT_SECRET']],
    ['no app id', 'QQ_CLIENT_SECRET=kR8mZq2vTn5wYx7u\n', null, ['setting_missing QQ_APP_ID']],
    ['a platform that is switched off', 'QQ_APP_ID=1\n', 'platforms:\n  qqbot:\n    enabled: false\n', []],
    ['a mode that is none', `${APP}FEISHU_CONNECTION_MODE=socket\n`, null, ['setting_unknown FEISHU_CONNECTION_MODE']],
    ['webhook without a token', `${APP}FEISHU_CONNECTION_MODE=webhook\n`, null, ['setting_webhook_token']],
    [
      'webhook with one',
      `${APP}FEISHU_CONNECTION_MODE=webhook\nFEISHU_ENCRYPT_KEY=abcd1234\n`,
      null,
      ['setting_webhook_mode'],
    ],
    ['an open policy with consent', `${QQ}QQ_ALLOW_ALL_USERS=true\n`, qq('dm_policy: open', 'group_policy: open'), []],
    ['an open policy with the general consent', `${QQ}GATEWAY_ALLOW_ALL_USERS=1\n`, qq('group_policy: open'), []],
    ['a list with somebody in it', QQ, qq('dm_policy: allowlist', 'allow_from: ["A1"]'), []],
    ['a list in .env', `${QQ}QQ_ALLOWED_USERS=A1,B2\n`, qq('dm_policy: allowlist'), []],
    ['groups only', QQ, qq('dm_policy: disabled', 'group_policy: pairing'), []],
    ['a variable twice with one value, and one that is not ours', `${QQ}QQ_APP_ID=102030405\nFOO=1\nFOO=2\n`, null, []],
    ['a broken config.yaml', QQ, 'platforms:\n  qqbot: "unclosed\n', ['setting_yaml']],
    ['a log level that hides logins', QQ, 'logging:\n  level: warning\n', ['setting_log_level']],
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
