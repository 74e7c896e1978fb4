/**
 * Follows one log file by inode: over rotation, truncation, replacement and a file that appears later; each byte is
 * read once. The first read takes only the end of the file (and of its predecessor), however large it is.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { createLineSplitter } from './line-splitter.ts';

export interface LogFollower {
  /** @returns the lines written since the last call, oldest first; never throws for a missing or unreadable file. */
  read(): Promise<string[]>;
  /** Why the file cannot be read, for people; null while it can or is just missing. */
  problem(): string | null;
  close(): Promise<void>;
}

const CHUNK_BYTES = 262_144;
/** Hermes keeps 3 rotated files, others up to 9. */
const ROTATED = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const createLogFollower = (path: string, { tailBytes = 1_048_576 }: { tailBytes?: number } = {}): LogFollower => {
  let handle: FileHandle | null = null;
  let inode = 0n;
  let offset = 0;
  let started = false;
  let problem: string | null = null;
  const splitter = createLineSplitter();

  const openAt = async (file: string, from: number): Promise<void> => {
    handle = await open(file, 'r');
    inode = (await handle.stat({ bigint: true })).ino;
    offset = from;
  };

  const close = async (): Promise<void> => {
    const closing = handle;
    handle = null;
    await closing?.close();
  };

  /** Reads the open file to its present end. */
  const drain = async (lines: string[]): Promise<void> => {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    while (handle) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, offset);
      if (bytesRead === 0) return;
      offset += bytesRead;
      for (const line of splitter.push(chunk.subarray(0, bytesRead))) lines.push(line);
    }
  };

  /** A file that will not grow any more: its last half line is all there will be. */
  const finish = async (lines: string[]): Promise<void> => {
    await drain(lines);
    const rest = splitter.flush();
    if (rest !== null) lines.push(rest);
    await close();
  };

  /** The end of the log as it is now, across the last rotation, without the line that the cut goes through. */
  const readTail = async (lines: string[]): Promise<void> => {
    const size = Number((await stat(path)).size);
    if (size < tailBytes) {
      const previous = await sizeOf(`${path}.1`);
      if (previous !== null) {
        const from = Math.max(0, previous - (tailBytes - size));
        await openAt(`${path}.1`, from);
        await finish(lines);
        if (from > 0) lines.shift();
      }
      await openAt(path, 0);
      return drain(lines);
    }
    const from = size - tailBytes;
    await openAt(path, from);
    await drain(lines);
    if (from > 0) lines.shift();
  };

  /** What was written between our file's rotation and the present file: those in between were never open here. */
  const readRotatedSince = async (lines: string[]): Promise<void> => {
    for (const n of ROTATED) {
      const ours = (await inodeOf(`${path}.${n}`)) === inode;
      if (!ours) continue;
      for (let newer = n - 1; newer >= 1; newer -= 1) {
        await openAt(`${path}.${newer}`, 0);
        await finish(lines);
      }
      return;
    }
  };

  const readNew = async (lines: string[]): Promise<void> => {
    if (!started) {
      if ((await sizeOf(path)) === null) {
        // A file that appears later is new from its first byte.
        started = true;
        return;
      }
      await readTail(lines);
      started = true;
      return;
    }
    const current = await inodeOf(path);
    if (handle) {
      if (current === inode && (await handle.stat()).size < offset) {
        splitter.flush();
        offset = 0;
      }
      await drain(lines);
      if (current === inode || current === null) return;
      const ours = inode;
      await finish(lines);
      inode = ours;
      await readRotatedSince(lines);
    }
    if (current !== null) {
      await openAt(path, 0);
      await drain(lines);
    }
  };

  return {
    read: async () => {
      const lines: string[] = [];
      try {
        await readNew(lines);
        problem = null;
      } catch (error) {
        if (!isMissing(error)) problem = `${path}: ${(error as Error).message}`;
      }
      return lines;
    },
    problem: () => problem,
    close,
  };
};

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const inodeOf = async (path: string): Promise<bigint | null> =>
  stat(path, { bigint: true }).then(
    ({ ino }) => ino,
    (error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    },
  );

const sizeOf = async (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );
