import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { distrust } from '../../../src/chat/own-commands/file-trust.ts';
import { ask, fileWith, folderWith, load, one } from './helpers.ts';

const MODULE =
  'import { writeFileSync } from "node:fs"; writeFileSync(import.meta.dirname + "/ran", ""); export const command = { name: "own", run: () => "ran" };';
const me = process.getuid?.() ?? 0;
const isRoot = me === 0;

describe('a file that others could have written', () => {
  it('is one that everybody may write, and is not run', async () => {
    const folder = folderWith({ 'own.ts': MODULE });
    chmodSync(join(folder, 'own.ts'), 0o646);
    expect(await load([], folder)).toEqual({
      commands: [],
      problems: [
        {
          where: 'own.ts',
          what: `is not run: ${folder}/own.ts can be changed by everybody; run: chmod o-w ${folder}/own.ts`,
        },
      ],
    });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  it('is one in a folder in which everybody may replace it', async () => {
    const folder = folderWith({ 'own.ts': MODULE });
    chmodSync(folder, 0o777);
    expect((await load([], folder)).problems).toMatchObject([
      { what: `is not run: ${folder} can be changed by everybody; run: chmod o-w ${folder}` },
    ]);
    // As in /tmp: there nobody can.
    chmodSync(folder, 0o1777);
    expect((await load([], folder)).problems).toEqual([]);
  });

  it.runIf(isRoot)("is one of another user, and one in another user's folder", () => {
    const folder = folderWith({ 'own.ts': MODULE });
    chownSync(join(folder, 'own.ts'), 4_242, 0);
    expect(distrust(join(folder, 'own.ts'))).toBe(
      `${folder}/own.ts belongs to another user (uid 4242), who could change it; run: chown 0 ${folder}/own.ts`,
    );
    chownSync(join(folder, 'own.ts'), 0, 0);
    chownSync(folder, 4_242, 0);
    expect(distrust(join(folder, 'own.ts'))).toMatch(/^\S+ belongs to another user/);
  });

  it.runIf(isRoot)("is one that a group may write, unless that is the user's own", () => {
    const file = join(folderWith({ 'own.ts': MODULE }), 'own.ts');
    chmodSync(file, 0o664);
    expect(distrust(file)).toBeNull();
    chownSync(file, 0, 4_242);
    // To change the owner takes rights of a file away.
    chmodSync(file, 0o664);
    expect(distrust(file)).toBe(`${file} can be changed by its whole group; run: chmod g-w ${file}`);
  });

  it('is one behind a link as well', () => {
    const folder = folderWith({ 'real.ts': MODULE });
    mkdirSync(join(folder, 'links'));
    symlinkSync(join(folder, 'real.ts'), join(folder, 'links', 'own.ts'));
    expect(distrust(join(folder, 'links', 'own.ts'))).toBeNull();
    chmodSync(join(folder, 'real.ts'), 0o666);
    expect(distrust(join(folder, 'links', 'own.ts'))).toMatch(/real\.ts can be changed by everybody/);
  });

  it('is not run either when it has changed hands since it was read', async () => {
    const folder = fileWith('run: () => "ran"');
    const command = await one(load([], folder));
    expect((await ask(command)).title).toBe('ran');
    chmodSync(join(folder, 'own.mjs'), 0o666);
    expect(await ask(command)).toEqual({
      tone: 'warning',
      title: '/own was not run: others could have changed its file',
      lines: [`${folder}/own.mjs can be changed by everybody; run: chmod o-w ${folder}/own.mjs`],
    });
  });

  it.each([
    'import "./_part.ts";',
    'await import("./_part.ts");',
    'import { createRequire } from "node:module"; createRequire(import.meta.url)("./_part.ts");',
  ])('is not imported by one that is trusted: %s', async (statement) => {
    const folder = folderWith({
      'own.ts': `${statement}\nexport const command = { name: 'own', run: () => 'ran' };`,
      '_part.ts': 'import { writeFileSync } from "node:fs"; writeFileSync(import.meta.dirname + "/ran", "");',
    });
    chmodSync(join(folder, '_part.ts'), 0o666);
    const { problems } = await load([], folder);
    expect(problems).toEqual([
      {
        where: 'own.ts',
        what: `cannot be loaded: ${folder}/_part.ts can be changed by everybody; run: chmod o-w ${folder}/_part.ts`,
      },
    ]);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    chmodSync(join(folder, '_part.ts'), 0o644);
    expect((await load([], folder)).problems).toEqual([]);
    expect(existsSync(join(folder, 'ran'))).toBe(true);
  });

  it('is one that is not there', () => {
    const folder = folderWith({});
    writeFileSync(join(folder, 'x'), '');
    expect(distrust(join(folder, 'y'))).toMatch(/^cannot be read: ENOENT/);
    expect(distrust(join(folder, 'x'))).toBeNull();
  });
});
