/**
 * Of several Lifelines that watch one home, one at a time starts or restarts its gateway as a bare process: each of
 * them would find at the same moment that none runs.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockFolders, lockHolders, takeUserLock } from '../store/locks.ts';

/**
 * Waits until no other Lifeline starts a gateway in this home. @returns a function that gives the lock back; a text for
 * people where there can be none, and nothing may be started. @throws when `signal` is aborted.
 */
export type LockStart = (patienceMs: number, signal: AbortSignal) => Promise<(() => void) | string>;

const POLL_MS = 100;

/** In memory and without regard to the environment: a place that all Lifelines of a user on this machine have. */
const SHARED_MEMORY = '/dev/shm';

/**
 * @param dataDir has a lock of its own, since another user may have taken the name in `/dev/shm`, and a service may have
 * no home: then Lifelines with other data folders are not seen, and the gateway can be started all the same.
 */
export const startFolders = (
  env: Readonly<Record<string, string | undefined>>,
  dataDir: string,
  { uid = process.getuid?.(), shared = SHARED_MEMORY } = {},
): readonly string[] => [
  ...lockFolders(env, 'starts', uid),
  ...(process.platform === 'linux' && uid !== undefined ? [join(shared, `lifeline-starts-${uid}`)] : []),
  join(dataDir, 'starts'),
];

export const lockStartOf =
  (home: string, folders: readonly string[]): LockStart =>
  async (patienceMs, signal) => {
    const name = nameOf(home);
    const end = performance.now() + patienceMs;
    for (;;) {
      const lock = takeUserLock(folders, name);
      if (lock.outcome === 'taken') return lock.release;
      if (lock.outcome === 'impossible')
        return `Whether another Lifeline starts this gateway at the same moment cannot be seen, because no lock can be made (${lock.problems.join('; ')}). Two of them would start it twice, so it is not started.`;
      if (performance.now() > end)
        return `Another Lifeline${holderOf(lock.file)} is starting or restarting this gateway and does not come to an end. A second one would start it twice, so it is not started.`;
      await sleep(POLL_MS, undefined, { signal });
    }
  };

/** The same for one folder by whatever link it is reached; one that is not there, where nothing starts, has its path. */
const nameOf = (home: string): string => {
  const seen = statSync(home, { bigint: true, throwIfNoEntry: false });
  const id = seen ? `${seen.dev}-${seen.ino}` : createHash('sha256').update(home).digest('hex').slice(0, 16);
  return `start-${id}`;
};

const holderOf = (file: string): string => {
  const [pid] = lockHolders(file);
  return pid === undefined ? '' : ` (pid ${pid})`;
};
