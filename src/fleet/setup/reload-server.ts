/** Lets the NATS server of this machine read its configuration anew. */
import { basename, join } from 'node:path';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { OWN_FILES } from '../../base/foreign/trust.ts';
import { readProcess } from '../../sensors/process/proc.ts';
import { sendSignal } from '../../supervisors/stop.ts';
import { PID_FILE } from './fleet-folder.ts';

/** @returns whether it was told; false: it runs elsewhere, or not at all. */
export const reloadServer = async (folder: string): Promise<boolean> => {
  try {
    const { bytes } = readForeignNow(join(folder, PID_FILE), { trust: OWN_FILES, mostBytes: MOST_BYTES.config });
    const pid = Number(bytes.toString('utf8').trim());
    // The number may be another process's by now.
    const server = Number.isSafeInteger(pid) && pid > 1 ? await readProcess(pid) : null;
    if (server === null || basename(server.argv[0] ?? '') !== 'nats-server') return false;
    return (await sendSignal(server, 'SIGHUP')) === 'sent';
  } catch {
    return false;
  }
};
