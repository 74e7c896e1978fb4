/** Lets the NATS server of this machine read its configuration anew. */
import { basename, join } from 'node:path';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { OWN_FILES } from '../../base/foreign/trust.ts';
import { PID_FILE } from './fleet-folder.ts';

/** @param argumentsOf of a process; null: there is none. @returns whether it was told; false: it runs elsewhere, or not at all. */
export const reloadServer = async (
  folder: string,
  argumentsOf: (pid: number) => Promise<readonly string[] | null>,
): Promise<boolean> => {
  try {
    const { bytes } = readForeignNow(join(folder, PID_FILE), { trust: OWN_FILES, mostBytes: MOST_BYTES.config });
    const pid = Number(bytes.toString('utf8').trim());
    // The number may be another process's by now.
    const [program = ''] = (Number.isSafeInteger(pid) && pid > 1 ? await argumentsOf(pid) : null) ?? [];
    if (basename(program) !== 'nats-server') return false;
    process.kill(pid, 'SIGHUP');
    return true;
  } catch {
    return false;
  }
};
