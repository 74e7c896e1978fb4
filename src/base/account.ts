/** The account that Lifeline runs as, and the accounts of the machine. */
import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { UserError } from './errors.ts';

export interface OwnAccount {
  readonly uid: number;
  /** The number where there is no name. */
  readonly name: string;
  /** By the system's list of users; null: it is not in there. */
  readonly listedHome: string | null;
}

/** In a container it may have a number and no name. */
export const ownAccount = (): OwnAccount => {
  try {
    const { uid, username, homedir: listedHome } = userInfo();
    return { uid, name: username, listedHome };
  } catch {
    const uid = process.getuid?.() ?? 0;
    return { uid, name: String(uid), listedHome: null };
  }
};

/** HOME, or what the system's list of users says. @throws UserError `USAGE_NO_HOME` */
export const userHome = (): string => {
  try {
    return homedir();
  } catch (error) {
    throw new UserError(
      'USAGE_NO_HOME',
      `This account (uid ${ownAccount().uid}) is not in the system's list of users, and HOME is not set. Set HOME to a folder that belongs to it.`,
      { cause: error },
    );
  }
};

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

/** Accounts seldom change. */
const KEPT_MS = 30_000;
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
