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

export const survey = shared(async (maxAgeMs, since): Promise<Survey> => {
  const processes = (await listProcesses(maxAgeMs === 0, since)).filter(isAlive);
  const oldest = maxAgeMs === 0 ? Infinity : Math.max(since ?? -Infinity, performance.now() - SEEN_FOR_MS);
  // A kind's rule is one function, however many gateways of that kind there are.
  const known = new Map<GatewayKind['servedBy'], Promise<readonly Lookalike[]>>();
  return {
    processes,
    lookalikes: (kind) => {
      const found = known.get(kind.servedBy) ?? lookalikesAmong(processes, kind, oldest);
      known.set(kind.servedBy, found);
      return found;
    },
  };
});

/**
 * How long a closer look at a process counts while the process goes on with its program: its environment, its folders
 * and its control group. It lets a gateway be seen that is there, and never says that there is none.
 */
const SEEN_FOR_MS = 30_000;

/** A process as it was looked at more closely; the list has the same words as long as it executes the same program. */
interface Closer {
  readonly process: ProcessSnapshot;
  readonly at: number;
  readonly lookalike: Lookalike | null;
}

/** By the rule of a kind, then by pid: the processes that its last list had. */
const closer = new WeakMap<GatewayKind['servedBy'], ReadonlyMap<number, Closer>>();

/** @param oldest what was seen before this time of `performance.now()` does not count. */
const lookalikesAmong = async (
  processes: readonly ProcessSnapshot[],
  kind: GatewayKind,
  oldest: number,
): Promise<readonly Lookalike[]> => {
  const before = closer.get(kind.servedBy);
  const now = new Map<number, Closer>();
  const lookAgain = async (process: ProcessSnapshot): Promise<Lookalike | null> => {
    const known = before?.get(process.pid);
    const counts =
      known !== undefined &&
      known.at >= oldest &&
      known.process.startTime === process.startTime &&
      known.process.argv === process.argv;
    const at = counts ? known.at : performance.now();
    const lookalike = counts ? asSeen(known, process) : await lookCloser(process, kind);
    now.set(process.pid, { process, at, lookalike });
    return lookalike;
  };
  // The working directory and the executable are asked only for processes that their command line does not rule out.
  const seen = await Promise.all(
    processes
      .filter(({ argv }) => argv.length > 0 && (kind.livesInHome || isLikely(argv, kind.servedBy)))
      .map(lookAgain),
  );
  closer.set(kind.servedBy, now);
  return seen.filter((one) => one !== null);
};

/** What was seen of a process for a while is the same object, and so is then what was seen more closely. */
const asSeen = ({ process: before, lookalike }: Closer, process: ProcessSnapshot): Lookalike | null =>
  lookalike === null || before === process ? lookalike : { ...lookalike, ...process };

/** Whether a command line may be that of a gateway: it is the same list as long as the process executes the same. */
const isLikely = (argv: readonly string[], servedBy: GatewayKind['servedBy']): boolean => {
  const answers = likely.get(servedBy) ?? new WeakMap<readonly string[], boolean>();
  likely.set(servedBy, answers);
  const known = answers.get(argv);
  if (known !== undefined) return known;
  const answer = servedBy(argv, null) !== null;
  answers.set(argv, answer);
  return answer;
};
const likely = new WeakMap<GatewayKind['servedBy'], WeakMap<readonly string[], boolean>>();

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
