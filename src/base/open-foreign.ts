/**
 * The one way to open a file that another user writes, or may have put there. Trust follows the owner of a file, not
 * its path: root, Lifeline's own user and the gateway's are trusted. The file itself is looked at each time: before it
 * is opened, because to open a device may do anything, and once more when it is. It is opened without waiting, because
 * a pipe that no program writes to would block one of the few threads that all file access of this process shares. The
 * folders and links on the way are looked at when they are first used, and again every half minute.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  type BigIntStats,
} from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { instantOf, type Instant } from './instant.ts';
import { RefusedFile, fileRefusalOf, type FileKind, type Refusal } from './refused-file.ts';

export interface Trust {
  /** The owner of this folder is the gateway's user; null: no gateway's files are read. */
  readonly home: string | null;
  /** Others whom the operator trusts, by name or number; `*`: everybody. */
  readonly users: readonly string[];
  /**
   * `evidence`: a folder that lets nobody else in protects what lies in it, and the system's own services do not count
   * as others: to read nothing at all would be worse. `code`: like ssh with its keys, without these exceptions.
   */
  readonly purpose: 'evidence' | 'code';
}

export const EVERYBODY = '*';
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

/** What lstat(2) says of one part of a path. */
export interface PathPart {
  /** Without symbolic links. */
  readonly path: string;
  readonly kind: FileKind;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** How many names the file has. */
  readonly names: number;
  readonly ino: bigint;
  readonly size: number;
  /** Milliseconds since the epoch, with what fraction the file system keeps. */
  readonly modifiedAt: number;
}

const partOf = (path: string, stats: BigIntStats): PathPart => ({
  path,
  kind: kindOf(stats),
  uid: Number(stats.uid),
  gid: Number(stats.gid),
  mode: Number(stats.mode),
  names: Number(stats.nlink),
  ino: stats.ino,
  size: Number(stats.size),
  modifiedAt: Number(stats.mtimeNs) / 1e6,
});

const kindOf = (stats: BigIntStats): FileKind => {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFIFO()) return 'pipe';
  return stats.isSocket() ? 'socket' : 'device';
};

const partNow = (path: string): PathPart => partOf(path, lstatSync(path, { bigint: true }));

/** All parts of a path as the kernel follows it, links and what they name included; the last one is what lies there. */
const partsOf = (path: string, from: PathPart = partNow(sep)): readonly PathPart[] => {
  const parts = [from];
  let at = from;
  for (const name of path.split(sep)) {
    if (name === '' || name === '.') continue;
    const next = partNow(join(at.path, name));
    parts.push(next);
    if (next.kind === 'link') {
      const target = readlinkSync(next.path);
      parts.push(...partsOf(target, isAbsolute(target) ? partNow(sep) : at));
    }
    at = parts.at(-1) ?? next;
  }
  return parts;
};

const ROOT = 0;
/** Below this are the accounts of the system's services, by convention (login.defs: UID_MIN). */
const LEAST_PERSON = 1_000;
const STICKY = 0o1000;
/** macOS lets the members of `admin` become root; it tells in no file who they are. */
const MAC_ADMIN = 80;

/** What the way to a file says of all that lies in its last folder. */
interface Way {
  /** None but those who are trusted get to that folder. */
  readonly isShielded: boolean;
  /** @throws RefusedFile when a file there is not to be believed. */
  readonly judge: (part: PathPart) => void;
}

/**
 * @param path a folder, or a link that leads to a file. @throws RefusedFile when others could change where it leads;
 * what the file system says.
 */
const wayTo = (path: string, { home, users, purpose }: Trust, accounts: Accounts): Way => {
  const me = process.getuid?.();
  // Windows has neither owners nor modes of this kind.
  if (me === undefined || users.includes(EVERYBODY)) return { isShielded: false, judge: () => undefined };
  const named = users.map((user) => (/^\d{1,10}$/.test(user) ? Number(user) : accounts.uidOf(user)));
  const owners = new Set([ROOT, me, ...named.filter((uid) => uid !== null)]);
  const user = home === null ? null : homeOwner(home, owners, accounts);
  if (user !== null) owners.add(user);
  /** By folder: whether others may make files there, though not replace those of others; whether none can enter it. */
  const passed = new Map<string, { readonly isOpen: boolean; readonly isShielded: boolean }>();
  const parts = partsOf(path);
  /** Outside of the user's own namespace no user has a number there; the owner of the root owns all below. */
  const rootOwner = parts[0]?.uid;
  const judge = (part: PathPart): void => {
    const { path, kind, uid, mode } = part;
    const above = path === sep ? undefined : passed.get(dirname(path));
    // Whose it is does not matter any more.
    if (kind !== 'folder' && kind !== 'file' && kind !== 'link') throw new RefusedFile({ why: 'kind', path, kind });
    if (!owners.has(uid) && !(kind === 'folder' && uid === rootOwner))
      throw new RefusedFile({ why: 'owner', path, kind, uid });
    if (kind === 'link') return;
    const by = othersWho(0o2, part, owners, purpose, accounts);
    const isSticky = kind === 'folder' && (mode & STICKY) !== 0;
    if (by !== null && !isSticky && above?.isShielded !== true)
      throw new RefusedFile({ why: 'writable', path, kind, by, uid, mode });
    // A file of a user who is trusted gets a second name there without their doing.
    if (kind === 'file' && part.names > 1 && above?.isOpen === true)
      throw new RefusedFile({ why: 'second_name', path });
    if (kind !== 'folder') return;
    const isLocked = purpose === 'evidence' && othersWho(0o1, part, owners, purpose, accounts) === null;
    passed.set(path, { isOpen: by !== null, isShielded: isLocked || above?.isShielded === true });
  };
  for (const part of parts) judge(part);
  return { isShielded: passed.get(parts.at(-1)?.path ?? '')?.isShielded === true, judge };
};

