import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { complaints, FEISHU_ID, parse, valid, warned } from './helpers.ts';
import { extent } from '../deep.ts';

describe('a configuration', () => {
  it('needs only a gateway; all else has a default', () => {
    expect(parse(valid())).toMatchObject({
      file: 'lifeline.yaml',
      locale: 'zh-CN',
      timezone: null,
      logLevel: 'info',
      dataDir: '/home/me/.local/state/lifeline',
      gateways: [
        {
          name: 'main',
          kind: 'hermes',
          home: '/home/me/.hermes',
          supervisor: 'auto',
          links: 'auto',
          heal: 'auto',
          command: ['hermes', 'gateway', 'run'],
          stopTimeoutMs: 30_000,
        },
      ],
      watch: {
        schedule: '*/5 * * * *',
        followLogs: true,
        settleMs: 60_000,
        linkGraceMs: { qqbot: 120_000, feishu: 300_000 },
        defaultLinkGraceMs: 180_000,
        startGraceMs: 180_000,
        frozenGraceMs: 90_000,
      },
      healing: { perHour: 3, perDay: 8, pausesMs: [0, 120_000, 600_000, 1_800_000] },
      channels: {},
      operators: [],
      alerts: { order: [], copies: 1, channelTimeoutMs: 30_000, channelDownMs: 300_000 },
    });
  });

  it('keeps the supervisor that is written', () => {
    expect(parse('gateways: [{ name: a, kind: hermes, supervisor: process }]').gateways[0]?.supervisor).toBe('process');
  });

  it('is closed by default, and says that nobody can command or hear', () => {
    expect(warned(parse(valid()))).toEqual([
      'no channel is set up: nobody can be told anything',
      'there are no operators: nobody may command, and nobody gets alerts',
    ]);
  });

  it('says of a hub that has a webhook only that nobody can ask it', () => {
    const hub = 'fleet: { host: hub-1, servers: [tls://x:1], credentials: x, hub: true }\n';
    const hook =
      'channels: { webhook: { url: "https://hook.example" } }\noperators: [{ name: me, role: admin, feishu: ou_1 }]\n';
    expect(warned(parse(`${hub}${hook}`))).toEqual([
      'this hub has a webhook only: it tells, and nobody can ask or command it',
    ]);
    expect(warned(parse(valid(hook)))).toEqual([]);
  });

  it('alerts on the channels that are set up when no order is given', () => {
    const config = parse(
      valid(
        'channels: { qq: { app_id: 102000001, client_secret: s } }\noperators: [{ name: me, role: admin, qq: ABC }]\n',
      ),
    );
    expect(config.alerts.order).toEqual(['qq']);
    expect(config.channels.qq).toMatchObject({
      appId: '102000001',
      apiBase: 'https://api.bot.qq.com',
      tokenUrl: 'https://api.bot.qq.com/app/getAppAccessToken',
    });
    expect(config.operators).toEqual([{ name: 'me', role: 'admin', ids: { qq: 'ABC' } }]);
    expect(warned(config)).toEqual([]);
  });

  it('warns of an operator whom no channel can reach', () => {
    const text = valid(
      `channels: { qq: { app_id: 1, client_secret: s } }\noperators: [{ name: me, role: admin, feishu: ou_1 }]\n`,
    );
    expect(warned(parse(text))).toEqual(['operator me has no id on a channel that is set up and hears nothing']);
  });

  it('takes a key with nothing after it as absent', () => {
    const { warnings, ...config } = parse(valid('locale:\nwatch:\nhealing:\n  per_hour:\n'));
    const { warnings: others, ...other } = parse(valid());
    expect(config).toEqual(other);
    expect(warnings.map(({ code }) => code)).toEqual(others.map(({ code }) => code));
  });

  it('expands ~ and takes relative paths from its own folder', () => {
    const text = 'data_dir: state\ngateways: [{ name: a, kind: hermes, home: ~/h, command: [~/bin/hermes, run] }]';
    const config = parse(text, { file: '/etc/lifeline/config.yaml' });
    expect(config.dataDir).toBe('/etc/lifeline/state');
    expect(config.gateways[0]).toMatchObject({ home: '/home/me/h', command: ['/home/me/bin/hermes', 'run'] });
  });

  it('accepts a loopback platform over plain http, and drops the slash at the end', () => {
    const config = parse(
      valid(`channels: { feishu: { app_id: ${FEISHU_ID}, app_secret: s, domain: "http://127.0.0.1:8080/" } }`),
    );
    expect(config.channels.feishu?.domain).toBe('http://127.0.0.1:8080');
  });
});

describe('the YAML trap of off, on and no', () => {
  it.each(['off', '"off"'])('reads heal: %s as off', (written) => {
    expect(parse(`gateways: [{ name: a, kind: hermes, heal: ${written} }]`).gateways[0]?.heal).toBe('off');
  });

  it.each([
    ['on', '"on"'],
    ['no', '"no"'],
    ['Off', '"Off"; did you mean off?'],
    ['false', 'false'],
    ['true', 'true'],
  ])('refuses heal: %s', (written, shown) => {
    expect(complaints(`gateways:\n  - { name: a, kind: hermes, heal: ${written} }`)).toEqual([
      `lifeline.yaml:2:36: gateways[0].heal: must be auto, ask or off, not ${shown}`,
    ]);
  });

  it.each(['no', 'off', 'on', 'yes'])('refuses follow_logs: %s instead of taking the word for true', (written) => {
    expect(complaints(valid(`watch: { follow_logs: ${written} }`))).toEqual([
      `lifeline.yaml:3:23: watch.follow_logs: must be true or false, not "${written}"`,
    ]);
  });

  it('refuses a file that asks for YAML 1.1, where off is a boolean', () => {
    expect(complaints('%YAML 1.1\n---\ngateways: [{ name: a, kind: hermes, heal: off }]').join()).toContain(
      'must be auto, ask or off, not false',
    );
  });
});

describe('any text at all', () => {
  const keys = fc.constantFrom(
    'gateways',
    'name',
    'kind',
    'watch',
    'grace',
    'channels',
    'feishu',
    'qq',
    'app_id',
    'operators',
    'alerts',
    'order',
    '__proto__',
    'constructor',
  );
  const values = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 'auto', 'hermes', 'qqbot', 'constructor', '${X}', '~x', 'file:', 0, -1, 1e99, true),
      fc.string(),
      tie('map'),
      tie('list'),
    ),
    map: fc.dictionary(keys, tie('any'), { maxKeys: 5 }),
    list: fc.array(tie('any'), { maxLength: 3 }),
  }));
  const onlyUserErrors = (text: string): void => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      for (const line of error.message.split('\n')) expect(line).toMatch(/^lifeline\.yaml:\d+:\d+: ./);
    }
  };

  it('is a configuration or a list of complaints with positions', () => {
    fc.assert(fc.property(fc.string(), onlyUserErrors), { numRuns: extent(300, 60) });
  });

  it('is so with our own keys in the wrong places, too', () => {
    fc.assert(
      fc.property(values.map, (map) => onlyUserErrors(JSON.stringify(map))),
      { numRuns: extent(500, 100) },
    );
  });
});
