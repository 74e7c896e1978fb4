/** What goes into a step of the incidents, and what comes out. */
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Decision, TreatmentResult } from '../healing/decision.ts';
import type { Incident, Notice } from './incident.ts';

export type IncidentInput = Judged | Treated;

/** A round of judgement of one gateway: its own verdict and its links', and what healing does about them. */
export interface Judged {
  readonly kind: 'judged';
  readonly gateway: string;
  readonly verdicts: readonly Verdict[];
  readonly decision: Decision;
}

/** A treatment has ended; `decision` is what healing does next. */
export interface Treated {
  readonly kind: 'treated';
  readonly gateway: string;
  readonly result: TreatmentResult;
  readonly decision: Decision;
}

export interface IncidentStep {
  /** Those that are new or have changed, in the order in which to store them. */
  readonly incidents: readonly Incident[];
  readonly notices: readonly Notice[];
  /** Link incidents that became part of their gateway's; they close without a notice of their own. */
  readonly folded: readonly Fold[];
}

export interface Fold {
  readonly from: number;
  readonly into: number;
}

export const joinSteps = (steps: readonly IncidentStep[]): IncidentStep => ({
  incidents: steps.flatMap(({ incidents }) => incidents),
  notices: steps.flatMap(({ notices }) => notices),
  folded: steps.flatMap(({ folded }) => folded),
});

export const NOTHING_CHANGED: IncidentStep = { incidents: [], notices: [], folded: [] };
