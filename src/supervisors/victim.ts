/** Checks that the process which a supervisor keeps is still the one that is to be ended. */
import { isAlive, readAncestors, readProcess, sameProcess } from '../sensors/process/proc.ts';
import type { ActionResult, ActionStep, Victim } from './supervisor.ts';

export type VictimCheck =
  /** The victim is the supervisor's main process, or that process's child. */
  | 'victim'
  /** The supervisor holds no process, or the victim is gone and another process has come: somebody was quicker. */
  | 'moved_on'
  /** The victim lives, and is not what the supervisor holds. */
  | 'another';

/** @param main the pid of the process that the keeper holds; null: none */
export const checkVictim = async (main: number | null, victim: NonNullable<Victim>): Promise<VictimCheck> => {
  const seen = await readProcess(victim.pid);
  if (!isAlive(seen) || !sameProcess(seen, victim)) return 'moved_on';
  if (main === null) return 'another';
  return main === victim.pid || (await readAncestors(victim.pid)).includes(main) ? 'victim' : 'another';
};

/** Returns what to answer instead of acting; null when the act may be done. */
export const notTheVictim = (
  hold: VictimCheck,
  victim: NonNullable<Victim>,
  unit: string,
  steps: readonly ActionStep[] = [],
): ActionResult | null => {
  if (hold === 'victim') return null;
  if (hold === 'moved_on') return { outcome: 'done', steps };
  return { outcome: 'failed', steps, reason: `pid ${victim.pid} is not what ${unit} holds, so ${unit} is left alone` };
};
