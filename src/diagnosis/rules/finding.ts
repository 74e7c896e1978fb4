import type { DiagnosisPolicy } from '../policy.ts';
import type { Evidence } from '../evidence.ts';
import type { GatewayState, LinkState } from '../state.ts';
import type { Cause, GatewayCondition, LinkCondition, Remedy } from '../verdict.ts';

/** What a rule concludes; rules are asked in order and the first that answers counts. */
export interface RuleFinding<Condition> {
  readonly condition: Condition;
  readonly cause: Cause;
  readonly remedy: Remedy;
  /** When it began. */
  readonly since: number;
  readonly evidence: readonly (Evidence | null)[];
  /** When this finding changes by the mere passing of time; absent when it does not. */
  readonly until?: number;
}

export type GatewayFinding = RuleFinding<GatewayCondition>;
export type LinkFinding = RuleFinding<LinkCondition>;

export type GatewayRule = (state: GatewayState, policy: DiagnosisPolicy, now: number) => GatewayFinding | null;
export type LinkRule = (link: LinkState, context: LinkContext, now: number) => LinkFinding | null;

export interface LinkContext {
  /** It has no connection that it could lose, only a listener. */
  readonly listens: boolean;
  readonly graceMs: number;
  /** Silence beyond it means that the gateway no longer tries to connect this link. */
  readonly retryHorizonMs: number;
  /** The platform itself ends each connection about so often; null: it does not. */
  readonly routineCloseMs: number | null;
  /** Since when all this has been looked at without a gap: a sleep of the machine is no silence of the platform's. */
  readonly watchedSince: number;
  readonly policy: DiagnosisPolicy;
  /** The gateway's finding: a link of a gateway that is not up has no state of its own. */
  readonly gateway: GatewayFinding;
  /**
   * Of the gateway as a whole: when its event loop was last held up, Lifeline's own last restart, a dead reconnecter.
   */
  readonly blocked: Evidence | null;
  readonly treated: Evidence | null;
  readonly reconnecterDead: Evidence | null;
  /** When the gateway was last let go after somebody had held it still; null: never. */
  readonly resumedAt: number | null;
  /** What is wrong with the answers on this link alone; null: nothing. */
  readonly unanswered: Unanswered | null;
  /** Until when a link that the network cuts off waits, because all the others are cut off too; null: they are not. */
  readonly networkUntil: number | null;
}

/** What is wrong with the answers to people's messages. */
export interface Unanswered {
  readonly cause: Cause;
  readonly evidence: readonly Evidence[];
}
