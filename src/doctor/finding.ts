/**
 * What the doctor finds: data only. `src/text/doctor/` has the sentences for each.
 */
import type { ActionResult } from '../supervisors/supervisor.ts';
import type { GatewayFacts } from './facts/gateway.ts';
import type { KeepingFacts } from './facts/keeping.ts';
import type { SelfFacts } from './facts/self.ts';

export type DoctorFinding = FindingFacts & {
  /** The gateway's name in the configuration; null: Lifeline itself. */
  readonly gateway: string | null;
  /**
   * `error`: the gateway will fail, or has failed; `warning`: the gateway works until something else goes wrong;
   * `info`: a hint, nothing is wrong.
   */
  readonly severity: FindingSeverity;
  /** The commands that a person runs to mend the fault, in this order; empty when no command mends it. */
  readonly commands: readonly string[];
  /** How the doctor mends the fault; null when only a person can. */
  readonly fix: DoctorFix | null;
};

export type FindingSeverity = 'error' | 'warning' | 'info';

export type FindingFacts =
  | KeepingFacts
  | GatewayFacts
  | SelfFacts
  | { readonly code: 'cannot_ask'; readonly problem: string }
  /** `problem` is null when the check gave no result in time. */
  | { readonly code: 'check_failed'; readonly check: string; readonly problem: string | null };

export type FindingCode = FindingFacts['code'];

/** Returns whether somebody should act on the finding: hints do not count. */
export const isProblem = ({ severity }: Pick<DoctorFinding, 'severity'>): boolean => severity !== 'info';

const RANKS: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };

/** Compares two findings, the worse one first. Findings of the same severity keep their order. */
export const bySeverity = (one: Pick<DoctorFinding, 'severity'>, other: Pick<DoctorFinding, 'severity'>): number =>
  RANKS[one.severity] - RANKS[other.severity];

export interface DoctorFix {
  /** A change of one file. Several of the same file are made together. */
  readonly edit: FileEdit | null;
  /** What is run after the change. Of several acts with the same key one is run. */
  readonly act: FixAct | null;
}

export interface FileEdit {
  readonly path: string;
  /** The text that is changed; not always the file's own bytes: a binary plist is changed as XML. */
  readonly text: string;
  readonly change: (text: string) => string | null;
}

export interface FixAct {
  readonly key: string;
  /** The commands that the act runs, as people read them. */
  readonly commands: readonly string[];
  /** The act restarts no gateway. */
  readonly harmless?: true;
  readonly run: (signal: AbortSignal) => Promise<ActionResult>;
}
