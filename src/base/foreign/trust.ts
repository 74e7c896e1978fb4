/**
 * Whom Lifeline believes: trust follows the owner of a file, not its path. What another user of the machine can put in
 * a file's place, or write into it, is no evidence and no code. Root, Lifeline's own user and the gateway's are
 * trusted.
 */
import { dirname } from 'node:path';
import { systemAccounts, type Accounts } from './accounts.ts';
import { RefusedFile } from './refusal.ts';
import { walkNow, walkPath, type PathPart, type Walk } from './walk.ts';

export interface Trust {
  /** Whoever owns this folder is the gateway's user; null: no gateway's files are read. */
  readonly home: string | null;
  /** Others whom the operator trusts, by name or number; `*`: everybody. */
  readonly users: readonly string[];
  /**
   * `evidence`: a folder that lets nobody else in protects what lies in it, and the system's own services do not count
   * as others: to read nothing at all would be worse. `code`: like ssh with its keys, without these exceptions.
   */
  readonly purpose: 'evidence' | 'code';
}

/** For files that only Lifeline's user and root may have written, such as a program that is run. */
export const OWN_CODE: Trust = { home: null, users: [], purpose: 'code' };
/** The same for files that are only read. */
export const OWN_FILES: Trust = { home: null, users: [], purpose: 'evidence' };
/** For what the person at the terminal names, who knows whose it is. Only the kind of the file counts. */
export const ANYBODY: Trust = { home: null, users: ['*'], purpose: 'evidence' };
export const EVERYBODY = '*';

/** @param users whom the configuration trusts beside the owner of the home. */
export const trustIn = (home: string, users: readonly string[] = []): Trust => ({ home, users, purpose: 'evidence' });

const ROOT = 0;
/** Below this are the accounts of the system's services, by convention (login.defs: UID_MIN). */
const LEAST_PERSON = 1_000;
const STICKY = 0o1000;
const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;
const GROUP_ENTER = 0o010;
const OTHERS_ENTER = 0o001;
/** macOS lets the members of `admin` become root; it tells in no file who they are. */
const MAC_ADMIN = 80;

/**
 * @returns the file itself, which its owner and the folders on the way make trustworthy. @throws RefusedFile; what the
 * file system says.
 */
export function* trustedPart(path: string, trust: Trust, accounts: Accounts = systemAccounts()): Walk<PathPart> {
  const me = process.getuid?.();
  // Windows has neither owners nor modes of this kind.
  if (me === undefined || trust.users.includes(EVERYBODY)) return yield* walkPath(path, () => undefined);
  const owners = new Set([ROOT, me, ...named(trust.users, accounts)]);
  if (trust.home !== null) {
    const user = yield* homeOwner(trust.home, owners, accounts);
    if (user !== null) owners.add(user);
  }
  const judge = judgeOf(owners, trust.purpose, accounts);
  return yield* walkPath(path, judge);
}

/** The state of a folder that was passed. */
interface Passed {
  /** Everybody, or a whole group, may make files there, though not replace those of others. */
  readonly open: boolean;
  /** Nobody but those who are trusted gets to what lies below. */
  readonly shielded: boolean;
}

const judgeOf = (
  owners: ReadonlySet<number>,
  purpose: Trust['purpose'],
  accounts: Accounts,
): ((part: PathPart) => void) => {
  const passed = new Map<string, Passed>();
  /** Outside of the user's own namespace nobody has a number there; whoever owns the root owns all below. */
  let rootOwner = ROOT;
  return (part) => {
    const { path, kind, uid } = part;
    const folder = dirname(path);
    const above = path === folder ? null : (passed.get(folder) ?? null);
    if (above === null) rootOwner = uid;
    // Whose it is does not matter any more.
    if (kind !== 'folder' && kind !== 'file' && kind !== 'link') throw new RefusedFile({ why: 'kind', path, kind });
    const isTrusted = owners.has(uid) || (kind === 'folder' && uid === rootOwner);
    if (!isTrusted) throw new RefusedFile({ why: 'owner', path, kind, uid });
    if (kind === 'link') return;
    const by = writableBy(part, owners, purpose, accounts);
    const isSticky = kind === 'folder' && (part.mode & STICKY) !== 0;
    if (by !== null && !isSticky && above?.shielded !== true)
      throw new RefusedFile({ why: 'writable', path, kind, by, uid, mode: part.mode });
    // A file of somebody who is trusted gets a second name there without their doing.
    if (kind !== 'folder' && part.names > 1 && above?.open === true)
      throw new RefusedFile({ why: 'second_name', path });
    if (kind === 'folder')
      passed.set(path, {
        open: by !== null,
        shielded: purpose === 'evidence' && (above?.shielded === true || lockedBy(part, owners, purpose, accounts)),
      });
  };
};

