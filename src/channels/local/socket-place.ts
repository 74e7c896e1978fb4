/** The place of the socket, also below a folder whose path is longer than the name of a socket may be. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { SOCKET_NAME, socketPath } from './wire.ts';

/** Linux has 108 bytes for the name of a socket, macOS 104, each with the zero at its end. */
const MOST_BYTES = 103;

export interface SocketPlace {
  readonly path: string;
  /** To be called once the socket is bound or connected. */
  readonly close: () => void;
}

/**
 * Linux reaches the folder by an open descriptor, whose path is short. Elsewhere a path that is too long stays so, and
 * the system refuses it. @throws the system's error when the folder cannot be opened.
 */
export const socketPlace = (dataDir: string): SocketPlace => {
  const path = socketPath(dataDir);
  if (process.platform !== 'linux' || Buffer.byteLength(path) <= MOST_BYTES) return { path, close: () => undefined };
  const folder = openSync(dataDir, 'r');
  return { path: join('/proc/self/fd', `${folder}`, SOCKET_NAME), close: () => closeSync(folder) };
};
