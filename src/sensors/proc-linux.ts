/**
 * Reads processes from /proc, through blocking calls only what cannot hang: /proc/PID/cmdline of a stuck process can.
 */
import { readFileSync } from 'node:fs';
import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import { unlessShort } from '../base/shortage.ts';
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
  // From field 3 on, so field n is at n - 3.
  const fields = text
    .slice(end + 1)
    .trim()
    .split(' ');
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

const bootTime = async (): Promise<number> => {
  const booted = parseBootTime(await readFile('/proc/stat', 'latin1'));
  if (booted === null) throw new Error('/proc/stat does not say when this machine was booted (btime)');
  return booted;
};

const snapshot = async (pid: number, bootedAt: number): Promise<ProcessSnapshot | null> => {
  try {
    const [line, cmdline, folder] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      stat(`/proc/${pid}`),
    ]);
    const parsed = parseStat(line);
    if (!parsed) throw new Error(`/proc/${pid}/stat cannot be understood: ${line.slice(0, 200)}`);
    return {
      ...parsed,
      startedAt: bootedAt + (parsed.startTime * 1_000) / TICKS_PER_SECOND,
      uid: folder.uid,
      argv: parseNulList(cmdline),
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
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
    line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  const parsed = parseStat(line);
  return parsed !== null && parsed.startTime === startTime && !ENDED.test(parsed.state);
};

export const linuxProcesses: ProcessTable = {
  read: async (pid) => snapshot(pid, await bootTime()),
  list: async () => {
    const bootedAt = await bootTime();
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const seen = await Promise.all(pids.map((pid) => snapshot(Number(pid), bootedAt).catch(visible)));
    return seen.filter((one) => one !== null);
  },
  environment: async (pid) => {
    const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(unlessShort);
    return environ === null ? null : parseEnvironment(environ);
  },
  place: async (pid) => {
    const [folder, executable] = await Promise.all([linkOf(`/proc/${pid}/cwd`), linkOf(`/proc/${pid}/exe`)]);
    return { folder, executable };
  },
  ownPid: async (pid) =>
    parseOwnPid((await readFile(`/proc/${pid}/status`, 'latin1').catch(unlessShort)) ?? '') ?? { pid, depth: 0 },
  memory: async (pid) => parseMemory(await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')),
};
