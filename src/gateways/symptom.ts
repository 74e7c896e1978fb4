/** What a gateway's log says that somebody must mend elsewhere: in a console, in the settings, on the machine. */
import type { LinkName } from '../diagnosis/evidence.ts';

/** How much of an error's words is told: what stands behind them may be long. */
export const SAID_LENGTH = 200;

export type Symptom =
  | { readonly code: 'log_credentials'; readonly link: LinkName; readonly said: string }
  | { readonly code: 'log_permission'; readonly link: LinkName; readonly said: string }
  /** Another process, here or elsewhere, uses the same bot. */
  | { readonly code: 'log_app_in_use'; readonly link: LinkName; readonly said: string }
  | { readonly code: 'log_dependency'; readonly link: LinkName; readonly module: string }
  | { readonly code: 'log_quota'; readonly link: LinkName }
  | { readonly code: 'log_intents'; readonly link: LinkName; readonly said: string }
  | { readonly code: 'log_banned'; readonly link: LinkName; readonly said: string }
  /** This machine's address is not on the list in the console. */
  | { readonly code: 'log_address'; readonly link: LinkName; readonly said: string }
  | { readonly code: 'log_push_refused'; readonly link: LinkName; readonly said: string }
  | { readonly code: 'log_refuses_start'; readonly said: string }
  | { readonly code: 'log_parked'; readonly said: string }
  | { readonly code: 'log_nobody_allowed' }
  | { readonly code: 'log_no_platform' }
  | { readonly code: 'log_database'; readonly said: string }
  | { readonly code: 'log_out_of_memory' }
  | { readonly code: 'log_pid_race' }
  | { readonly code: 'log_many_starts'; readonly said: string }
  /** It took an older copy of its configuration. */
  | { readonly code: 'log_config_reverted'; readonly said: string }
  /** It goes on with what it had; the next start meets the fault. */
  | { readonly code: 'log_config_skipped'; readonly said: string }
  /** Its brake against crash loops keeps the links off. */
  | { readonly code: 'log_brake'; readonly said: string }
  | { readonly code: 'log_other_supervisor'; readonly said: string }
  /** A stop took longer than it may, and was cut off. */
  | { readonly code: 'log_drain_cut'; readonly said: string }
  | { readonly code: 'log_memory'; readonly said: string }
  /** It reads messages and answers none of one chat. */
  | { readonly code: 'log_stuck_session'; readonly said: string }
  /** Messages come in and are answered by nobody, as where a plugin and the gateway are of different ages. */
  | { readonly code: 'log_unanswered'; readonly link: LinkName; readonly said: string }
  /** A link that does not let itself be stopped; the next restart may hang on it. */
  | { readonly code: 'log_stuck_channel'; readonly link: LinkName; readonly said: string };

export interface SymptomSeen {
  readonly at: number;
  readonly symptom: Symptom;
  /**
   * After what it is over: a login of its link, a start that came through, any new start, a configuration that was
   * taken, or only time.
   */
  readonly until: 'login' | 'ready' | 'start' | 'taken' | 'time';
}

/** @returns what one line of the log tells; null: nothing. */
export type SymptomReader = (line: string) => SymptomSeen | null;
