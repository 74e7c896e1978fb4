/** It runs, and something that it needs of the machine runs short. */
import type { Evidence } from '../evidence.ts';
import type { DiagnosisPolicy } from '../policy.ts';
import type { GatewayState } from '../state.ts';
import { healthy } from './alive.ts';
import type { GatewayFinding, GatewayRule } from './finding.ts';
import { idleAt } from './idle.ts';

/** So long it must have lasted: a browser that is opened and closed is no trouble. */
export const STRAIN_MS = 60_000;
/** A process that may open no more files fails at once. */
const FULL_MS = 10_000;
/** An end by the kernel is told for so long after it. */
const KILLED_FOR_MS = 600_000;

export const strained: GatewayRule = (state, policy, now) => {
  const well = healthy(state, policy, now);
  if (well === null) return null;
  const found = strains(state, policy, now);
  const [first] = found.filter(({ at }) => at <= now);
  // Until then it is as it was.
  if (!first) return found.length === 0 ? null : { ...well, until: Math.min(...found.map(({ at }) => at)) };
  const { cause, remedy, evidence, until } = first;
  return {
    condition: 'strained',
    cause,
    remedy,
    since: evidence.at,
    evidence: [evidence],
    ...(until === undefined ? {} : { until }),
  };
};

interface Strain extends Pick<GatewayFinding, 'cause' | 'remedy' | 'until'> {
  readonly evidence: Evidence;
  /** From when on it counts. */
  readonly at: number;
}

/** What wants an act first, then what is nearest to the gateway's end. */
const strains = (state: GatewayState, policy: DiagnosisPolicy, now: number): readonly Strain[] => {
  const { over, high, files, diskLow, killed, grows } = state.resources;
  const alert = (cause: Strain['cause'], evidence: Evidence | null, forMs: number): readonly Strain[] =>
    evidence === null ? [] : [{ cause, remedy: 'alert', evidence, at: evidence.at + forMs }];
  return [
    ...(over === null ? [] : [overLimit(state, over, policy, now)]),
    ...killedLately(killed, state, now),
    ...alert('memory_high', high, STRAIN_MS),
    ...alert('files_high', files, areFilesFull(state) ? FULL_MS : STRAIN_MS),
    ...alert('disk_low', diskLow, 0),
    ...alert('memory_grows', grows, 0),
  ];
};

const areFilesFull = ({ resources: { seen } }: GatewayState): boolean =>
  seen?.fact.kind === 'resources' && seen.fact.files !== null && seen.fact.files.open >= seen.fact.files.most;

/** A turn that is under way would be lost: until it is over, or the patience with it is, a human is told. */
const overLimit = (state: GatewayState, over: Evidence, { memoryBusyMs }: DiagnosisPolicy, now: number): Strain => {
  const at = over.at + STRAIN_MS;
  const strain = { cause: 'memory_over_limit', evidence: over, at } as const;
  const atLast = memoryBusyMs === null ? Infinity : over.at + Math.max(STRAIN_MS, memoryBusyMs);
  const restartAt = Math.min(idleAt(state, now) ?? Infinity, atLast);
  if (restartAt <= now) return { ...strain, remedy: 'restart' };
  return { ...strain, remedy: 'alert', ...(restartAt === Infinity ? {} : { until: restartAt }) };
};

const CAUSES = { whole: 'was_out_of_memory', part: 'part_out_of_memory' } as const;

/** What Lifeline itself has brought back since was told with that. */
const killedLately = (
  killed: Evidence | null,
  { treatedUntil, endedBy }: Pick<GatewayState, 'treatedUntil' | 'endedBy'>,
  now: number,
): readonly Strain[] => {
  if (killed?.fact.kind !== 'oom-kill' || (treatedUntil ?? -Infinity) >= killed.at) return [];
  const { whole, by } = killed.fact;
  // An end that the log explains needs no such guess, and whom the kernel ended was then one that the gateway had started.
  const isExplained = whole && by !== 'name' && endedBy !== null;
  if (by === 'perhaps' && isExplained) return [];
  const until = killed.at + KILLED_FOR_MS;
  const cause = by === 'perhaps' ? 'perhaps_out_of_memory' : CAUSES[whole && !isExplained ? 'whole' : 'part'];
  return now >= until ? [] : [{ cause, remedy: 'alert', evidence: killed, at: killed.at, until }];
};
