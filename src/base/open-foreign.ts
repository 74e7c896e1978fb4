/**
 * The one way to open a file that another user writes, or may have put there. The file itself is looked at each time:
 * before it is opened, because to open a device may do anything, and once more when it is. It is opened without
 * waiting, because a pipe that no program writes to would block one of the few threads that all file access of this
 * process shares. The folders and links on the way are looked at when they are first used, and again every half minute.
 */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemAccounts, type Accounts } from './account.ts';
import { EVERYBODY, partNow, partOf, wayTo, type PathPart, type Trust, type Way } from './file-trust.ts';
import { instantOf, type Instant } from './instant.ts';
import { RefusedFile } from './refused-file.ts';

/** For files that only Lifeline's user and root may have written, such as a program that is run. */
export const OWN_CODE: Trust = { home: null, users: [], purpose: 'code' };
/** The same for files that are only read. */
export const OWN_FILES: Trust = { home: null, users: [], purpose: 'evidence' };
/** For what the person at the terminal names, who knows whose it is. Only the kind of the file counts. */
export const ANYBODY: Trust = { home: null, users: [EVERYBODY], purpose: 'evidence' };
/** @param users whom the configuration trusts beside the owner of the home. */
export const trustIn = (home: string, users: readonly string[] = []): Trust => ({ home, users, purpose: 'evidence' });

/** How large each kind of small file may be: many times what any has been seen to be. */
export const MOST_BYTES = {
  pidNumber: 1_024,
  /** Paths and the words of a command line: a pid file, a lock, a marker, a heartbeat. */
  record: 16_384,
  state: 262_144,
  variables: 262_144,
  secret: 16_384,
  /** A system's own list of certificates has a quarter of this. */
  certificates: 1_000_000,
  definition: 65_536,
  /** The members of a fleet: 20,000 of them have 3 MB. */
  fleet: 8_000_000,
  config: 500_000,
} as const;

const KEPT_MS = 30_000;
/** A way that was refused, or leads nowhere, is not kept. */
const ways = new Map<string, { readonly at: number; readonly way: Way }>();
const MOST_WAYS = 10_000;

/** For a full round: all that leads to the files is looked at anew. */
export const forgetWays = (): void => ways.clear();

const keptWay = async (path: string, leadsTo: string, trust: Trust, accounts: Accounts): Promise<Way> => {
  const key = JSON.stringify([path, leadsTo, trust]);
  const at = performance.now();
  const kept = ways.get(key);
  if (kept !== undefined && at - kept.at < KEPT_MS) return kept.way;
  // A disk of the network may not answer: then this alone waits for it.
  if (trust.home !== null) await stat(trust.home).catch(() => undefined);
  await stat(path);
  const way = wayTo(path, trust, accounts);
  if (ways.size >= MOST_WAYS) forgetWays();
  ways.set(key, { at, way });
  return way;
};

const circleAt =
  (path: string) =>
  (error: unknown): never => {
    throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? new RefusedFile({ why: 'loop', path }) : error;
  };

interface Seen {
  readonly part: PathPart;
  readonly judge: Way['judge'];
}

const look = async (path: string, trust: Trust, accounts: Accounts): Promise<Seen> => {
  const named = resolve(path);
  const real = await realpath(named).catch(circleAt(path));
  const { judge } = await (real === named
    ? keptWay(dirname(named), '', trust, accounts)
    : keptWay(named, real, trust, accounts));
  const part = partOf(real, await lstat(real, { bigint: true }));
  judge(part);
  return { part, judge };
};

const lookNow = (path: string, trust: Trust, accounts: Accounts): Seen => {
  const named = resolve(path);
  let real = named;
  try {
    real = realpathSync.native(named);
  } catch (error) {
    circleAt(path)(error);
  }
  const { judge } = wayTo(named, trust, accounts);
  return { part: partNow(real), judge };
};

type Wanted = 'file' | 'file or folder';

const demand = (part: PathPart, wanted: Wanted = 'file'): PathPart => {
  if (part.kind === 'file' || (part.kind === 'folder' && wanted === 'file or folder')) return part;
  throw new RefusedFile({ why: 'kind', path: part.path, kind: part.kind });
};

/**
 * @returns what lies at the path, behind its links. @throws RefusedFile; what the file system says, `ENOENT` when it is
 * not there.
 */
