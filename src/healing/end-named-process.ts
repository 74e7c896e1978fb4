/**
 * Ends one process that an operator has named, and no other: not the gateway, which has ways of its own to be ended.
 */
import type { Clock } from '../base/clock.ts';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import { sameProcess } from '../sensors/process/proc.ts';
import type { Running } from '../sensors/process/process.ts';
import { stopProcess } from '../supervisors/stop.ts';
import type { ActionResult, ActionStep } from '../supervisors/supervisor.ts';

const STOP_MS = 30_000;

export interface EndProcessOptions {
  readonly findProcess: () => Promise<Running>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export const endProcess = async (
  target: ProcessIdentity,
  { findProcess: findProcess, clock, signal }: EndProcessOptions,
): Promise<ActionResult> => {
  const { gateway } = await findProcess();
  if (gateway && sameProcess(gateway, target))
    return {
      outcome: 'failed',
      steps: [],
      reason: `pid ${target.pid} has turned out to be the gateway itself`,
      hopeless: true,
    };
  const steps: ActionStep[] = [];
  const problem = await stopProcess(target, {
    clock,
    stopTimeoutMs: STOP_MS,
    signal,
    onStep: (step) => steps.push(step),
  });
  return problem === null ? { outcome: 'done', steps } : { outcome: 'failed', steps, reason: problem, hopeless: true };
};
