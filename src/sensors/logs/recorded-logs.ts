/**
 * The logs of a home as they were recorded, rotated files included, as one stream of evidence: what was read is kept
 * only until it is its turn, however large the logs are.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { openForeign } from '../../base/foreign/open.ts';
import { ANYBODY } from '../../base/foreign/trust.ts';
import type { Evidence } from '../../diagnosis/evidence.ts';
import { tells, type GatewayKind, type LogReader, type LogRecord } from '../../gateways/gateway-kind.ts';
import { createForwardTimes } from './forward-times.ts';
import { createLineSplitter } from './line-splitter.ts';
import { isDated, logNames } from './log-files.ts';
import { createUnseen } from './unseen.ts';

/** Yields the evidence of all logs in the order of its times, in lists: a step of a generator costs as much as a line. */
export async function* recordedEvidence(
  kind: Pick<GatewayKind, 'logs' | 'newLogReader'>,
  home: string,
): AsyncGenerator<readonly Evidence[]> {
  const logs: RecordedLog[] = [];
  for (const log of kind.logs) logs.push(new RecordedLog(kind.newLogReader(basename(log)), await filesOf(home, log)));
  const unseen = createUnseen();
  let evidence: Evidence[] = [];
  try {
    for (let first = firstOf(logs); first !== null; first = firstOf(logs)) {
      if (first.next === null) {
        if (evidence.length > 0) yield evidence;
        evidence = [];
        await first.readOn();
      } else {
        unseen(first.next, evidence);
        first.take();
      }
    }
    if (evidence.length > 0) yield evidence;
  } finally {
    for (const log of logs) await log.close();
  }
}

/** @returns the log whose record is the oldest, or one that must be read on before that is known; null: all are read. */
const firstOf = (logs: readonly RecordedLog[]): RecordedLog | null => {
  let first: RecordedLog | null = null;
  for (const log of logs) {
    if (log.next === null) {
      if (!log.hasEnded) return log;
    } else if (first?.next == null || log.next.at < first.next.at) first = log;
  }
  return first;
};

class RecordedLog {
  /** The next record that tells something; null: it must be read on first, or has ended. */
  next: LogRecord | null = null;
  hasEnded = false;
  readonly #reader: LogReader;
  readonly #parts: ReturnType<typeof partsOf>;
  readonly #forward = createForwardTimes();
  readonly #splitter = createLineSplitter();

  constructor(reader: LogReader, files: readonly string[]) {
    this.#reader = reader;
    this.#parts = partsOf(files);
  }

  take(): void {
    this.next = null;
    const read = this.#reader.bytes?.read;
    for (let line = this.#splitter.next(read); line !== null; line = this.#splitter.next(read)) {
      this.#note(typeof line === 'string' ? this.#reader.line(line) : line);
      if (this.next !== null) return;
    }
  }

  #note(record: LogRecord | null): void {
    if (record !== null && tells(record)) this.next = this.#forward(record);
  }

  async readOn(): Promise<void> {
    const { done, value: part } = await this.#parts.next();
    if (done === true) this.hasEnded = true;
    else if (part === END_OF_FILE) {
      const rest = this.#splitter.flush();
      if (rest !== null) this.#note(this.#reader.line(rest));
    } else {
      this.#reader.bytes?.begin(part);
      this.#splitter.feed(part);
      this.take();
    }
  }

  async close(): Promise<void> {
    await this.#parts.return(undefined);
  }
}

/** A log that lies elsewhere is looked for in the folder first: that is where it was recorded to. */
const filesOf = async (home: string, log: string): Promise<string[]> => {
  for (const path of isAbsolute(log)
    ? [join(home, basename(log)), join(home, 'logs', basename(log)), log]
    : [join(home, log)]) {
    const files = await withRotated(path);
    if (files.length > 0) return files;
  }
  return [];
};

/** @returns the file and its rotated predecessors, oldest first; those that exist. */
const withRotated = async (path: string): Promise<string[]> => {
  if (isDated(path)) return (await logNames(path, ANYBODY)).filter((name) => existsSync(name)).reverse();
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .map((name) => ({ name, number: name === basename(path) ? 0 : numberAfter(name, `${basename(path)}.`) }))
    .filter(({ number }) => number >= 0)
    .sort((a, b) => b.number - a.number)
    .map(({ name }) => join(dirname(path), name));
};

const numberAfter = (name: string, prefix: string): number => {
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^\d{1,3}$/.test(digits) ? Number(digits) : -1;
};

const CHUNK_BYTES = 262_144;

const END_OF_FILE = null;

/**
 * The bytes of the files, part for part, and what ends each. Recordings are whose the person at the terminal says. A
 * part is there until the next one is asked for.
 */
async function* partsOf(files: readonly string[]): AsyncGenerator<Buffer | typeof END_OF_FILE, undefined> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const file of files) {
    const { handle, part } = await openForeign(file, ANYBODY);
    try {
      // What is written meanwhile is another replay's.
      for (let at = 0; at < part.size;) {
        const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, part.size - at), at);
        if (bytesRead === 0) break;
        at += bytesRead;
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
    yield END_OF_FILE;
  }
}