export const seeForeign = async (
  path: string,
  trust: Trust,
  wanted?: Wanted,
  accounts = systemAccounts(),
): Promise<PathPart> => demand((await look(path, trust, accounts)).part, wanted);

/** The same at once, for what is needed before anything can be waited for; the way is looked at each time. */
export const seeForeignNow = (path: string, trust: Trust, wanted?: Wanted, accounts = systemAccounts()): PathPart =>
  demand(lookNow(path, trust, accounts).part, wanted);

/** Whether this folder, or one above it, lets none in but Lifeline's user and root. */
export const isShielded = (folder: string): boolean => wayTo(folder, OWN_FILES, systemAccounts()).isShielded;

/** Windows has not all of these. */
const flag = (name: 'O_NONBLOCK' | 'O_NOFOLLOW' | 'O_NOCTTY'): number =>
  (constants as Partial<Record<typeof name, number>>)[name] ?? 0;
const WITHOUT_WAITING = flag('O_NONBLOCK') | flag('O_NOFOLLOW') | flag('O_NOCTTY');
const TO_READ = constants.O_RDONLY | WITHOUT_WAITING;
const TO_APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | WITHOUT_WAITING;

export interface Opened {
  readonly handle: FileHandle;
  readonly part: PathPart;
}

/** For reading. The caller closes it. @throws as `seeForeign`. */
export const openForeign = async (path: string, trust: Trust): Promise<Opened> => {
  const { part, judge } = await look(path, trust, systemAccounts());
  return demandOpened(await open(demand(part).path, TO_READ), part.path, judge);
};

/**
 * To append to a file of Lifeline's own, made when it is not there: neither a pipe nor a link takes its place. The
 * caller closes it.
 */
export const openToAppend = async (path: string, mode: number): Promise<FileHandle> =>
  (await demandOpened(await open(path, TO_APPEND, mode), path, () => undefined)).handle;

const demandOpened = async (handle: FileHandle, path: string, judge: Way['judge']): Promise<Opened> => {
  try {
    const part = demand(partOf(path, await handle.stat({ bigint: true })));
    judge(part);
    return { handle, part };
  } catch (error) {
    await handle.close();
    throw error;
  }
};

export interface ReadOptions {
  readonly trust: Trust;
  readonly mostBytes: number;
}

export interface SmallFile {
  readonly bytes: Buffer;
  readonly text: string;
  readonly uid: number;
  readonly mode: number;
  /** Null: its time is none. */
  readonly modifiedAt: Instant | null;
}

/** However the file grows meanwhile, no more is read than fits what it is. @throws as `seeForeign`. */
export const readForeign = async (path: string, { trust, mostBytes }: ReadOptions): Promise<SmallFile> => {
  const { handle, part } = await openForeign(path, trust);
  try {
    const room = roomFor(part, mostBytes);
    let length = 0;
    for (let read = -1; read !== 0; length += read)
      ({ bytesRead: read } = await handle.read(room, length, room.length - length, null));
    return smallFile(part, room.subarray(0, length));
  } finally {
    await handle.close();
  }
};

/** The same at once. */
export const readForeignNow = (path: string, { trust, mostBytes }: ReadOptions): SmallFile => {
  const { part: seen, judge } = lookNow(path, trust, systemAccounts());
  const file = openSync(demand(seen).path, TO_READ);
  try {
    const part = demand(partOf(seen.path, fstatSync(file, { bigint: true })));
    judge(part);
    const room = roomFor(part, mostBytes);
    let length = 0;
    for (let read = -1; read !== 0; length += read) read = readSync(file, room, length, room.length - length, null);
    return smallFile(part, room.subarray(0, length));
  } finally {
    closeSync(file);
  }
};

/** Files of the kernel say that they have no size. */
const LEAST_ROOM = 4_096;

const roomFor = ({ path, size }: PathPart, most: number): Buffer => {
  if (size > most) throw new RefusedFile({ why: 'size', path, bytes: size, most });
  return Buffer.allocUnsafe(Math.min(most, Math.max(size, LEAST_ROOM)));
};

const smallFile = ({ uid, mode, modifiedAt }: PathPart, bytes: Buffer): SmallFile => ({
  bytes,
  text: bytes.toString('utf8'),
  uid,
  mode,
  modifiedAt: instantOf(modifiedAt),
});
