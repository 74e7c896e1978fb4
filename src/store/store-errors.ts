/** Sorts the errors of SQLite and the system by what is to be done when the store cannot be used. */
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText } from '../base/errors.ts';

export interface StoreProblem {
  readonly kind: 'full' | 'read_only' | 'unusable';
  /** The system's message, with the file. */
  readonly detail: string;
}

// https://www.sqlite.org/rescode.html
const ERROR = 1;
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const PROTOCOL = 15;
const CONSTRAINT = 19;
const MISMATCH = 20;
const NOTADB = 26;

const LOST: readonly number[] = [PERM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB];
/** While a file is opened, wrong SQL means that its tables are not Lifeline's. */
const DAMAGED: readonly number[] = [ERROR, CORRUPT, CONSTRAINT, MISMATCH, NOTADB];

/**
 * Less than this is left on a disk that is called full: SQLite says "I/O error" where it lacks room for its side files.
 */
const FULL_BYTES = 256 * 1024;

/** Whether SQLite says that the store itself is lost, not that a statement was wrong: it must be opened anew. */
export const isStoreError = (error: unknown): boolean => isOneOf(error, LOST);

/** Whether an error while a file was opened says: the file can be read, but is no intact database of Lifeline's. */
export const isDamage = (error: unknown): boolean => isOneOf(error, DAMAGED);

/** Another process uses it; it is neither lost nor damaged. */
export const isBusy = (error: unknown): boolean => isOneOf(error, [BUSY, LOCKED, PROTOCOL]);

export const damageError = (path: string, finding: string): Error =>
  Object.assign(new Error(`${path} is damaged: ${finding}`), { code: 'ERR_SQLITE_ERROR', errcode: CORRUPT });

/** @returns why the database in this folder cannot be used; null when the error says nothing of that. */
export const storeProblemOf = (error: unknown, folder: string): StoreProblem | null => {
  const root = causes(error).find((each) => sqliteCode(each) !== null || isSystemError(each));
  if (root === undefined || !(isSystemError(root) || isStoreError(root) || isBusy(root) || isDamage(root))) return null;
  return { kind: isBusy(root) ? 'unusable' : kindOf(root, folder), detail: errorText(root) };
};

const kindOf = (root: unknown, folder: string): StoreProblem['kind'] => {
  const code = (root as NodeJS.ErrnoException).code ?? '';
  if (sqliteCode(root) === FULL || ['ENOSPC', 'EDQUOT'].includes(code)) return 'full';
  if (sqliteCode(root) === READONLY || ['EROFS', 'EACCES', 'EPERM'].includes(code)) return 'read_only';
  // "Cannot open" and "I/O error" are vague; the folder itself says more.
  try {
    const there = nearest(folder);
    if (statfsSync(there).bavail * statfsSync(there).bsize < FULL_BYTES) return 'full';
    accessSync(there, constants.W_OK);
    return 'unusable';
  } catch (refusal) {
    return ['EROFS', 'EACCES', 'EPERM'].includes((refusal as NodeJS.ErrnoException).code ?? '')
      ? 'read_only'
      : 'unusable';
  }
};

/** Whether the folder can be made and its disk has so much room left. Writes nothing else. */
export const hasRoom = (folder: string, bytes: number): boolean => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= bytes;
  } catch {
    return false;
  }
};

/** The folder, or what is there of the way to it. */
const nearest = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));

const isOneOf = (error: unknown, codes: readonly number[]): boolean =>
  causes(error).some((each) => codes.includes(sqliteCode(each) ?? -1));

/** The lower byte; the rest tells variants of it apart. */
const sqliteCode = (error: unknown): number | null => {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
};

const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error && 'errno' in error;

/** The error and what caused it, as far down as that goes. */
const causes = (error: unknown): unknown[] => {
  const all: unknown[] = [];
  for (let each = error; each !== undefined && all.length < 10; each = each instanceof Error ? each.cause : undefined)
    all.push(each);
  return all;
};
