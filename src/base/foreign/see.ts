/** What lies at a path, as it was seen before where nothing has changed since. */
import { createRecentMap } from '../recent-map.ts';
import { RefusedFile } from './refusal.ts';
import { trustedPart, type Trust } from './trust.ts';
import { wayTo, type Unchanged } from './unchanged.ts';
import { walkLater, type PathPart } from './walk.ts';

export interface Seen {
  readonly part: PathPart;
  /** What is there was looked at before, and the kernel would have told of a change. */
  readonly unchanged: boolean;
}

type Found = { readonly part: PathPart } | { readonly error: Error };

/** A gateway has some twenty such files. */
const seen = createRecentMap<{ readonly found: Found; readonly since: Unchanged }>(20_000);

/**
 * @param anew looks at it whatever was seen before.
 * @throws RefusedFile; what the file system says, `ENOENT` when it is not there.
 */
export const seeUnlessUnchanged = async (path: string, trust: Trust, anew = false): Promise<Seen> => {
  const key = keyOf(path, trust);
  const before = seen.get(key);
  if (before !== undefined && !anew && (await before.since.holds()))
    return { part: partIn(before.found), unchanged: true };
  const way = wayTo(path, trust.home);
  const found = await walkLater(trustedPart(path, trust), way).then((part) => ({ part }), errorOf);
  if (before !== undefined && !isSame(before.found, found)) before.since.isWrong();
  const since = way.unchanged();
  if (since !== null && isLasting(found)) seen.set(key, { found, since });
  else seen.delete(key);
  return { part: partIn(found), unchanged: false };
};

/**
 * The same, told at once where it is known that nothing has changed; null: it must be looked at. @throws as
 * `seeUnlessUnchanged`.
 */
export const seenUnchanged = (path: string, trust: Trust): PathPart | null => {
  const before = seen.get(keyOf(path, trust));
  return before?.since.holdsNow() === true ? partIn(before.found) : null;
};

const keyOf = (path: string, { purpose, home, users }: Trust): string =>
  `${purpose}\0${home}\0${users.join('\0')}\0${path}`;

const partIn = (found: Found): PathPart => {
  if ('error' in found) throw found.error;
  return found.part;
};

/** Its stack would keep much in memory. */
const errorOf = (error: unknown): Found => {
  const kept = error as Error;
  kept.stack = kept.message;
  return { error: kept };
};

/** A file with a second name is written by way of another folder. */
const isLasting = (found: Found): boolean =>
  'part' in found
    ? found.part.kind !== 'file' || found.part.names === 1
    : found.error instanceof RefusedFile || (found.error as NodeJS.ErrnoException).code === 'ENOENT';

const isSame = (one: Found, other: Found): boolean =>
  'part' in one && 'part' in other
    ? one.part.path === other.part.path &&
      one.part.ino === other.part.ino &&
      one.part.size === other.part.size &&
      one.part.changedAt === other.part.changedAt
    : 'error' in one && 'error' in other;
