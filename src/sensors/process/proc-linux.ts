/**
 * Reads processes from /proc, through blocking calls only what cannot hang: /proc/PID/cmdline of a stuck process can.
 */
import { readdirSync, statSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { uptime } from 'node:os';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { unlessShort } from '../../base/shortage.ts';
import {
  kernelTextOrNull,
  readCommandLine,
  readKernelPiece,
  readKernelText,
  readKernelTextLater,
} from '../kernel-text.ts';
import { ENDED, type ProcessSnapshot, type ProcessTable } from './process-table.ts';

/** USER_HZ: 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface ProcStat {
  readonly pid: number;
  readonly state: string;
  readonly ppid: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot, field 22. */
  readonly startTime: number;
}

/**
 * Parses `/proc/PID/stat`. The second field is the program's name in parentheses, and that name may itself hold
 * blanks and parentheses, so the fields are counted from the last `)`; after it come only a letter and numbers.
 * @returns null for anything else.
 */
export const parseStat = (text: string): ProcStat | null => {
  const open = text.indexOf(' (');
  const end = text.lastIndexOf(')');
  if (open <= 0 || end < open) return null;
  const pid = wholeNumber(text, 0, open);
  // Behind the name and a blank.
  const state = text.charAt(end + 2);
  if (Number.isNaN(pid) || pid < 0 || !LETTER.test(state) || text.charAt(end + 3) !== ' ') return null;
  // One that is just ending has -1 for what it has left already.
  const ppid = fieldAt(text, end, 4);
  const group = fieldAt(text, end, 5);
  const session = fieldAt(text, end, 6);
  const startTime = fieldAt(text, end, 22);
  return Number.isNaN(ppid + group + session + startTime) ? null : { pid, state, ppid, group, session, startTime };
};

const LETTER = /^[A-Za-z]$/;

/** Where a field begins; -1: there is none. @param end where the name ends, which is field 2 */
const startOfField = (text: string, end: number, field: number): number => {
  let at = end + 2;
  for (let current = 3; current < field; current += 1) {
    at = text.indexOf(' ', at) + 1;
    if (at === 0) return -1;
  }
  return at;
};

const endOfField = (text: string, start: number): number => {
  for (let at = start; ; at += 1) if (at >= text.length || text.charCodeAt(at) <= BLANK) return at;
};

/** @returns NaN where there is no such field, or no number in it. */
const fieldAt = (text: string, end: number, field: number): number => {
  const start = startOfField(text, end, field);
  return start < 0 ? NaN : wholeNumber(text, start, endOfField(text, start));
};

const BLANK = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** The number that stands there, in digits with or without a minus; NaN for anything else. */
const wholeNumber = (text: string, start: number, end: number): number => {
  const isNegative = text.charCodeAt(start) === MINUS;
  const first = isNegative ? start + 1 : start;
  if (first >= end) return NaN;
  let number = 0;
  for (let at = first; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return NaN;
    number = number * 10 + (code - ZERO);
  }
  return isNegative ? -number : number;
};

/** @returns when the machine was booted, milliseconds since the epoch, from `/proc/stat`; null when it does not say. */
export const parseBootTime = (text: string): number | null => {
  const seconds = /^btime (\d+)$/m.exec(text)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1_000;
};

/** Splits `/proc/PID/cmdline` and `environ`: each entry ends with a NUL. */
export const parseNulList = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\0$/, '').split('\0');

/** The first of a name counts, as for the process itself. */
const parseEnvironment = (environ: string): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const entry of parseNulList(environ)) {
    const at = entry.indexOf('=');
    if (at > 0) found[entry.slice(0, at)] ??= entry.slice(at + 1);
  }
  return found;
};

/**
 * @returns the pid by which a process knows itself, from the line `NSpid` of `/proc/PID/status`: one number a pid
 * namespace, the reader's first; null where there is no such line (kernels before 4.1).
 */
export const parseOwnPid = (text: string): { readonly pid: number; readonly depth: number } | null => {
  const pids = /^NSpid:((?:\s+\d+)+)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const last = pids.at(-1);
  return last === undefined ? null : { pid: Number(last), depth: pids.length - 1 };
};

/** @returns the resident bytes in `/proc/PID/status`; null where it has none, as of a zombie. */
export const parseMemory = (text: string): number | null => {
  const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
};

/** The kernel counts all interrupts of the machine for this file: it is asked anew only when the clock was set. */
let boot: { readonly at: number; readonly byClock: number } | null = null;
const CLOCK_SET_MS = 500;

const bootTime = (): number => {
  const byClock = Date.now() - performance.now();
  if (boot === null || Math.abs(byClock - boot.byClock) > CLOCK_SET_MS) {
    const at = parseBootTime(readKernelText('/proc/stat'));
    if (at === null) throw new Error('/proc/stat does not say when this machine was booted (btime)');
    boot = { at, byClock };
  }
  return boot.at;
};

