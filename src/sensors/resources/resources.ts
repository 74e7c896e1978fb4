/**
 * What a gateway needs of the machine: the memory and the open files of all its processes, and the room on the disk of
 * its home. The kernel has to count pages for it, so it is asked seldom.
 */
import { statfs } from 'node:fs/promises';
import type { Instant } from '../../base/instant.ts';
import type {
  DiskSeen,
  Evidence,
  FilesSeen,
  GatewayFact,
  MemorySeen,
  ProcessIdentity,
  ProcessSeen,
} from '../../diagnosis/evidence.ts';
import { growthOf, SAMPLE_EVERY_MS, type MemorySample } from '../../diagnosis/memory-growth.ts';
import {
  filesHigh,
  memoryLevel,
  rulesForRoughFigure,
  type MemoryLevel,
  type MemoryRules,
} from '../../diagnosis/memory-rules.ts';
import { groupBytes, groupLimit, memoryGroupOf, type MemoryGroup } from './group-memory.ts';
import { createKillWatch } from './kill-watch.ts';
import { isOfGatewayAlone } from './oom-kill.ts';
import { sameProcess } from '../process/proc.ts';
import { memoryCeiling } from './memory-ceiling.ts';
import { heldBy, machineAvailable, openFiles } from './process-needs.ts';
import { treeIn } from '../process/process-tree.ts';
import type { Sensor } from '../sensor.ts';
import { MOMENT_MS, survey } from '../process/survey.ts';

export interface ResourcesSensorOptions {
  readonly home: string;
  /** The live gateway process; null: there is none. */
  readonly process: () => ProcessSeen | null;
  readonly rules: MemoryRules;
  /** Where the figures of the last days are kept; null: growth is not looked for. */
  readonly samples: SamplesOf | null;
}

/** The samples of one gateway. */
export interface SamplesOf {
  add(process: ProcessSeen, sample: MemorySample): void;
  of(process: ProcessSeen): readonly MemorySample[];
}

/** How often memory and files are looked at; and how often while they are high, so that one peak is told from a state. */
export const EVERY_MS = 300_000;
export const HIGH_EVERY_MS = 30_000;
/** What is over the limit is restarted for it after a time, so that a moment below the limit must be seen. */
export const OVER_EVERY_MS = 5_000;
/** Open files alone are soon counted, and one that may open no more fails at once. */
export const FILES_EVERY_MS = 30_000;
/** What has just started has not yet what it needs. */
const YOUNG_EVERY_MS = 60_000;
/** So young its memory is what a restart is judged by. */
const NEWBORN_MS = 60_000;
const DISK_EVERY_MS = 3_600_000;
/** One list of processes serves all gateways that look in the same minute; but for one that has just started. */
const PROCESSES_MS = 60_000;

