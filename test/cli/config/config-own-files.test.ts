/**
 * What `lifeline config check` says of who else may write the configuration, its secrets and the logs that it names.
 */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_DEPTH } from '../../deep.ts';
import { lifeline } from '../../acceptance/command-line.ts';

const STRANGER = 54_321;
const isRoot = process.getuid?.() === 0;
let home = '';
let file = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-config-own-'));
  file = join(home, 'config.yaml');
  // A folder that lets nobody in would protect what is in it.
  chmodSync(home, 0o755);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (locale = 'en', secret = '"${S}"'): void =>
  writeFileSync(
    file,
    `locale: ${locale}\ndata_dir: ${home}/data\nchannels: { feishu: { app_id: cli_0123456789abcdef, app_secret: ${secret} } }\noperators: [{ name: me, role: admin, feishu: ou_1 }]\ngateways:\n  - name: web\n    kind: generic\n    home: ${home}/web\n    unit: web.service\n    generic: { logs: [{ path: web.log }] }\n`,
    { mode: 0o600 },
  );

interface Problem {
  readonly code: string;
  readonly what: string;
  readonly todo: string;
}

const checked = (...args: readonly string[]) =>
  lifeline(['config', 'check', file, ...args], { env: { HOME: home, S: 's' } });
const inWords = () => checked();
const asJson = async (): Promise<{ readonly code: number | null; readonly problems: readonly Problem[] }> => {
  const { code, out } = await checked('--json');
  return { code, problems: (JSON.parse(out) as { readonly problems: readonly Problem[] }).problems };
};

describe('lifeline config check', { timeout: 120_000 }, () => {
  beforeEach(() => {
    mkdirSync(join(home, 'web'));
    writeFileSync(join(home, 'web', 'web.log'), '2026-11-22 08:37:32 up\n');
  });

  it('says that everybody can change the configuration, with the command that mends it, and changes nothing', async () => {
    write();
    expect((await asJson()).problems).toEqual([]);
    chmodSync(file, 0o666);
    expect((await asJson()).problems).toMatchObject([
      {
        code: 'own_file_open',
        what: `others could change a file of Lifeline itself: ${file}: everybody can change it`,
      },
    ]);
    const { code, out } = await inWords();
    expect(out).toContain(`→ run: chmod o-w ${file}, and see that`);
    expect(code).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o666);
  });

  it.runIf(IN_DEPTH)('says the same of a file with a secret, in the language of the configuration', async () => {
    const secret = join(home, 'feishu.secret');
    writeFileSync(secret, 's\n', { mode: 0o600 });
    chmodSync(secret, 0o602);
    write('zh-CN', `file:${secret}`);
    expect((await asJson()).problems).toMatchObject([{ code: 'own_file_open' }]);
    const { out } = await inWords();
    expect(out).toContain(`别人能改 Lifeline 自己的文件：${secret} 谁都能改它`);
    expect(out).toContain(`→ 运行：chmod o-w ${secret}`);
  });

  it.runIf(isRoot)('says that the configuration belongs to another user', async () => {
    write();
    chownSync(file, STRANGER, STRANGER);
    chmodSync(file, 0o666);
    const { code, problems } = await asJson();
    expect(problems.filter(({ code: what }) => what === 'own_file_open')).toMatchObject([
      {
        what: expect.stringContaining(`belongs to another user (uid ${STRANGER})`) as string,
        todo: expect.stringContaining("make it belong to Lifeline's user") as string,
      },
    ]);
    expect(code).toBe(1);
  });

  it.runIf(isRoot).each([
    ['en', 'name it in trusted_users'],
    ['zh-CN', '写进 trusted_users'],
  ])('advises trusted_users for the log of another user (%s)', async (locale, advice) => {
    write(locale);
    chownSync(join(home, 'web', 'web.log'), STRANGER, STRANGER);
    const { problems } = await asJson();
    expect(problems).toMatchObject([
      {
        code: 'log_unreadable',
        what: expect.stringContaining(`uid ${STRANGER}`) as string,
        todo: expect.stringContaining(advice) as string,
      },
    ]);
  });
});
