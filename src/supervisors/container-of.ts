import { findUnitOfPid } from '../sensors/process/control-group.ts';
import { ownPidOf } from '../sensors/process/proc.ts';
import type { EngineTool } from './docker-refusals.ts';

/**
 * The container in which the kernel has a process; null: in none. A process in a pid namespace of its own lies in one,
 * though its control group may not name it. A tool of null: of an engine that Lifeline does not speak to.
 */
export const containerOf = async (
  pid: number,
): Promise<{ readonly id: string; readonly tool: EngineTool | null } | null> => {
  const [keeper, { depth }] = await Promise.all([findUnitOfPid(pid), ownPidOf(pid)]);
  if (keeper?.kind === 'container') return { id: keeper.id, tool: keeper.tool };
  return depth > 0 ? { id: keeper?.unit ?? 'a pid namespace of its own', tool: null } : null;
};
