/**
 * The one way to open a file that somebody else writes, or may have put there. A pipe that nobody writes to would block
 * one of the few threads that all file access of this process shares; to open a device may do anything. So the kind,
 * the owner and the folders on the way are checked first, the file is opened without waiting, and then it must be the
 * same file.
 */
import { chmodSync, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { RefusedFile, fileRefusalOf } from './refusal.ts';
import { OWN_FILES, trustedPart, type Trust } from './trust.ts';
import { seeUnlessUnchanged, type Seen } from './see.ts';
import { partOf, walkNow, type PathPart } from './walk.ts';

export interface Opened {
  readonly handle: FileHandle;
  readonly part: PathPart;
}

/** Windows has not all of these. */
const flag = (name: 'O_NONBLOCK' | 'O_NOFOLLOW' | 'O_NOCTTY'): number =>
  (constants as Partial<Record<typeof name, number>>)[name] ?? 0;
const WITHOUT_WAITING = flag('O_NONBLOCK') | flag('O_NOFOLLOW') | flag('O_NOCTTY');
const TO_READ = constants.O_RDONLY | WITHOUT_WAITING;
const TO_APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | WITHOUT_WAITING;

/** A rotation puts another file in its place now and then; somebody who does so each time is up to something. */
const MOST_TRIES = 5;

/**
 * @returns the file itself, behind its links; it is regular. @throws RefusedFile; what the file system says, `ENOENT`
 * when it is not there.
 */
export const seeForeign = async (path: string, trust: Trust): Promise<PathPart> => (await seeRegular(path, trust)).part;
export const seeRegular = async (path: string, trust: Trust, anew = false): Promise<Seen> => {
  const seen = await seeUnlessUnchanged(path, trust, anew);
  regular(seen.part);
  return seen;
};
export const seeForeignNow = (path: string, trust: Trust): PathPart => regular(walkNow(trustedPart(path, trust)));

/** The same for what may be a folder as well: it is listed, or its time tells something. */
export const seeForeignPlace = async (path: string, trust: Trust): Promise<PathPart> =>
  (await seeUnlessUnchanged(path, trust)).part;

/** For reading. The caller closes it. @throws as `seeForeign`. */
export const openForeign = async (path: string, trust: Trust): Promise<Opened> => {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const { part: seen } = await seeRegular(path, trust, tries > 1);
    const handle = await open(seen.path, TO_READ).catch(unlessSwapped);
    if (handle === null) continue;
    try {
      const part = partOf(seen.path, await handle.stat({ bigint: true }));
      if (isSame(part, seen)) return { handle, part };
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
  }
  throw new RefusedFile({ why: 'changing', path });
};

/** The same at once, for what is needed before anything can be waited for. @returns the descriptor. */
export const openForeignNow = (path: string, trust: Trust): { readonly file: number; readonly part: PathPart } => {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const seen = seeForeignNow(path, trust);
    const file = openUnlessSwapped(seen.path);
    if (file === null) continue;
    try {
      const part = partOf(seen.path, fstatSync(file, { bigint: true }));
      if (isSame(part, seen)) return { file, part };
    } catch (error) {
      closeSync(file);
      throw error;
    }
    closeSync(file);
  }
  throw new RefusedFile({ why: 'changing', path });
};

/**
 * To append to a file of Lifeline's own, made when it is not there: neither a pipe nor a link takes its place. The
 * caller closes it.
 */
export const openToAppend = async (path: string, mode: number): Promise<FileHandle> => {
  const handle = await open(path, TO_APPEND, mode);
  try {
    regular(partOf(path, await handle.stat({ bigint: true })));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/**
 * For a library that appends to a file of Lifeline's own by its name: makes the file when it is not there, and nobody
 * else can put another in its place from then on. The folder must be there.
 * @returns where it lies, behind its links. @throws as `seeForeign`.
 */
export const claimToAppend = (path: string, mode: number): string => {
  try {
    // Never through a link.
    closeSync(openSync(path, 'ax', mode));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    return seeForeignNow(path, OWN_FILES).path;
  } catch (error) {
    const refusal = fileRefusalOf(error);
    // All that leads to it is in order.
    if (refusal?.why !== 'writable' || refusal.kind !== 'file') throw error;
    chmodSync(refusal.path, mode);
    return seeForeignNow(path, OWN_FILES).path;
  }
};

const regular = (part: PathPart): PathPart => {
  if (part.kind !== 'file') throw new RefusedFile({ why: 'kind', path: part.path, kind: part.kind });
  return part;
};

const isSame = (one: PathPart, other: PathPart): boolean =>
  one.dev === other.dev && one.ino === other.ino && one.kind === 'file';

/** A link, or nothing, lies where a file was a moment ago. */
const SWAPPED: ReadonlySet<string | undefined> = new Set(['ELOOP', 'ENOENT', 'ENXIO', 'EISDIR']);

const unlessSwapped = (error: unknown): null => {
  if (SWAPPED.has((error as NodeJS.ErrnoException).code)) return null;
  throw error;
};

const openUnlessSwapped = (path: string): number | null => {
  try {
    return openSync(path, TO_READ);
  } catch (error) {
    return unlessSwapped(error);
  }
};
