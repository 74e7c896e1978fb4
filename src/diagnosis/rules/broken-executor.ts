import type { GatewayRule } from './finding.ts';

/** One failure may belong to a task that ended; from the second on, the executor is gone for all (upstream #10849). */
const CONCLUSIVE = 2;

/** Every send fails because Python's executor was shut down under a gateway that lives on. */
export const brokenExecutor: GatewayRule = (state) => {
  const failures = state.executorFailures;
  if (failures.length < CONCLUSIVE) return null;
  return {
    condition: 'broken_executor',
    cause: 'executor_shut_down',
    remedy: 'restart',
    since: failures[0]?.at ?? 0,
    evidence: failures.slice(-3),
  };
};
