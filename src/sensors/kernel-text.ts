/**
 * Reads small files of the kernel (/proc, /sys/fs/cgroup). `fs` and `fs.promises` take 64 KB anew for each file that
 * says it has no size, and at a look every few seconds most of Lifeline's work was to collect that.
 */
import { closeSync, openSync, read, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

type Encoding = 'latin1' | 'utf8';

/** Of all reads: each is over before the next begins. */
let shared = Buffer.allocUnsafe(16_384);

/**
 * At once, for what the kernel writes as one piece, such as /proc/PID/stat: a read that does not fill its room has all
 * of it, so no second one has to find the end. @throws what the file system says.
 */
export const readKernelPiece = (path: string): string => {
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, shared, 0, shared.length, null);
    if (length < shared.length) return shared.toString('latin1', 0, length);
  } finally {
    closeSync(file);
  }
  return readKernelText(path);
};

/** At once; only for files that never hang. @throws what the file system says. */
export const readKernelText = (path: string, encoding: Encoding = 'latin1'): string => {
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (let read = -1; read !== 0; length += read) {
      if (length === shared.length) shared = Buffer.concat([shared], shared.length * 2);
      read = readSync(file, shared, length, shared.length - length, null);
    }
    return shared.toString(encoding, 0, length);
  } finally {
    closeSync(file);
  }
};

/** The same; null where it cannot be read. */
export const kernelTextOrNull = (path: string): string | null => {
  try {
    return readKernelText(path);
  } catch {
    return null;
  }
};

const FIRST_BYTES = 4_000;

/** For files such as /proc/PID/environ, which wait for a process that is stuck. @throws what the file system says. */
export const readKernelTextLater = async (path: string, encoding: Encoding): Promise<string> => {
  const file = await open(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(FIRST_BYTES);
    let length = 0;
    for (let read = -1; read !== 0; length += read) {
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 4);
      read = (await file.read(buffer, length, buffer.length - length, null)).bytesRead;
    }
    return buffer.toString(encoding, 0, length);
  } finally {
    await file.close();
  }
};

const readLater = promisify(read);

/**
 * For /proc/PID/cmdline, which waits for a process that is stuck only when it is read, and comes as one piece: each
 * step that another thread takes costs more than the step itself. @throws what the file system says.
 */
export const readCommandLine = async (path: string): Promise<string> => {
  const file = openSync(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(FIRST_BYTES);
    for (let length = 0; ; buffer = Buffer.concat([buffer], buffer.length * 4)) {
      length += (await readLater(file, buffer, length, buffer.length - length, null)).bytesRead;
      if (length < buffer.length) return buffer.toString('utf8', 0, length);
    }
  } finally {
    closeSync(file);
  }
};
