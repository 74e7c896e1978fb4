import { describe, expect, it, vi } from 'vitest';
import { complaints, FEISHU_ID, parse, valid, warned } from './helpers.ts';

describe('what is complained of, and where', () => {
  it.each<[string, string, string]>([
    ['an unknown key', valid('alrets: {}'), '3:1: alrets: is not a known key; did you mean alerts?'],
    [
      'a key in another spelling',
      valid('watch: { followLogs: true }'),
      '3:10: watch.followLogs: is not a known key; did you mean follow_logs?',
    ],
    ['a key that resembles none', valid('colour: red'), '3:1: colour: is not a known key'],
    ['a key that is there twice', valid('locale: en\nlocale: en'), '4:1: this key is there twice'],
    ['a missing key', 'gateways:\n  - name: a', '2:5: gateways[0].kind: is missing'],
    ['no gateways', 'locale: en', '1:1: gateways: is missing'],
    ['an empty list of gateways', 'gateways: []', '1:11: gateways: names no gateway; there is nothing to watch'],
    [
      'a list where a section belongs',
      valid('watch: [1]'),
      '3:8: watch: must be a section of "key: value" lines, not a list',
    ],
    [
      'text where a list belongs',
      valid('operators: me'),
      '3:12: operators: must be a list, each entry behind "- ", not "me"',
    ],
    ['another locale', valid('locale: zh'), '3:9: locale: must be zh-CN or en, not "zh"'],
    [
      'a mistyped word',
      valid('log_level: wran'),
      '3:12: log_level: must be trace, debug, info, warn, error, fatal or silent, not "wran"; did you mean warn?',
    ],
    [
      'an unknown supervisor',
      'gateways: [{ name: a, kind: hermes, supervisor: systemd }]',
      '1:49: gateways[0].supervisor: must be auto, systemd-user, systemd-system, launchd, docker, s6 or process, not "systemd"',
    ],
    [
      'docker without a container',
      'gateways: [{ name: a, kind: hermes, supervisor: docker }]',
      '1:49: gateways[0].supervisor: needs the container\'s name: set "unit"',
    ],
    [
      'a unit where there is no service manager',
      'gateways: [{ name: a, kind: hermes, supervisor: process, unit: x }]',
      '1:64: gateways[0].unit: is of no use with "supervisor: process"; say which service manager has it, or leave it out',
    ],
    [
      'a unit that cannot be one',
      'gateways: [{ name: a, kind: hermes, unit: "a b" }]',
      '1:43: gateways[0].unit: must be the name of a unit, a label, a container or a slot, which does not begin with "-", not "a b"',
    ],
    [
      'a maintenance window that is no cron expression',
      'gateways: [{ name: a, kind: hermes, maintenance: [{ schedule: nightly, duration: 1h }] }]',
      '1:63: gateways[0].maintenance[0].schedule: must be a cron expression such as "0 4 * * 0", not "nightly"',
    ],
    [
      'a webhook that is no URL',
      valid('channels: { webhook: { url: x } }'),
      '3:29: channels.webhook.url: must be a URL such as https://host, not "x"',
    ],
    [
      'reminders',
      valid('alerts: { remind_every: often }'),
      '3:25: alerts.remind_every: must be a duration such as 90s, 5m or 1h30m, not "often"',
    ],
    [
      'pings without protection',
      valid('alerts: { ping_url: "http://example.com/abc" }'),
      '3:21: alerts.ping_url: must be https: plain http would carry the secret for all to read',
    ],
    [
      'a ping URL without its scheme, and does not repeat it',
      valid('alerts: { ping_url: "hc-ping.com/abc" }'),
      '3:21: alerts.ping_url: must be a whole URL that begins with https://',
    ],
    [
      'quiet hours',
      valid('alerts: { quiet: "23-7" }'),
      '3:18: alerts.quiet: must be two times such as "23:00-07:00", not "23-7"',
    ],
    [
      'quiet hours of no length',
      valid('alerts: { quiet: "07:00-07:00" }'),
      '3:18: alerts.quiet: begins when it ends; give two different times, or leave it out',
    ],
    [
      'a name of digits, which would be a count in /logs',
      'gateways: [{ name: "12", kind: hermes }]',
      '1:20: gateways[0].name: must be a short name of letters, digits, ".", "-" and "_", not only digits, not "12"',
    ],
    [
      'two names that look the same',
      'gateways:\n  - { name: a, kind: hermes }\n  - { name: A, kind: hermes, home: /b }',
      '3:13: gateways[1].name: is the name of gateways[0] already; commands could not tell them apart',
    ],
    [
      'one home for two',
      'gateways:\n  - { name: a, kind: hermes }\n  - { name: b, kind: hermes, home: /home/me/.hermes/ }',
      '3:36: gateways[1].home: is the home of gateways[0] already; one gateway must not be healed twice',
    ],
    [
      "the platform's name for a link",
      'gateways: [{ name: a, kind: hermes, links: [qq] }]',
      '1:44: gateways[0].links: the gateway has no link "qq"; did you mean qqbot?',
    ],
    [
      'a mistyped link',
      'gateways: [{ name: a, kind: hermes, links: [fieshu] }]',
      '1:44: gateways[0].links: the gateway has no link "fieshu"; did you mean feishu?',
    ],
    [
      'a command as one text',
      'gateways: [{ name: a, kind: hermes, command: hermes run }]',
      '1:46: gateways[0].command: must be a list of words such as [hermes, gateway, run]; there is no shell that would split text',
    ],
    [
      'a variable outside of secrets',
      'gateways: [{ name: a, kind: hermes, home: "${HOME}/h" }]',
      '1:43: gateways[0].home: "${…}" is understood only in secrets; write the value itself',
    ],
    [
      "somebody else's home",
      valid('data_dir: ~you/x'),
      '3:11: data_dir: only ~/… is understood, not "~you/x"; write the whole path',
    ],
    [
      'a duration without a unit',
      valid('watch: { settle: 60 }'),
      '3:18: watch.settle: must be a duration such as 90s, 5m or 1h30m, not 60; did you mean 60s?',
    ],
    [
      'a grace of nothing',
      valid('watch: { grace: { start: 0s } }'),
      '3:26: watch.grace.start: must be longer than "0s"',
    ],
    [
      'a duration that timers cannot hold',
      valid('watch: { settle: 90d }'),
      '3:18: watch.settle: must be at most 7d, not "90d"',
    ],
    [
      'a schedule that is none',
      valid('watch: { schedule: hourly }'),
      '3:20: watch.schedule: must be a cron expression such as "*/5 * * * *", not "hourly"',
    ],
    [
      'a zone whose name several have',
      valid('timezone: CST'),
      '3:11: timezone: must be a time zone such as Asia/Shanghai: "CST" is the name of several',
    ],
    [
      'a pattern in typographic quotes',
      'gateways: [{ name: a, kind: generic, home: gw, heal: "off", generic: { logs: [{ path: b.log }], ready: ‘ready’ } }]',
      '1:104: gateways[0].generic.ready: is in typographic quotes, which no log has: "‘ready’"; only straight quotes (") count as quotes',
    ],
    [
      'a command in typographic quotes',
      'gateways: [{ name: a, kind: hermes, command: [“python3”, bot.py] }]',
      '1:46: gateways[0].command: has a word in typographic quotes: "“python3”"; only straight quotes (") count as quotes',
    ],
    [
      'a zone that is none',
      valid('timezone: Shanghai'),
      '3:11: timezone: must be a time zone such as Asia/Shanghai or +08:00, not "Shanghai"',
    ],
    [
      'no restarts at all',
      valid('healing: { per_hour: 0 }'),
      '3:22: healing.per_hour: must be a whole number from 1 to 60, not 0',
    ],
    ['no pauses', valid('healing: { pauses: [] }'), '3:20: healing.pauses: is empty; write [0s] for no pause'],
    [
      'a Feishu id in another form',
      valid('channels: { feishu: { app_id: cli_123, app_secret: s } }'),
      '3:31: channels.feishu.app_id: must be a Feishu App ID, "cli_" and 16 hexadecimal digits, as the developer console shows it, not "cli_123"',
    ],
    [
      'a QQ id in another form',
      valid('channels: { qq: { app_id: abc, client_secret: s } }'),
      '3:27: channels.qq.app_id: must be the bot\'s AppID, digits only, as the QQ bot console shows it, not "abc"',
    ],
    [
      'a secret over plain http',
      valid('channels: { qq: { app_id: 1, client_secret: s, token_url: "http://example.com" } }'),
      '3:59: channels.qq.token_url: must be https: plain http would carry the secret for all to read',
    ],
    [
      'an address with a password',
      valid('channels: { qq: { app_id: 1, client_secret: s, api_base: "https://a:b@c" } }'),
      '3:58: channels.qq.api_base: must be a URL without user, query or fragment',
    ],
    [
      'an operator without an id',
      valid('operators: [{ name: me, role: admin }]'),
      '3:13: operators[0]: has no id; give at least one of feishu, qq',
    ],
    ['an operator without a role', valid('operators: [{ name: me, qq: A }]'), '3:13: operators[0].role: is missing'],
    [
      'a role that is none',
      valid('operators: [{ name: me, role: root, qq: A }]'),
      '3:31: operators[0].role: must be viewer, operator or admin, not "root"',
    ],
    [
      'a Feishu id that is no open_id',
      valid('operators: [{ name: me, role: admin, feishu: on_1 }]'),
      '3:46: operators[0].feishu: must be an open_id of this app, which begins with "ou_", not "on_1"',
    ],
    [
      'an id that YAML read as a number',
      valid('operators: [{ name: me, role: admin, qq: 1E10 }]'),
      '3:42: operators[0].qq: must be text, not 10000000000; put it in quotes',
    ],
    [
      'one id for two operators',
      valid('operators:\n  - { name: a, role: viewer, qq: X }\n  - { name: b, role: admin, qq: X }'),
      '5:33: operators[1].qq: is the id of operators[0] already; one person has one role',
    ],
    [
      'an order with a channel that is not set up',
      valid('alerts: { order: [qq] }'),
      '3:19: alerts.order[0]: qq is not set up under channels',
    ],
    [
      'an order without channels',
      valid('channels: { qq: { app_id: 1, client_secret: s } }\nalerts: { order: [] }'),
      '4:18: alerts.order: names no channel; no alert would leave this machine',
    ],
    [
      'more copies than channels',
      valid('channels: { qq: { app_id: 1, client_secret: s } }\nalerts: { copies: 2 }'),
      '4:19: alerts.copies: 2 copies need as many channels, and the order has 1',
    ],
    ['YAML that does not parse', 'gateways: [', '1:12: a "]" or "}" is missing before here'],
    ['an empty file', '# nothing\n', '1:1: is empty; config.example.yaml shows what belongs here'],
  ])('%s', (_what, text, complaint) => {
    expect(complaints(text)).toEqual([`lifeline.yaml:${complaint}`]);
  });

  it('tells everything at once, in the order of the file', () => {
    const text = [
      'locale: xx',
      'gateways:',
      '  - name: a',
      '    kind: hermes',
      '    heel: off',
      '  - name: a',
      '    kind: hermes',
      '    home: /b',
      'operators:',
      '  - { name: me, role: admin }',
      'alerts:',
      '  copies: 9',
    ].join('\n');
    expect(complaints(text).map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'lifeline.yaml:1:9 locale',
      'lifeline.yaml:5:5 gateways[0].heel',
      'lifeline.yaml:6:11 gateways[1].name',
      'lifeline.yaml:10:5 operators[0]',
      'lifeline.yaml:12:11 alerts.copies',
    ]);
  });

  it('complains of a key that is no text without a word on stderr', () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    expect(complaints(valid('? [1, 2]\n: 3')).join()).toContain('is not a known key');
    expect(warning).not.toHaveBeenCalled();
    warning.mockRestore();
  });

  it('refuses an alias bomb', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map(
        (key, index) =>
          `${key}: &${key} [${Array(9)
            .fill(`*${'abcdefghi'[index] ?? ''}`)
            .join()}]`,
      ),
    ].join('\n');
    expect(complaints(bomb).join()).toContain('not valid YAML');
  });
});