export const createResourcesSensor = ({ home, process, rules, samples }: ResourcesSensorOptions): Sensor => {
  const memoryDue = due();
  const diskDue = due();
  const filesDue = due();
  const hour = createHour(samples);
  const lookAtKills = createKillWatch();
  let watched: ProcessSeen | null = null;
  let level: MemoryLevel = 'fine';
  let high = false;
  let low = false;

  const lookAtNeeds = async (now: Instant, current: ProcessSeen, isNew: boolean): Promise<readonly Evidence[]> => {
    const { memory, files } = await needsOf(
      current,
      rules,
      { level, high },
      isNew || level === 'over' ? MOMENT_MS : PROCESSES_MS,
    );
    level = memory?.level ?? 'fine';
    high = files?.high === true;
    const fact = { kind: 'resources', pid: current.pid, memory, files } as const;
    const seen = evidence(now, 'memory', needsText(memory, files), fact);
    return memory === null ? [seen] : [seen, ...hour.grown(now, current, memory)];
  };

  /** Whether the open files have become many since the last whole look. */
  const haveFilesGrown = async (current: ProcessSeen): Promise<boolean> => {
    const files = high ? null : await openFiles(await pidsOf(current, PROCESSES_MS));
    return files !== null && filesHigh(files.open, files.most, false);
  };

  const lookAtDisk = async (now: Instant): Promise<readonly Evidence[]> => {
    const seen = await diskOf(home, low);
    if (seen === null) return [];
    ({ low } = seen);
    return [evidence(now, 'disk', `${mib(seen.free)} of ${mib(seen.all)} free`, { kind: 'disk', ...seen })];
  };

  return {
    name: 'resources',
    look: async (now) => {
      const current = process();
      const isNew = current !== null && (watched === null || !sameProcess(watched, current));
      watched = current;
      const kills = await lookAtKills(now, current);
      if (isNew) {
        level = 'fine';
        high = false;
      }
      const everyMs = isNew || current === null ? 0 : intervalOf(now - current.startedAt, level, high, rules);
      const isDue =
        current !== null &&
        (memoryDue(now, everyMs) || (filesDue(now, FILES_EVERY_MS) && (await haveFilesGrown(current))));
      const needs = isDue ? await lookAtNeeds(now, current, isNew) : [];
      return [...kills, ...needs, ...(diskDue(now, DISK_EVERY_MS) ? await lookAtDisk(now) : [])];
    },
  };
};

const intervalOf = (ageMs: number, level: MemoryLevel, high: boolean, { restart }: MemoryRules): number => {
  if (level === 'over' || (restart !== null && ageMs < NEWBORN_MS)) return OVER_EVERY_MS;
  if (level === 'high' || high) return HIGH_EVERY_MS;
  return ageMs < EVERY_MS ? YOUNG_EVERY_MS : EVERY_MS;
};

/** Returns the processes of a gateway. @param maxAgeMs how old the list of processes may be */
const pidsOf = async (process: ProcessIdentity, maxAgeMs: number): Promise<readonly number[]> => {
  const { processes } = await survey(maxAgeMs);
  const tree = treeIn(processes, process, globalThis.process.pid).map(({ pid }) => pid);
  return tree.length === 0 ? [process.pid] : tree;
};

/** @param before what was high at the last look. @param maxAgeMs how old the list of processes may be */
export const needsOf = async (
  process: ProcessIdentity,
  rules: MemoryRules,
  before: { readonly level: MemoryLevel; readonly high: boolean } = { level: 'fine', high: false },
  maxAgeMs = MOMENT_MS,
): Promise<{ readonly memory: MemorySeen | null; readonly files: FilesSeen | null }> => {
  const pids = await pidsOf(process, maxAgeMs);
  const [memory, files] = await Promise.all([memoryOf(pids, rules, before.level), openFiles(pids)]);
  return { memory, files: files && { ...files, high: filesHigh(files.open, files.most, before.high) } };
};

/** @returns the open files at this moment; null where they cannot be counted. */
export const openFilesOf = async (process: ProcessIdentity): Promise<FilesSeen | null> => {
  const files = await openFiles(await pidsOf(process, MOMENT_MS));
  return files && { ...files, high: filesHigh(files.open, files.most, false) };
};

/** @returns whether the time has come again; a clock that was set back must not put it off. */
const due = () => {
  let at = -Infinity;
  return (now: number, everyMs: number): boolean => {
    if (Math.abs(now - at) < everyMs) return false;
    at = now;
    return true;
  };
};

const evidence = (at: Instant, source: string, text: string, fact: GatewayFact): Evidence => ({
  at,
  source,
  text,
  link: null,
  fact,
});

const memoryOf = async (
  pids: readonly number[],
  rules: MemoryRules,
  before: MemoryLevel,
): Promise<MemorySeen | null> => {
  const [first = 0] = pids;
  const group = await memoryGroupOf(first);
  const held = await heldBy(pids);
  const counted = held?.by === 'pss' ? null : await countOfGroup(group);
  const found = counted === null ? held : ({ bytes: counted, by: 'group' } as const);
  if (found === null) return null;
  const [limit, available] = await Promise.all([group && groupLimit(group), machineAvailable()]);
  const room = memoryCeiling({ held: found.bytes, limit, available });
  const isRough = found.by === 'rss' && pids.length > 1;
  return {
    bytes: found.bytes,
    by: found.by,
    processes: pids.length,
    ...room,
    level: memoryLevel(found.bytes, room.ceiling, isRough ? rulesForRoughFigure(rules) : rules, before),
  };
};

