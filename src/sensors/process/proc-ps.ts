/** Reads processes through `ps`, where there is no /proc (macOS, the BSDs). */
import { execa } from 'execa';
import type { ProcessSnapshot, ProcessTable } from './process-table.ts';

const COLUMNS = ['-ww', '-o', 'pid=,ppid=,pgid=,uid=,stat=,lstart=,command='];
const LINE =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+[A-Z][a-z]{2}\s+([A-Z][a-z]{2}\s+\d+\s+\d\d:\d\d:\d\d\s+\d{4})(?:\s(.*))?$/;

/**
 * Parses one line of `ps`, asked in UTC and in English.
 * @returns null for anything else.
 */
export const parsePsLine = (line: string): ProcessSnapshot | null => {
  const [, pid, ppid, group, uid, state, started, command] = LINE.exec(line) ?? [];
  const startedAt = Date.parse(`${started} UTC`);
  if (pid === undefined || state === undefined || Number.isNaN(startedAt)) return null;
  return {
    pid: Number(pid),
    // `ps` knows whole seconds only; Lifeline's unit outside Linux is centiseconds of the epoch.
    startTime: startedAt / 10,
    startedAt,
    state: state.charAt(0),
    ppid: Number(ppid),
    group: Number(group),
    // macOS prints an address for it.
    session: 0,
    uid: Number(uid),
    argv: command?.split(/\s+/).filter((word) => word !== '') ?? [],
  };
};

/** @returns bytes: `ps` counts in units of 1,024. */
export const parseRss = (text: string | undefined): number | null =>
  /^\s*\d+\s*$/.test(text ?? '') ? Number(text) * 1_024 : null;

const ps = async (selection: readonly string[]): Promise<readonly ProcessSnapshot[]> => {
  // In UTC, because local times are ambiguous for an hour each autumn. `ps` exits with 1 when nothing matches.
  const { stdout, exitCode, message } = await execa('ps', [...COLUMNS, ...selection], {
    env: { TZ: 'UTC', LC_ALL: 'C' },
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`ps cannot list processes: ${message}`);
  return stdout
    .split('\n')
    .map(parsePsLine)
    .filter((seen) => seen !== null);
};

export const psProcesses: ProcessTable = {
  read: async (pid) => (await ps(['-p', String(pid)]))[0] ?? null,
  list: () => ps(['-A']),
  // What `ps -E` prints cannot be told from the command line, so it is not asked.
  environment: async () => null,
  place: async () => ({ folder: null, executable: null }),
  ownPid: async (pid) => ({ pid, depth: 0 }),
  memory: async (pid) => {
    const { stdout } = await execa('ps', ['-o', 'rss=', '-p', String(pid)], {
      reject: false,
      stdin: 'ignore',
      timeout: 10_000,
    });
    return parseRss(stdout);
  },
};
