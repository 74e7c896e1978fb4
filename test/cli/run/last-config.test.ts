import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { keepConfig, lastConfig } from '../../../src/cli/run/last-config.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { ownFolder } from '../../store/helpers.ts';

const BROKEN = new UserError('CONFIG_INVALID', 'broken');

const kept = () => {
  const folder = ownFolder();
  // Else nothing that lies in it could be another user's.
  chmodSync(folder, 0o755);
  const [file, data] = [join(folder, 'config.yaml'), join(folder, 'data')];
  mkdirSync(data, { mode: 0o755 });
  mkdirSync(join(folder, '.hermes'));
  const env = { HOME: folder };
  writeFileSync(file, `data_dir: ${data}\ngateways: [{ name: main, kind: hermes, home: ${folder}/.hermes }]\n`, {
    mode: 0o600,
  });
  const config = loadConfig(file, env);
  keepConfig(config);
  const names = () => lastConfig(file, BROKEN, env)?.config.gateways.map(({ name }) => name);
  return { file: join(data, 'lifeline.last-config.json'), config, names };
};

it('is the configuration that was used last', () => {
  expect(kept().names()).toEqual(['main']);
});

it('is not what others could have written, and is written anew when it can be', () => {
  const { file, config, names } = kept();
  chmodSync(file, 0o666);
  expect(names()).toBeUndefined();
  keepConfig(config);
  expect(names()).toEqual(['main']);
});
