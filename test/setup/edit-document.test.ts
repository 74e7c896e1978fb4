import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/load.ts';
import { changeConfig } from '../../src/setup/edit-document.ts';
import type { ConfigChanges } from '../../src/setup/answers.ts';
import { newConfig } from '../../src/setup/new-config.ts';

const FILE = '/etc/lifeline/config.yaml';
const FEISHU = { channel: 'feishu', appId: 'cli_0123456789abcdef', secret: 's', domain: 'feishu' } as const;
const QQ = { channel: 'qq', appId: '102000000', secret: 's', apiBase: null, tokenUrl: null } as const;
const nothing: ConfigChanges = {
  locale: 'en',
  dataDir: null,
  gateways: [],
  channels: [],
  operators: [],
  pingUrl: null,
  digest: null,
};
const whole = (path: string): string => path;

const OLD = `# mine
locale: en   # as I like it
gateways:
  - { name: main, kind: hermes, home: /srv/hermes } # the one
watch:
  pulse: 7s    # not too often
channels:
  # the first bot
  feishu:
    app_id: cli_ffffffffffffffff # old
    app_secret: "\${SECRET}" # from the environment
    buzz: true
operators:
  - name: me # myself
    role: viewer
    feishu: ou_old
alerts:
  order: [feishu, webhook] # in this order
`;

describe('a configuration that is there', () => {
  it('is the same text when nothing changes', () => {
    const odd = `gateways: [{name: main,kind: hermes}]\n\n\nchannels:   {}   # none\n`;
    expect(changeConfig(FILE, odd, nothing, whole)).toBe(odd);
    const known = changeConfig(FILE, OLD, { ...nothing, channels: [FEISHU] }, whole);
    expect(changeConfig(FILE, known, { ...nothing, channels: [FEISHU] }, whole)).toBe(known);
  });

  it('keeps every comment and every other key when a channel gets other credentials', () => {
    const now = changeConfig(FILE, OLD, { ...nothing, channels: [FEISHU] }, whole);
    for (const comment of OLD.match(/# .*/g) ?? []) expect(now).toContain(comment);
    expect(parse(now)).toEqual({
      ...(parse(OLD) as object),
      channels: { feishu: { app_id: FEISHU.appId, app_secret: 'file:feishu.secret', buzz: true } },
    });
  });

  it('lets alerts go over a channel that is added, before the last resort', () => {
    const now = parse(changeConfig(FILE, OLD, { ...nothing, channels: [QQ] }, whole)) as {
      readonly channels: object;
      readonly alerts: object;
    };
    expect(now.channels).toMatchObject({
      feishu: { app_id: 'cli_ffffffffffffffff' },
      qq: { app_id: '102000000', client_secret: 'file:qq.secret' },
    });
    expect(now.alerts).toEqual({ order: ['feishu', 'qq', 'webhook'] });
  });

  it('leads to another platform when it is told to, and stays there', () => {
    const lark = changeConfig(FILE, OLD, { ...nothing, channels: [{ ...FEISHU, domain: 'lark' }] }, whole);
    expect(parse(lark)).toMatchObject({ channels: { feishu: { domain: 'lark' } } });
    expect(parse(changeConfig(FILE, lark, { ...nothing, channels: [FEISHU] }, whole))).toMatchObject({
      channels: { feishu: { domain: 'feishu' } },
    });
    const elsewhere = changeConfig(
      FILE,
      OLD,
      { ...nothing, channels: [{ ...QQ, apiBase: 'https://qq.test', tokenUrl: 'https://qq.test/token' }] },
      whole,
    );
    expect(changeConfig(FILE, elsewhere, { ...nothing, channels: [QQ] }, whole)).toBe(elsewhere);
  });

  it('gives somebody a new id, and puts others beside', () => {
    const operators = [
      { name: 'me', role: 'admin', feishu: 'ou_new', qq: '12345678' },
      { name: 'bob', role: 'operator', qq: 'ABC' },
    ] as const;
    const now = changeConfig(FILE, OLD, { ...nothing, operators }, whole);
    expect(parse(now)).toMatchObject({
      operators: [
        { name: 'me', role: 'viewer', feishu: 'ou_new', qq: '12345678' },
        { name: 'bob', role: 'operator', qq: 'ABC' },
      ],
    });
    expect(now).toContain('# myself');
  });

  it('watches one gateway more', () => {
    expect(
      parse(
        changeConfig(
          FILE,
          OLD,
          { ...nothing, gateways: [{ name: 'work', kind: 'openclaw', home: '/srv/work' }] },
          whole,
        ),
      ),
    ).toMatchObject({ gateways: [{ name: 'main' }, { name: 'work', kind: 'openclaw', home: '/srv/work' }] });
  });

  test.each([
    ['gateways: [{ name: main, kind: hermes }]\n'],
    ['gateways: [{ name: main, kind: hermes }]\nchannels:\n'],
    ['gateways: [{ name: main, kind: hermes }]\nchannels: {}\n'],
  ])('gets its first channel: %j', (text) => {
    expect(parse(changeConfig(FILE, text, { ...nothing, channels: [QQ] }, whole))).toMatchObject({
      channels: { qq: { app_id: '102000000' } },
    });
  });
});

describe('a new configuration', () => {
  test.each(['zh-CN', 'en'] as const)(
    'is one that Lifeline takes, with what was decided and nothing else: %s',
    (locale) => {
      const changes: ConfigChanges = {
        locale,
        dataDir: '/var/lib/life line',
        gateways: [
          { name: 'main', kind: 'hermes', home: '/home/me/.hermes' },
          { name: '备用', kind: 'openclaw', home: '/home/me/with: colon #1' },
        ],
        channels: [FEISHU, { ...QQ, apiBase: 'http://127.0.0.1:8080', tokenUrl: 'http://127.0.0.1:8080/t' }],
        operators: [{ name: 'a "b"', role: 'admin', feishu: 'ou_1', qq: '0123' }],
        pingUrl: null,
        digest: null,
      };
      const text = newConfig(FILE, changes, (path) => path.replace('/home/me', '~'));
      const config = parseConfig(text, {
        file: FILE,
        env: {},
        home: '/home/me',
        readSecret: (path) => ({ text: `of ${path}`.replaceAll(' ', '-'), exposed: false }),
      });
      expect(config).toMatchObject({
        locale,
        dataDir: '/var/lib/life line',
        gateways: changes.gateways.map((gateway) => ({ ...gateway, heal: 'auto' })),
        channels: {
          feishu: { appId: FEISHU.appId, domain: 'feishu' },
          qq: { appId: '102000000', apiBase: 'http://127.0.0.1:8080', tokenUrl: 'http://127.0.0.1:8080/t' },
        },
        operators: [{ name: 'a "b"', role: 'admin', ids: { feishu: 'ou_1', qq: '0123' } }],
        warnings: [],
      });
      expect(config.channels.feishu?.appSecret.reveal()).toBe('of-/etc/lifeline/feishu.secret');
    },
  );
});
