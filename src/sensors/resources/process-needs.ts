/** What processes hold of the machine: memory and open files, from /proc; elsewhere as far as `ps` tells. */
import { readdir } from 'node:fs/promises';
import { readKernelTextLater } from '../kernel-text.ts';
import { processMemory } from '../process/proc.ts';

export interface HeldMemory {
  readonly bytes: number;
  readonly by: 'pss' | 'rss';
}

/**
 * @returns what these processes hold together. PSS counts what they share once; the kernel tells it only of one's own
 * processes. Null: none of them can be asked.
 */
export const heldBy = async (pids: readonly number[], proc = '/proc'): Promise<HeldMemory | null> => {
  const shares = await Promise.all(pids.map((pid) => readText(`${proc}/${pid}/smaps_rollup`).then(parsePss)));
  const known = shares.filter((bytes) => bytes !== null);
  // One that has ended meanwhile holds nothing.
  if (known.length > 0 && shares[0] !== null) return { bytes: sum(known), by: 'pss' };
  const resident = (await Promise.all(pids.map((pid) => processMemory(pid).catch(() => null)))).filter(
    (bytes) => bytes !== null,
  );
  return resident.length === 0 ? null : { bytes: sum(resident), by: 'rss' };
};

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

/** @returns the bytes of the line `Pss:` in `/proc/PID/smaps_rollup`; null where there is none. */
export const parsePss = (text: string | null): number | null => {
  const kibibytes = /^Pss:\s{1,20}(\d+) kB$/m.exec(text ?? '')?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
};

/** @returns the soft limit of open files in `/proc/PID/limits`; null: none, or it does not say. */
export const parseFileLimit = (text: string | null): number | null => {
  const most = /^Max open files\s{1,40}(\d+)\s/m.exec(text ?? '')?.[1];
  return most === undefined ? null : Number(most);
};

/** @returns bytes that programs could still take without swapping, from `/proc/meminfo`. */
export const parseAvailable = (text: string | null): number | null => {
  const kibibytes = /^MemAvailable:\s{1,20}(\d+) kB$/m.exec(text ?? '')?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
};

export const machineAvailable = async (proc = '/proc'): Promise<number | null> =>
  parseAvailable(await readText(`${proc}/meminfo`));

export interface OpenFiles {
  readonly pid: number;
  readonly open: number;
  readonly most: number;
}

/** @returns the process that is nearest to its limit of open files; null: none of them can be asked. */
export const openFiles = async (pids: readonly number[], proc = '/proc'): Promise<OpenFiles | null> => {
  const all = await Promise.all(
    pids.map(async (pid): Promise<OpenFiles | null> => {
      const [open, limits] = await Promise.all([
        readdir(`${proc}/${pid}/fd`).then(
          (names) => names.length,
          () => null,
        ),
        readText(`${proc}/${pid}/limits`),
      ]);
      const most = parseFileLimit(limits);
      return open === null || most === null || most === 0 ? null : { pid, open, most };
    }),
  );
  return all
    .filter((each) => each !== null)
    .reduce<OpenFiles | null>(
      (worst, each) => (worst === null || each.open / each.most > worst.open / worst.most ? each : worst),
      null,
    );
};

/** The count of pages waits for a process that is stuck. */
const readText = (path: string): Promise<string | null> => readKernelTextLater(path, 'latin1').catch(() => null);