/** Who else may write it; null: nobody. */
export const writableBy = (
  { mode, uid, gid }: Pick<PathPart, 'mode' | 'uid' | 'gid'>,
  owners: ReadonlySet<number>,
  purpose: Trust['purpose'],
  accounts: Accounts = systemAccounts(),
): 'everybody' | 'group' | null => {
  if ((mode & OTHERS_WRITE) !== 0) return 'everybody';
  return (mode & GROUP_WRITE) !== 0 && !isOwnGroup({ uid, gid }, owners, purpose, accounts) ? 'group' : null;
};

const lockedBy = (
  { mode, uid, gid }: PathPart,
  owners: ReadonlySet<number>,
  purpose: Trust['purpose'],
  accounts: Accounts,
): boolean =>
  (mode & OTHERS_ENTER) === 0 && ((mode & GROUP_ENTER) === 0 || isOwnGroup({ uid, gid }, owners, purpose, accounts));

/** Whether a group has nobody in it who is not trusted anyway, as the group that a user has alone. */
const isOwnGroup = (
  { uid, gid }: Pick<PathPart, 'uid' | 'gid'>,
  owners: ReadonlySet<number>,
  purpose: Trust['purpose'],
  accounts: Accounts,
): boolean => {
  if (gid === ROOT) return true;
  if (process.platform === 'darwin') return gid === MAC_ADMIN;
  const members = accounts.membersOf(gid);
  // By convention a group with the number of its only member is that user's own; a container may know neither.
  if (members === null) return gid === uid;
  return [...members].every(
    (member) => owners.has(member) || (purpose === 'evidence' && member >= 0 && member < LEAST_PERSON),
  );
};

const named = (users: readonly string[], accounts: Accounts): readonly number[] =>
  users.flatMap((user) => {
    const uid = /^\d{1,10}$/.test(user) ? Number(user) : accounts.uidOf(user);
    return uid === null ? [] : [uid];
  });

/**
 * Whether a folder above the path, or at it, lets nobody in but Lifeline's user and root. @throws what the file system
 * says.
 */
export const isShielded = (path: string, accounts: Accounts = systemAccounts()): boolean => {
  const owners = new Set([ROOT, process.getuid?.() ?? ROOT]);
  let shielded = false;
  walkNow(
    walkPath(
      path,
      (part) =>
        (shielded ||= part.kind === 'folder' && owners.has(part.uid) && lockedBy(part, owners, 'evidence', accounts)),
    ),
  );
  return shielded;
};

/** @returns whose home it is; null: it is not there, or anybody could have put it there. */
function* homeOwner(home: string, owners: ReadonlySet<number>, accounts: Accounts): Walk<number | null> {
  const open = new Set<string>();
  /** By owner: the first part on the way that is theirs. Only who may write the folder above could put it there. */
  const first = new Map<number, string>();
  try {
    const { uid } = yield* walkPath(home, (part) => {
      if (!first.has(part.uid)) first.set(part.uid, part.path);
      const trusted = owners.has(part.uid) ? owners : new Set([...owners, part.uid]);
      if (writableBy(part, trusted, 'evidence', accounts) !== null) open.add(part.path);
    });
    return owners.has(uid) || !open.has(dirname(first.get(uid) ?? home)) ? uid : null;
  } catch {
    return null;
  }
}
