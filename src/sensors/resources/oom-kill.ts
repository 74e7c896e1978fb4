/** Whether the kernel has ended a process for want of memory: by the counts of its control groups and by its own log. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { groupKills, type MemoryGroup } from './group-memory.ts';

/** What the groups of a process had counted while it lived. */
export interface KillCounts {
  readonly group: MemoryGroup;
  readonly own: number | null;
  /** Of the group above it, which counts on when the group itself is gone. */
  readonly above: number | null;
}

export const killCounts = async (group: MemoryGroup): Promise<KillCounts> => {
  const [parent] = group.above;
  return {
    group,
    own: await groupKills(group),
    above: parent === undefined ? null : await groupKills({ folder: parent, version: group.version }),
  };
};

/** Whether more were ended since. The count of the group above also holds its other groups. */
export const killedSince = (before: KillCounts, now: KillCounts): 'own' | 'above' | null => {
  if (before.own !== null && now.own !== null && now.own >= before.own) return now.own > before.own ? 'own' : null;
  return before.above !== null && now.above !== null && now.above > before.above ? 'above' : null;
};

/** A session of a person or a slice holds more than the gateway: who was ended there is not known. */
export const isOfGatewayAlone = ({ folder }: MemoryGroup): boolean =>
  /\.service$|\.scope$|^[0-9a-f]{64}$/.test(basename(folder)) &&
  !/^session-|^user@|^init\.scope$/.test(basename(folder));

/**
 * Whether a record of the kernel's log, `PRIORITY,NUMBER,MICROSECONDS,FLAGS;TEXT`, says that it has ended this process. A
 * pid is used again: the record must be younger than the process.
 */
export const isKillOf = (record: string, { pid, startTime }: ProcessIdentity): boolean => {
  const [head = '', ...rest] = record.split(';');
  const text = rest.join(';');
  const at = Number(head.split(',')[2]) / 10_000;
  return at >= startTime && text.includes(`ut of memory: Killed process ${pid} (`);
};

const RECORD_BYTES = 8_192;
const MOST_RECORDS = 20_000;

/** @returns whether the kernel's log says so of this process; false where that log may not be read. */
export const kernelKilled = (process: ProcessIdentity, path = '/dev/kmsg'): boolean => {
  let log: number;
  try {
    log = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return false;
  }
  const buffer = Buffer.alloc(RECORD_BYTES);
  try {
    // Each read is one record; at the end the kernel says that there is nothing more for now.
    for (let count = 0; count < MOST_RECORDS; count += 1) {
      const length = readRecord(log, buffer);
      if (length === 0) return false;
      if (length > 0 && isKillOf(buffer.toString('latin1', 0, length), process)) return true;
    }
    return false;
  } finally {
    closeSync(log);
  }
};

/** @returns 0 at the end; -1 for a record that was overwritten meanwhile. */
const readRecord = (log: number, buffer: Buffer): number => {
  try {
    return readSync(log, buffer);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPIPE' ? -1 : 0;
  }
};
