/**
 * Searches a log and its rotated files from the end on, page by page, and reads no more than that takes. A record is
 * its first line and all below that begin none; it is judged and redacted as a whole.
 */
import { UserError } from '../../base/errors.ts';
import type { Trust } from '../../base/file-trust.ts';
import { RefusedFile, type Refusal } from '../../base/refused-file.ts';
import { endsKey } from '../../base/redact/redact-key-lines.ts';
import type { LineHead, LineLevel, LineParser } from '../../gateways/gateway-kind.ts';
import { MAX_LINE_BYTES } from './line-splitter.ts';
import {
  closeAll,
  openAll,
  PIECE_LENGTH,
  readBackwards,
  type Line,
  type LogPiece,
  type Place,
  type Snapshot,
} from './log-backwards.ts';
import { markAt, type LogCursor } from './log-cursor.ts';
import { judgeApart } from './judge-apart.ts';
import type { Judging, Piece } from './judging.ts';
import { admits, type LogQuery } from './log-query.ts';

export type { LogPosition, LogQuery } from './log-query.ts';

export interface LogPage {
  /** Oldest first. */
  readonly lines: readonly LogPageLine[];
  /** Where the next page begins; null: nothing older answers the query. */
  readonly older: LogCursor | null;
  readonly scanned: { readonly bytes: number; readonly lines: number };
  /** The scan limit came before the page was full; `older` goes on from there. */
  readonly cutOff: boolean;
  /** The time of the search was used up before the page was full; `older` goes on from there. */
  readonly usedUp: boolean;
  /** Why files of this log are not shown. */
  readonly refused: readonly Refusal[];
}

export interface LogPageLine {
  /** The level of the record to which the line belongs. */
  readonly at: number | null;
  readonly level: LineLevel | null;
  /** Redacted, at most 2,000 characters. */
  readonly text: string;
  /** Whether it belongs to a record that answers the query; otherwise it is context. */
  readonly match: boolean;
}

export interface SearchLimits {
  /** The users whose files are shown. */
  readonly trust: Trust;
  readonly chunkBytes?: number;
  /** More than the longest line that is kept whole, 1 MiB. Holes do not count. */
  readonly scanBytes?: number;
  /** How much further is read behind a full page, to learn whether there is a next one. */
  readonly aheadBytes?: number;
  readonly judging?: Judging;
}

const CHUNK_BYTES = 65_536;
const SCAN_BYTES = 67_108_864;
/** How many bytes are read for a page with a pattern: fewer, because each line is redacted before it is matched. */
const PATTERN_SCAN_BYTES = 16_777_216;
const AHEAD_BYTES = 4_194_304;
/** So many old records in a row end the search: lines come out of order, and chats quote old ones. */
const OUT_OF_ORDER = 200;
const SHOWN_LENGTH = 2_000;

interface Shown {
  readonly line: Line;
  readonly head: LineHead | null;
  readonly piece: Piece;
  /** Its place in the piece. */
  readonly index: number;
  readonly match: boolean;
}

/**
 * @param names newest first: the log itself and the names of its rotated files, whether they exist or not.
 * @throws UserError `LOG_MISSING`, `LOG_MOVED_ON` (the place of `before` is no longer there), `BAD_PATTERN`,
 * RefusedFile when nothing but such files is there.
 */
