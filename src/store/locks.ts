/**
 * Locks that one process of a user can hold: of the data folder, of a Feishu app, of the start of a gateway. Each is
 * SQLite's own file lock, which the system frees however a process ends: a written pid would need a guess whether it is
 * still the same process.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { userHome } from '../base/account.ts';
import { errorText, UserError } from '../base/errors.ts';
import { isPrivateFolder, makeOwnFolder } from '../base/own-folder.ts';
import { identityOf } from './files.ts';
import { isBusy, isDamage } from './store-errors.ts';

const dataLockIn = (folder: string): string => join(folder, 'lifeline.lock');

export interface Lock {
  /** Whether the file that is locked still lies in its place, where others look for it. */
  readonly isInPlace: () => boolean;
  readonly release: () => void;
}

/**
 * Makes this process the only Lifeline with this data folder. On a read-only disk the lock only keeps out a Lifeline
 * that can write there.
 * @throws UserError `ALREADY_RUNNING`; SQLite's or the system's error when no file can be made there.
 */
export const lockFolder = (folder: string): Lock => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = dataLockIn(folder);
  try {
    return take(path, folder);
  } catch (error) {
    // A held lock is "busy" before anybody gets to read the file: nobody holds one that is damaged. And another user
    // who could once open this one has taken it, but no Lifeline.
    if (!isDamage(error) && !isHeldByStrangers(path)) throw error;
    rmSync(path, { force: true });
    return take(path, folder);
  }
};

const take = (path: string, folder: string): Lock => {
  makeLockFile(path);
  try {
    const db = lockFile(path);
    const locked = identityOf(path);
    return { isInPlace: () => identityOf(path) === locked, release: () => db.close() };
  } catch (error) {
    if (!isBusy(error)) throw error;
    throw new UserError(
      'ALREADY_RUNNING',
      `Another Lifeline is running with the data folder ${folder}. Stop it first, or set another "data_dir".`,
    );
  }
};

const lockFile = (path: string): DatabaseSync => {
  const db = new DatabaseSync(path);
  try {
    // The journal in memory: nothing is written, so that it works on a full disk and leaves nothing behind.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** Returns the error `ALREADY_RUNNING` where another Lifeline uses this data folder now; null else. */
export const heldByAnother = (folder: string): UserError | null => {
  if (!existsSync(folder)) return null;
  try {
    lockFolder(folder).release();
    return null;
  } catch (error) {
    return error instanceof UserError && error.code === 'ALREADY_RUNNING' ? error : null;
  }
};

/**
 * Whether a Lifeline has this data folder. Where the kernel lists its locks, none is touched: one that starts at this
 * moment gets it.
 */
export const isHeld = (folder: string): boolean =>
  process.platform === 'linux' ? lockHolders(dataLockIn(folder)).length > 0 : heldByAnother(folder) !== null;

/**
 * The file that is locked, for its owner alone: whoever can read it can hold its lock. One that is there is not opened,
 * for to close it again would give up this process's own lock on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
const makeLockFile = (path: string): void => {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    // A pipe or a link in its place is nobody's lock.
    if (there && !there.isFile()) rmSync(path, { force: true, recursive: true });
    else if (there) return (there.mode & 0o077) === 0 ? undefined : chmodSync(path, 0o600);
    closeSync(openSync(path, 'ax', 0o600));
  } catch {
    // A disk that is read-only, or full: SQLite says what can be done there.
  }
};

/** `1: POSIX  ADVISORY  WRITE 1234 00:2a:5678 …`, by inode; one that is waited for has `->`. */
const POSIX = /^\d+: POSIX +\S+ +(?:READ|WRITE) +(\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /;

/** @returns the numbers of the processes that hold a lock on the file, none where the system does not say. */
export const lockHolders = (file: string): readonly number[] => {
  try {
    const { ino } = statSync(file, { bigint: true });
    const found = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, pid, inode] = POSIX.exec(line) ?? [];
        return inode === String(ino) && Number(pid) > 0 ? [Number(pid)] : [];
      });
    return [...new Set(found)];
  } catch {
    return [];
  }
};

/** Whether only processes of other people hold it, which can be no Lifeline of this data folder. Root may be one. */
export const isHeldByStrangers = (file: string): boolean => {
  const holders = lockHolders(file).map(userOf);
  const ours = new Set([0, process.getuid?.()]);
  return holders.length > 0 && holders.every((uid) => uid !== null && !ours.has(uid));
};

const userOf = (pid: number): number | null => {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
};

export type UserLock =
  | { readonly outcome: 'taken'; readonly release: () => void }
  /** Another process holds this file. */
  | { readonly outcome: 'held'; readonly file: string }
  /** In none of the folders there can be a lock. */
  | { readonly outcome: 'impossible'; readonly problems: readonly string[] };

/** Takes the lock in each of the folders: two processes that have one of them in common see each other. */
export const takeUserLock = (folders: readonly string[], name: string): UserLock => {
  const locks: DatabaseSync[] = [];
  const release = (): void => locks.splice(0).forEach((lock) => lock.close());
  const problems: string[] = [];
  for (const folder of folders) {
    const file = join(folder, `${name}.lock`);
    try {
      makeOwnFolder(folder);
      locks.push(lockFile(file));
    } catch (error) {
      if (isBusy(error)) {
        release();
        return { outcome: 'held', file };
      }
      problems.push(errorText(error));
    }
  }
  return locks.length > 0 ? { outcome: 'taken', release } : { outcome: 'impossible', problems };
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds folders that all Lifelines of one user share, whatever their data folders, and nobody else can enter. The
 * system's folder for temporary files is none: another user may have made ours there first.
 * @param kept what is locked: the name of the folder below Lifeline's folder for states.
 * @returns the user's runtime folder, where there is one: systemd makes it at the first login and removes it after the
 * last, so that a service that starts with the machine may have none; and the user's folder for states, which stays.
 */
export const lockFolders = (env: Environment, kept: 'apps' | 'starts', uid = process.getuid?.()): readonly string[] => {
  const runtime = [env['XDG_RUNTIME_DIR'], uid === undefined ? undefined : `/run/user/${uid}`].find(
    (folder) => folder !== undefined && folder !== '' && isPrivateFolder(folder),
  );
  return [
    ...(runtime === undefined ? [] : [join(runtime, 'lifeline')]),
    join(env['XDG_STATE_HOME'] || join(env['HOME'] || userHome(), '.local', 'state'), 'lifeline', kept),
  ];
};
