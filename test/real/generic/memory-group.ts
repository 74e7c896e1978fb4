/**
 * A control group of its own with a limit of memory. Where control groups are of version 1 a `systemd --user` puts its
 * units into none that counts memory, and so a process may be put into this one beside its unit.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../phones.ts';

const ROOT = '/sys/fs/cgroup/memory';

/** Why there can be no such group here; null when there can. */
export const whyNoMemoryGroup = (): string | null =>
  existsSync(join(ROOT, 'memory.limit_in_bytes'))
    ? null
    : 'the control groups here are of version 2, in which a process has one group for everything';

export interface MemoryGroup {
  readonly folder: string;
  /** Takes it away once it is empty. */
  remove(): Promise<void>;
}

export const makeMemoryGroup = async (name: string, mebibytes: number): Promise<MemoryGroup> => {
  const folder = join(ROOT, name);
  await mkdir(folder);
  await writeFile(join(folder, 'memory.limit_in_bytes'), String(mebibytes * 1_048_576));
  return {
    folder,
    remove: async () => {
      await until(
        'its processes to be gone',
        async () => (await readFile(join(folder, 'cgroup.procs'), 'utf8')) === '',
      );
      await rmdir(folder);
    },
  };
};
