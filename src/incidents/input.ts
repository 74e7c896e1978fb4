/** What goes into a step of the incidents, and what comes out. */
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { TreatmentResult } from '../healing/treatment.ts';
import type { LinkName } from '../diagnosis/evidence.ts';
import type { Before } from './change.ts';
import type { Incident, Notice } from './incident.ts';

export type IncidentInput = Judged | Treated | Acknowledged | Unwatched;

/** A round of judgement of one gateway: its own verdict and its links', and what healing does about them. */
export interface Judged {
  readonly kind: 'judged';
  readonly gateway: string;
  readonly verdicts: readonly Verdict[];
  readonly decision: Decision;
  /**
   * A mute or a maintenance window: trouble that begins is kept for its end, and trouble that is over by then is never
   * told.
   */
  readonly silent: boolean;
  /** What is known of the time before now, of the gateway (null) or a link. */
  readonly before?: (link: LinkName | null) => Before;
}

/** A treatment has ended; `decision` is what healing does next. */
export interface Treated {
  readonly kind: 'treated';
  readonly gateway: string;
  readonly result: TreatmentResult;
  readonly decision: Decision;
  readonly silent: boolean;
}

/** A person says that they know of these. */
export interface Acknowledged {
  readonly kind: 'acknowledged';
  readonly ids: readonly number[];
  readonly by: string;
}

/** The configuration does not have this gateway any more. */
export interface Unwatched {
  readonly kind: 'unwatched';
  readonly gateway: string;
}

/** What is known of incidents before a step. */
export interface KnownIncidents {
  /** The open ones, of this gateway or of all. */
  readonly open: readonly Incident[];
  /** Those that were closed not long ago: one of them may have come back. */
  readonly closed: readonly Incident[];
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