/** What is read at once of a process. */
const glance = (pid: number): { readonly stat: ProcStat; readonly image: string } => {
  const line = readKernelPiece(`/proc/${pid}/stat`);
  const parsed = parseStat(line);
  if (!parsed) throw new Error(`/proc/${pid}/stat cannot be understood: ${line.slice(0, 200)}`);
  return { stat: parsed, image: imageOf(line) };
};

const userOf = (pid: number): number => statSync(`/proc/${pid}`).uid;

/**
 * The start, the name and the mapped memory of a process: where these are what they were, it has not executed another
 * program. Pure.
 */
export const imageOf = (line: string): string => {
  const end = line.lastIndexOf(')');
  const start = startOfField(line, end, 22);
  const memory = start < 0 ? -1 : line.indexOf(' ', start) + 1;
  // The start and the memory stand side by side.
  const numbers = memory <= 0 ? '' : line.slice(start, endOfField(line, memory));
  return `${numbers} ${line.slice(line.indexOf('('), end)}`;
};

const argvOf = async (pid: number): Promise<readonly string[]> =>
  parseNulList(await readCommandLine(`/proc/${pid}/cmdline`));

const sinceBoot = ({ startTime }: ProcStat): number => (startTime * 1_000) / TICKS_PER_SECOND;

const snapshotOf = (
  stat: ProcStat,
  { uid, argv }: Pick<ProcessSnapshot, 'uid' | 'argv'>,
  bootedAt: number,
): ProcessSnapshot => ({
  ...stat,
  startedAt: bootedAt + sinceBoot(stat),
  uid,
  argv,
});

const unlessMissing = (error: unknown): null => {
  if (isMissing(error)) return null;
  throw error;
};

const snapshot = async (pid: number, bootedAt: number): Promise<ProcessSnapshot | null> => {
  try {
    const { stat } = glance(pid);
    const uid = userOf(pid);
    return snapshotOf(stat, { uid, argv: await argvOf(pid) }, bootedAt);
  } catch (error) {
    return unlessMissing(error);
  }
};

/** What hardly ever changes of a process that goes on with its program. */
interface Known {
  readonly image: string;
  readonly uid: number;
  readonly argv: readonly string[];
  readonly readAt: number;
  /** As it was seen last, and when that was by `performance.now()`. */
  readonly seen: ProcessSnapshot;
  readonly seenAt: number;
}

/** The last list that was not read anew. */
let listed: {
  readonly processes: ReadonlyMap<number, Known>;
  readonly bootedAt: number;
  /** The last pid that had been given out by then. */
  readonly lastPid: number | null;
} = { processes: new Map(), bootedAt: 0, lastPid: null };
/** A process may become another user's, and write another command line over its own: that is seen so late. */
const YOUNG_FOR_MS = 60_000;
/** The same of one that has run for longer than that: what does so, does it at its start. */
const OLD_FOR_MS = 600_000;

/** Whether what was read at `readAt` counts still. All times are since the machine's boot, milliseconds. Pure. */
export const isStillKnown = (readAt: number, startedAt: number, now: number): boolean =>
  now - readAt < (readAt - startedAt < YOUNG_FOR_MS ? YOUNG_FOR_MS : OLD_FOR_MS);

/** @returns the last pid that was given out, from `/proc/loadavg`; null when it does not say. */
export const parseLastPid = (text: string): number | null => {
  const pid = Number(/ (\d+)\s*$/.exec(text)?.[1] ?? 0);
  return pid > 0 ? pid : null;
};

/**
 * Whether a process can have got this pid since the list before: the kernel gives pids out in order, and begins again
 * at the highest. Pure.
 */
export const mayBeNew = (pid: number, before: number | null, last: number | null): boolean => {
  if (before === null || last === null) return true;
  return last >= before ? pid > before && pid <= last : pid > before || pid <= last;
};

/** How long a process that has run for a while is taken to be what it was, while it is there. */
const UNSEEN_FOR_MS = 15_000;

interface ListTime {
  readonly bootedAt: number;
  /** Since the machine's boot. */
  readonly now: number;
  /** What was seen before this time of `performance.now()` is looked at once more. */
  readonly since: number;
  readonly lastPid: number | null;
}

/** What was seen of an old process counts for a while, unless another may have its pid by now. */
const stillCounts = ({ seen, seenAt, readAt }: Known, { since, bootedAt, lastPid }: ListTime): boolean =>
  seenAt >= since &&
  bootedAt === listed.bootedAt &&
  bootedAt + readAt - seen.startedAt >= YOUNG_FOR_MS &&
  !ENDED.test(seen.state) &&
  !mayBeNew(seen.pid, listed.lastPid, lastPid);