/** Who else has a right. @param right 2 to write, 1 to enter. @returns null: nobody. */
const othersWho = (
  right: 0o2 | 0o1,
  { mode, uid, gid }: PathPart,
  owners: ReadonlySet<number>,
  purpose: Trust['purpose'],
  accounts: Accounts,
): 'everybody' | 'group' | null => {
  if ((mode & right) !== 0) return 'everybody';
  if ((mode & (right << 3)) === 0 || gid === ROOT) return null;
  if (process.platform === 'darwin') return gid === MAC_ADMIN ? null : 'group';
  const members = accounts.membersOf(gid);
  // By convention a group with the number of its only member is that user's own; a container may know neither.
  if (members === null) return gid === uid ? null : 'group';
  const isTrusted = (member: number): boolean =>
    owners.has(member) || (purpose === 'evidence' && member >= 0 && member < LEAST_PERSON);
  return [...members].every(isTrusted) ? null : 'group';
};

/** @returns whose home it is; null: it is not there, or anybody could have put it there. */
const homeOwner = (home: string, owners: ReadonlySet<number>, accounts: Accounts): number | null => {
  try {
    const parts = partsOf(resolve(home));
    const uid = parts.at(-1)?.uid ?? ROOT;
    // The first part that is theirs was put there by who may write the folder above.
    const first = parts.find((part) => part.uid === uid)?.path ?? sep;
    const above = parts.find(({ path }) => path === dirname(first));
    const isOpen = above !== undefined && othersWho(0o2, above, new Set([...owners, above.uid]), 'evidence', accounts);
    return owners.has(uid) || isOpen === null || isOpen === false ? uid : null;
  } catch {
    return null;
  }
};

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

/** How others can change a file of Lifeline's own; null: they cannot, or it is not there, or its reader tells why not. */
export const openness = (path: string): Refusal | null => {
  try {
    seeForeignNow(path, OWN_FILES);
    return null;
  } catch (error) {
    const refusal = fileRefusalOf(error);
    return refusal?.why === 'owner' || refusal?.why === 'writable' || refusal?.why === 'second_name' ? refusal : null;
  }
};

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

/** Who is in a group, by the system's own files. Users that a directory service keeps are not in them. */
export interface Accounts {
  /** @returns null when there is no such user. */
  readonly uidOf: (name: string) => number | null;
  /** @returns the numbers of its members, -1 for one of whom only the name is known; null: an unknown group. */
  readonly membersOf: (gid: number) => ReadonlySet<number> | null;
}

/** @param passwd the text of /etc/passwd @param group of /etc/group */
export const parseAccounts = (passwd: string, group: string): Accounts => {
  const users = fieldsOf(passwd).flatMap(([name = '', , uid = '', gid = '']) =>
    name !== '' && isNumber(uid) && isNumber(gid) ? [{ name, uid: Number(uid), gid: Number(gid) }] : [],
  );
  const groups = fieldsOf(group).flatMap(([, , gid = '', names = '']) =>
    isNumber(gid) ? [{ gid: Number(gid), names: names.split(',').map((name) => name.trim()) }] : [],
  );
  const uidOf = (name: string): number | null => users.findLast((user) => user.name === name)?.uid ?? null;
  return {
    uidOf,
    membersOf: (gid) => {
      const first = users.filter((user) => user.gid === gid);
      const listed = groups.filter((each) => each.gid === gid);
      if (first.length === 0 && listed.length === 0) return null;
      const names = listed.flatMap((each) => each.names).filter((name) => name !== '');
      return new Set([...first.map(({ uid }) => uid), ...names.map((name) => uidOf(name) ?? -1)]);
    },
  };
};

const fieldsOf = (text: string): readonly (readonly string[])[] => text.split('\n').map((line) => line.split(':'));
const isNumber = (text: string): boolean => /^\d{1,10}$/.test(text);

let known: { readonly at: number; readonly accounts: Accounts } | null = null;

export const systemAccounts = (): Accounts => {
  const at = performance.now();
  if (known === null || at - known.at > KEPT_MS)
    known = { at, accounts: parseAccounts(textOf('/etc/passwd'), textOf('/etc/group')) };
  return known.accounts;
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
