/** Finds out whether a Lifeline that is no service holds the data folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { lockFolder, lockHolders } from '../store/locks.ts';

/** @returns null when nobody has it; `pid` null when the system does not say who. */
export const holderOfData = (dataDir: string): { readonly pid: number | null } | null => {
  // `lockFolder` would make a missing folder, which would belong to the installer, perhaps root.
  const lock = join(dataDir, 'lifeline.lock');
  if (!existsSync(lock)) return null;
  try {
    lockFolder(dataDir).release();
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) return null;
    return { pid: lockHolders(lock)[0] ?? null };
  }
};
