import { expect, test } from 'vitest';
import { changesBetween } from '../../src/config/show.ts';
import { parse } from './helpers.ts';

const SECRETS = ['secret-one-1', 'secret-two-2', 'hook-one-1', 'hook-two-2', 'ping-one-1', 'ping-two-2'];

const configuration = ({
  secret = 'secret-one-1',
  hook = 'hook-one-1',
  ping = 'ping-one-1',
  heal = 'auto',
  pulse = '5s',
  operator = 'ou_1234567890a',
  words = 'hermes',
  order = '[feishu, webhook]',
  extra = '',
} = {}): string => `
gateways:
  - { name: main, kind: hermes, home: /home/a, heal: ${heal}, command: [${words}, gateway, run] }
watch: { pulse: ${pulse} }
channels:
  feishu: { app_id: cli_0123456789abcdef, app_secret: ${secret} }
  webhook: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/${hook}" }
operators: [{ name: me, role: admin, feishu: ${operator} }]
alerts: { order: ${order}, ping_url: "https://hc-ping.com/${ping}" }
${extra}`;

test.each([
  ['nothing', {}, []],
  ['a duration', { pulse: '10s' }, ['watch.pulse: 5s → 10s']],
  ['a key of one gateway', { heal: 'ask' }, ['gateways[main].heal: auto → ask']],
  [
    'a word of its command',
    { words: 'hermes2' },
    ['gateways[main].command: [hermes, gateway, run] → [hermes2, gateway, run]'],
  ],
  ['an order', { order: '[webhook, feishu]' }, ['alerts.order: [feishu, webhook] → [webhook, feishu]']],
  ['a secret', { secret: 'secret-two-2' }, ['channels.feishu.app_secret']],
  ['an address that is a secret', { hook: 'hook-two-2' }, ['channels.webhook.url']],
  ['the ping', { ping: 'ping-two-2' }, ['alerts.ping_url']],
  ['an id that looks the same when it is shortened', { operator: 'ou_1234567890b' }, ['operators[me].feishu']],
  [
    'a key that was absent',
    { extra: 'metrics: { listen: 127.0.0.1:9464 }\nlog_file: /var/log/lifeline.log' },
    ['log_file: – → /var/log/lifeline.log', 'metrics.listen: – → 127.0.0.1:9464'],
  ],
])('of %s that has changed the key is told, and no secret', (_what, change, told) => {
  const found = changesBetween(parse(configuration()), parse(configuration(change)));
  expect([...found].sort()).toEqual([...told].sort());
  for (const secret of SECRETS) expect(found.join('\n')).not.toContain(secret);
});
