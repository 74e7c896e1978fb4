import { readFileSync } from 'node:fs';
import { parse as parseYaml, parseDocument, isMap, isScalar, isSeq } from 'yaml';
import { describe, expect, it } from 'vitest';
import { configEntries } from '../../src/config/json-schema.ts';
import { configLines } from '../../src/config/show.ts';
import { parse, valid } from './helpers.ts';

const example = readFileSync(new URL('../../config.example.yaml', import.meta.url), 'utf8').replaceAll(
  /^( *)# (?= *(?:- )?(?:\{ )?[a-z_]+:(?: |$))/gm,
  '$1',
);
const env = { LIFELINE_FEISHU_SECRET: 'a', LIFELINE_QQ_SECRET: 'b', LIFELINE_WEBHOOK_SECRET: 'c' };

/** What is below these is the operator's: names of links, fields of an answer. */
const OPERATORS = new Set([
  'gateways[].grace.links',
  'gateways[].generic.links',
  'gateways[].generic.checks[].json',
  'fleet.labels',
  'groups[].members',
]);

const keysIn = (node: unknown, prefix = ''): string[] => {
  if (isSeq(node)) return node.items.flatMap((item) => keysIn(item, `${prefix}[]`));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const name = `${prefix ? `${prefix}.` : ''}${isScalar(key) ? String(key.value) : '?'}`;
    return [name, ...(OPERATORS.has(name) ? [] : keysIn(value, name))];
  });
};

/** Each secret carries this mark, wherever it stands. */
const MARK = 'S3cr3tS3cr3t';

const SECRETS = `
gateways:
  - name: main
    kind: hermes
    command: [hermes, gateway, run, --token, ${MARK}1, --api-key=${MARK}2, "APP_SECRET=${MARK}3", "Bearer ${MARK}4"]
    hosts: { qqbot: ["user:${MARK}5@proxy.local:3128"] }
channels:
  feishu: { app_id: cli_0123456789abcdef, app_secret: ${MARK}6 }
  qq: { app_id: "102000000", client_secret: "\${QQ}" }
  webhook: { url: https://open.feishu.cn/open-apis/bot/v2/hook/${MARK}8, secret: "file:secret" }
operators:
  - { name: me, role: admin, feishu: ou_${MARK}9, qq: ${MARK}10abcdef }
alerts: { ping_url: https://hc-ping.com/${MARK}11 }
commands:
  - { name: disk, role: viewer, run: [curl, -u, "me:${MARK}12", "https://x/?k=${MARK}13"], env: { KEY: ${MARK}14 }, note: ${MARK}15, timeout: ${MARK}16, quiet: true, nested: [{ a: ${MARK}17 }] }
  - ${MARK}18
  - [${MARK}19]
`;

describe('the configuration as it is shown', () => {
  it('has no secret in it', () => {
    const config = parse(SECRETS, {
      env: { QQ: `${MARK}7` },
      readSecret: () => ({ text: `${MARK}20`, exposed: false }),
    });
    const shown = configLines(config).join('\n');
    expect(shown).not.toContain(MARK);
    // Nor what a part of one would tell.
    expect(shown).not.toMatch(/S3cr3tS3c/);
    expect(parseYaml(shown)).toMatchObject({
      gateways: [
        {
          command: ['hermes', 'gateway', 'run', '--token', '***', '--api-key=***', 'APP_SECRET=***', 'Bearer ***'].map(
            (word) => (word.startsWith('--api') ? (expect.stringContaining('***') as string) : word),
          ),
          hosts: { qqbot: ['***@proxy.local:3128'] },
        },
      ],
      channels: {
        feishu: { app_secret: '***' },
        qq: { client_secret: '***' },
        webhook: { url: 'https://open.feishu.cn/***', secret: '***' },
      },
      operators: [{ name: 'me', role: 'admin' }],
      alerts: { ping_url: '***' },
      commands: [
        {
          name: 'disk',
          role: 'viewer',
          run: ['curl', '…'],
          env: '***',
          note: '***',
          timeout: '***',
          quiet: true,
          nested: '***',
        },
        '***',
        '***',
      ],
    });
  });

  it('has every key of the schema', () => {
    const known = configEntries().map(({ path }) => path);
    expect(known).toContain('alerts.ping_url');
    expect(new Set(keysIn(parseDocument(configLines(parse(example, { env })).join('\n')).contents))).toEqual(
      new Set(known),
    );
  });

  it('is the same configuration when it is read again, but for what is hidden', () => {
    const config = parse(example, { env });
    const shown = configLines(config).join('\n');
    // What is hidden is no valid value any more, and stays out of the comparison.
    const whole = shown
      .replace(/ou_[^\s]*…/, config.operators[0]?.ids['feishu'] ?? '')
      .replace(/qq: [^\s]*…/, `qq: "${config.operators[0]?.ids['qq'] ?? ''}"`)
      .replace(/oc_[^\s]*…/, config.groups[0]?.id ?? '')
      .replace(/qq: [^\s]*…/, `qq: "${config.groups[1]?.id ?? ''}"`)
      .replace(/me: [^\s]*…/, `me: "${config.groups[1]?.members['me'] ?? ''}"`)
      .replace('https://open.feishu.cn/***', config.channels.webhook?.url ?? '')
      .replace('credentials: "***"', 'credentials: file:~/.config/lifeline/web-3.nk')
      .replace('ping_url: "***"', 'ping_url: https://hc-ping.com/x');
    const plain = (each: typeof config): unknown => ({ ...(JSON.parse(JSON.stringify(each)) as object), warnings: [] });
    expect(plain(parse(whole))).toEqual(plain(config));
  });

  it('is as short as it can be, with every default filled in', () => {
    const lines = configLines(parse(valid()));
    expect(lines).toContain('locale: zh-CN');
    expect(lines).toContain('  pauses: [0s, 2m, 10m, 30m]');
    expect(lines).toContain('    command: [hermes, gateway, run]');
    expect(lines).toContain('  remind_every: 2h');
    expect(lines.join('\n')).not.toMatch(/null|timezone|ping_url|quiet/);
  });

  it('says that nobody is reminded as the file says it', () => {
    expect(configLines(parse(valid('alerts: { remind_every: 0s, quiet: "23:00-7:05" }\n'))).join('\n')).toMatch(
      /remind_every: 0s\n {2}quiet: 23:00-07:05/,
    );
  });

  it('keeps what looks like more YAML within its value', () => {
    const lines = configLines(
      parse('gateways:\n  - { name: main, kind: hermes, command: ["a\\nlocale: en", "- b", "# c"] }\n'),
    );
    expect(lines.filter((line) => line.startsWith('locale:'))).toEqual(['locale: zh-CN']);
    expect(parseYaml(lines.join('\n'))).toMatchObject({ gateways: [{ command: ['a\nlocale: en', '- b', '# c'] }] });
  });
});
