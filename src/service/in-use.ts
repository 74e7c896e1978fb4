/** Whether a Lifeline that is no service has the data folder. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { lockFolder } from '../store/lock.ts';

/** @returns null when nobody has it; `pid` null when the system does not say who. */
export const holderOfData = (dataDir: string): { readonly pid: number | null } | null => {
  // A folder that is made here would be the installer's, who may be root.
  const lock = join(dataDir, 'lifeline.lock');
  if (!existsSync(lock)) return null;
  try {
    lockFolder(dataDir).release();
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) return null;
    return { pid: lockingPid(lock) };
  }
};

/** `1: POSIX  ADVISORY  WRITE 1234 00:2a:5678 …`, by inode. */
const lockingPid = (file: string): number | null => {
  try {
    const { ino } = statSync(file);
    const line = readFileSync('/proc/locks', 'utf8').split('\n').find((each) => new RegExp(` WRITE +\\d+ [0-9a-f:]+:${ino} `).test(each));
    const pid = Number(/ WRITE +(\d+) /.exec(line ?? '')?.[1]);
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
};
