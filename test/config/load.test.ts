import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { FEISHU_ID, valid } from './helpers.ts';

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
  valid(`channels: { feishu: { app_id: ${FEISHU_ID}, app_secret: ${secret} } }\noperators: [{ name: me, role: admin, feishu: ou_1 }]`);

describe('a configuration file', () => {
  it('is read with its secret file beside it', () => {
    write('feishu.secret', 'real\n');
    const config = loadConfig(write('config.yaml', withSecret('file:feishu.secret')), {});
    expect(config.channels.feishu?.appSecret.reveal()).toBe('real');
    expect(config.warnings).toEqual([]);
  });

  it('takes ~ from the environment that it is given', () => {
    expect(loadConfig(write('config.yaml', valid()), { HOME: folder }).gateways[0]?.home).toBe(join(folder, '.hermes'));
  });

  it('warns of a secret file that others can read', () => {
    const secret = write('feishu.secret', 'real', 0o644);
    expect(loadConfig(write('config.yaml', withSecret('file:feishu.secret')), {}).warnings).toEqual([`others can read the secret file ${secret}; run: chmod 600 ${secret}`]);
  });

  it('warns when it is readable by others only if a secret stands in it', () => {
    const plain = write('plain.yaml', withSecret('hunter2'), 0o644);
    expect(loadConfig(plain, {}).warnings).toEqual([`others can read ${plain}, and there is a secret in it; run: chmod 600 ${plain}`]);
    expect(loadConfig(write('private.yaml', withSecret('hunter2')), {}).warnings).toEqual([]);
    expect(loadConfig(write('env.yaml', withSecret('"${S}"'), 0o644), { S: 'x' }).warnings).toEqual([]);
  });

  it('that is not there is a sentence, not a stack', () => {
    const read = (): unknown => loadConfig(join(folder, 'nowhere.yaml'), {});
    expect(read).toThrow(UserError);
    expect(read).toThrow(/^cannot read the configuration .*nowhere\.yaml: ENOENT/);
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
