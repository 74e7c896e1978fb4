/** Reads a small file that somebody else writes: never more than fits what it is, however it grows meanwhile. */
import { closeSync, readSync } from 'node:fs';
import { instantOf, type Instant } from '../instant.ts';
import { createRecentMap } from '../recent-map.ts';
import { openForeign, openForeignNow, seeRegular } from './open.ts';
import { seenUnchanged } from './see.ts';
import { RefusedFile } from './refusal.ts';
import type { Trust } from './trust.ts';
import type { PathPart } from './walk.ts';

export interface ReadOptions {
  readonly trust: Trust;
  readonly mostBytes: number;
}

export interface SmallFile {
  readonly text: string;
  /** Whose file it is. */
  readonly uid: number;
  /** Null: its time is none. */
  readonly modifiedAt: Instant | null;
}

export interface SmallBytes {
  readonly bytes: Buffer;
  readonly part: PathPart;
}

/** A file as it was read last. */
interface Kept {
  readonly part: PathPart;
  readonly text: string;
  readonly at: number;
}

/** Small files that are looked at every few seconds. What lies there is checked each time, as without it. */
const kept = createRecentMap<Kept>(4_000);
/** Larger ones would cost more memory than it saves. */
const MOST_KEPT_BYTES = 8_192;
/** A disk of the network may show an old state of a file that is not opened. */
const KEPT_MS = 20_000;
/** Of a file of this machine, of which the kernel tells. */
const KEPT_UNCHANGED_MS = 300_000;
/** A second change so soon after another may have the same time. */
const SETTLED_MS = 2_000;

/**
 * The file as it was read before, told at once where it is known that nothing has changed since; null: it must be
 * looked at. @throws as `readForeign`.
 */
export const readUnchanged = (path: string, { trust, mostBytes }: ReadOptions): SmallFile | null => {
  const seen = seenUnchanged(path, trust);
  const before = seen && kept.get(path);
  if (!before || performance.now() - before.at >= KEPT_UNCHANGED_MS || !isUnchanged(before.part, seen)) return null;
  fit(seen, seen.size, mostBytes);
  return { text: before.text, uid: seen.uid, modifiedAt: instantOf(seen.modifiedAt) };
};

/** @throws RefusedFile; what the file system says, `ENOENT` when it is not there. */
export const readForeign = async (path: string, options: ReadOptions): Promise<SmallFile> => {
  const before = kept.get(path);
  if (before !== undefined) {
    const { part: seen, unchanged } = await seeRegular(path, options.trust);
    fit(seen, seen.size, options.mostBytes);
    const counts = performance.now() - before.at < (unchanged ? KEPT_UNCHANGED_MS : KEPT_MS);
    if (counts && isUnchanged(before.part, seen))
      return { text: before.text, uid: seen.uid, modifiedAt: instantOf(seen.modifiedAt) };
  }
  const at = performance.now();
  const now = Date.now();
  const { bytes, part } = await readForeignBytes(path, options);
  const text = bytes.toString('utf8');
  if (bytes.length === part.size && part.size <= MOST_KEPT_BYTES && Math.abs(now - part.changedAt) > SETTLED_MS)
    kept.set(path, { part, text, at });
  else kept.delete(path);
  return { text, uid: part.uid, modifiedAt: instantOf(part.modifiedAt) };
};

const isUnchanged = (before: PathPart, now: PathPart): boolean =>
  before.path === now.path &&
  before.dev === now.dev &&
  before.ino === now.ino &&
  before.size === now.size &&
  before.modifiedAt === now.modifiedAt &&
  before.changedAt === now.changedAt;

/** As `readForeign`. */
export const readForeignBytes = async (path: string, { trust, mostBytes }: ReadOptions): Promise<SmallBytes> => {
  const { handle, part } = await openForeign(path, trust);
  try {
    const sink = createSink(part, mostBytes);
    for (let read = -1; read !== 0; sink.took(read))
      read = (await handle.read(sink.room(), 0, sink.room().length, sink.length())).bytesRead;
    return { bytes: sink.bytes(), part };
  } finally {
    await handle.close();
  }
};

/** The same at once, for what is needed before anything can be waited for. */
export const readForeignNow = (path: string, { trust, mostBytes }: ReadOptions): SmallBytes => {
  const { file, part } = openForeignNow(path, trust);
  try {
    const sink = createSink(part, mostBytes);
    for (let read = -1; read !== 0; sink.took(read))
      read = readSync(file, sink.room(), 0, sink.room().length, sink.length());
    return { bytes: sink.bytes(), part };
  } finally {
    closeSync(file);
  }
};

interface Sink {
  /** Where the next bytes go. */
  room(): Buffer;
  length(): number;
  /** @throws RefusedFile when it is more than fits. */
  took(bytes: number): void;
  bytes(): Buffer;
}

/** Files of the kernel say that they have no size. */
const LEAST_ROOM = 4_096;

const createSink = (part: PathPart, mostBytes: number): Sink => {
  fit(part, part.size, mostBytes);
  // One byte more than the file has shows its end, and whether it grows meanwhile.
  let buffer = Buffer.allocUnsafe(Math.max(part.size + 1, LEAST_ROOM));
  let length = 0;
  return {
    room: () => buffer.subarray(length),
    length: () => length,
    took: (bytes) => {
      length += bytes;
      fit(part, length, mostBytes);
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    },
    bytes: () => buffer.subarray(0, length),
  };
};

const fit = ({ path }: PathPart, bytes: number, most: number): void => {
  if (bytes > most) throw new RefusedFile({ why: 'size', path, bytes, most });
};
