import type { LinkName, ProcessSeen, Suspect } from '../diagnosis/evidence.ts';
import type { GatewayCondition } from '../diagnosis/verdict.ts';
import type { SupervisorChoice } from '../supervisors/detect.ts';
import type { Step, Treatment } from './decision.ts';

/** What a treatment would do now. */
export interface TreatmentPlan {
  readonly remedy: Treatment;
  readonly choice: SupervisorChoice;
  readonly rungs: readonly { readonly rung: Step; readonly commands: readonly string[] }[];
  readonly before: ProcessSeen | null;
  readonly links: readonly LinkName[];
  readonly condition: GatewayCondition;
  /** The process to end, of `end_process`; null of any other. */
  readonly target: Suspect | null;
  /** What speaks against it at this moment. */
  readonly held: 'stop_in_progress' | 'update_in_progress' | 'storm_brake' | 'config_not_taken' | null;
  /** Until when it was to be let alone, milliseconds since the epoch; null: it is not. */
  readonly maintenanceUntil: number | null;
  /** Lifeline was started to say what it would do and to do nothing. */
  readonly dryRun: boolean;
  /** Work in flight that it would cut off; null: not known. */
  readonly turns: number | null;
}
