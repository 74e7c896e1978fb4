/**
 * The logs of a home as they were recorded, rotated files included, as one stream of evidence: what was read is kept
 * only until it is its turn, however large the logs are.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { openForeign, ANYBODY } from '../../base/open-foreign.ts';
import type { Evidence } from '../../diagnosis/evidence.ts';
import type { GatewayKind, LogReader, LogRecord, WrittenAt } from '../../gateways/gateway-kind.ts';
import { createForwardTimes } from './forward-times.ts';
import { createLineSplitter } from './line-splitter.ts';
import { isDated, logNames } from './log-files.ts';
import { createUnseen } from './unseen.ts';

/** Yields the evidence of all logs in the order of its times. */
export async function* recordedEvidence(
  kind: Pick<GatewayKind, 'logs' | 'newLogReader'>,
  home: string,
): AsyncGenerator<Evidence> {
  const logs: { readonly chunks: ReturnType<typeof recordsOf>; chunk: Iterator<LogRecord>; next: LogRecord | null }[] =
    [];
  const unseen = createUnseen();
  const advance = async (log: (typeof logs)[number]): Promise<void> => {
    for (let record = log.chunk.next(); ; record = log.chunk.next()) {
      log.next = record.done === true ? null : record.value;
      if (log.next) return;
      const { done, value } = await log.chunks.next();
      if (done === true) return;
      log.chunk = value.values();
    }
  };
  const recorded = new Set<string>();
  // A recording has no now: what is there was written to.
  const writtenAt: WrittenAt = (name) => (recorded.has(name) ? Infinity : null);
  try {
    for (const log of kind.logs) {
      const names = await filesOf(home, log);
      if (names.length > 0) recorded.add(basename(log));
      const chunks = recordsOf(kind.newLogReader(basename(log), writtenAt), names);
      logs.push({ chunks, chunk: [].values(), next: null });
    }
    for (const log of logs) await advance(log);
    for (;;) {
      let first: (typeof logs)[number] | null = null;
      for (const log of logs) if (log.next && (!first?.next || log.next.at < first.next.at)) first = log;
      if (!first?.next) return;
      yield* unseen(first.next);
      await advance(first);
    }
  } finally {
    for (const { chunks } of logs) await chunks.return(undefined);
  }
}

/** The records of one log that tell something, from its oldest file on, chunk by chunk. */
async function* recordsOf(reader: LogReader, files: readonly string[]): AsyncGenerator<LogRecord[], undefined> {
  const forward = createForwardTimes();
  for (const file of files)
    for await (const lines of linesOf(file)) {
      const records: LogRecord[] = [];
      for (const line of lines) {
        const record = reader.line(line);
        if (record !== null && record.evidence.length > 0) records.push(forward(record));
      }
      yield records;
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

/** The lines of a file, chunk by chunk. Recordings are whose the person at the terminal says. */
async function* linesOf(file: string): AsyncGenerator<readonly string[]> {
  const { handle, part } = await openForeign(file, ANYBODY);
  try {
    const splitter = createLineSplitter();
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    // What is written meanwhile is another replay's.
    for (let at = 0; at < part.size;) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, part.size - at), at);
      if (bytesRead === 0) break;
      at += bytesRead;
      yield splitter.push(chunk.subarray(0, bytesRead));
    }
    const rest = splitter.flush();
    if (rest !== null) yield [rest];
  } finally {
    await handle.close();
  }
}
