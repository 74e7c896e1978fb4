/** Lets the NATS servers of this machine read their configuration anew. */
import { basename, join } from 'node:path';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { OWN_FILES } from '../../base/foreign/trust.ts';
import { readProcess } from '../../sensors/process/proc.ts';
import { sendSignal } from '../../supervisors/stop.ts';
import { serverFiles } from './fleet-folder.ts';

/** @returns the numbers of those of them that were not told: they run elsewhere, or not at all. */
export const reloadServers = async (folder: string, count: number): Promise<readonly number[]> => {
  const told = await Promise.all(
    Array.from({ length: count }, (_, index) => reloadServer(join(folder, serverFiles(index).pid))),
  );
  return told.flatMap((was, index) => (was ? [] : [index]));
};

const reloadServer = async (pidFile: string): Promise<boolean> => {
  try {
    const { bytes } = readForeignNow(pidFile, { trust: OWN_FILES, mostBytes: MOST_BYTES.config });
    const pid = Number(bytes.toString('utf8').trim());
    // The number may be another process's by now.
    const server = Number.isSafeInteger(pid) && pid > 1 ? await readProcess(pid) : null;
    if (server === null || basename(server.argv[0] ?? '') !== 'nats-server') return false;
    return (await sendSignal(server, 'SIGHUP')) === 'sent';
  } catch {
    return false;
  }
};