describe('secrets', () => {
  const withSecret = (secret: string): string =>
    valid(
      `channels:\n  feishu: { app_id: ${FEISHU_ID}, app_secret: ${secret} }\noperators: [{ name: me, role: admin, feishu: ou_1 }]`,
    );

  it.each([
    ['"${FEISHU_SECRET}"', 'from-env', 'env'],
    ['file:~/feishu.secret', 'from-file', 'file'],
    ['plain-value', 'plain-value', 'literal'],
  ])('%s is read', (written, value, origin) => {
    const secret = parse(withSecret(written)).channels.feishu?.appSecret;
    expect(secret?.reveal()).toBe(value);
    expect(secret?.origin).toBe(origin);
  });

  it.each([
    ['"${NOPE}"', 'the environment variable NOPE is not set; set it where Lifeline runs, or write file:PATH'],
    ['"${EMPTY}"', 'the environment variable EMPTY is empty'],
    ['"${toString}"', 'the environment variable toString is not set; set it where Lifeline runs, or write file:PATH'],
    ['"a${FEISHU_SECRET}"', 'must be exactly "${NAME}", file:PATH, or the secret itself'],
    ['file:~/missing', 'cannot read the secret file /home/me/missing: ENOENT: no such file'],
    ['file:/run/empty', 'the secret file /run/empty is empty'],
    ['"file:"', 'is empty'],
    ['""', 'is empty'],
    ['123456', 'must be text; put it in quotes'],
    ['"two words"', 'must be a single word: it holds blanks or line ends'],
  ])('%s is complained of at its key', (written, complaint) => {
    const text = withSecret(written);
    expect(complaints(text)).toEqual([
      `lifeline.yaml:4:${(text.split('\n')[3] ?? '').indexOf('app_secret: ') + 13}: channels.feishu.app_secret: ${complaint}`,
    ]);
  });

  it('warns of a secret file that others can read', () => {
    expect(warned(parse(withSecret('file:/run/exposed')))).toEqual([
      'others can read the secret file /run/exposed; run: chmod 600 /run/exposed',
    ]);
  });

  it('does not repeat a secret in a complaint', () => {
    expect(complaints(withSecret('"hunter2 hunter2"')).join()).not.toContain('hunter2');
  });
});
