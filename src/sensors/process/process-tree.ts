/** The processes that belong to one: its descendants, and its group and session where it leads them. */
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { isAlive, listProcesses, sameProcess } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';

/**
 * @returns the process itself first; empty when it does not live any more. Lifeline itself and its parents are never
 * among them.
 */
export const processTree = async (root: ProcessIdentity): Promise<readonly ProcessIdentity[]> =>
  treeIn((await listProcesses()).filter(isAlive), root, process.pid);

/** Pure. @param own Lifeline's pid */
export const treeIn = (
  processes: readonly ProcessSnapshot[],
  root: ProcessIdentity,
  own: number,
): readonly ProcessIdentity[] => {
  const { byPid, children, groups, sessions, placeOf } = kinshipIn(processes);
  const leader = byPid.get(root.pid);
  if (!leader || !sameProcess(leader, root)) return [];
  const found = new Set<ProcessSnapshot>([leader]);
  for (const parent of found) for (const child of children.get(parent.pid) ?? []) found.add(child);
  // A group or session that the process does not lead is somebody else's: the shell's from which the process was
  // started.
  const led = [
    ...(leader.group === leader.pid ? (groups.get(leader.pid) ?? []) : []),
    ...(leader.session === leader.pid ? (sessions.get(leader.pid) ?? []) : []),
  ];
  for (const each of led.sort((one, other) => (placeOf.get(one) ?? 0) - (placeOf.get(other) ?? 0))) found.add(each);
  const spared = ancestorsIn(byPid, own);
  return [...found].filter(({ pid }) => !spared.has(pid)).map(({ pid, startTime }) => ({ pid, startTime }));
};

/** Who belongs to whom in one list of processes. */
interface Kinship {
  readonly byPid: ReadonlyMap<number, ProcessSnapshot>;
  readonly children: ReadonlyMap<number, readonly ProcessSnapshot[]>;
  readonly groups: ReadonlyMap<number, readonly ProcessSnapshot[]>;
  readonly sessions: ReadonlyMap<number, readonly ProcessSnapshot[]>;
  /** Where each stands in the list. */
  readonly placeOf: ReadonlyMap<ProcessSnapshot, number>;
}

/** One list serves all gateways that ask in the same minute. */
const known = new WeakMap<readonly ProcessSnapshot[], Kinship>();

const kinshipIn = (processes: readonly ProcessSnapshot[]): Kinship => {
  const before = known.get(processes);
  if (before !== undefined) return before;
  const byPid = new Map<number, ProcessSnapshot>();
  // Of two with one pid the first counts.
  for (const each of processes) if (!byPid.has(each.pid)) byPid.set(each.pid, each);
  const kinship: Kinship = {
    byPid,
    children: Map.groupBy(processes, ({ ppid }) => ppid),
    groups: Map.groupBy(processes, ({ group }) => group),
    sessions: Map.groupBy(processes, ({ session }) => session),
    placeOf: new Map(processes.map((each, place) => [each, place])),
  };
  known.set(processes, kinship);
  return kinship;
};

const ancestorsIn = (byPid: Kinship['byPid'], pid: number): ReadonlySet<number> => {
  const found = new Set<number>();
  for (
    let current: number | undefined = pid;
    current !== undefined && !found.has(current);
    current = byPid.get(current)?.ppid
  )
    found.add(current);
  return found;
};
