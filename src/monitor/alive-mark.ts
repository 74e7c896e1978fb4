/** The sign of life that Lifeline leaves in its store, and what the next run reads from it. */
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isSection } from '../base/parsed-section.ts';
import { kernelTextOrNull } from '../sensors/kernel-text.ts';
import { parseStat } from '../sensors/process/proc-linux.ts';
import { stillLives } from '../sensors/process/proc.ts';

export interface ClockReading {
  /** Milliseconds since the epoch. */
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** Since the machine's boot. */
  readonly uptimeMs: number;
}

export interface AliveMark {
  /** The last sign of life of that run. */
  readonly wallMs: number;
  readonly uptimeMs: number;
  /** How long that run had lasted by then. */
  readonly ranMs: number;
  /** It was stopped in order. */
  readonly ended: boolean;
  /** When runs were begun, lately, after one that had ended abnormally; milliseconds since the epoch. */
  readonly crashes: readonly number[];
  /** People know that Lifeline keeps restarting. */
  readonly loopTold: boolean;
  /** The process of that run; marks of earlier versions name none. */
  readonly process?: MarkedProcess;
}

export interface MarkedProcess {
  readonly pid: number;
  readonly startTime: number;
  /** The machine and the pid namespace: elsewhere the pid is another process's. */
  readonly place: string;
}

export type LastRun =
  | { readonly how: 'first' }
  | {
      /** `unclean`: killed, crashed, or the machine went down under it. */
      readonly how: 'clean' | 'unclean';
      /** Its last sign of life, by the clock of today. */
      readonly from: number;
      /** Now. */
      readonly to: number;
      /** The machine was booted since. */
      readonly rebooted: boolean;
    };

/** @returns null for what cannot be used: damaged, or of another version. */
export const parseMark = (text: string | null): AliveMark | null => {
  if (text === null) return null;
  try {
    const mark = JSON.parse(text) as AliveMark;
    const numbers: readonly unknown[] = [mark.wallMs, mark.uptimeMs, mark.ranMs, ...mark.crashes];
    return Array.isArray(mark.crashes) &&
      numbers.every(Number.isFinite) &&
      typeof mark.ended === 'boolean' &&
      typeof mark.loopTold === 'boolean' &&
      (mark.process === undefined || isProcess(mark.process))
      ? mark
      : null;
  } catch {
    return null;
  }
};

const isProcess = (value: unknown): boolean =>
  isSection(value) &&
  Number.isInteger(value['pid']) &&
  Number.isInteger(value['startTime']) &&
  typeof value['place'] === 'string';

/** How the run that left this mark ended, and how long no Lifeline has been there. */
export const lastRunOf = (mark: AliveMark | null, { wallMs: to, uptimeMs }: ClockReading): LastRun => {
  if (!mark) return { how: 'first' };
  const byWall = to - mark.wallMs;
  // A boot after the mark; an uptime that ran backwards says so whatever the wall clock was set to.
  const rebooted = uptimeMs < mark.uptimeMs || uptimeMs < byWall;
  const byUptime = rebooted ? uptimeMs : uptimeMs - mark.uptimeMs;
  // Set forward, the wall clock tells too much; set back, too little or nonsense. After a boot only it tells anything.
  const agreed = rebooted ? byWall : Math.min(byWall, byUptime);
  const awayMs = byWall < 0 ? byUptime : agreed;
  return { how: mark.ended ? 'clean' : 'unclean', from: to - awayMs, to, rebooted };
};

/** So many abnormal ends within this time are a loop, and a run that lasted as long ends it. */
export const LOOP = { count: 5, withinMs: 600_000 };

export interface CrashHistory extends Pick<AliveMark, 'crashes' | 'loopTold'> {
  readonly loops: boolean;
}

/** The abnormal ends up to and with the last run; `loops` and not `loopTold`: people should know. */
export const crashHistory = (mark: AliveMark | null, last: LastRun, now: number): CrashHistory => {
  const { count, withinMs } = LOOP;
  const recent = (mark?.crashes ?? []).filter((at) => Math.abs(now - at) < withinMs);
  const crashes = last.how === 'unclean' ? [...recent, now].slice(-count) : recent;
  return {
    crashes,
    loops: last.how === 'unclean' && crashes.length >= count,
    loopTold: mark !== null && mark.loopTold && mark.ranMs < withinMs,
  };
};

/** @returns the machine and the pid namespace; without /proc there is one namespace. */
const placeHere = (): string => {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
};

/** @returns null where this process cannot be looked at: a mark that names none says nothing wrong of it. */
export const ownProcess = (): MarkedProcess | null => {
  const found = { pid: process.pid, place: placeHere() };
  // Where there is no /proc, a process is told by its pid alone.
  if (process.platform !== 'linux') return { ...found, startTime: 0 };
  const stat = parseStat(kernelTextOrNull('/proc/self/stat') ?? '');
  return stat && { ...found, startTime: stat.startTime };
};

/** Whether this process is known to have ended; false where it cannot be seen from here. */
export const hasEnded = ({ place, ...identity }: MarkedProcess): boolean => {
  try {
    return place === placeHere() && !stillLives(identity);
  } catch {
    return false;
  }
};
