/**
 * Logs that nothing shortens, and the disks that they and the home are on: a gateway that cannot write stops in strange
 * ways.
 */
import { stat, statfs } from 'node:fs/promises';
import { commandLine } from '../../supervisors/command-steps.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { logFolders, logPaths, oneEachDisk } from '../log-places.ts';

const MIB = 1_048_576;
/** Gateways that rotate their logs do so well before this size: nothing rotates a larger log. */
const HUGE_BYTES = 200 * MIB;

export const logSizes: DoctorCheck<DoctorContext> = {
  name: 'log-sizes',
  run: async (context) => {
    const { gateway, kind } = context;
    const paths = await logPaths(context, [...kind.logs, ...kind.exam.unrotatedLogs]);
    const sizes = await Promise.all(
      paths.map((path) =>
        stat(path).then(
          ({ size }) => size,
          () => null,
        ),
      ),
    );
    if (sizes.every((size) => size === null)) return { skip: 'no_log' };
    return paths.flatMap((path, at): DoctorFinding[] => {
      const bytes = sizes[at] ?? 0;
      // A log may be cut while the gateway runs: the gateway appends, and goes on at the new end.
      return bytes < HUGE_BYTES
        ? []
        : [
            {
              code: 'log_huge',
              gateway: gateway.name,
              severity: 'warning',
              path,
              bytes,
              commands: [commandLine(['truncate', '-s', '0', path])],
              fix: null,
            },
          ];
    });
  },
};

export const disk: DoctorCheck<DoctorContext> = {
  name: 'disk',
  run: async (context) => {
    const { gateway } = context;
    if ((await context.owner()) === null) return { skip: 'no_home' };
    const full = await Promise.all((await oneEachDisk([gateway.home, ...(await logFolders(context))])).map(fullDisk));
    return full.flatMap((findings) => (findings ?? []).map((finding) => ({ ...finding, gateway: gateway.name })));
  },
};

export interface DiskRoom {
  readonly freeBytes: number;
  readonly allBytes: number;
  /** Null where the file system does not count files. */
  readonly freeFiles: number | null;
  readonly allFiles: number;
}

type DiskFull = Omit<Extract<DoctorFinding, { code: 'disk_full' }>, 'gateway'>;

/** @returns null when the folder is not there. */
export const fullDisk = async (path: string): Promise<readonly DiskFull[] | null> => {
  const found = await statfs(path).catch(() => null);
  if (!found) return null;
  return judgeRoom(path, {
    freeBytes: found.bavail * found.bsize,
    allBytes: found.blocks * found.bsize,
    freeFiles: found.files > 0 ? found.ffree : null,
    allFiles: found.files,
  });
};

/** On a large disk one part in a hundred is still enough, so the share and the bytes must both be small. */
export const judgeRoom = (
  path: string,
  { freeBytes, allBytes, freeFiles, allFiles }: DiskRoom,
): readonly DiskFull[] => {
  const base = { code: 'disk_full', path, freeBytes, commands: [commandLine(['df', '-h', path])], fix: null } as const;
  if (freeFiles !== null && freeFiles < 1_000 && freeFiles < allFiles / 100)
    return [
      {
        ...base,
        severity: freeFiles < 100 ? 'error' : 'warning',
        what: 'files',
        commands: [commandLine(['df', '-i', path])],
      },
    ];
  if (freeBytes < 100 * MIB && freeBytes < allBytes / 20) return [{ ...base, severity: 'error', what: 'bytes' }];
  return freeBytes < 1_024 * MIB && freeBytes < allBytes / 20 ? [{ ...base, severity: 'warning', what: 'bytes' }] : [];
};
