/**
 * Whom Lifeline believes: trust follows the owner of a file, not its path. What another user of the machine can put in
 * a file's place, or write into it, is no evidence and no code. Root, Lifeline's own user and the gateway's are
 * trusted.
 */
import { lstatSync, readlinkSync, type BigIntStats } from 'node:fs';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Accounts } from './account.ts';
import { RefusedFile, type FileKind } from './refused-file.ts';

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

export const partOf = (path: string, stats: BigIntStats): PathPart => ({
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

export const partNow = (path: string): PathPart => partOf(path, lstatSync(path, { bigint: true }));

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
export interface Way {
  /** None but those who are trusted get to that folder. */
  readonly isShielded: boolean;
  /** @throws RefusedFile when a file there is not to be believed. */
  readonly judge: (part: PathPart) => void;
}

/**
 * @param path a folder, or a link that leads to a file. @throws RefusedFile when others could change where it leads;
 * what the file system says.
 */
export const wayTo = (path: string, { home, users, purpose }: Trust, accounts: Accounts): Way => {
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
    const isOpen = above && othersWho(0o2, above, new Set([...owners, above.uid]), 'evidence', accounts) !== null;
    return owners.has(uid) || isOpen !== true ? uid : null;
  } catch {
    return null;
  }
};
