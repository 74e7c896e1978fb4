/** The records of log files from the newest to the oldest, read in chunks from the end, however large the files are. */
import type { FileHandle } from 'node:fs/promises';
import type { Trust } from '../../base/file-trust.ts';
import { openForeign } from '../../base/open-foreign.ts';
import { refusalOfOne, type Refusal } from '../../base/refused-file.ts';
import type { LineHead, LineParser } from '../../gateways/gateway-kind.ts';
import { lineText, MAX_LINE_BYTES } from './line-splitter.ts';
import type { LogFile } from './log-files.ts';
import { readLine } from './log-query.ts';

/** A log file held open with the size that it had then: what is written later is newer than the search. */
export interface Snapshot extends LogFile {
  readonly handle: FileHandle;
}

/** A place between two lines. */
export interface Place {
  readonly file: Snapshot;
  readonly offset: number;
}

export interface Line {
  /** Where it begins, and what is behind its line end. */
  readonly start: Place;
  readonly end: Place;
  readonly text: string;
}

/** What belongs together, newest first; without a head when there is none above it, or it is a piece of a record. */
export interface LogPiece {
  readonly head: LineHead | null;
  readonly lines: readonly Line[];
}

export interface Chunk {
  /** What it completed, newest first. */
  readonly pieces: readonly LogPiece[];
  /** Where the next one ends. */
  readonly reached: Place;
  readonly bytes: number;
  /** Nothing but NUL: a file that was truncated under its writer has such holes, larger than all the text. */
  readonly isHole: boolean;
}

/** A longer record, or a log without any, is judged in pieces, each line by itself. */
const PIECE_LINES = 1_000;
export const PIECE_LENGTH = 262_144;
const NEWLINE = 0x0a;
const NUL = 0x00;

/**
 * @returns those that exist and are trusted, newest first, each once although a rotation may rename them meanwhile. The
 * caller closes them.
 */
export const openAll = async (
  names: readonly string[],
  trust: Trust,
): Promise<{ readonly files: readonly Snapshot[]; readonly refused: readonly Refusal[] }> => {
  const files: Snapshot[] = [];
  const refused: Refusal[] = [];
  try {
    for (const [rotation, name] of names.entries()) {
      const opened = await openForeign(name, trust).catch((error: unknown) => refusalOfOne(name, error));
      if (opened === null) continue;
      if ('why' in opened) {
        refused.push(opened);
        continue;
      }
      const { handle, part } = opened;
      const inode = String(part.ino);
      if (files.some((file) => file.inode === inode)) await handle.close();
      else files.push({ file: name, rotation, inode, size: part.size, modifiedAt: part.modifiedAt, handle });
    }
    return { files, refused };
  } catch (error) {
    await closeAll(files);
    throw error;
  }
};

export const closeAll = async (files: readonly Snapshot[]): Promise<void> => {
  for (const { handle } of files) await handle.close();
};

/** Reads the files in chunks from a place back to the beginning of the oldest, however large they are. */
export const readBackwards = async function* (
  files: readonly Snapshot[],
  begin: Place,
  chunkBytes: number,
  parse: LineParser,
): AsyncGenerator<Chunk> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const nothing = Buffer.alloc(chunkBytes);
  /** The lines of the record of which the head has not come yet, newest first. */
  let waiting: Line[] = [];
  let waitingLength = 0;
  for (const file of files.slice(files.indexOf(begin.file))) {
    const size = file === begin.file ? begin.offset : file.size;
    let end: Place = { file, offset: size };
    /** The end of the line of which the beginning has not come yet. */
    let rest: Buffer = Buffer.alloc(0);
    for (let to = size; to > 0;) {
      const from = Math.max(0, to - chunkBytes);
      const reached = { file, offset: from };
      // Fewer bytes than asked for: the file was truncated meanwhile.
      const { bytesRead } = await file.handle.read(buffer, 0, to - from, from);
      let bytes = buffer.subarray(0, bytesRead);
      // The last line's own end.
      if (to === size && bytes.at(-1) === NEWLINE) bytes = bytes.subarray(0, -1);
      to = from;
      const isHole = from > 0 && bytes.equals(nothing.subarray(0, bytes.length));
      if (isHole || (bytesRead === 0 && rest.length === 0)) {
        yield { pieces: [], reached, bytes: bytesRead, isHole };
        continue;
      }
      const pieces: LogPiece[] = [];
      const first = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
      const hasWhole = from === 0 || first > 0;
      // From the last line to the first that is whole.
      for (let stop = hasWhole ? bytes.length : -1; stop >= first;) {
        const start = stop === 0 ? 0 : bytes.lastIndexOf(NEWLINE, stop - 1) + 1;
        const raw = bytes.subarray(start, stop);
        const { head, text } = readLine(lineText(rest.length === 0 ? raw : Buffer.concat([raw, rest])), parse);
        rest = Buffer.alloc(0);
        const line = { start: { file, offset: from + start }, end, text };
        end = line.start;
        waiting.push(line);
        waitingLength += text.length;
        if (head || waiting.length >= PIECE_LINES || waitingLength >= PIECE_LENGTH) {
          pieces.push({ head, lines: waiting });
          waiting = [];
          waitingLength = 0;
        }
        stop = start - 1;
      }
      if (from > 0) {
        const part = bytes.subarray(0, hasWhole ? first - 1 : bytes.length);
        // A hole of NUL bytes must not use up the room of the text behind it.
        const text = part.includes(NUL) ? part.filter((byte) => byte !== NUL) : part;
        rest = Buffer.concat([text, rest]).subarray(0, MAX_LINE_BYTES);
      }
      yield { pieces, reached, bytes: bytesRead, isHole };
    }
  }
  if (waiting.length > 0) yield { pieces: [{ head: null, lines: waiting }], reached: begin, bytes: 0, isHole: false };
};
