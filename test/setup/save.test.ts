import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PairedOperator } from '../../src/store/operators.ts';
import type { ConfigChanges } from '../../src/setup/answers.ts';
import { pairedIn, save, writeFiles } from '../../src/setup/save.ts';
import { placesOf } from '../../src/setup/apply-change.ts';

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-save-'));
  file = join(home, '.config', 'lifeline', 'config.yaml');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const changes = (appId: string, secret: string): ConfigChanges => ({
  locale: 'en',
  dataDir: join(home, 'data'),
  gateways: [{ name: 'main', kind: 'hermes', home: join(home, '.hermes') }],
  channels: [{ channel: 'qq', appId, secret, apiBase: null, tokenUrl: null }],
  operators: [],
  pingUrl: null,
  digest: null,
});
const mode = (path: string): number => statSync(path).mode & 0o777;
const person = (name: string, channel: string, user: string): PairedOperator => ({
  name,
  channel,
  user,
  role: 'admin',
  pairedAt: 1,
});

it('writes for the owner alone, and says whether anything changed', () => {
  const first = save(file, null, changes('1', 'first'), [], { HOME: home });
  expect(first.changed).toEqual({ files: true, people: false });
  const secret = join(home, '.config', 'lifeline', 'qq.secret');
  expect([mode(join(home, '.config', 'lifeline')), mode(file), mode(secret)]).toEqual([0o700, 0o600, 0o600]);
  const same = save(file, readFileSync(file, 'utf8'), { ...changes('1', 'first'), gateways: [] }, [], { HOME: home });
  expect(same.changed).toEqual({ files: false, people: false });
  expect(save(file, same.text, { ...changes('1', 'second'), gateways: [] }, [], { HOME: home }).changed.files).toBe(
    true,
  );
  expect(readFileSync(secret, 'utf8')).toBe('second\n');
});

it('writes nothing that Lifeline would refuse', () => {
  expect(() => save(file, null, changes('not a number', 's'), [], { HOME: home })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
  expect(() => save(file, null, changes('1', 'two words'), [], { HOME: home })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
  expect(readdirSync(home)).toEqual([]);
});

it('leaves all files as they were, and no others, when one cannot be written', () => {
  const folder = join(home, 'there');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a'), 'old');
  // A file stands where a folder is needed.
  expect(() =>
    writeFiles([
      { path: join(folder, 'a'), text: 'new' },
      { path: join(folder, 'a', 'b'), text: 'x' },
    ]),
  ).toThrow(expect.objectContaining({ code: 'SETUP_WRITE' }));
  expect(readdirSync(folder)).toEqual(['a']);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
});

it('writes through a link, and leaves the mode of a folder that was there', () => {
  const folder = join(home, 'shared');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  writeFileSync(join(home, 'real.yaml'), 'old');
  symlinkSync(join(home, 'real.yaml'), join(folder, 'config.yaml'));
  writeFiles([{ path: join(folder, 'config.yaml'), text: 'new' }]);
  expect(readlinkSync(join(folder, 'config.yaml'))).toBe(join(home, 'real.yaml'));
  expect(readFileSync(join(home, 'real.yaml'), 'utf8')).toBe('new');
  expect(mode(folder)).toBe(0o755);
});

it('remembers who has paired, takes the id of another bot off, and leaves everybody else', () => {
  const { text } = save(
    file,
    null,
    changes('1', 's'),
    [person('me', 'feishu', 'ou_me'), person('me', 'qq', 'OLD'), person('bob', 'qq', 'BOB')],
    { HOME: home },
  );
  save(file, text, { ...changes('2', 's'), gateways: [] }, [person('me', 'qq', 'NEW')], { HOME: home });
  const listed = pairedIn(join(home, 'data')).map(({ name, channel, user }) => `${name} ${channel} ${user}`);
  expect(listed.sort()).toEqual(['bob qq BOB', 'me feishu ou_me', 'me qq NEW']);
  expect(existsSync(join(home, 'nowhere'))).toBe(false);
  expect(pairedIn(join(home, 'nowhere'))).toEqual([]);
});

it('replaces an id in the configuration where it stands there', () => {
  const known = { configured: [{ name: 'me', role: 'admin', ids: { feishu: 'ou_old' } }], paired: [] } as const;
  const [there, elsewhere] = [person('me', 'feishu', 'ou_new'), person('me', 'qq', 'Q')];
  expect(placesOf(known, [there, elsewhere])).toEqual({
    operators: [{ name: 'me', role: 'admin', feishu: 'ou_new' }],
    paired: [elsewhere],
  });
});
