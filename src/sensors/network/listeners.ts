/** Which processes listen on a TCP port of this machine, from /proc; on other systems nobody is seen. */
import { readdir, readFile, readlink } from 'node:fs/promises';

/** TCP_LISTEN of the kernel's tcp_states.h. */
const LISTEN = '0A';

/** @returns the inodes of the sockets that listen on this port, from the text of `/proc/net/tcp` or `tcp6`. */
export const parseListeners = (text: string, port: number): readonly string[] => {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return text.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && inode !== undefined && local?.endsWith(`:${wanted}`) === true ? [inode] : [];
  });
};

/**
 * @param candidates only these processes are looked at: all of the machine's would be thousands of descriptors
 * @returns those that listen there and may be looked at; another user's are not seen without root's rights. Never
 * throws.
 */
export const listenersOn = async (port: number, candidates: readonly number[]): Promise<readonly number[]> => {
  if (candidates.length === 0) return [];
  const texts = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  );
  const sockets = new Set(texts.flatMap((text) => parseListeners(text, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return [];
  const found = await Promise.all(candidates.map(async (pid) => ((await holdsOne(pid, sockets)) ? pid : null)));
  return found.filter((pid) => pid !== null);
};

const holdsOne = async (pid: number, sockets: ReadonlySet<string>): Promise<boolean> => {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch((): string[] => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (sockets.has(target)) return true;
  }
  return false;
};
