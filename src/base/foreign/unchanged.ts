/**
 * What lies in a gateway's home and has not changed since it was looked at is not looked at again: the kernel tells of
 * each change (inotify). That counts only below folders that somebody follows, and on file systems of this machine's
 * own: of what another machine writes the kernel hears nothing. What cannot be told is looked at as before.
 */
import { watch, type FSWatcher } from 'node:fs';
import { realpath, stat, statfs } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers';

/** That what was looked at has not changed since. */
export interface Unchanged {
  /** Asks the file system once in a moment for all that lies below one followed folder. @throws what it says. */
  holds(): Promise<boolean>;
  /** The same where that is known at once, because it was asked for in this moment; null: it must be asked. */
  holdsNow(): boolean | null;
  /** It has changed, and nothing has told of that: nothing below that followed folder is believed any more. */
  isWrong(): void;
}

/** The kernel may not tell of everything, such as a folder above that lets others in now. */
const BELIEVED_MS = 30_000;
/** How long a followed folder is taken to be the one that it was. */
const MOMENT_MS = 1_000;
/** What is looked at in one piece of work is looked at as of one time. */
const HEARD_MS = 20;
/** A user may have some ten thousand, in all programs. */
const MOST_FOLDERS = 4_000;

/** ext4, XFS, Btrfs, tmpfs, F2FS, ZFS, bcachefs, and the layers of a container. */
const LOCAL: ReadonlySet<number> = new Set([
  0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0xf2f5_2010, 0x2fc1_2fc1, 0xca45_1a4e, 0x794c_7630,
]);

interface Place {
  /** Without symbolic links. */
  readonly path: string;
  readonly dev: bigint;
  readonly ino: bigint;
}

interface Root {
  readonly given: string;
  followers: number;
  /** Where and what it is; null: not known, or on a file system that does not tell. */
  place: Place | null;
  /** The last look at it. */
  looked: { readonly at: number; readonly place: Promise<Place | null>; answered: boolean } | null;
  /** Something has changed below it, and the kernel has not told. */
  isDeaf: boolean;
}

const roots = new Map<string, Root>();
/** Folders below them that were seen on the same file system. */
const known = new Set<string>();
/** Those in which nothing has changed since the mark was made; no two marks are the same. */
const quiet = new Map<string, { readonly mark: number; readonly watcher: FSWatcher }>();
let lastMark = 0;

/** Listens in this folder, and below it as far as something is looked at there. @returns what ends that. */
export const followFolder = (folder: string): (() => void) => {
  if (process.platform !== 'linux') return () => undefined;
  const given = resolve(folder);
  // What lies below another one is followed with that.
  const above = rootOf(dirname(given));
  if (above !== null) return followFolder(above.given);
  const root = roots.get(given) ?? { given, followers: 0, place: null, looked: null, isDeaf: false };
  roots.set(given, root);
  root.followers += 1;
  // The first looks do not wait for the answer.
  lookAt(root).catch(() => undefined);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    root.followers -= 1;
    if (root.followers > 0) return;
    roots.delete(given);
    settle(root, null);
  };
};

/** @throws what the file system says. */
const placeOf = async ({ given, place }: Root): Promise<Place | null> => {
  const { dev, ino } = await stat(given, { bigint: true });
  if (place?.dev === dev && place.ino === ino) return place;
  return LOCAL.has((await statfs(given)).type) ? { path: await realpath(given), dev, ino } : null;
};

const lookAt = (root: Root): Promise<Place | null> => {
  const now = performance.now();
  if (root.looked !== null && now - root.looked.at <= MOMENT_MS) return root.looked.place;
  const looked = {
    at: now,
    place: placeOf(root).then(
      (place) => {
        settle(root, root.followers > 0 ? place : null);
        looked.answered = true;
        return place;
      },
      (error: unknown) => {
        settle(root, null);
        root.looked = null;
        throw error;
      },
    ),
    answered: false,
  };
  root.looked = looked;
  return looked.place;
};

const isLookedAt = ({ looked }: Root, now: number): boolean =>
  looked !== null && looked.answered && now - looked.at <= MOMENT_MS;

const settle = (root: Root, place: Place | null): void => {
  const before = root.place;
  if (before === place) return;
  root.place = place;
  if (before === null) return;
  for (const folder of known) {
    if (!isIn(folder, before.path)) continue;
    known.delete(folder);
    changed(folder);
  }
};

const isIn = (path: string, folder: string): boolean =>
  path.startsWith(folder) && (path.length === folder.length || path[folder.length] === sep);

