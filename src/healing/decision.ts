/** What the healing policy may answer, and what became of it. `policy.ts` decides, `treat.ts` carries out. */
import type { LinkName, ProcessIdentity, ProcessSeen } from '../diagnosis/evidence.ts';
import type { ActionStep } from '../supervisors/supervisor.ts';

/**
 * What a treatment is to bring about. Lifeline never stops a gateway by itself, and a process that is not proven to be
 * the gateway is ended only by an operator's word (`end_process`).
 */
export type Treatment = 'start' | 'restart' | 'restart_link' | 'stop' | 'end_process';

/** How hard it tries; each is verified, and the next is taken only when it fails. */
export type Step = 'link' | 'end' | 'graceful' | 'supervisor' | 'hard';

/** Every answer carries its reason. */
export type Decision =
  /** Nothing is wrong that a treatment could be for. */
  | { readonly act: 'nothing'; readonly why: 'well' | 'waiting' }
  | TreatDecision
  /** A treatment would help but not now; ask again at `until` (null: when the state changes). */
  | { readonly act: 'hold'; readonly why: HoldReason; readonly until: number | null }
  /** A human must act. `tried`: a treatment has ended, and nothing that was seen since speaks for another one. */
  | { readonly act: 'tell'; readonly why: 'not_curable' | 'out_of_budget' | 'heal_off' | 'heal_ask' | 'tried' }
  /** Lifeline has no way to start or stop it. */
  | { readonly act: 'tell'; readonly why: 'no_means' }
  /** Its supervisor cannot be asked; `problem` says why, and what to do about it. */
  | { readonly act: 'tell'; readonly why: 'supervisor_out_of_reach'; readonly problem: string }
  /** A dry run: what would be done, command by command. */
  | { readonly act: 'tell'; readonly why: 'dry_run'; readonly commands: readonly string[] };

export interface TreatDecision {
  readonly act: 'treat';
  readonly remedy: 'start' | 'restart' | 'restart_link';
  /** Links that must be logged in before the treatment counts as verified; of `restart_link` those that it restarts. */
  readonly links: readonly LinkName[];
  /** This would be the n-th restart within the last hour; a link alone is not counted. */
  readonly attempt: number;
  readonly perHour: number;
}

export type HoldReason =
  | 'pause'
  | 'storm_brake'
  | 'kill_brake'
  | 'treatment_running'
  | 'stop_in_progress'
  | 'update_in_progress'
  | 'maintenance';

/** The record of one treatment; `recovered` means verified, not merely carried out. */
export interface TreatmentResult {
  readonly outcome: 'recovered' | 'failed';
  readonly remedy: Treatment;
  /** `auto`, or the operator's name. */
  readonly requestedBy: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly before: ProcessSeen | null;
  readonly after: ProcessSeen | null;
  /** Those that were taken, in order. */
  readonly rungs: readonly Step[];
  readonly steps: readonly ActionStep[];
  /** What could not be proven in time; empty when recovered. */
  readonly missing: readonly Missing[];
  /** The supervisor's own words when it failed to act. */
  readonly problem: string | null;
}

export type Missing =
  | { readonly what: 'process' }
  | { readonly what: 'new_process' }
  /** It came up as somebody else: its files and its secrets may not be its own. */
  | { readonly what: 'right_user' }
  | { readonly what: 'ready' }
  | { readonly what: 'login'; readonly link: LinkName }
  /** Of a stop: it still runs. */
  | { readonly what: 'stopped' };

/** A treatment under way, as it stands on the disk: whoever reads it can go on where it was left. */
export interface TreatmentRecord {
  readonly id: number;
  readonly gateway: string;
  readonly remedy: Treatment;
  readonly requestedBy: string;
  readonly at: number;
  readonly links: readonly LinkName[];
  /** The process that is ill; null when there is none. */
  readonly before: ProcessSeen | null;
  /** Its steps, the gentlest first; stored under `rungs`. */
  readonly planned: readonly Step[];
  /** Which step is under way; -1: none yet. Stored under `rung`. */
  readonly stepIndex: number;
  /** The process when this step began: a newer one is this step's success. */
  readonly rungBefore: ProcessSeen | null;
  readonly phase: 'planned' | 'acting' | 'proving';
  readonly steps: readonly ActionStep[];
  /** The process to end, of `end_process`; null of any other. */
  readonly target: ProcessIdentity | null;
  /** Where its result is to be told, besides the incident; null when nobody asked for it. */
  readonly answer: ReplyAddress | null;
  /** The message that shows how it goes, once that is sent. */
  readonly progress: { readonly channel: string; readonly messageId: string } | null;
}

/** Who asked, and where. */
export interface ReplyAddress {
  readonly channel: string;
  /** The platform's id of the message or tap. */
  readonly id?: string;
  readonly user: string;
  readonly group?: string;
  /** The message that asked. */
  readonly replyTo?: string;
}
