/** A Lifeline of long ago, as a tarball, made from this repository's own history. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHECKOUT, pack, type Packed } from './npm.ts';

/** The first one that treats from the phone; its database is many steps older than today's. */
const COMMIT = '97cc56947ac88305d4e3bfbd8b39572c69708166';
const VERSION = '0.0.9';

/** @returns why it cannot be had, or null. A checkout may be without its history. */
export const whyNoOldVersion = async (): Promise<string | null> => {
  const { exitCode } = await execa('git', ['cat-file', '-e', `${COMMIT}^{commit}`], { cwd: CHECKOUT, reject: false });
  return exitCode === 0 ? null : 'this checkout has no history that goes back far enough';
};

export const packOldVersion = async (dir: string, home: string): Promise<Packed> => {
  const sources = join(dir, 'old-sources');
  await mkdir(sources, { recursive: true });
  await execa(
    'git',
    [
      'archive',
      '--format=tar',
      '--output',
      join(dir, 'old.tar'),
      COMMIT,
      'src',
      'commands',
      'package.json',
      'tsconfig.json',
      'tsconfig.build.json',
    ],
    { cwd: CHECKOUT },
  );
  await execa('tar', ['xf', join(dir, 'old.tar'), '-C', sources]);
  await symlink(join(CHECKOUT, 'node_modules'), join(sources, 'node_modules'));
  const manifest = JSON.parse(await readFile(join(sources, 'package.json'), 'utf8')) as Record<string, unknown>;
  await writeFile(join(sources, 'package.json'), JSON.stringify({ ...manifest, version: VERSION }));
  // Its types were checked in its time.
  await execa(
    join(CHECKOUT, 'node_modules', '.bin', 'tsc'),
    ['-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false'],
    { cwd: sources },
  );
  return pack(sources, join(dir, 'old'), home, '--ignore-scripts');
};
