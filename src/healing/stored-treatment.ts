/**
 * Treatments as they stand on the disk, in the ledger and in incidents. The stored names (`rungs`, `rung`,
 * `rungBefore`, `steps`) are older than those of the code and stay: rows of every version are read.
 */
import type { TreatmentRecord, TreatmentResult } from './treatment.ts';

/** What of a record stands in no column of its own. */
export type RecordFields = Omit<TreatmentRecord, 'id' | 'gateway' | 'remedy' | 'requestedBy' | 'at' | 'progress'>;

type StoredRecord = Omit<RecordFields, 'planned' | 'stepIndex' | 'stepBefore' | 'actions'> & {
  readonly rungs: RecordFields['planned'];
  readonly rung: number;
  readonly rungBefore: RecordFields['stepBefore'];
  readonly steps: RecordFields['actions'];
};

export const storedRecord = ({
  links,
  before,
  planned,
  stepIndex,
  stepBefore,
  phase,
  actions,
  target,
  answer,
}: RecordFields): StoredRecord => ({
  links,
  before,
  rungs: planned,
  rung: stepIndex,
  rungBefore: stepBefore,
  phase,
  steps: actions,
  target,
  answer,
});

export const fromStoredRecord = (stored: unknown): RecordFields => {
  const { rungs, rung, rungBefore, steps, ...others } = stored as StoredRecord;
  return { ...others, planned: rungs, stepIndex: rung, stepBefore: rungBefore, actions: steps };
};

export type StoredResult = Omit<TreatmentResult, 'stepsTaken' | 'actions'> & {
  readonly rungs: TreatmentResult['stepsTaken'];
  readonly steps: TreatmentResult['actions'];
};

export const storedResult = ({
  outcome,
  remedy,
  requestedBy,
  startedAt,
  endedAt,
  before,
  after,
  stepsTaken,
  actions,
  missing,
  problem,
}: TreatmentResult): StoredResult => ({
  outcome,
  remedy,
  requestedBy,
  startedAt,
  endedAt,
  before,
  after,
  rungs: stepsTaken,
  steps: actions,
  missing,
  problem,
});

export const fromStoredResult = (stored: StoredResult): TreatmentResult => {
  const { rungs, steps, missing, problem, ...others } = stored;
  return { ...others, stepsTaken: rungs, actions: steps, missing, problem };
};
