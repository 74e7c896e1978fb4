import type { DiagnosisPolicy } from '../policy.ts';
import type { GatewayState } from '../state.ts';
import type { GatewayRule } from './finding.ts';
import { catchesUpUntil } from './resumed.ts';
import { signsOfLife } from './unseen.ts';

/**
 * One of the operator's own checks fails for longer than it may; one that has just started, or was just let go, has its
 * time first.
 */
export const unwell: GatewayRule = (state, policy, now) => {
  const { checks, process } = state;
  const failing = [...checks.values()].flatMap((evidence) =>
    evidence.fact.kind === 'check' && !evidence.fact.ok ? [{ evidence, fact: evidence.fact }] : [],
  );
  const started = Math.max(process ? process.startedAt + policy.startGraceMs : 0, catchesUpUntil(state));
  const due = failing
    .map((each) => ({ ...each, at: Math.max(each.evidence.at + each.fact.graceMs, started) }))
    .toSorted((one, other) => one.at - other.at);
  const [first] = due;
  if (!first) return owed(state, policy, started, now);
  const found = { condition: 'unwell', cause: 'check_fails', since: first.evidence.at } as const;
  const over = due.filter(({ at }) => now >= at);
  // Until then it is as it was.
  if (over.length === 0)
    return {
      ...found,
      condition: runs(state, policy) ? 'healthy' : 'unknown',
      remedy: 'wait',
      evidence: [first.evidence],
      until: first.at,
    };
  return {
    ...found,
    remedy: over.some(({ fact }) => fact.remedy === 'restart') ? 'restart' : 'alert',
    evidence: over.map(({ evidence }) => evidence),
  };
};

/**
 * It failed before the gateway was started anew or let go, and has not succeeded since: until it has, the gateway runs
 * and is not proven well. One that is not asked any more owes nothing after a start's time.
 */
const owed = (state: GatewayState, policy: DiagnosisPolicy, started: number, now: number): ReturnType<GatewayRule> => {
  const [evidence] = [...state.checksOwed.values()].filter(
    ({ fact }) => fact.kind === 'check' && (now < started || state.checks.has(fact.check)),
  );
  if (!evidence || !runs(state, policy)) return null;
  const found = { cause: 'check_fails', since: evidence.at, evidence: [evidence] } as const;
  return { ...found, condition: 'healthy', remedy: 'wait', ...(now < started ? { until: started } : {}) };
};

const runs = (state: GatewayState, policy: DiagnosisPolicy): boolean =>
  Boolean(state.process ?? state.ready) || signsOfLife(state, policy).length > 0;