/** Only a group that holds nothing but the gateway says how much that holds. */
const countOfGroup = async (group: MemoryGroup | null): Promise<number | null> =>
  group !== null && isOfGatewayAlone(group) ? groupBytes(group) : null;

const MIB = 1_048_576;
const mib = (bytes: number): string => `${Math.round(bytes / MIB)} MB`;

/** On a large disk one part in a hundred is still enough, so the share and the bytes must both be small. */
const LOW_BYTES = 1_024 * MIB;
const LOW_SHARE = 1 / 20;
/** What is just above the limit again is not yet above it. */
const STICKY = 1.1;

export const isDiskLow = (free: number, all: number, before: boolean): boolean => {
  const factor = before ? STICKY : 1;
  return free < LOW_BYTES * factor && free < all * LOW_SHARE * factor;
};

/** @returns the room on the disk of this folder; null where the system does not tell. @param before it was low */
export const diskOf = async (home: string, before = false): Promise<DiskSeen | null> => {
  const found = await statfs(home).catch(() => null);
  if (found === null || found.blocks === 0) return null;
  const free = found.bavail * found.bsize;
  const all = found.blocks * found.bsize;
  return { free, all, low: isDiskLow(free, all, before) };
};

const BY = { pss: 'PSS', group: 'by its control group', rss: 'RSS, what is shared counted again and again' } as const;

const needsText = (memory: MemorySeen | null, files: FilesSeen | null): string =>
  [memory && memoryText(memory), files && `${files.open} of ${files.most} files open (pid ${files.pid})`]
    .filter((part) => part !== null)
    .join('; ') || 'memory and open files are not known here';

const memoryText = ({ bytes, ceiling, of, by, processes }: MemorySeen): string => {
  const share = ceiling === null ? '' : ` of ${mib(ceiling)} (${Math.round((bytes / ceiling) * 100)} %)`;
  const limit = of === 'group' ? ', the limit of its control group' : '';
  return `${mib(bytes)}${share}${limit}; ${processes} ${processes === 1 ? 'process' : 'processes'}, ${BY[by]}`;
};

/** Keeps the least of each hour, and says when the hours show growth. */
const createHour = (samples: SamplesOf | null) => {
  let current: { readonly process: ProcessSeen; readonly began: number; readonly least: number } | null = null;
  // A Lifeline before this one may have told.
  let told = true;
  return {
    grown: (now: Instant, process: ProcessSeen, { bytes, ceiling }: MemorySeen): readonly Evidence[] => {
      if (samples === null) return [];
      if (current === null || !sameProcess(current.process, process) || now < current.began) {
        current = { process, began: now, least: bytes };
        return [];
      }
      current = { ...current, least: Math.min(current.least, bytes) };
      if (now - current.began < SAMPLE_EVERY_MS) return [];
      samples.add(process, { at: now, bytes: current.least });
      current = { process, began: now, least: bytes };
      const growth = ceiling === null ? null : growthOf(samples.of(process), ceiling, now);
      if (growth === null && !told) return [];
      told = growth !== null;
      const text =
        growth === null
          ? 'its memory does not grow any more'
          : `its memory grows by ${mib(growth.bytesPerDay)} a day and reaches its limit in ${Math.round(growth.fullInMs / 3_600_000)} h`;
      return [
        evidence(now, 'memory', text, {
          kind: 'memory-grows',
          pid: process.pid,
          fullInMs: growth === null ? null : Math.round(growth.fullInMs),
        }),
      ];
    },
  };
};
