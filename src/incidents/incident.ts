/** An incident: everything from the first bad verdict to recovery. */
import type { LinkName } from '../diagnosis/evidence.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { TreatmentResult } from '../healing/treatment.ts';
import type { Before } from './change.ts';

export interface Incident {
  readonly id: number;
  readonly gateway: string;
  /** The ill link, or null when the gateway as a whole is ill; a link's trouble is folded under its gateway's. */
  readonly link: LinkName | null;
  readonly openedAt: number;
  /** When the trouble began, by the evidence; this is before `openedAt`. */
  readonly since: number;
  readonly closedAt: number | null;
  /** The verdict that opened the incident or, when that changed, the latest bad one. */
  readonly verdict: Verdict;
  /** The worst severity that the incident has had. */
  readonly severity: Severity;
  /** Since when all has been well again; null while it is not. */
  readonly wellSince: number | null;
  /**
   * When the gateway or link was out of service, oldest first; null in an incident of an earlier Lifeline, which did
   * not write that down: then from `since` until all was well.
   */
  readonly out: readonly OutSpan[] | null;
  /**
   * How many outages the incident has: a trouble that comes back soon after it was over is the same incident once more.
   */
  readonly outages: number;
  /** The latest thing the operator was told, so that the same is not said twice. */
  readonly told: LastTold;
  /** When a message about it was last written, milliseconds since the epoch; null: none yet. */
  readonly toldAt: number | null;
  /** What was wrong with it in this incident so far and was told by a message that rings. */
  readonly toldTroubles: readonly ToldTrouble[];
  /** Who has acknowledged the incident; from then on nobody is reminded. */
  readonly acknowledged: { readonly by: string; readonly at: number } | null;
  readonly treatments: readonly TreatmentResult[];
  /** What happened, oldest first. */
  readonly timeline: readonly Happening[];
}

export interface OutSpan {
  readonly from: number;
  /** Null while the trouble goes on, or when it ended with the incident. */
  readonly to: number | null;
}

export interface ToldTrouble {
  /** One of `troublesOf`. */
  readonly trouble: string;
  /** Whether the trouble was told as the operator's to mend; otherwise it was told as being mended by Lifeline. */
  readonly theirs: boolean;
  /** When its message may go out, milliseconds since the epoch; until then a later message takes its place. */
  readonly ringsAt: number;
}

/** `critical`: people cannot reach the gateway. `warning`: it works, badly. */
export type Severity = 'critical' | 'warning';

/**
 * `nothing`: the trouble began while Lifeline was told to be silent. `asked`: the operator knows that they must act.
 */
export type LastTold = 'nothing' | 'opened' | 'asked' | 'treatment_failed' | 'out_of_budget' | 'recovered';

export type Happening = { readonly at: number } & (
  | {
      readonly what: 'opened' | 'changed';
      readonly condition: Verdict['condition'];
      readonly cause: Verdict['cause'];
      readonly evidence: readonly Quote[];
      /** What is known of the time before it opened; absent: nothing. */
      readonly before?: Before;
    }
  /** Ill once more, for the `outage`-th time. */
  | {
      readonly what: 'again';
      readonly outage: number;
      readonly cause: Verdict['cause'];
      readonly before?: Before;
    }
  /** `waiting`: the gateway or link is not ill as before, and not proven well. */
  | { readonly what: 'ill' | 'waiting' }
  /** `loginAt`: since when the link is logged in, where that came after the loss; absent: it is well by something else. */
  | { readonly what: 'well'; readonly loginAt?: number }
  /** `index` in `treatments`. */
  | { readonly what: 'treated'; readonly index: number }
  | { readonly what: 'told'; readonly kind: Notice['kind'] }
  | { readonly what: 'acknowledged'; readonly by: string }
  /**
   * `gone`: the gateway or link of the incident does not exist any more; `unwatched`: the configuration does not have
   * it any more.
   */
  | { readonly what: 'closed'; readonly why: 'recovered' | 'gone' | 'folded' | 'unwatched' }
);

/** A piece of evidence as it is kept: short and without secrets. */
export interface Quote {
  readonly at: number;
  readonly source: string;
  readonly text: string;
}

/** One message about an incident, before it has words. */
export type Notice =
  | { readonly kind: 'opened'; readonly incident: Incident; readonly decision: Decision }
  /** The trouble was over and has come back: from now on only its lasting end is told. */
  | { readonly kind: 'again'; readonly incident: Incident; readonly decision: Decision }
  /** Lifeline meant to mend the trouble; now the operator must. */
  | { readonly kind: 'needs_operator'; readonly incident: Incident; readonly decision: Decision }
  | { readonly kind: 'out_of_budget'; readonly incident: Incident }
  | {
      readonly kind: 'treatment_failed';
      readonly incident: Incident;
      readonly result: TreatmentResult;
      readonly decision: Decision;
    }
  /** The incident is still open, and nobody has acknowledged it. */
  | { readonly kind: 'reminder'; readonly incident: Incident; readonly decision: Decision }
  | { readonly kind: 'recovered'; readonly incident: Incident };
