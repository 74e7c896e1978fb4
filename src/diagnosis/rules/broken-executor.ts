import type { GatewayRule } from './finding.ts';

/**
 * One message fails several times within seconds; only when later ones fail too is the executor gone for all (upstream
 * #10849).
 */
const APART_MS = 10_000;
/** Or when this long after several failures nothing has gone well. */
const HOLDS_MS = 60_000;

/** Every send fails because Python's executor was shut down under a gateway that lives on. */
export const brokenExecutor: GatewayRule = (state, _policy, now) => {
  const failures = state.executorFailures;
  const [first] = failures;
  const last = failures.at(-1);
  if (!first || !last || failures.length < 2) return null;
  if (last.at - first.at < APART_MS && now < last.at + HOLDS_MS) return null;
  return {
    condition: 'broken_executor',
    cause: 'executor_shut_down',
    remedy: 'restart',
    since: first.at,
    evidence: failures.slice(-3),
  };
};
