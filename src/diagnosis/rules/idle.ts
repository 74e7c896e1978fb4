/** Whether a restart would cut off a turn. */
import { isPidOf, type GatewayState } from '../state.ts';

/** A gateway that was heard at work this long ago may be at work still. */
const QUIET_MS = 120_000;
/** A question that nobody has answered for so long is not being answered any more. */
const FORGOTTEN_MS = 3_600_000;

/**
 * @returns from when on no turn is under way if nothing else happens; null: that is not known, since neither its state
 * file nor its log shows turns, or it does not end by itself.
 */
export const idleAt = (state: GatewayState, now: number): number | null => {
  const { claim, process, answers, agentWorks, approval } = state;
  const turns = claim?.fact.kind === 'gateway-claim' && isPidOf(process, claim.fact.pid) ? claim.fact.turns : undefined;
  const all = [...answers.values()];
  const showsTurns = turns !== undefined || agentWorks !== null || all.some(({ pairs }) => pairs > 0);
  if (!showsTurns || (turns ?? 0) > 0 || approval !== null) return null;
  const asked = all.flatMap(({ asked: questions }) => questions.map(({ at }) => at + FORGOTTEN_MS));
  const heard = [agentWorks, ...all.map(({ answered }) => answered)].map((sign) => (sign?.at ?? -Infinity) + QUIET_MS);
  return Math.max(now, ...asked, ...heard);
};
