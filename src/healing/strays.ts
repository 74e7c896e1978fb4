/** Ends processes that serve a home beside the one that its supervisor keeps: those that were seen, and no others. */
import type { Clock } from '../base/clock.ts';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import { stopProcess } from '../supervisors/stop.ts';
import type { ActionResult, ActionStep } from '../supervisors/supervisor.ts';

const STOP_MS = 30_000;

export const stopStrays = async (strays: readonly ProcessIdentity[], { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<ActionResult> => {
  const steps: ActionStep[] = [];
  const problems: string[] = [];
  for (const stray of strays) {
    const problem = await stopProcess(stray, { clock, stopTimeoutMs: STOP_MS, signal, onStep: (step) => steps.push(step) });
    if (problem !== null) problems.push(problem);
  }
  return problems.length === 0 ? { outcome: 'done', steps } : { outcome: 'failed', steps, reason: problems.join('; ') };
};
