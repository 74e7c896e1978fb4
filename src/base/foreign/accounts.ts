/** Who is in a group, by the system's own files. Users that a directory service keeps are not in them. */
import { readFileSync } from 'node:fs';

export interface Accounts {
  /** @returns null when there is no such user. */
  readonly uidOf: (name: string) => number | null;
  /** @returns the numbers of its members; null when nothing is known of the group. */
  readonly membersOf: (gid: number) => ReadonlySet<number> | null;
}

/** A member whose number is not known. */
const SOMEBODY = -1;

/** @param passwd the text of /etc/passwd @param group of /etc/group */
export const parseAccounts = (passwd: string, group: string): Accounts => {
  const uids = new Map<string, number>();
  const members = new Map<number, Set<number>>();
  const add = (gid: number, uid: number): void => void members.set(gid, (members.get(gid) ?? new Set()).add(uid));
  for (const [name = '', , uid = '', gid = ''] of lines(passwd)) {
    if (name === '' || !isNumber(uid) || !isNumber(gid)) continue;
    uids.set(name, Number(uid));
    add(Number(gid), Number(uid));
  }
  for (const [, , gid = '', names = ''] of lines(group)) {
    if (!isNumber(gid)) continue;
    if (!members.has(Number(gid))) members.set(Number(gid), new Set());
    for (const name of names.split(',')) {
      if (name.trim() !== '') add(Number(gid), uids.get(name.trim()) ?? SOMEBODY);
    }
  }
  return { uidOf: (name) => uids.get(name) ?? null, membersOf: (gid) => members.get(gid) ?? null };
};

const lines = (text: string): readonly (readonly string[])[] => text.split('\n').map((line) => line.split(':'));
const isNumber = (text: string): boolean => /^\d{1,10}$/.test(text);

/** Accounts seldom change. */
const KEPT_MS = 30_000;
let known: { readonly at: number; readonly accounts: Accounts } | null = null;

export const systemAccounts = (): Accounts => {
  const now = performance.now();
  if (known === null || now - known.at > KEPT_MS)
    known = { at: now, accounts: parseAccounts(textOf('/etc/passwd'), textOf('/etc/group')) };
  return known.accounts;
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