export const searchLogs = async (
  names: readonly string[],
  query: LogQuery,
  parse: LineParser,
  {
    trust,
    chunkBytes = CHUNK_BYTES,
    scanBytes = query.pattern === null ? SCAN_BYTES : PATTERN_SCAN_BYTES,
    aheadBytes = AHEAD_BYTES,
    judging = judgeApart({ text: query.text, pattern: query.pattern }),
  }: SearchLimits,
): Promise<LogPage> => {
  const { files, refused } = await openAll(names, trust);
  try {
    if (files.length === 0 && refused[0]) throw new RefusedFile(refused[0]);
    const begin = await beginOf(names, files, query.before);
    // A bad pattern is told whatever is in the log.
    await judging.finds([]);
    const { count, since, context } = query;
    const page: Shown[] = [];
    /** Lines that become context when a match comes above them, newest first. */
    let below: Shown[] = [];
    /** So many lines above are the context of a match below. */
    let above = 0;
    let old = 0;
    let belowEndsKey = false;
    /** All from here on is decided, unless lines below wait for a match. */
    let decided: Place | null = null;

    const isOfPage = ({ file, offset }: Place): boolean =>
      file === begin.file ? offset < begin.offset : files.indexOf(file) > files.indexOf(begin.file);
    const show = (shown: Shown): void => {
      if (isOfPage(shown.line.start)) page.push(shown);
    };
    const take = (shown: Shown): void => {
      if (shown.match) {
        below.forEach(show);
        below = [];
        above = context;
        show(shown);
      } else if (above > 0) {
        above -= 1;
        show(shown);
      } else below = [...below, shown].slice(-context || Infinity);
    };
    const takePiece = ({ head, lines }: LogPiece, piece: Piece, finds: readonly boolean[]): void => {
      if (head?.at != null && since !== null) old = head.at < since ? old + 1 : 0;
      for (const [index, line] of lines.entries()) take({ line, head, piece, index, match: finds[index] === true });
      decided = lines.at(-1)?.start ?? decided;
    };
    const pieceOf = ({ head, lines }: LogPiece): Piece => {
      const texts = lines.map(({ text }) => text);
      const piece = { texts, belowEndsKey, isRecord: head !== null };
      belowEndsKey = endsKey(texts.at(-1) ?? '');
      return piece;
    };

    let scanned = 0;
    let counted = 0;
    let lines = 0;
    let most = scanBytes;
    let reached = begin;
    let end: 'full' | 'limit' | 'time' | 'all' = 'all';
    for await (const chunk of readBackwards(files, overlapOf(files, begin), chunkBytes, parse)) {
      // One record or line may be larger than the limit.
      const next = nextOf(decided, below);
      const goesOn = next !== null && isOfPage(next);
      if (counted >= most && (goesOn || counted >= most + PIECE_LENGTH + MAX_LINE_BYTES)) {
        end = 'limit';
        break;
      }
      const pieces = chunk.pieces.map(pieceOf);
      const admitted = pieces.filter((_piece, index) => admits(query, chunk.pieces[index]?.head ?? null));
      const found = admitted.length === 0 ? [] : await judging.finds(admitted);
      if (found === null) {
        end = 'time';
        break;
      }
      const foundIn = new Map(admitted.map((piece, index) => [piece, found[index] ?? []]));
      for (const [index, read] of chunk.pieces.entries()) {
        const piece = pieces[index];
        if (!piece) break;
        lines += read.lines.length;
        takePiece(read, piece, foundIn.get(piece) ?? []);
        if (page.length > count) end = 'full';
        if (page.length > count || old >= OUT_OF_ORDER) break;
      }
      scanned += chunk.bytes;
      if (!chunk.isHole && isOfPage(chunk.reached)) counted += chunk.bytes;
      ({ reached } = chunk);
      if (page.length > count || old >= OUT_OF_ORDER) break;
      if (page.length === count) most = Math.min(most, counted + aheadBytes);
    }

    const kept = page.slice(0, count);
    const shown = await shownOn(kept, judging);
    const last = shown === null ? undefined : page[count - 1];
    const next = nextOf(decided, below);
    const reachedOfPage = isOfPage(reached) ? reached : begin;
    const undecided = next !== null && isOfPage(next) ? next : reachedOfPage;
    const hasOlder = end !== 'all' && (end !== 'time' || kept.length > 0 || undecided !== begin);
    return {
      lines: shown === null ? [] : kept.map((line) => pageLine(line, shown)).reverse(),
      older: hasOlder ? await positionAt(files, last?.line.start ?? undecided) : null,
      scanned: { bytes: scanned, lines },
      cutOff: end === 'limit' && !last,
      usedUp: end === 'time' || shown === null,
      refused,
    };
  } finally {
    await judging.close();
    await closeAll(files);
  }
};

/** @returns the lines of each piece of which a line is on the page; null: the time was used up. */
const shownOn = async (
  page: readonly Shown[],
  judging: Judging,
): Promise<ReadonlyMap<Piece, readonly string[]> | null> => {
  const pieces = [...new Set(page.map(({ piece }) => piece))];
  const shown = await judging.shown(pieces);
  return shown && new Map(pieces.map((piece, index) => [piece, shown[index] ?? []]));
};

/** Where the next page goes on: lines that may yet become context are looked at once more. */
const nextOf = (decided: Place | null, below: readonly Shown[]): Place | null => below[0]?.line.end ?? decided;

/** Cuts a line after the redaction, so that no half of a secret is left at the end. */
const cut = (text: string): string => {
  if (text.length <= SHOWN_LENGTH) return text;
  const kept = text.slice(0, SHOWN_LENGTH - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
};

const pageLine = ({ head, piece, index, match }: Shown, shown: ReadonlyMap<Piece, readonly string[]>): LogPageLine => ({
  at: head?.at ?? null,
  level: head?.level ?? null,
  text: cut(shown.get(piece)?.[index] ?? ''),
  match,
});

const beginOf = async (
  names: readonly string[],
  files: readonly Snapshot[],
  before: LogCursor | null,
): Promise<Place> => {
  const [newest] = files;
  if (!newest)
    throw new UserError('LOG_MISSING', `There is no log file ${names[0] ?? ''}. Has the gateway ever run here?`);
  if (!before) return { file: newest, offset: newest.size };
  // The file is found by its inode, or else as a copy.
  for (const file of files.toSorted((a, b) => Number(b.inode === before.inode) - Number(a.inode === before.inode))) {
    if (file.size >= before.offset && (await markAt(file.handle, before.offset)) === before.mark)
      return { file, offset: before.offset };
  }
  throw new UserError('LOG_MOVED_ON', 'The log has been rotated away or cut since; search again from the end.');
};

/** Returns the place before the beginning of a file: the end of the next older one; null when there is none. */
const positionAt = async (files: readonly Snapshot[], { file, offset }: Place): Promise<LogCursor | null> => {
  if (offset === 0) {
    const next = files.slice(files.indexOf(file) + 1).find(({ size }) => size > 0);
    return next ? positionAt(files, { file: next, offset: next.size }) : null;
  }
  return { inode: file.inode, offset, mark: await markAt(file.handle, offset), modifiedAt: file.modifiedAt };
};

/**
 * A page is read from below its place on: the record there may go on from the page before, and lines may be context of
 * what that page has shown.
 */
const overlapOf = (files: readonly Snapshot[], { file, offset }: Place): Place => {
  if (offset + PIECE_LENGTH <= file.size) return { file, offset: offset + PIECE_LENGTH };
  const newer = files.slice(0, files.indexOf(file)).findLast(({ size }) => size > 0);
  return newer ? { file: newer, offset: Math.min(newer.size, PIECE_LENGTH) } : { file, offset: file.size };
};
