import type { GatewayRule } from './finding.ts';

/** One of the operator's own checks fails for longer than it may; a gateway that has just started has its start's time first. */
export const unwell: GatewayRule = ({ checks, process, ready }, policy, now) => {
  const failing = [...checks.values()].flatMap((evidence) => (evidence.fact.kind === 'check' && !evidence.fact.ok ? [{ evidence, fact: evidence.fact }] : []));
  const started = process ? process.startedAt + policy.startGraceMs : 0;
  const due = failing.map((each) => ({ ...each, at: Math.max(each.evidence.at + each.fact.graceMs, started) })).toSorted((one, other) => one.at - other.at);
  const [first] = due;
  if (!first) return null;
  const found = { condition: 'unwell', cause: 'check_fails', since: first.evidence.at } as const;
  const over = due.filter(({ at }) => now >= at);
  // Until then it is as it was.
  if (over.length === 0) return { ...found, condition: process || ready ? 'healthy' : 'unknown', remedy: 'wait', evidence: [first.evidence], until: first.at };
  return { ...found, remedy: over.some(({ fact }) => fact.remedy === 'restart') ? 'restart' : 'alert', evidence: over.map(({ evidence }) => evidence) };
};
