/**
 * The processes that belong to one: its descendants, the groups and sessions that one of them leads, and what carries
 * the variable with which Lifeline started the first of them.
 */
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { isAlive, listProcesses, processEnvironment, sameProcess } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';

/**
 * In the environment of what Lifeline starts: a daemon leaves its parent and its session, and takes this along. Names
 * the gateway and its home.
 */
export const TREE_VARIABLE = 'LIFELINE_GATEWAY';

/** What is known of one gateway's tree. A parent that has ended no longer tells who its children were. */
export interface ProcessTree {
  /** The value of TREE_VARIABLE; null: Lifeline starts nothing here. */
  readonly mark: string | null;
  /** Takes in what belongs to the gateway's processes in a list of live ones. */
  note(processes: readonly ProcessSnapshot[], roots: readonly ProcessIdentity[]): void;
  /**
   * All that lives of it, looked at anew, the root first. Lifeline itself and its parents are never among them.
   * @param root the gateway's process; null: it has ended
   */
  members(root: ProcessIdentity | null): Promise<readonly ProcessSnapshot[]>;
}

export const createProcessTree = (mark: string | null = null): ProcessTree => {
  let seen: readonly ProcessSnapshot[] = [];
  /** The groups and sessions that a member has led: no other process gets their number while one of them lives. */
  let led: ReadonlySet<number> = new Set();

  const take = (processes: readonly ProcessSnapshot[], roots: readonly ProcessIdentity[]): void => {
    seen = membersIn(processes, [...roots, ...seen], led);
    const numbers = new Set(seen.flatMap(({ pid, group, session }) => [pid, group, session]));
    led = new Set([...seen.filter(leads).map(({ pid }) => pid), ...[...led].filter((number) => numbers.has(number))]);
  };

  return {
    mark,
    note: take,
    members: async (root) => {
      const processes = (await listProcesses()).filter(isAlive);
      const marked = mark === null ? [] : await markedIn(processes, mark);
      take(processes, [...(root ? [root] : []), ...marked]);
      return seen;
    },
  };
};

/** @returns a live process and what belongs to it, itself first; empty when it is not in the list. Pure. */
export const treeIn = (
  processes: readonly ProcessSnapshot[],
  root: ProcessIdentity,
  own: number,
): readonly ProcessIdentity[] =>
  processes.some((each) => sameProcess(each, root))
    ? membersIn(processes, [root], new Set(), own).map(({ pid, startTime }) => ({ pid, startTime }))
    : [];

const leads = ({ pid, group, session }: ProcessSnapshot): boolean => group === pid || session === pid;

/** @param led groups and sessions that count although their leader has ended */
const membersIn = (
  processes: readonly ProcessSnapshot[],
  roots: readonly ProcessIdentity[],
  led: ReadonlySet<number>,
  own = process.pid,
): readonly ProcessSnapshot[] => {
  const isOrphan = ({ group, session }: ProcessSnapshot): boolean =>
    [group, session].some((number) => led.has(number) && !processes.some(({ pid }) => pid === number));
  const found = new Set([
    ...roots.flatMap((root) => processes.find((each) => sameProcess(each, root)) ?? []),
    ...processes.filter(isOrphan),
  ]);
  for (const { pid, group, session } of found) {
    // What Lifeline has started may belong to other gateways, and everything belongs to init.
    if (pid === own || pid <= 1) continue;
    // A group or session that the process does not lead is somebody else's: the shell's from which the process was
    // started.
    for (const each of processes)
      if (each.ppid === pid || (group === pid && each.group === pid) || (session === pid && each.session === pid))
        found.add(each);
  }
  const spared = ancestorsIn(processes, own);
  return [...found].filter(({ pid }) => !spared.has(pid));
};

/** Of another user's process the environment cannot be read, and that one is no member by it. */
const markedIn = async (processes: readonly ProcessSnapshot[], mark: string): Promise<readonly ProcessSnapshot[]> => {
  const marks = await Promise.all(
    processes.map(({ pid }) => processEnvironment(pid).then((env) => env?.[TREE_VARIABLE] ?? null)),
  );
  return processes.filter((_process, at) => marks[at] === mark);
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
