/** Which rungs a treatment has, and when the next one is worth taking. Pure. */
import type { GatewayCondition } from '../diagnosis/verdict.ts';
import type { Missing, Rung, Treatment } from './decision.ts';

export interface LadderInput {
  readonly remedy: Treatment;
  /** The gateway's own condition; a link's trouble leaves it healthy. */
  readonly condition: GatewayCondition;
  /** Whether the gateway can be asked to end its turns first. */
  readonly graceful: boolean;
}

/** A loop that is stuck hears no wish; and one whose executor is gone can end no turn. */
const HEARS_NOTHING: ReadonlySet<GatewayCondition> = new Set(['frozen']);
const ENDS_NO_TURN: ReadonlySet<GatewayCondition> = new Set(['broken_executor']);

export const planLadder = ({ remedy, condition, graceful }: LadderInput): readonly Rung[] => {
  if (remedy === 'stop_strays') return ['hard'];
  if (remedy !== 'restart') return ['supervisor', 'hard'];
  if (HEARS_NOTHING.has(condition)) return ['hard'];
  return [...(graceful && !ENDS_NO_TURN.has(condition) ? (['graceful'] as const) : []), 'supervisor', 'hard'];
};

/** A gateway that runs, ready, and cannot log in, cannot log in after a harder restart either. */
export const isWorthClimbing = (missing: readonly Missing[]): boolean => missing.some(({ what }) => what !== 'login');
