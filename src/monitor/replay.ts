/** Runs the diagnosis over recorded logs in simulated time: what would Lifeline have concluded, and when? */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { openForeign } from '../base/foreign/open.ts';
import { readForeign } from '../base/foreign/read.ts';
import { ANYBODY } from '../base/foreign/trust.ts';
import { nowOf } from '../base/instant.ts';
import { advance } from '../diagnosis/advance.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { judge } from '../diagnosis/judge.ts';
import { DEFAULT_POLICY, type DiagnosisPolicy } from '../diagnosis/policy.ts';
import { initialState, type GatewayState } from '../diagnosis/state.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { GatewayKind, LogRecord } from '../gateways/gateway-kind.ts';
import { createUnseen } from '../sensors/logs/logs.ts';
import { createLineSplitter } from '../sensors/logs/line-splitter.ts';
import { isDated, logNames } from '../sensors/logs/log-files.ts';
import { mergeRecords } from '../sensors/logs/merge-records.ts';
import { forwardTimes } from '../sensors/logs/forward-times.ts';
import { policyForKind } from './gateway/policy-for-kind.ts';

export interface ReplayOptions {
  readonly kind: GatewayKind;
  readonly home: string;
  readonly gateway: string;
  /** Time runs on to here, so that grace periods expire; by default to the last record. */
  readonly until: number | null;
  readonly policy?: DiagnosisPolicy;
}

/** Yields each verdict that differs from the last one for the same gateway or link, in order of time. */
export async function* replay({
  kind,
  home,
  gateway,
  until,
  policy = policyForKind(DEFAULT_POLICY, kind),
}: ReplayOptions): AsyncGenerator<Verdict> {
  const timeline = withUpdate(withProcessEnds(await readTimeline(kind, home)), await updateMarkers(kind, home));
  const lastAt = timeline.reduce((latest, { at }) => Math.max(latest, at), 0);
  const end = until ?? lastAt;
  const told = new Map<string | null, string>();
  let state: GatewayState = initialState;
  let now = timeline[0]?.at ?? end;

  const changes = (): { changed: Verdict[]; recheckAt: number | null } => {
    const { verdicts, recheckAt } = judge(state, { gateway, policy, now, links: null });
    const changed = verdicts.filter((verdict) => {
      const conclusion = `${verdict.condition} ${verdict.remedy} ${verdict.cause}`;
      if (told.get(verdict.link) === conclusion) return false;
      told.set(verdict.link, conclusion);
      return true;
    });
    return { changed, recheckAt };
  };
  /** Lets time pass up to `to`, stopping wherever a verdict may change by itself. */
  function* passTime(recheckAt: number | null, to: number): Generator<Verdict> {
    let next = recheckAt;
    while (next !== null && next <= to) {
      now = next;
      const step = changes();
      yield* step.changed;
      next = step.recheckAt;
    }
  }

  let recheckAt: number | null = null;
  for (const evidence of timeline) {
    if (evidence.at > end) continue;
    yield* passTime(recheckAt, evidence.at - 1);
    now = Math.max(now, evidence.at);
    state = advance(state, evidence);
    const step = changes();
    yield* step.changed;
    recheckAt = step.recheckAt;
  }
  yield* passTime(recheckAt, end);
}

/** Recorded logs have no process table: a gateway that says its last words is gone, one that starts is there again. */
const withProcessEnds = (timeline: readonly Evidence[]): Evidence[] =>
  timeline.flatMap((evidence): Evidence[] => {
    if (evidence.fact.kind !== 'gateway-exit' && evidence.fact.kind !== 'gateway-stopped') return [evidence];
    const gone: Evidence = {
      at: evidence.at,
      source: evidence.source,
      text: evidence.text,
      link: null,
      fact: { kind: 'process', process: null },
    };
    return [evidence, gone];
  });

/** Of what has no time of its own. */
const BEGINNING = nowOf({ now: () => 0 });

/**
 * A marker of an update that was recorded with the logs was there when the gateway was last stopped: for that update.
 */
const withUpdate = (timeline: readonly Evidence[], markers: readonly Evidence[]): Evidence[] => {
  const stop = timeline.findLastIndex(({ fact }) => fact.kind === 'gateway-stopping');
  const index = stop < 0 ? timeline.length : stop;
  const at = timeline[index]?.at ?? timeline.at(-1)?.at ?? BEGINNING;
  return [...timeline.slice(0, index), ...markers.map((marker) => ({ ...marker, at })), ...timeline.slice(index)];
};

const updateMarkers = async (kind: GatewayKind, home: string): Promise<Evidence[]> => {
  const found: Evidence[] = [];
  for (const file of kind.stateFiles) {
    const text = await readForeign(join(home, file.path), { trust: ANYBODY, mostBytes: file.mostBytes }).then(
      (read) => read.text,
      () => null,
    );
    if (text !== null) found.push(...file.read(text, { now: BEGINNING, modifiedAt: null }));
  }
  return found.filter(({ fact }) => fact.kind === 'marker' && fact.present && fact.marker.startsWith('update'));
};

const readTimeline = async (kind: GatewayKind, home: string): Promise<Evidence[]> => {
  const files: LogRecord[][] = [];
  for (const log of kind.logs) {
    const reader = kind.newLogReader(basename(log));
    const records: LogRecord[] = [];
    for (const file of await filesOf(home, log)) {
      await eachLine(file, (line) => {
        const record = reader.line(line);
        if (record?.evidence.length) records.push(record);
      });
    }
    files.push(records);
  }
  return mergeRecords(files.map((records) => forwardTimes(records))).filter(createUnseen());
};

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

const CHUNK_BYTES = 1_048_576;

/**
 * Recordings are whose the person at the terminal says. A callback, not a generator: a generator's step costs as much
 * as all else that is done for a line.
 */
const eachLine = async (path: string, take: (line: string) => void): Promise<void> => {
  const splitter = createLineSplitter();
  const { handle, part } = await openForeign(path, ANYBODY);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    // What is written meanwhile is another replay's.
    for (let at = 0; at < part.size;) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, part.size - at), at);
      if (bytesRead === 0) break;
      at += bytesRead;
      for (const line of splitter.push(chunk.subarray(0, bytesRead))) take(line);
    }
  } finally {
    await handle.close();
  }
  const rest = splitter.flush();
  if (rest !== null) take(rest);
};
