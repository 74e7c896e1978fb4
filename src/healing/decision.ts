/** What the healing policy may answer. `policy.ts` decides, `treat.ts` carries out. */
import type { ActionStep } from '../supervisors/supervisor.ts';
import type { LinkName, ProcessSeen } from '../diagnosis/evidence.ts';


/** Every answer carries its reason. */
export type Decision =
  /** Nothing is wrong that a treatment could be for. */
  | { readonly act: 'nothing'; readonly why: 'well' | 'waiting' }
  | {
      readonly act: 'treat';
      readonly remedy: 'start' | 'restart';
      /** Links that must be logged in before the treatment counts as verified. */
      readonly links: readonly LinkName[];
      /** This would be the n-th restart within the last hour. */
      readonly attempt: number;
      readonly perHour: number;
    }
  /** A treatment would help but not now; ask again at `until` (null: when the state changes). */
  | { readonly act: 'hold'; readonly why: 'pause' | 'treatment_running' | 'stop_in_progress' | 'update_in_progress'; readonly until: number | null }
  /** A human must act. */
  | { readonly act: 'tell'; readonly why: 'not_curable' | 'out_of_budget' | 'heal_off' | 'heal_ask' }
  /** A service manager keeps it, which Lifeline cannot drive; the command is for the operator to run. */
  | { readonly act: 'tell'; readonly why: 'kept_by_service'; readonly command: string };

/** The record of one treatment; `recovered` means verified, not merely carried out. */
export interface TreatmentResult {
  readonly outcome: 'recovered' | 'failed';
  readonly remedy: 'start' | 'restart';
  /** `auto`, or the operator's name. */
  readonly requestedBy: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly before: ProcessSeen | null;
  readonly after: ProcessSeen | null;
  readonly steps: readonly ActionStep[];
  /** What could not be proven in time; empty when recovered. */
  readonly missing: readonly Missing[];
  /** The supervisor's own words when it failed to act. */
  readonly problem: string | null;
}

export type Missing =
  | { readonly what: 'process' }
  | { readonly what: 'new_process' }
  | { readonly what: 'ready' }
  | { readonly what: 'login'; readonly link: LinkName };
