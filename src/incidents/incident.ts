/** An incident: everything from the first bad verdict to recovery. */
import type { LinkName } from '../diagnosis/evidence.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Decision, TreatmentResult } from '../healing/decision.ts';

export interface Incident {
  readonly id: number;
  readonly gateway: string;
  /** The ill link, or null when the gateway as a whole is ill; a link's trouble is folded under its gateway's. */
  readonly link: LinkName | null;
  readonly openedAt: number;
  /** When the trouble began by the evidence; before `openedAt`. */
  readonly since: number;
  readonly closedAt: number | null;
  /** The verdict that opened it or, when it changed, the latest bad one. */
  readonly verdict: Verdict;
  /** Since when all has been well again; null while it is not. */
  readonly wellSince: number | null;
  /** The latest thing the operator was told, so that the same is not said twice. */
  readonly told: Told;
  readonly treatments: readonly TreatmentResult[];
}

export type Told = 'opened' | 'out_of_budget' | 'treatment_failed' | 'recovered';

/** One message about an incident, before it has words. */
export type Notice =
  | { readonly kind: 'opened'; readonly incident: Incident; readonly decision: Decision }
  | { readonly kind: 'out_of_budget'; readonly incident: Incident }
  | { readonly kind: 'treatment_failed'; readonly incident: Incident; readonly result: TreatmentResult; readonly decision: Decision }
  | { readonly kind: 'recovered'; readonly incident: Incident };
