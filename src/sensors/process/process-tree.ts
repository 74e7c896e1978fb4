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
  const leader = processes.find((each) => sameProcess(each, root));
  if (!leader) return [];
  const found = new Set<ProcessSnapshot>([leader]);
  for (const parent of found) {
    for (const child of processes) if (child.ppid === parent.pid) found.add(child);
  }
  for (const each of processes) {
    // A group or session that the process does not lead is somebody else's: the shell's from which the process was
    // started.
    if (
      (leader.group === leader.pid && each.group === leader.pid) ||
      (leader.session === leader.pid && each.session === leader.pid)
    )
      found.add(each);
  }
  const spared = ancestorsIn(processes, own);
  return [...found].filter(({ pid }) => !spared.has(pid)).map(({ pid, startTime }) => ({ pid, startTime }));
};

const ancestorsIn = (processes: readonly ProcessSnapshot[], pid: number): ReadonlySet<number> => {
  const found = new Set<number>();
  for (
    let current: number | undefined = pid;
    current !== undefined && !found.has(current);
    current = processes.find((each) => each.pid === current)?.ppid
  )
    found.add(current);
  return found;
};
