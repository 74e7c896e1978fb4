/** Shows the last lines of a log and then those that come, over rotation too, until somebody ends it. */
import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../base/errors.ts';
import type { Trust } from '../base/file-trust.ts';
import { RefusedFile } from '../base/refused-file.ts';
import { redact } from '../base/redact/redact.ts';
import type { LineHead, LineParser } from '../gateways/gateway-kind.ts';
import { isDated } from '../sensors/logs/log-files.ts';
import { createLogFollower } from '../sensors/logs/log-follower.ts';
import { admits, holdsOf, readLine, type LogQuery } from '../sensors/logs/log-query.ts';
import type { LogPageLine } from '../sensors/logs/log-search.ts';
import { outputEnded } from './output.ts';

/**
 * How often the log is read where the system does not report changes; the pause also lets lines that came together be
 * read together.
 */
const EVERY_MS = 1_000;
const BURST_MS = 50;
/** The most lines of one record: more than a private key or a traceback has. */
const RECORD_LINES = 200;

/**
 * @returns when SIGINT or SIGTERM comes, or nobody reads the output any more (`lifeline logs -f | head`).
 * @throws UserError `BAD_PATTERN`; `LOG_UNREADABLE` when the log is there and cannot be read; RefusedFile.
 */
export const followLog = async (
  { path, trust, parse }: { readonly path: string; readonly trust: Trust; readonly parse: LineParser },
  query: LogQuery,
  print: (line: LogPageLine) => void,
): Promise<void> => {
  const holds = holdsOf(query);
  const follower = createLogFollower(path, { trust });
  const ended = untilEnded();
  let head: LineHead | null = null;
  let record: readonly string[] = [];

  /**
   * A line without a head belongs to the record above: the line is shown when the record's level is admitted, and is
   * searched by itself.
   */
  const judged = (raw: string): LogPageLine | null => {
    const { head: begun, text: line } = readLine(raw, parse);
    head = begun ?? head;
    // A line is redacted together with the lines above it in its record, because a secret may have many lines, and
    // together with the line before it, because a key's lines may be records of their own.
    const before = begun && record.length > 0 ? record.slice(-1) : [];
    record = begun ? [line] : [...record, line].slice(-RECORD_LINES);
    const shown =
      redact([...before, ...record].join('\n'))
        .split('\n')
        .at(-1) ?? '';
    return admits(query, head) && holds(line, () => shown)
      ? { at: head?.at ?? null, level: head?.level ?? null, text: shown, match: true }
      : null;
  };
  const read = async (): Promise<readonly LogPageLine[]> => {
    const lines: LogPageLine[] = [];
    await follower.each((raw) => {
      const line = judged(raw);
      if (line) lines.push(line);
    });
    const [refusal] = follower.refusals();
    // Of a log with a file for each day, the other files can still be shown.
    if (refusal && (!isDated(path) || follower.cursor() === null)) throw new RefusedFile(refusal);
    const problem = follower.problem();
    if (problem !== null) throw new UserError('LOG_UNREADABLE', `The log cannot be read: ${problem}`);
    return lines;
  };

  const change = changesIn(dirname(path));
  try {
    // The first read takes the end of the log, which holds what is to be seen of the past.
    (await read()).slice(-query.count).forEach(print);
    while (!ended.signal.aborted) {
      await Promise.race([pause(EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined), change.next()]);
      (await read()).forEach(print);
    }
  } finally {
    change.stop();
    ended.forget();
    await follower.close();
  }
};

/** Watches the folder as a hint only: a folder that cannot be watched is read every second all the same. */
const changesIn = (folder: string): { next(): Promise<void>; stop(): void } => {
  let tell = (): void => undefined;
  let watcher: ReturnType<typeof watch> | null = null;
  try {
    watcher = watch(folder, { persistent: false }, () => tell());
    watcher.on('error', () => undefined);
  } catch {
    // Read every second.
  }
  return {
    next: async () => {
      await new Promise<void>((resolve) => (tell = resolve));
      await pause(BURST_MS);
    },
    stop: () => watcher?.close(),
  };
};

const untilEnded = (): { readonly signal: AbortSignal; forget(): void } => {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, end);
  return {
    signal: AbortSignal.any([ended.signal, outputEnded]),
    forget: () => signals.forEach((signal) => process.off(signal, end)),
  };
};
