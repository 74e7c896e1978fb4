/** A treatment: what it is for, its steps, its plan, its record on the disk and its result. Types only. */
import type { LinkName, ProcessIdentity, ProcessSeen, Suspect } from '../diagnosis/evidence.ts';
import type { GatewayCondition } from '../diagnosis/verdict.ts';
import type { SupervisorChoice } from '../supervisors/detect.ts';
import type { ActionStep } from '../supervisors/supervisor.ts';

/**
 * What a treatment is to bring about. Lifeline never stops a gateway by itself, and a process that is not proven to be
 * the gateway is ended only by an operator's word (`end_process`).
 */
export type Treatment = 'start' | 'restart' | 'restart_link' | 'stop' | 'end_process';

/** One step of a treatment. Each is verified, and the next, harder one is taken only when it fails. */
export type Step = 'link' | 'end' | 'graceful' | 'supervisor' | 'hard';

/** What a treatment would do now. */
export interface TreatmentPlan {
  readonly remedy: Treatment;
  readonly choice: SupervisorChoice;
  readonly steps: readonly { readonly step: Step; readonly commands: readonly string[] }[];
  readonly before: ProcessSeen | null;
  /** Its main process has ended, and what belongs to it lives. */
  readonly hasSurvivors?: boolean;
  readonly links: readonly LinkName[];
  readonly condition: GatewayCondition;
  /** The process to end, of `end_process`; null of any other. */
  readonly target: Suspect | null;
  /** What speaks against it at this moment. */
  readonly held: Objection | null;
  /** Until when it was to be let alone, milliseconds since the epoch; null: it is not. */
  readonly maintenanceUntil: number | null;
  /** Lifeline was started to say what it would do and to do nothing. */
  readonly dryRun: boolean;
  /** Work in flight that it would cut off; null: not known. */
  readonly turns: number | null;
}

/** What speaks against a treatment that an operator asks for. */
export type Objection = 'stop_in_progress' | 'update_in_progress' | 'storm_brake' | 'config_not_taken';

/** How one treatment ended; `recovered` means verified, not merely carried out. */
export interface TreatmentResult {
  readonly outcome: 'recovered' | 'failed';
  readonly remedy: Treatment;
  /** `auto`, or the operator's name. */
  readonly requestedBy: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly before: ProcessSeen | null;
  readonly after: ProcessSeen | null;
  /** The steps that were taken, in order. */
  readonly stepsTaken: readonly Step[];
  /** What was done in these steps. */
  readonly actions: readonly ActionStep[];
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
  /** Its memory is over the limit again, or was not measured yet. */
  | { readonly what: 'memory' }
  /** One of the operator's own checks has failed, and not succeeded since. */
  | { readonly what: 'check'; readonly check: string }
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
  /** Its steps, the gentlest first. */
  readonly planned: readonly Step[];
  /** Which of them is under way; -1: none yet. */
  readonly stepIndex: number;
  /** The process when this step began: a newer one is this step's success. */
  readonly stepBefore: ProcessSeen | null;
  readonly phase: 'planned' | 'acting' | 'proving';
  readonly actions: readonly ActionStep[];
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
