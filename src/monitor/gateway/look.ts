import type { Refusal } from '../../base/refused-file.ts';
import type { Verdict } from '../../diagnosis/verdict.ts';
import type { Vitals } from '../../diagnosis/vitals.ts';
import type { LogDoubt } from '../../gateways/gateway-kind.ts';

/** What all sensors of one gateway have found at one time, and what was concluded. */
export interface Look {
  readonly at: number;
  readonly verdicts: readonly Verdict[];
  readonly vitals: Vitals;
  /** When a verdict changes by the mere passing of time; null: only new evidence changes it. */
  readonly recheckAt: number | null;
  /** What could not be looked at, for people. */
  readonly problems: readonly string[];
  /** Logs that are read and tell nothing. */
  readonly logDoubts: readonly LogDoubt[];
  /** Why files of the gateway are no evidence; they are among the problems, too. */
  readonly refused: readonly Refusal[];
}
