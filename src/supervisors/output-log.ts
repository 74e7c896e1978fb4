/** Where the output of a gateway goes that Lifeline itself has started, and how that file stays small. */
import { readdir, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { PathPart } from '../base/file-trust.ts';
import { openForeign, OWN_FILES } from '../base/open-foreign.ts';

const MOST_BYTES = 10 * 1024 * 1024;
const SUFFIX = '.output.log';

export const outputFileOf = (dataDir: string, gateway: string): string => join(dataDir, `${gateway}${SUFFIX}`);

/**
 * Bounds all output files, also those of gateways that have left the configuration and may still run. Throws as
 * `boundOutput` does.
 */
export const boundOutputs = async (dataDir: string, mostBytes = MOST_BYTES): Promise<void> => {
  const names = await readdir(dataDir).catch((): string[] => []);
  for (const name of names) if (name.endsWith(SUFFIX)) await boundOutput(join(dataDir, name), mostBytes);
};

/**
 * Beyond `mostBytes` the end of the file becomes `FILE.1` and the file begins anew. It stays the same file: a gateway
 * that runs has it open, and because it only appends goes on at the new beginning. What it writes in the very moment
 * between the two is lost, and when the disk has no room for the copy, so is that.
 * @throws the system's error when the file can be neither read nor cut.
 */
export const boundOutput = async (file: string, mostBytes = MOST_BYTES): Promise<void> => {
  const opened = await openForeign(file, OWN_FILES).catch(() => null);
  if (opened === null) return;
  const { handle, part } = opened;
  try {
    if (part.size <= mostBytes) return;
    await keepEnd(handle, part, mostBytes).catch(() => undefined);
    await truncate(part.path);
  } finally {
    await handle.close();
  }
};

const keepEnd = async (handle: FileHandle, { path, size }: PathPart, bytes: number): Promise<void> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, size - bytes);
  await rm(`${path}.1`, { force: true });
  await writeFile(`${path}.1`, buffer.subarray(0, bytesRead), { mode: 0o600, flag: 'wx' });
};
