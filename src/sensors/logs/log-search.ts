/** Searches a log and its rotated files from the end on, page by page, and reads no more than that takes. */
import { UserError } from '../../base/errors.ts';
import { RefusedFile, type Refusal } from '../../base/foreign/refusal.ts';
import type { Trust } from '../../base/foreign/trust.ts';
import type { LineParser, LineLevel } from '../../gateways/gateway-kind.ts';
import { closeAll, openAll, readBackwards, type RawLine, type Snapshot } from './log-backwards.ts';
import { markAt } from './log-cursor.ts';
import { judgeOf, type LogPosition, type LogQuery } from './log-query.ts';
import { createSelector, type Carried, type Selected, type Selector } from './log-selector.ts';

export type { LogPosition, LogQuery } from './log-query.ts';

export interface LogPage {
  /** Oldest first. */
  readonly lines: readonly LogPageLine[];
  /** Where the next page begins; null: nothing older answers the query. */
  readonly older: LogPosition | null;
  readonly scanned: { readonly bytes: number; readonly lines: number };
  /** The scan limit came before the page was full; `older` goes on from there. */
  readonly cutOff: boolean;
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
}

const CHUNK_BYTES = 65_536;
const SCAN_BYTES = 67_108_864;
/** How many bytes are read for a page with a pattern: fewer, because each line is redacted before it is matched. */
const PATTERN_SCAN_BYTES = 16_777_216;
const AHEAD_BYTES = 4_194_304;

/**
 * @param files newest first: the log itself and the names of its rotated files, whether they exist or not.
 * @throws UserError `LOG_MISSING`, `LOG_MOVED_ON` (the place of `before` is no longer there), `BAD_PATTERN`,
 * RefusedFile when nothing but such files is there.
 */
export const searchLogs = async (
  files: readonly string[],
  query: LogQuery,
  parse: LineParser,
  { trust, ...limits }: SearchLimits,
): Promise<LogPage> => {
  const judge = judgeOf(query);
  const { files: snapshots, refused } = await openAll(files, trust);
  try {
    if (snapshots.length === 0 && refused[0]) throw new RefusedFile(refused[0]);
    const begin = await beginOf(files, snapshots, query.before);
    const selector = createSelector({
      ...query,
      judge,
      parse,
      within: query.before?.within ?? false,
      above: query.before?.above ?? 0,
      endsKey: query.before?.endsKey ?? false,
    });
    const page = await pageOf(snapshots, begin, query.count, selector, {
      chunkBytes: CHUNK_BYTES,
      scanBytes: query.pattern === null ? SCAN_BYTES : PATTERN_SCAN_BYTES,
      aheadBytes: AHEAD_BYTES,
      ...limits,
    });
    return { ...page, refused };
  } finally {
    await closeAll(snapshots);
  }
};

interface Place {
  readonly file: Snapshot;
  readonly offset: number;
}

const beginOf = async (
  names: readonly string[],
  files: readonly Snapshot[],
  before: LogPosition | null,
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

type End = 'full' | 'limit' | 'all';

const pageOf = async (
  files: readonly Snapshot[],
  begin: Place,
  count: number,
  selector: Selector,
  limits: Required<Omit<SearchLimits, 'trust'>>,
): Promise<Omit<LogPage, 'refused'>> => {
  const { selected } = selector;
  let bytes = 0;
  let lines = 0;
  let counted = 0;
  let lowest: RawLine | null = null;
  let reached = begin;
  let most = limits.scanBytes;

  const read = async (): Promise<End> => {
    for (const file of files.slice(files.indexOf(begin.file))) {
      for await (const batch of readBackwards(
        file,
        file === begin.file ? begin.offset : file.size,
        limits.chunkBytes,
      )) {
        bytes += batch.bytes;
        if (!batch.hole) counted += batch.bytes;
        reached = { file, offset: batch.from };
        for (const line of batch.lines) {
          lines += 1;
          lowest = line;
          selector.push(line);
          if (selected.length > count) return 'full';
          if (selector.tooOld()) return 'all';
        }
        if (selected.length === count) most = Math.min(most, counted + limits.aheadBytes);
        if (counted >= most && !isEnd(files, reached)) return 'limit';
      }
    }
    selector.flush();
    return selected.length > count ? 'full' : 'all';
  };

  const end = await read();
  const position = (place: Place, carried: Carried): Promise<LogPosition | null> => positionAt(files, place, carried);
  const above = (last: Selected): Promise<LogPosition | null> =>
    position({ file: last.line.file, offset: last.line.start }, last);
  const page = (older: LogPosition | null, cutOff: boolean): Omit<LogPage, 'refused'> => ({
    lines: selected.slice(0, count).reverse().map(pageLine),
    older,
    scanned: { bytes, lines },
    cutOff,
  });

  const last = selected[count - 1];
  if (end === 'all') return page(null, false);
  if (last) return page(await above(last), false);

  const undecided = selector.undecided();
  if (undecided && !(undecided.line.file === begin.file && undecided.line.end === begin.offset)) {
    return page(
      await position(
        { file: undecided.line.file, offset: undecided.line.end },
        { ...selector.carried(), endsKey: undecided.aboveEnd },
      ),
      true,
    );
  }
  // A record or line that is longer than the limit is taken in parts: otherwise the search could never pass it.
  if (undecided) selector.flush();
  const now = selected[count - 1];
  if (now) return page(await above(now), false);
  const at: RawLine | null = lowest;
  return page(
    await position(at ? { file: (at as RawLine).file, offset: (at as RawLine).start } : reached, selector.carried()),
    true,
  );
};

const isEnd = (files: readonly Snapshot[], { file, offset }: Place): boolean =>
  offset === 0 && files.slice(files.indexOf(file) + 1).every(({ size }) => size === 0);

/** Returns the place before the beginning of a file: the end of the next older one; null when there is none. */
const positionAt = async (
  files: readonly Snapshot[],
  { file, offset }: Place,
  { within, above, endsKey }: Carried,
): Promise<LogPosition | null> => {
  if (offset === 0) {
    const next = files.slice(files.indexOf(file) + 1).find(({ size }) => size > 0);
    return next ? positionAt(files, { file: next, offset: next.size }, { within, above, endsKey }) : null;
  }
  return {
    inode: file.inode,
    offset,
    mark: await markAt(file.handle, offset),
    modifiedAt: file.modifiedAt,
    within,
    above,
    endsKey,
  };
};

const pageLine = ({ head, text, match }: Selected): LogPageLine => ({
  at: head?.at ?? null,
  level: head?.level ?? null,
  text,
  match,
});
