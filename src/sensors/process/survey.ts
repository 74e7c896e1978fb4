/** One look at all processes of this machine serves every gateway that looks in the same moment. */
import { stat } from 'node:fs/promises';
import { ownAccount } from '../../base/account.ts';
import { shared } from '../../base/shared-answers.ts';
import { unlessShort } from '../../base/shortage.ts';
import type { GatewayKind, Served } from '../../gateways/gateway-kind.ts';
import { parseHolder, readGroups, type ProcessHolder } from './control-group.ts';
import { isAlive, isEnding, listProcesses, ownPidOf, processEnvironment, processPlace, readProcess } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';

/** How old shared answers may be for a look. Acts ask anew. */
export const MOMENT_MS = 500;

/** A process whose first words are those of a gateway of some kind, with what else can be seen of it from outside. */
export interface Lookalike extends ProcessSnapshot {
  readonly served: Served;
  /** The folder on this machine that is the process's home; null when there is none, or it cannot be looked at. */
  readonly folder: FolderId | null;
  readonly ownPid: number;
  readonly isContained: boolean;
  readonly holder: ProcessHolder | null;
}

/** Device and inode, which name a folder by whatever link or mount it is reached. */
export type FolderId = string;

export interface Survey {
  /** All live processes. */
  readonly processes: readonly ProcessSnapshot[];
  /** Returns the processes whose first words are those of a gateway of this kind. */
  lookalikes(kind: GatewayKind): Promise<readonly Lookalike[]>;
}

export const survey = shared(async (maxAgeMs): Promise<Survey> => {
  const processes = (await listProcesses(maxAgeMs === 0)).filter(isAlive);
  // A kind's rule is one function, however many gateways of that kind there are.
  const known = new Map<GatewayKind['servedBy'], Promise<readonly Lookalike[]>>();
  return {
    processes,
    lookalikes: (kind) => {
      const found = known.get(kind.servedBy) ?? lookalikesAmong(processes, kind);
      known.set(kind.servedBy, found);
      return found;
    },
  };
});

/** The working directory and the executable are asked only for processes that their command line does not rule out. */
const lookalikesAmong = async (
  processes: readonly ProcessSnapshot[],
  kind: GatewayKind,
): Promise<readonly Lookalike[]> => {
  const likely = processes.filter(
    ({ argv }) => argv.length > 0 && (kind.livesInHome || kind.servedBy(argv, null) !== null),
  );
  const seen = await Promise.all(likely.map((process) => lookCloser(process, kind)));
  return seen.filter((one) => one !== null);
};

const lookCloser = async (process: ProcessSnapshot, kind: GatewayKind): Promise<Lookalike | null> => {
  const { pid, argv } = process;
  const place = kind.livesInHome ? await processPlace(pid) : undefined;
  if (kind.livesInHome && kind.servedBy(argv, null, place) === null) return null;
  const env = await processEnvironment(pid);
  const served = kind.servedBy(argv, env && withHome(env, process.uid), place);
  if (served === null || (hasNone(env) && isEnding(await readProcess(pid).catch(unlessShort)))) return null;
  return lookAlike(process, served);
};

const hasNone = (env: Readonly<Record<string, string>> | null): boolean =>
  env === null || Object.keys(env).length === 0;

/** Returns what else can be seen from outside of a process that serves such a home. */
export const lookAlike = async (process: ProcessSnapshot, served: Served): Promise<Lookalike> => {
  const { pid } = process;
  const [own, groups] = await Promise.all([ownPidOf(pid), readGroups(pid)]);
  const isContained = own.depth > 0;
  return {
    ...process,
    served,
    ownPid: own.pid,
    isContained,
    folder: served.home === null ? null : await folderSeenBy(pid, served.home, isContained),
    holder: groups === null ? null : parseHolder(groups.process, groups.lifeline),
  };
};

/** A process without HOME takes its home from the user database, which is not asked about other users. */
const withHome = (env: Readonly<Record<string, string>>, uid: number): Readonly<Record<string, string>> => {
  if (env['HOME']) return env;
  const self = ownAccount();
  return uid === self.uid && self.listedHome !== null ? { ...env, HOME: self.listedHome } : env;
};

/** @returns null when there is no such folder, or it may not be looked at. @throws a shortage of the system's. */
export const seeFolder = (path: string): Promise<{ readonly id: FolderId; readonly owner: number } | null> =>
  stat(path, { bigint: true }).then(({ dev, ino, uid }) => ({ id: `${dev}:${ino}`, owner: Number(uid) }), unlessShort);

const folderId = async (path: string): Promise<FolderId | null> => (await seeFolder(path))?.id ?? null;

/** The process's own files lie below its own root: the same path in a container is another folder. */
const folderSeenBy = async (pid: number, path: string, isContained: boolean): Promise<FolderId | null> => {
  const seen = process.platform === 'linux' ? await folderId(`/proc/${pid}/root${path}`) : null;
  return seen ?? (isContained ? null : folderId(path));
};