const changed = (folder: string): void => {
  quiet.get(folder)?.watcher.close();
  quiet.delete(folder);
};

/**
 * Returns the mark of a folder; null: nothing listens there. Listening ends with the first change: a gateway that
 * writes all the time wakes Lifeline once between two looks.
 */
const markOf = (folder: string): number | null => {
  const before = quiet.get(folder);
  if (before !== undefined) return before.mark;
  if (!known.has(folder) || quiet.size >= MOST_FOLDERS) return null;
  try {
    const watcher = watch(folder, { persistent: false }, () => changed(folder));
    watcher.on('error', () => changed(folder));
    lastMark += 1;
    quiet.set(folder, { mark: lastMark, watcher });
    return lastMark;
  } catch {
    return null;
  }
};

let heardAt = -Infinity;

/** Lets the kernel tell of what was changed until now. */
const hear = async (): Promise<void> => {
  if (performance.now() - heardAt < HEARD_MS) return;
  await new Promise((resolve) => setImmediate(resolve));
  heardAt = performance.now();
};

/** The followed folder in which a path lies, the nearest one. */
const rootOf = (path: string): Root | null => {
  if (roots.size === 0) return null;
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const root = roots.get(folder);
    if (root !== undefined) return root;
    if (folder === dirname(folder)) return null;
  }
};

type Settled = Root & { readonly place: Place };
const isSettled = (root: Root | null): root is Settled => root?.place != null && !root.isDeaf;

const unchangedSince = (within: readonly Settled[], marks: ReadonlyMap<string, number>): Unchanged => {
  const at = performance.now();
  const places = within.map(({ place }) => place);
  /** At each look, for each file: without a list. */
  const isQuiet = (): boolean => {
    for (const [index, root] of within.entries()) if (root.place !== places[index] || root.isDeaf) return false;
    for (const [folder, mark] of marks) if (quiet.get(folder)?.mark !== mark) return false;
    return true;
  };
  return {
    holdsNow: () => {
      const now = performance.now();
      if (now - at > BELIEVED_MS || !isQuiet()) return false;
      return now - heardAt < HEARD_MS && within.every((root) => isLookedAt(root, now)) ? true : null;
    },
    holds: async () => {
      if (performance.now() - at > BELIEVED_MS || !isQuiet()) return false;
      for (const root of within) await lookAt(root);
      await hear();
      return isQuiet();
    },
    isWrong: () => {
      // The kernel's word of the change may be on its way.
      setImmediate(() => {
        if (isQuiet()) for (const root of within) root.isDeaf = true;
      });
    },
  };
};

/** @returns null when it cannot be told whether anything changes in this folder. */
export const unchangedIn = (folder: string): Unchanged | null => {
  const root = rootOf(folder);
  if (!isSettled(root)) return null;
  const path = join(root.place.path, relative(root.given, resolve(folder)));
  const mark = markOf(path);
  return mark === null ? null : unchangedSince([root], new Map([[path, mark]]));
};

/** One look at something in the file system, and all that was looked at on the way to it. */
export interface Way {
  /** Before this is looked at. @returns whether what was seen a moment ago will do. */
  asks(path: string): boolean;
  /** This folder is there. */
  passes(folder: { readonly path: string; readonly dev: bigint }): void;
  /** Call at the end. @returns null when it cannot be told whether anything changes on this way. */
  unchanged(): Unchanged | null;
}

/** @param home whose owner is looked at as well; null: nobody's. */
export const wayTo = (path: string, home: string | null): Way => {
  const within = [...new Set([rootOf(path), home === null ? null : rootOf(home)])].filter(isSettled);
  const marks = new Map<string, number>();
  let told = rootOf(path) !== null;
  /** What leads to a followed folder has not changed where that is the same folder still. */
  const leadsThere = (asked: string): boolean =>
    asked === sep || within.some(({ given, place }) => isIn(given, asked) || isIn(place.path, asked));
  return {
    asks: (asked) => {
      if (!told || leadsThere(asked)) return true;
      const folder = dirname(asked);
      const mark = within.some(({ place }) => isIn(folder, place.path)) ? markOf(folder) : null;
      if (mark === null) told = false;
      else if (!marks.has(folder)) marks.set(folder, mark);
      // It may be older than the mark.
      return mark === null;
    },
    passes: (folder) => {
      if (within.some(({ place }) => folder.dev === place.dev && isIn(folder.path, place.path))) known.add(folder.path);
    },
    unchanged: () => (told && marks.size > 0 ? unchangedSince(within, marks) : null),
  };
};
