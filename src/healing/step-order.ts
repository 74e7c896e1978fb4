/** Which steps a treatment has, and when the next one is worth taking. Pure. */
import type { GatewayCondition } from '../diagnosis/verdict.ts';
import type { Missing, Step, Treatment } from './treatment.ts';

export interface StepOrderInput {
  readonly remedy: Treatment;
  /** The gateway's own condition; a link's trouble leaves it healthy. */
  readonly condition: GatewayCondition;
  /** Whether the gateway can be asked to end its turns first. */
  readonly graceful: boolean;
  /** Whether one more end by force would trip a brake of the gateway's own. */
  readonly mayKill: boolean;
  /** No gateway runs, so that one is to be started once what is in its way has ended. */
  readonly blocked: boolean;
}

/** A loop that is stuck hears no wish; and one whose executor is gone can end no turn. */
const HEARS_NOTHING: ReadonlySet<GatewayCondition> = new Set(['frozen']);
const ENDS_NO_TURN: ReadonlySet<GatewayCondition> = new Set(['broken_executor']);

export const planSteps = ({ remedy, condition, graceful, mayKill, blocked }: StepOrderInput): readonly Step[] => {
  if (remedy === 'restart_link') return ['link'];
  const hard = mayKill || remedy === 'stop' ? (['hard'] as const) : [];
  if (remedy === 'end_process') return blocked ? ['end', 'supervisor', ...hard] : ['end'];
  if (remedy !== 'restart') return ['supervisor', ...hard];
  if (HEARS_NOTHING.has(condition) && mayKill) return ['hard'];
  return [...(graceful && !ENDS_NO_TURN.has(condition) ? (['graceful'] as const) : []), 'supervisor', ...hard];
};

/** A gateway that runs, ready, and cannot log in, fails a check or holds too much, does so after a harder restart, too. */
export const isWorthNextStep = (missing: readonly Missing[]): boolean =>
  missing.some(({ what }) => what !== 'login' && what !== 'memory' && what !== 'check');