/** As `snapshot`, but user and command line are read only of what has come since, or executed another program. */
const snapshotCheaply = (
  pid: number,
  time: ListTime,
  next: Map<number, Known>,
): ProcessSnapshot | null | Promise<ProcessSnapshot | null> => {
  const before = listed.processes.get(pid);
  if (before !== undefined && stillCounts(before, time)) {
    next.set(pid, before);
    return before.seen;
  }
  const seenAt = performance.now();
  const { stat, image } = glance(pid);
  const note = ({ uid, argv, readAt }: Pick<Known, 'uid' | 'argv' | 'readAt'>): ProcessSnapshot => {
    const seen = snapshotOf(stat, { uid, argv }, time.bootedAt);
    next.set(pid, { image, uid, argv, readAt, seen, seenAt });
    return seen;
  };
  if (before?.image === image && isStillKnown(before.readAt, sinceBoot(stat), time.now) && !ENDED.test(stat.state))
    return note(before);
  const uid = userOf(pid);
  return argvOf(pid).then((argv) => note({ uid, argv, readAt: time.now }));
};

/** @returns null for one that is gone, or may not be looked at. */
const unlessUnseen = (error: unknown): null => (isMissing(error) ? null : visible(error));

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/** There is none, or it ended while it was read. */
const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT', 'ESRCH');

/** A scan leaves out what this user may not look at; asked for by its pid, such a process is an error, not "gone". */
const visible = (error: unknown): null => {
  if (hasCode(error, 'EACCES', 'EPERM')) return null;
  throw error;
};

/** An executable that was replaced under a running process has its name with a note behind it. */
const linkOf = (path: string): Promise<string | null> =>
  readlink(path).then((target) => target.replace(/ \(deleted\)$/, ''), unlessShort);

/**
 * Whether this very process still lives, at once and without a promise: about 9 µs, so that it can be asked several
 * times a second. A zombie has ended. @throws what the system says when it can be asked nothing at all.
 */
export const livesSync = ({ pid, startTime }: ProcessIdentity): boolean => {
  let line: string;
  try {
    line = readKernelPiece(`/proc/${pid}/stat`);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  const parsed = parseStat(line);
  return parsed !== null && parsed.startTime === startTime && !ENDED.test(parsed.state);
};

const statusOf = (pid: number): string | null => {
  try {
    return readKernelText(`/proc/${pid}/status`);
  } catch (error) {
    return unlessShort(error);
  }
};

const pidsNow = (): readonly number[] => readdirSync('/proc').map(Number).filter(Number.isInteger);

export const linuxProcesses: ProcessTable = {
  read: async (pid) => snapshot(pid, bootTime()),
  list: async (anew = true, since = -Infinity) => {
    const bootedAt = bootTime();
    if (anew) {
      const seen = await Promise.all(pidsNow().map((pid) => snapshot(pid, bootedAt).catch(visible)));
      return seen.filter((one) => one !== null);
    }
    const time: ListTime = {
      bootedAt,
      now: uptime() * 1_000,
      since: Math.max(since, performance.now() - UNSEEN_FOR_MS),
      // Before the pids: one that is given out meanwhile is new at the next list as well.
      lastPid: parseLastPid(kernelTextOrNull('/proc/loadavg') ?? ''),
    };
    // Without a new pid there are no others than before.
    const pids = time.lastPid !== null && time.lastPid === listed.lastPid ? [...listed.processes.keys()] : pidsNow();
    const next = new Map<number, Known>();
    const seen: (ProcessSnapshot | null)[] = [];
    const later: Promise<ProcessSnapshot | null>[] = [];
    for (const pid of pids)
      try {
        const one = snapshotCheaply(pid, time, next);
        if (one instanceof Promise) later.push(one.catch(unlessUnseen));
        else seen.push(one);
      } catch (error) {
        unlessUnseen(error);
      }
    seen.push(...(await Promise.all(later)));
    listed = { processes: next, bootedAt, lastPid: time.lastPid };
    return seen.filter((one) => one !== null);
  },
  environment: async (pid) => {
    const environ = await readKernelTextLater(`/proc/${pid}/environ`, 'utf8').catch(unlessShort);
    return environ === null ? null : parseEnvironment(environ);
  },
  place: async (pid) => {
    const [folder, executable] = await Promise.all([linkOf(`/proc/${pid}/cwd`), linkOf(`/proc/${pid}/exe`)]);
    return { folder, executable };
  },
  ownPid: async (pid) => parseOwnPid(statusOf(pid) ?? '') ?? { pid, depth: 0 },
  memory: async (pid) => parseMemory(kernelTextOrNull(`/proc/${pid}/status`) ?? ''),
};
