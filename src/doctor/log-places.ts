/** The logs of a gateway as they lie on the disk: where a new file is begun each day, those of all days. */
import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isDated, logNames } from '../sensors/logs/log-files.ts';
import type { DoctorContext } from './context.ts';

type Logs = Pick<DoctorContext, 'gateway' | 'kind' | 'trust'>;

/**
 * Returns the absolute paths of the logs, without those in a folder that is not trusted, of which another check tells.
 * Some of the files may be missing.
 */
export const logPaths = async (
  { gateway, kind, trust }: Logs,
  logs: readonly string[] = kind.logs,
): Promise<readonly string[]> => {
  const each = logs
    .map((log) => resolve(gateway.home, log))
    .map(async (path) => (isDated(path) ? logNames(path, trust).catch(() => []) : [path]));
  return [...new Set((await Promise.all(each)).flat())];
};

/** Returns the existing folders of the logs: behind a symbolic link they may be on another disk. */
export const logFolders = async (context: Logs): Promise<readonly string[]> => {
  const found = await Promise.all((await logPaths(context)).map((path) => realpath(path).then(dirname, () => null)));
  return [...new Set(found.filter((folder) => folder !== null))];
};

/** Returns the first existing place on each file system. */
export const oneEachDisk = async (places: readonly string[]): Promise<readonly string[]> => {
  const disks = new Map<number, string>();
  for (const place of places) {
    const seen = await stat(place).catch(() => null);
    if (seen && !disks.has(seen.dev)) disks.set(seen.dev, place);
  }
  return [...disks.values()];
};
