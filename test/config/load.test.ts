import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { FEISHU_ID, valid, warned } from './helpers.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifeline-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

const withSecret = (secret: string): string =>
  valid(
    `channels: { feishu: { app_id: ${FEISHU_ID}, app_secret: ${secret} } }\noperators: [{ name: me, role: admin, feishu: ou_1 }]`,
  );

describe('a configuration file', () => {
  it('is read with its secret file beside it', () => {
    write('feishu.secret', 'real\n');
    const config = loadConfig(write('config.yaml', withSecret('file:feishu.secret')), {});
    expect(config.channels.feishu?.appSecret.reveal()).toBe('real');
    expect(warned(config)).toEqual([]);
  });

  it('takes ~ from the environment that it is given', () => {
    expect(loadConfig(write('config.yaml', valid()), { HOME: folder }).gateways[0]?.home).toBe(join(folder, '.hermes'));
  });

  it('has the own commands of the folder beside it, unless it names another', () => {
    const path = write('config.yaml', valid());
    expect(loadConfig(path, {}).ownCommands.folder).toBeNull();
    mkdirSync(join(folder, 'commands'));
    expect(loadConfig(path, {}).ownCommands.folder).toBe(join(folder, 'commands'));
    write('config.yaml', valid('commands_dir: elsewhere'));
    expect(loadConfig(path, {}).ownCommands.folder).toBe(join(folder, 'elsewhere'));
  });

  it('is refused when two gateways have one home, by whatever link', () => {
    mkdirSync(join(folder, 'hermes'));
    symlinkSync('hermes', join(folder, 'alias'));
    const two = ['hermes', 'alias'].map((name) => `{ name: ${name}, kind: hermes, home: ${join(folder, name)} }`);
    expect(() => loadConfig(write('config.yaml', `gateways: [${two.join(', ')}]`), {})).toThrow(
      'gateways[1].home: is the home of gateways[0] already',
    );
  });

  it('warns of a secret file that others can read', () => {
    const secret = write('feishu.secret', 'real', 0o644);
    expect(warned(loadConfig(write('config.yaml', withSecret('file:feishu.secret')), {}))).toEqual([
      `others can read the secret file ${secret}; run: chmod 600 ${secret}`,
    ]);
  });

  it('warns when it is readable by others only if a secret stands in it', () => {
    const plain = write('plain.yaml', withSecret('hunter2'), 0o644);
    expect(warned(loadConfig(plain, {}))).toEqual([
      `others can read ${plain}, and there is a secret in it; run: chmod 600 ${plain}`,
    ]);
    expect(warned(loadConfig(write('private.yaml', withSecret('hunter2')), {}))).toEqual([]);
    expect(warned(loadConfig(write('env.yaml', withSecret('"${S}"'), 0o644), { S: 'x' }))).toEqual([]);
  });

  it.each([
    ['a secret of the webhook', 'channels: { webhook: { url: "https://open.feishu.cn/x", secret: "${S}" } }'],
    ['a ping URL', 'alerts: { ping_url: "https://hc-ping.com/x" }'],
    ['a QQ secret', 'channels: { qq: { app_id: 1, client_secret: x } }'],
  ])('warns when others can read it and it holds %s', (_what, text) => {
    const warning = (mode: number): boolean =>
      warned(loadConfig(write('config.yaml', valid(text), mode), { S: 'x' })).some((each) =>
        each.includes('others can read'),
      );
    expect(warning(0o640)).toBe(true);
    expect(warning(0o600)).toBe(false);
  });

  it('warns of every secret file that others can read', () => {
    for (const name of ['qq', 'webhook', 'ping']) write(name, 'https://x.example/y', 0o644);
    const config = loadConfig(
      write(
        'config.yaml',
        valid(
          'channels: { qq: { app_id: 1, client_secret: file:qq }, webhook: { url: https://x.example, secret: file:webhook } }\nalerts: { ping_url: file:ping }',
        ),
      ),
      {},
    );
    expect(
      warned(config)
        .filter((warning) => warning.startsWith('others can read the secret file'))
        .map((warning) => warning.split('/').at(-1)),
    ).toEqual(['qq', 'webhook', 'ping']);
  });

  it.each<[string, Buffer, RegExp]>([
    [
      'GBK',
      Buffer.concat([
        Buffer.from('locale: en\noperators:\n  - { name: '),
        Buffer.from([0xce, 0xd2]),
        Buffer.from(' }\n'),
      ]),
      /config\.yaml:3:13: is not UTF-8 from here on \(GBK\?\); save the file as UTF-8$/,
    ],
    ['UTF-16', Buffer.from('\ufefflocale: en\n', 'utf16le'), /config\.yaml:1:1: is UTF-16; save it as UTF-8$/],
    ['far too long', Buffer.alloc(500_001, 'a'), /it has 500 kB, which no configuration has$/],
  ])('that is %s is refused in words', (_what, bytes, complaint) => {
    const path = write('config.yaml', '');
    writeFileSync(path, bytes);
    expect(() => loadConfig(path, {})).toThrow(complaint);
    expect(() => loadConfig(path, {})).toThrow(UserError);
  });

  it('may hold the character that stands for broken bytes', () => {
    expect(loadConfig(write('config.yaml', valid('# \uFFFD\nlocale: en')), {}).locale).toBe('en');
  });

  it('that is a folder is refused in words', () => {
    expect(() => loadConfig(folder, {})).toThrow(/it is a folder; name the file in it$/);
  });

  it.skipIf(process.getuid?.() === 0)('that this user may not read is refused in words', () => {
    expect(() => loadConfig(write('config.yaml', valid(), 0o000), {})).toThrow(
      /this user may not read it; it belongs to the user with the number \d+$/,
    );
  });

  it('of any bytes is read, or refused with file, line and column', () => {
    const path = write('config.yaml', '');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc
            .tuple(fc.nat(60), fc.uint8Array({ maxLength: 6 }))
            .map(([at, bytes]) =>
              Buffer.concat([Buffer.from(valid()).subarray(0, at), bytes, Buffer.from(valid()).subarray(at)]),
            ),
        ),
        (bytes) => {
          writeFileSync(path, bytes);
          try {
            loadConfig(path, {});
          } catch (error) {
            if (!(error instanceof UserError)) throw error;
            for (const line of error.message.split('\n')) expect(line).toMatch(/config\.yaml:\d+:\d+: \S/);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('that is not there is a sentence, not a stack', () => {
    const read = (): unknown => loadConfig(join(folder, 'nowhere.yaml'), {});
    expect(read).toThrow(UserError);
    expect(read).toThrow(/^cannot read the configuration .*nowhere\.yaml: there is no such file$/);
  });
});

describe('a secret', () => {
  it('prints nowhere', () => {
    const config = loadConfig(write('config.yaml', withSecret('hunter2')), {});
    const printed = [
      inspect(config, { depth: 9, showHidden: true }),
      JSON.stringify(config),
      `${String(config.channels.feishu?.appSecret)}`,
      inspect(JSON.parse(JSON.stringify(config)), { depth: 9 }),
    ];
    for (const text of printed) {
      expect(text).toContain('***');
      expect(text).not.toContain('hunter2');
    }
    expect(config.channels.feishu?.appSecret.reveal()).toBe('hunter2');
  });
});
