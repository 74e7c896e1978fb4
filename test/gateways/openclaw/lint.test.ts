import { describe, expect, it, test } from 'vitest';
import { OPENCLAW_SETTINGS } from '../../../src/gateways/openclaw/lint.ts';

const SECRET = 'kR8mZq2vTn5wYx7u';
const gateway = { mode: 'local', auth: { mode: 'token', token: 'kR8mZq2vTn5wYx7utoken' } };
const feishu = { appId: 'cli_0123456789abcdef', appSecret: SECRET, connectionMode: 'websocket' };
const qqbot = { appId: '102030405', clientSecret: SECRET };
const plugins = { entries: { feishu: { enabled: true }, qqbot: { enabled: true } } };
const meta = { lastTouchedVersion: '2026.9.6' };
const whole = (change: object = {}): string =>
  JSON.stringify({ gateway, channels: { feishu, qqbot }, plugins, meta, ...change });
interface More {
  readonly home?: string;
  readonly env?: string;
  readonly rootConfig?: string;
  readonly backup?: string;
  readonly variables?: ReadonlyMap<string, string>;
}
const faults = (config: string | null, more: More = {}) =>
  OPENCLAW_SETTINGS.lint({ home: '/home/me/.openclaw', env: null, config, rootConfig: null, ...more });
const lint = (config: string | null, more: More = {}): readonly string[] =>
  faults(config, more).map((fault) =>
    [fault.code, 'name' in fault ? fault.name : '', 'access' in fault ? fault.access : '']
      .join(' ')
      .trim()
      .replace('  ', ' '),
  );

