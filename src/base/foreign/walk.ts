/**
 * Follows a path as the kernel does, one part after the other, so that each folder and each symbolic link on the way
 * can be checked: whoever may change one of them chooses which file is opened. The rule is written once, as a
 * generator that asks what it needs to know; it is answered at once or by and by.
 */
import { lstatSync, readlinkSync, type BigIntStats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { RefusedFile, type FileKind } from './refusal.ts';
import type { Way } from './unchanged.ts';

/** What lstat(2) says of one part of a path. */
export interface PathPart {
  /** Without symbolic links above it. */
  readonly path: string;
  readonly kind: FileKind;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** How many names the file has. */
  readonly names: number;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: number;
  /** Milliseconds since the epoch, with what fraction the file system keeps. */
  readonly modifiedAt: number;
  /** The same of any change, of its owner or its times too: nobody can set it. */
  readonly changedAt: number;
}

/** The questions of a walk to the file system, and the answers. */
export type Ask = { readonly op: 'lstat'; readonly path: string } | { readonly op: 'readlink'; readonly path: string };
type Answer = PathPart | string;
export type Walk<T> = Generator<Ask, T, Answer>;

/** Linux's own limit is 40. */
const MOST_LINKS = 40;

/**
 * @param visit sees each part, from the root on, links included.
 * @returns the last part: the file itself.
 * @throws what the file system says, RefusedFile for links in a circle, and what `visit` throws.
 */
export function* walkPath(path: string, visit: (part: PathPart) => void): Walk<PathPart> {
  let todo = partsOf(resolve(path));
  let at = yield* statPart(sep);
  visit(at);
  for (let links = 0, name = todo.shift(); name !== undefined; name = todo.shift()) {
    if (name === '..') {
      at = yield* statPart(dirname(at.path));
      continue;
    }
    const next = yield* statPart(below(at.path, name));
    visit(next);
    if (next.kind !== 'link') {
      at = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new RefusedFile({ why: 'loop', path });
    const target = (yield { op: 'readlink', path: next.path }) as string;
    if (isAbsolute(target)) at = yield* statPart(sep);
    todo = [...partsOf(target), ...todo];
  }
  return at;
}

function* statPart(path: string): Walk<PathPart> {
  return (yield { op: 'lstat', path }) as PathPart;
}

/** As `join`, for a path and a name that have nothing to be put in order. */
const below = (folder: string, name: string): string => (folder === sep ? `${sep}${name}` : `${folder}${sep}${name}`);

const partsOf = (path: string): string[] => path.split(sep).filter((part) => part !== '' && part !== '.');

/** @returns how a walk ends. @throws as the walk does. */
export const walkNow = <T>(walk: Walk<T>): T => {
  let step = walk.next();
  while (!step.done) {
    let answer: Answer;
    try {
      const { op, path } = step.value;
      answer = op === 'lstat' ? partOf(path, lstatSync(path, { bigint: true })) : readlinkSync(path);
    } catch (error) {
      step = walk.throw(error);
      continue;
    }
    step = walk.next(answer);
  }
  return step.value;
};

/**
 * The same without holding up anything else: a disk of the network may not answer.
 * @param way is told what is looked at.
 */
export const walkLater = async <T>(walk: Walk<T>, way?: Way): Promise<T> => {
  let step = walk.next();
  while (!step.done) {
    let answer: Answer;
    try {
      const { op, path } = step.value;
      const before = way?.asks(path) === false ? null : keptFolder(path);
      answer =
        op === 'lstat' ? (before ?? keep(partOf(path, await lstat(path, { bigint: true })))) : await readlink(path);
      if (typeof answer !== 'string' && answer.kind === 'folder') way?.passes(answer);
    } catch (error) {
      step = walk.throw(error);
      continue;
    }
    step = walk.next(answer);
  }
  return step.value;
};

/** The folders above a gateway's files are asked for many times in each round. */
const KEPT_MS = 1_000;
const MOST_KEPT = 10_000;
const folders = new Map<string, { readonly at: number; readonly part: PathPart }>();

const keptFolder = (path: string): PathPart | null => {
  const kept = folders.get(path);
  return kept && performance.now() - kept.at < KEPT_MS ? kept.part : null;
};

const keep = (part: PathPart): PathPart => {
  if (part.kind !== 'folder') return part;
  if (folders.size >= MOST_KEPT) folders.clear();
  folders.set(part.path, { at: performance.now(), part });
  return part;
};

export const partOf = (path: string, stats: BigIntStats): PathPart => ({
  path,
  kind: kindOf(stats),
  uid: Number(stats.uid),
  gid: Number(stats.gid),
  mode: Number(stats.mode),
  names: Number(stats.nlink),
  dev: stats.dev,
  ino: stats.ino,
  size: Number(stats.size),
  modifiedAt: Number(stats.mtimeNs) / 1e6,
  changedAt: Number(stats.ctimeNs) / 1e6,
});

const kindOf = (stats: BigIntStats): FileKind => {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFIFO()) return 'pipe';
  return stats.isSocket() ? 'socket' : 'device';
};
