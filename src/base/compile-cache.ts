/**
 * Keeps what V8 has made of the program's files, so that a command which ends soon need not compile them again: a
 * quarter of `lifeline status`. Whoever writes there decides what is run, so the folder, and all above it, must be as
 * trustworthy as the program; where it is not, or cannot be made, nothing is kept and nothing is said.
 */
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { userHome } from './account.ts';
import { OWN_CODE, seeForeignNow } from './open-foreign.ts';
import { programText } from './program-files.ts';

const PRIVATE = 0o700;

/** @returns where it is kept, from a folder that is the user's; null: there is none. */
export const compiledFolder = (
  env: NodeJS.ProcessEnv,
  home: string,
): readonly [root: string, ...names: string[]] | null => {
  const named = env['XDG_CACHE_HOME'] ?? '';
  if (isAbsolute(named)) return [named, 'lifeline', 'compiled'];
  return isAbsolute(home) ? [home, '.cache', 'lifeline', 'compiled'] : null;
};

/** @throws when it is somebody else's, or others could put something there. */
const demandTrusted = (folder: string): void => {
  const { kind, uid } = seeForeignNow(folder, OWN_CODE, 'file or folder');
  if (kind !== 'folder' || uid !== process.getuid?.()) throw new Error(`${folder} is not this user's`);
};

/**
 * Makes these folders, each in the one before it, but for the first, which must be there. @returns the last one.
 * @throws when one cannot be made, is somebody else's, or others could put something there.
 */
export const makeTrusted = ([root, ...names]: readonly [string, ...string[]]): string => {
  demandTrusted(root);
  return names.reduce((above, name) => {
    const folder = join(above, name);
    try {
      mkdirSync(folder, PRIVATE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    demandTrusted(folder);
    return folder;
  }, root);
};

/** Makes the folder of this version and removes those of others. @returns the folder. @throws as above. */
export const folderOfVersion = (kept: readonly [string, ...string[]], version: string): string => {
  const all = makeTrusted(kept);
  chmodSync(all, PRIVATE);
  for (const name of readdirSync(all)) if (name !== version) rmSync(join(all, name), { recursive: true, force: true });
  return makeTrusted([all, version]);
};

/** What is imported from now on comes from there, and what is missing is written at the end of the process. */
export const keepCompiled = (): void => {
  // Windows has no owners that could be asked for.
  if (process.getuid === undefined) return;
  try {
    const kept = compiledFolder(process.env, userHome());
    if (kept === null) return;
    const { version } = JSON.parse(programText('package.json')) as { readonly version: string };
    enableCompileCache(folderOfVersion(kept, version));
  } catch {
    // It is slower without.
  }
};
