/**
 * Finds folders that all Lifelines of one user share, whatever their data folders, and nobody else can enter. The
 * system's folder for temporary files is none: another user may have made ours there first.
 */
import { join } from 'node:path';
import { userHome } from '../base/account.ts';
import { isPrivateFolder } from '../base/own-folder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param kept what is locked: the name of the folder below Lifeline's folder for states.
 * @returns the user's runtime folder, where there is one: systemd makes it at the first login and removes it after the
 * last, so that a service that starts with the machine may have none; and the user's folder for states, which stays.
 */
export const lockFolders = (env: Environment, kept: 'apps' | 'starts', uid = process.getuid?.()): readonly string[] => {
  const runtime = [env['XDG_RUNTIME_DIR'], uid === undefined ? undefined : `/run/user/${uid}`].find(
    (folder) => folder !== undefined && folder !== '' && isPrivateFolder(folder),
  );
  return [
    ...(runtime === undefined ? [] : [join(runtime, 'lifeline')]),
    join(env['XDG_STATE_HOME'] || join(homeIn(env), '.local', 'state'), 'lifeline', kept),
  ];
};

const homeIn = (env: Environment): string => env['HOME'] || userHome();