describe('openclaw.json', () => {
  test.each<[string, string | null, More, readonly string[]]>([
    ['is not there', null, {}, []],
    ['is as it should be', whole(), {}, []],
    [
      'is JSON5, as people write it',
      `{ // mine\n gateway: { mode: 'local', auth: { token: 'x1x2x3x4', }, }, }`,
      {},
      [],
    ],
    ['has a channel of another platform only', whole({ channels: { telegram: {} }, plugins: {} }), {}, []],
    [
      'has every further channel as it should be',
      whole({
        channels: {
          telegram: {
            botToken: '1000000001:AAF-a_token_of_this_test_0123456789',
            accounts: { off: { enabled: false, botToken: 'x' } },
          },
          discord: { token: 'Bot MTIzNDU2Nzg5MDEy.GfXabc.kQ0123456789abcdefghijkl' },
          slack: {
            botToken: 'xoxb-1-a',
            appToken: 'xapp-1-a',
            accounts: { web: { mode: 'http', appToken: '', botToken: { source: 'exec', id: 'x' } } },
          },
          mattermost: { botToken: 'a1b2c3d4e5', baseUrl: 'https://chat.example.org' },
          matrix: { homeserver: 'https://matrix.example.org', accessToken: 'syt_a1b2c3' },
          wecom: { botId: 'aib1', secret: 'a1b2c3' },
          signal: { account: '+4915112345678' },
          whatsapp: {},
        },
      }),
      {},
      [],
    ],
    [
      'has a placeholder for a bot token of Telegram',
      whole({
        channels: { telegram: { botToken: 'AAF-a_token', accounts: { work: { botToken: 'your_bot_token' } } } },
      }),
      {},
      ['setting_placeholder channels.telegram.accounts.work.botToken'],
    ],
    [
      'has a socket of Slack without its app token',
      whole({ channels: { slack: { botToken: 'xoxb-1-a' } } }),
      {},
      ['setting_missing channels.slack.appToken'],
    ],
    [
      'has the app token of Slack in .env, which is that of its first account alone',
      whole({ channels: { slack: { botToken: 'xoxb-1-a', accounts: { b: { botToken: 'xoxb-2-b' } } } } }),
      { env: 'SLACK_APP_TOKEN=xapp-1-a\n' },
      ['setting_missing channels.slack.accounts.b.appToken'],
    ],
    [
      'has halves of WeCom and Mattermost',
      whole({
        channels: {
          wecom: { botId: 'aib1' },
          mattermost: { botToken: 'a1b2c3d4e5' },
          matrix: { homeserver: 'matrix.example.org', accessToken: 'syt_a1b2c3' },
          signal: { account: '015112345678' },
        },
      }),
      {},
      ['setting_missing channels.wecom.secret', 'setting_missing channels.mattermost.baseUrl'],
    ],
    ['is empty', '{}', {}, ['setting_auth missing']],
    ['lets nobody ask', whole({ gateway: { mode: 'local', auth: { mode: 'none' } } }), {}, ['setting_auth none']],
    [
      'lets only a proxy ask',
      whole({ gateway: { mode: 'local', auth: { mode: 'trusted-proxy' } } }),
      {},
      ['setting_auth proxy'],
    ],
    ['has no token', whole({ gateway: { mode: 'local' } }), {}, ['setting_auth missing']],
    ['has its token in .env', whole({ gateway: { mode: 'local' } }), { env: 'OPENCLAW_GATEWAY_TOKEN=abc\n' }, []],
    [
      'has its token in the environment',
      whole({ gateway: { mode: 'local' } }),
      { variables: new Map([['OPENCLAW_GATEWAY_TOKEN', 'abc']]) },
      [],
    ],
    [
      'has its token elsewhere',
      whole({ gateway: { mode: 'local', auth: { token: { source: 'exec', provider: 'op', id: 'x' } } } }),
      {},
      ['setting_auth reference'],
    ],
    ['hides what is logged', whole({ logging: { level: 'error' } }), {}, ['setting_log_level']],
    ['has an app id that is a number', whole({ channels: { qqbot: { ...qqbot, appId: 102030405 } } }), {}, []],
    [
      'has no secret',
      whole({ channels: { feishu: { appId: feishu.appId } } }),
      {},
      ['setting_missing channels.feishu.appSecret'],
    ],
    [
      'has its secret in the environment',
      whole({ channels: { feishu: { appId: feishu.appId } } }),
      { variables: new Map([['FEISHU_APP_SECRET', SECRET]]) },
      [],
    ],
    [
      'has its secret as a reference',
      whole({
        channels: {
          feishu: { ...feishu, appSecret: { source: 'env', provider: 'default', id: 'X' } },
          qqbot: { ...qqbot, clientSecret: '${QQ}' },
        },
      }),
      {},
      [],
    ],
    [
      'has no app id',
      whole({ channels: { qqbot: { clientSecret: SECRET } } }),
      {},
      ['setting_missing channels.qqbot.appId'],
    ],
    [
      'has an example’s secret',
      whole({ channels: { qqbot: { ...qqbot, clientSecret: 'your_client_secret' } } }),
      {},
      ['setting_placeholder channels.qqbot.clientSecret'],
    ],
    [
      'has QQ’s secret under Feishu’s name',
      whole({ channels: { qqbot: { appId: qqbot.appId, appSecret: SECRET } } }),
      {},
      ['setting_missing channels.qqbot.clientSecret'],
    ],
    [
      'has QQ’s secret in a file, as once',
      whole({ channels: { qqbot: { appId: qqbot.appId, clientSecretFile: '/x' } } }),
      {},
      [],
    ],
    [
      'has no long connection',
      whole({ channels: { feishu: { ...feishu, connectionMode: 'webhook' } } }),
      {},
      ['setting_webhook_mode'],
    ],
    [
      'has a connection that is none',
      whole({ channels: { feishu: { ...feishu, connectionMode: 'ws' } } }),
      {},
      ['setting_unknown channels.feishu.connectionMode'],
    ],
    ['has a channel that is switched off', whole({ channels: { qqbot: { enabled: false, appId: 'x' } } }), {}, []],
    [
      'has accounts that share a secret',
      whole({ channels: { feishu: { ...feishu, accounts: { b: { appId: 'cli_0123456789abcdee' } } } } }),
      {},
      [],
    ],
    [
      'does not name the plugin',
      whole({ plugins: { entries: { feishu: { enabled: true } } } }),
      {},
      ['setting_plugin plugins.entries.qqbot.enabled'],
    ],
    [
      'names the newer plugin of QQ',
      whole({ plugins: { entries: { feishu: { enabled: true }, 'openclaw-qqbot': { enabled: true } } } }),
      {},
      [],
    ],
    [
      'switches the plugin off',
      whole({ plugins: { entries: { ...plugins.entries, feishu: { enabled: false } } } }),
      {},
      ['setting_plugin plugins.entries.feishu.enabled'],
    ],
    ['never had the block', whole({ meta: undefined }), { backup: whole({ meta: undefined }) }, []],
    ['is of a profile', whole(), { home: '/home/me/.openclaw-ops', rootConfig: whole() }, []],
    [
      'is of a profile with the log of another',
      whole({ logging: { file: '/var/log/oc.log' } }),
      { home: '/home/me/.openclaw-ops', rootConfig: whole({ logging: { file: '/var/log/oc.log' } }) },
      ['setting_shared_log'],
    ],
    [
      'is of a folder of its own, whose log has the default’s name',
      whole(),
      { home: '/srv/state', rootConfig: whole() },
      ['setting_shared_log'],
    ],
    [
      'is of a folder of its own with a log of its own',
      whole({ logging: { file: '/srv/log' } }),
      { home: '/srv/state', rootConfig: whole() },
      [],
    ],
    [
      'holds other things than it should',
      '{"gateway":7,"channels":[],"plugins":"x","meta":null}',
      {},
      ['setting_auth missing'],
    ],
  ])('%s', (_, config, more, expected) => expect(lint(config, more)).toEqual(expected));

  it('says where it is broken', () => {
    expect(faults('{\n  gateway: {\n    mode: "local"\n    auth: {}\n  }\n}')).toEqual([
      { code: 'setting_json', file: 'openclaw.json', line: 4, column: 5, problem: "invalid character 'a'" },
    ]);
    expect(faults('{ gateway: {')).toMatchObject([{ code: 'setting_json', problem: 'invalid end of input' }]);
  });

  it('repeats no secret, wherever it stands', () => {
    const texts = [
      whole({
        channels: {
          qqbot: { appId: SECRET, appSecret: SECRET },
          feishu: { appId: SECRET, appSecret: SECRET, connectionMode: 'x' },
        },
        gateway: { mode: `${SECRET}!`, auth: { token: SECRET } },
      }),
      `{ token: "${SECRET}" x }`,
    ];
    for (const text of texts) expect(JSON.stringify(faults(text))).not.toContain(SECRET);
  });
});
