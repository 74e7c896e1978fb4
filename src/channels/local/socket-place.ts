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
 * Linux reaches the folder by an open descriptor, whose path is short.
 * @throws Error elsewhere, where the path is too long: Node 22 would cut it short without a word, and make the socket
 * in another place. The system's error when the folder cannot be opened.
 */
export const socketPlace = (dataDir: string): SocketPlace => {
  const path = socketPath(dataDir);
  if (Buffer.byteLength(path) <= MOST_BYTES) return { path, close: () => undefined };
  if (process.platform !== 'linux') throw new Error('the path of the socket is too long');
  const folder = openSync(dataDir, 'r');
  return { path: join('/proc/self/fd', `${folder}`, SOCKET_NAME), close: () => closeSync(folder) };
};
