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
  const end = text.lastIndexOf(')');
  const pid = /^(\d+) \(/.exec(text)?.[1];
  // From field 3 on, so field n is at n - 3; those behind the start are not needed.
  const fields = text
    .slice(end + 1)
    .trim()
    .split(' ', 20);
  const [state = '', ...numbers] = [fields[0], fields[1], fields[2], fields[3], fields[19]];
  if (end < 0 || !pid || !/^[A-Za-z]$/.test(state) || !numbers.every((field) => /^-?\d+$/.test(field ?? '')))
    return null;
  // One that is just ending has -1 for what it has left already.
  const [ppid = 0, group = 0, session = 0, startTime = 0] = numbers.map(Number);
  return { pid: Number(pid), state, ppid, group, session, startTime };
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
  const fields = line.slice(end + 2).split(' ', 21);
  return `${fields[19]} ${fields[20]} ${line.slice(line.indexOf('('), end)}`;
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
}

/** What the last list that was not read anew had. */
let listed: ReadonlyMap<number, Known> = new Map();
/** A process may become another user's, and write another command line over its own: that is seen so late. */
const YOUNG_FOR_MS = 60_000;
/** The same of one that has run for longer than that: what does so, does it at its start. */
const OLD_FOR_MS = 600_000;

/** Whether what was read at `readAt` counts still. All times are since the machine's boot, milliseconds. Pure. */
export const isStillKnown = (readAt: number, startedAt: number, now: number): boolean =>
  now - readAt < (readAt - startedAt < YOUNG_FOR_MS ? YOUNG_FOR_MS : OLD_FOR_MS);

/** As `snapshot`, but user and command line are read only of what has come since, or executed another program. */
const snapshotCheaply = async (
  pid: number,
  { bootedAt, now }: { readonly bootedAt: number; readonly now: number },
  next: Map<number, Known>,
): Promise<ProcessSnapshot | null> => {
  try {
    const { stat, image } = glance(pid);
    const before = listed.get(pid);
    const counts =
      before?.image === image && isStillKnown(before.readAt, sinceBoot(stat), now) && !ENDED.test(stat.state);
    const known = counts ? before : { image, uid: userOf(pid), argv: await argvOf(pid), readAt: now };
    next.set(pid, known);
    return snapshotOf(stat, known, bootedAt);
  } catch (error) {
    return isMissing(error) ? null : visible(error);
  }
};

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
  list: async (anew = true) => {
    const bootedAt = bootTime();
    const next = new Map<number, Known>();
    const time = { bootedAt, now: uptime() * 1_000 };
    const seen = await Promise.all(
      pidsNow().map((pid) => (anew ? snapshot(pid, bootedAt).catch(visible) : snapshotCheaply(pid, time, next))),
    );
    if (!anew) listed = next;
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
