/** All logs of one gateway as one stream of evidence. */
import { basename, resolve } from 'node:path';
import { trustIn } from '../../base/open-foreign.ts';
import { AHEAD_MS, instantOf } from '../../base/instant.ts';
import type { Evidence } from '../../diagnosis/evidence.ts';
import type { GatewayKind, LogDoubt, LogRecord, WrittenAt } from '../../gateways/gateway-kind.ts';
import { createZoneNoter } from '../../gateways/other-zone.ts';
import { NOTHING_THERE, type LogCursor } from './log-cursor.ts';
import { createLogFollower, type LogFollower } from './log-follower.ts';
import { mergeRecords } from './merge-records.ts';
import { presentTimes } from './present-times.ts';
import type { Sensor } from '../sensor.ts';
import { createUnseen } from './unseen.ts';

/** Cursors by the log's path: places in one home mean nothing in another. */
export type LogCursors = Readonly<Record<string, SavedCursor>>;

/** Where a log was read to, and the time of its latest record by then. */
export interface SavedCursor extends LogCursor {
  readonly latest?: number;
}

export interface LogSensor extends Sensor {
  /**
   * Finds the saved cursors again, before the first look, and shows the readers the lines above them: a traceback
   * goes on after the restart, and another file's copy of a record may come after it.
   * @returns false when the logs hold a gap since then, so that what was concluded before cannot be built upon.
   */
  resume(): Promise<boolean>;
  /** Where each file's next look goes on. */
  cursors(): LogCursors;
  /** Files that exist but cannot be read, for people. */
  problems(): readonly string[];
  /** Logs whose lines, as far as they were read, count for nothing because nothing dates them, or another zone does. */
  doubts(): readonly LogDoubt[];
}

/** @param savedAt when the cursors were saved: nothing that was written since is older. */
export const createLogSensor = (
  kind: GatewayKind,
  home: string,
  saved: LogCursors = {},
  savedAt: number | null = null,
): LogSensor => {
  const trust = trustIn(home, kind.trustedUsers);
  const writtenAt: WrittenAt = (name) => {
    const file = files.find(({ path }) => basename(path) === name);
    return file && isRead(file.follower) ? (file.latest ?? -Infinity) : null;
  };
  const files = kind.logs.map((log) => {
    const path = resolve(home, log);
    return {
      path,
      isMain: kind.mainLogs.includes(log),
      reader: kind.newLogReader(basename(log), writtenAt),
      follower: createLogFollower(path, { trust, cursor: saved[path] ?? null }),
      latest: instantOf(saved[path]?.latest ?? NaN),
      zone: createZoneNoter(),
    };
  });
  const unseen = createUnseen();
  let lookedAt: number | null = savedAt;
  /** Where one of several places has the log, files at the other places are left out. */
  const told = (): typeof files => {
    const found = files.find(({ isMain, follower }) => isMain && isRead(follower));
    return files.filter((file) => !file.isMain || found === undefined || file === found);
  };
  return {
    name: 'logs',
    resume: async () => {
      let whole = Object.keys(saved).every((path) => files.some((file) => file.path === path));
      for (const file of files) {
        const { reader, follower } = file;
        const { lost, context } = await follower.resume();
        if (lost) whole = false;
        for (const line of context) {
          const record = reader.line(line, 'before', null, savedAt);
          if (record) unseen(record);
          if (record && record.at > (file.latest ?? 0) && record.at <= (savedAt ?? Infinity) + AHEAD_MS)
            file.latest = record.at;
        }
      }
      return whole;
    },
    look: async (now) => {
      // A look comes seconds after the last one; after a clock was set back it seems to come before the last.
      const readBefore = lookedAt === null ? null : Math.min(lookedAt, now);
      const writtenAfter = readBefore === null ? null : readBefore - AHEAD_MS;
      lookedAt = now;
      const batches: (readonly LogRecord[])[] = [];
      for (const file of files) {
        const { reader, follower } = file;
        const records: LogRecord[] = [];
        // The first read ever gives out the end of what is there.
        const written = follower.cursor() === null ? 'before' : 'since';
        await follower.each((line) => {
          const record = reader.line(line, written, readBefore, now);
          if (!record) return;
          if (written === 'since') file.zone.note(line, record.at, now);
          append(records, record);
        });
        const present = presentTimes(records, { latest: file.latest, writtenAfter, now });
        file.latest = present.latest;
        batches.push(present.records);
      }
      if (batches.length === 0) return [];
      const evidence: Evidence[] = [];
      mergeRecords(batches, (record) => evidence.push(...unseen(record)));
      return evidence;
    },
    cursors: () =>
      Object.fromEntries(
        files.flatMap(({ path, follower, latest }) => {
          const cursor = follower.cursor();
          return cursor ? [[path, latest === null ? cursor : { ...cursor, latest }]] : [];
        }),
      ),
    doubts: () =>
      told().flatMap(({ path, reader, follower, zone }): readonly LogDoubt[] => {
        if (reader.doubt && follower.cursor() === NOTHING_THERE) return [{ path, why: 'missing', text: '' }];
        const doubt = reader.doubt ? reader.doubt() : zone.doubt();
        return doubt ? [{ path, ...doubt }] : [];
      }),
    problems: () =>
      told()
        .map(({ follower }) => follower.problem())
        .filter((problem) => problem !== null),
    refusals: () => {
      const refused = told().flatMap(({ path, follower }) =>
        follower.refusals().map((refusal) => ({ refusal, isLive: refusal.path === path })),
      );
      // What is written to now comes before what was rotated away.
      return refused.toSorted((one, other) => Number(other.isLive) - Number(one.isLive)).map(({ refusal }) => refusal);
    },
    close: async () => {
      for (const { follower } of files) await follower.close();
    },
  };
};

const isRead = (follower: LogFollower): boolean => {
  const cursor = follower.cursor();
  return (
    cursor !== null &&
    cursor.inode !== NOTHING_THERE.inode &&
    follower.problem() === null &&
    follower.refusals().length === 0
  );
};

/** Of records that say nothing only the last before the next evidence, or before a clock that went back, is kept. */
const append = (records: LogRecord[], record: LogRecord): void => {
  const last = records.at(-1);
  if (last?.evidence.length === 0 && record.at >= last.at) records.pop();
  records.push(record);
};
