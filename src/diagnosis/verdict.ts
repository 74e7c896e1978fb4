/**
 * What the diagnosis concludes for a gateway (`link` null) or one of its links. The words are those of
 * docs/glossary.md.
 */
import type { Evidence, LinkName } from './evidence.ts';

export type GatewayCondition =
  | 'healthy'
  | 'starting'
  | 'stopping'
  | 'stopped'
  | 'stopped_on_purpose'
  | 'frozen'
  /** Somebody holds it still. */
  | 'paused'
  | 'broken_executor'
  | 'crash_looping'
  | 'misconfigured'
  | 'duplicate'
  | 'updating'
  | 'network_down'
  /** It runs, and one of the operator's own checks fails. */
  | 'unwell'
  /** It runs, and what keeps it cannot be asked. */
  | 'unkept'
  /** It runs, messages come in, and they get no answer. */
  | 'unanswered'
  /** It runs, and something that it needs of the machine runs short. */
  | 'strained'
  | 'unknown';

export type LinkCondition =
  | 'up'
  | 'connecting'
  | 'reconnecting'
  | 'down'
  | 'gave_up'
  | 'deaf'
  | 'flapping'
  | 'rejected'
  /** A setting or a package of it is missing. */
  | 'misconfigured'
  | 'unreachable'
  | 'disabled'
  /** It has no connection to lose: it waits for calls. */
  | 'listening'
  /** Messages come in on it, and they get no answer. */
  | 'unanswered'
  | 'unknown';

export type Remedy = 'none' | 'wait' | 'start' | 'restart_link' | 'restart' | 'alert';

/** Why, as a stable code; `src/text/common/conditions.ts` has the sentence for each. */
export type Cause =
  | 'fine'
  | 'no_evidence'
  | 'start_in_progress'
  | 'start_too_slow'
  | 'stop_in_progress'
  | 'process_gone'
  | 'killed_by_signal'
  | 'out_of_memory'
  | 'planned_stop'
  | 'keeper_starts_it'
  | 'start_blocked'
  | 'container_removed'
  | 'unproven_process'
  | 'never_seen'
  | 'ended_cleanly'
  | 'restart_never_came_back'
  | 'update_in_progress'
  | 'loop_not_answering'
  | 'held_still'
  | 'stopped_by_signal'
  | 'keeper_silent'
  | 'executor_shut_down'
  | 'config_rejected'
  | 'lost_within_grace'
  | 'no_login_after_loss'
  | 'no_login_after_start'
  | 'reconnected_without_login'
  | 'attempts_exhausted'
  | 'keeps_dropping'
  | 'kicked_by_another_client'
  | 'platform_refuses'
  | 'token_in_use'
  | 'credentials_refused'
  | 'intents_missing'
  | 'logged_out'
  | 'setup_incomplete'
  | 'platform_errors'
  | 'platform_unreachable'
  | 'network_unreachable'
  | 'silent_connection'
  | 'loop_blocked'
  | 'loop_held_up'
  | 'starts_again_and_again'
  | 'held_by_respawn_brake'
  | 'another_instance'
  | 'port_taken'
  | 'several_processes'
  | 'stop_hangs'
  | 'reconnecter_dead'
  | 'failing_for_hours'
  | 'held_by_breaker'
  | 'config_reverted'
  | 'config_not_taken'
  | 'config_ignored'
  | 'nothing_connected'
  | 'no_platform_enabled'
  | 'ended_again_and_again'
  | 'check_fails'
  | 'provider_key'
  | 'provider_quota'
  | 'provider_overloaded'
  | 'turns_fail'
  | 'turn_hangs'
  | 'sends_fail'
  | 'messages_dropped'
  | 'jobs_undelivered'
  | 'no_reply'
  | 'memory_high'
  | 'memory_over_limit'
  | 'memory_grows'
  | 'files_high'
  | 'disk_low'
  | 'part_out_of_memory'
  | 'was_out_of_memory'
  | 'perhaps_out_of_memory'
  | 'not_configured';

interface Concluded {
  readonly gateway: string;
  readonly cause: Cause;
  readonly remedy: Remedy;
  /** A restart would help by all signs, and is left to a person: this platform is not proven yet. */
  readonly wouldHelp?: 'restart';
  /** When the trouble (or the good state) began, milliseconds since the epoch. */
  readonly since: number;
  /** When this was concluded, milliseconds since the epoch. */
  readonly at: number;
  /** What it rests on, oldest first; never empty for a bad condition. */
  readonly evidence: readonly Evidence[];
}

export type GatewayVerdict = Concluded & { readonly link: null; readonly condition: GatewayCondition };
export type LinkVerdict = Concluded & { readonly link: LinkName; readonly condition: LinkCondition };
export type Verdict = GatewayVerdict | LinkVerdict;

/** What a gateway needs of the machine runs short, or did. */
const OF_RESOURCES = [
  'memory_high',
  'memory_over_limit',
  'memory_grows',
  'files_high',
  'disk_low',
  'part_out_of_memory',
  'was_out_of_memory',
  'perhaps_out_of_memory',
] as const satisfies readonly Cause[];

/** Causes that a human must see to and that say nothing against restarting a link or the gateway for another one. */
const BESIDE: ReadonlySet<Cause> = new Set([
  'config_reverted',
  'config_ignored',
  'keeper_silent',
  'provider_key',
  'provider_quota',
  'provider_overloaded',
  'turns_fail',
  'turn_hangs',
  'sends_fail',
  'messages_dropped',
  'jobs_undelivered',
  'no_reply',
  'loop_held_up',
  ...OF_RESOURCES,
]);

/** Causes of the gateway's own trouble with which it works: its links have a state, and troubles, of their own. */
const AT_WORK: ReadonlySet<Cause> = new Set([
  'config_reverted',
  'config_not_taken',
  'config_ignored',
  'keeper_silent',
  ...OF_RESOURCES,
]);

/** Whether it works in spite of this. */
export const worksAllTheSame = (cause: Cause): boolean => AT_WORK.has(cause);

/**
 * Whether people cannot use it meanwhile. What runs or tries to start beside a gateway that works is trouble, and no
 * outage.
 */
export const isOutage = ({ condition, cause, evidence }: Pick<Verdict, 'condition' | 'cause' | 'evidence'>): boolean =>
  !worksAllTheSame(cause) &&
  (condition !== 'duplicate' || evidence.some(({ fact }) => fact.kind === 'process' && fact.process === null));

/**
 * Whether nothing may be restarted because of a gateway's own verdict: what a restart cannot mend for it, a restart
 * cannot mend for its links.
 */
export const forbidsRestart = ({ remedy, cause }: GatewayVerdict): boolean => remedy === 'alert' && !BESIDE.has(cause);

/**
 * What is wrong, so that one trouble is told from the next: its cause, and of the operator's own checks which of them.
 */
export const troublesOf = ({ cause, evidence }: Pick<Verdict, 'cause' | 'evidence'>): readonly string[] => {
  const checks =
    cause === 'check_fails'
      ? evidence.flatMap(({ fact }) => (fact.kind === 'check' ? [`${cause} ${fact.check}`] : []))
      : [];
  return checks.length > 0 ? checks : [cause];
};

/** Whether somebody must do something about it: the operator, or a treatment. */
export const isTrouble = (verdict: Verdict): boolean => verdict.remedy !== 'none' && verdict.remedy !== 'wait';
