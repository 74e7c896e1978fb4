/**
 * From a verdict to an act: when Lifeline starts or restarts a gateway or a link, and when it does not. This file has
 * all questions, in the order in which they are asked; the first one with an answer decides, and each answer has its
 * reason. `monitor/gateway/treatment-planner.ts` collects what the questions need to know. Pure.
 */
import {
  forbidsRestart,
  isTrouble,
  type Cause,
  type GatewayCondition,
  type GatewayVerdict,
  type Remedy,
  type Verdict,
} from '../diagnosis/verdict.ts';
import type { LinkName } from '../diagnosis/evidence.ts';
import type { Budget, HealMode } from '../config/config.ts';
import { stormBrakeUntil } from './brakes.ts';
import { spent } from './budget.ts';
import type { LastTreatments } from './ledger.ts';
import type { Objection, Treatment } from './treatment.ts';

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
  /** A process beside it would keep a new one from being started; `problem` names it, and says what to do about it. */
  | { readonly act: 'tell'; readonly why: 'lookalike'; readonly problem: string }
  /** Each run of its command could leave one more service; `problem` says what to write instead. */
  | { readonly act: 'tell'; readonly why: 'not_again'; readonly problem: string }
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

/** First: whether a look is judged at all. */
export const whenToJudge = ({ ending, treatmentRunning, restUntil }: JudgeInput): WhenToJudge => {
  if (ending) return { judge: 'not', why: 'ending' };
  // The end of a treatment judges a look of its own.
  if (treatmentRunning) return { judge: 'not', why: 'treatment_running' };
  // After a sleep of the machine all evidence is stale.
  if (restUntil !== null) return { judge: 'later', at: restUntil };
  return { judge: 'now' };
};

/** Then: what is to be done about the verdicts of one gateway. */
export const decide = (input: DecisionInput): Decision =>
  isAnythingWrong(input) ??
  canLifelineAct(input) ??
  wouldTreatmentHelp(input) ??
  isTreatmentRunning(input) ??
  isSomebodyAtWork(input) ??
  isGatewayOnItsWay(input) ??
  isInMaintenance(input) ??
  isHealingOn(input) ??
  isThereNewEvidence(input) ??
  isLinkRestartEnough(input) ??
  isBudgetUsedUp(input) ??
  isPauseOver(input) ??
  isStormBrakeNear(input) ??
  isKillBrakeNear(input) ??
  treatGateway(input);

/** Last, once the supervisor was asked and the steps are planned: whether the treatment is carried out. */
export const finalDecision = (decision: TreatDecision, prepared: Prepared): Decision =>
  isSupervisorInTheWay(prepared) ??
  isLookalikeInTheWay(prepared) ??
  isStartInVain(prepared) ??
  isDryRun(prepared) ??
  decision;

/** What speaks against a treatment that an operator asks for; null: nothing. Budget and heal mode do not. */
export const objectionTo = (
  remedy: Treatment,
  gateway: GatewayVerdict | undefined,
  starts: readonly number[],
  now: number,
): Objection | null => {
  if (remedy === 'restart' && gateway?.cause === 'config_not_taken') return heldBy(gateway) ?? 'config_not_taken';
  const makesItStart = remedy === 'start' || remedy === 'restart' || remedy === 'end_process';
  return heldBy(gateway) ?? (makesItStart && stormBrakeUntil(starts, now) !== null ? 'storm_brake' : null);
};

export interface JudgeInput {
  readonly ending: boolean;
  readonly treatmentRunning: boolean;
  /** Until when nothing is concluded, milliseconds since the epoch; null: now is fine. */
  readonly restUntil: number | null;
}

export type WhenToJudge =
  | { readonly judge: 'now' }
  | { readonly judge: 'later'; readonly at: number }
  | { readonly judge: 'not'; readonly why: 'ending' | 'treatment_running' };

export interface DecisionInput {
  /** Of one gateway: its own and its links'. */
  readonly verdicts: readonly Verdict[];
  /** Whether Lifeline can start and stop it. */
  readonly isTreatable: boolean;
  readonly mode: HealMode;
  readonly budget: Budget;
  /**
   * When Lifeline itself started or restarted this gateway of its own accord, milliseconds since the epoch, in any
   * order.
   */
  readonly restarts: readonly number[];
  /** The same, whoever asked for it. */
  readonly starts: readonly number[];
  /** Until when the gateway may not be ended by force; null: it may. */
  readonly killBrakeUntil: number | null;
  readonly treatmentRunning: boolean;
  /** Until when a maintenance window lasts; null outside of one. */
  readonly maintenanceUntil: number | null;
  /** The treatments before this one: what was seen before they began speaks for no other. */
  readonly last: LastTreatments;
  readonly now: number;
}

export interface Prepared {
  /** Why the supervisor cannot do it, for people; null: nothing is in the way. */
  readonly obstacle: string | null;
  /** What stands beside the gateway and would keep a new one from being started, for people; null: nothing does. */
  readonly lookalike: string | null;
  /** Why its command is not run again, for people; null: it may be. */
  readonly notAgain: string | null;
  readonly dryRun: boolean;
  /** What would be done, for people. */
  readonly commands: readonly string[];
}

/** A question about the verdicts: null lets the next one be asked. */
type Question = (input: DecisionInput) => Decision | null;

const isAnythingWrong: Question = ({ verdicts }) => {
  if (verdicts.some(isTrouble)) return null;
  return { act: 'nothing', why: verdicts.some(({ remedy }) => remedy === 'wait') ? 'waiting' : 'well' };
};

/** Whatever would help: what Lifeline cannot do, an operator cannot do through it either. */
const canLifelineAct: Question = ({ isTreatable }) => (isTreatable ? null : { act: 'tell', why: 'no_means' });

const wouldTreatmentHelp: Question = (input) =>
  curableOf(input).length > 0 ? null : { act: 'tell', why: 'not_curable' };

const isTreatmentRunning: Question = ({ treatmentRunning }) =>
  treatmentRunning ? { act: 'hold', why: 'treatment_running', until: null } : null;

const isSomebodyAtWork: Question = (input) => {
  const why = heldBy(gatewayOf(input));
  return why === null ? null : { act: 'hold', why, until: null };
};

const isGatewayOnItsWay: Question = (input) => {
  const gateway = gatewayOf(input);
  return gateway && !isTrouble(gateway) && gateway.remedy === 'wait' ? { act: 'nothing', why: 'waiting' } : null;
};

const isInMaintenance: Question = ({ maintenanceUntil }) =>
  maintenanceUntil === null ? null : { act: 'hold', why: 'maintenance', until: maintenanceUntil };

const isHealingOn: Question = ({ mode }) =>
  mode === 'auto' ? null : { act: 'tell', why: mode === 'off' ? 'heal_off' : 'heal_ask' };

/** What did not help the gateway as a whole is no help to a link of it. */
const isThereNewEvidence: Question = (input) => {
  const fresh = freshOf(input);
  return fresh.length === 0 || curableOf(input).some((verdict) => verdict.link === null && !fresh.includes(verdict))
    ? { act: 'tell', why: 'tried' }
    : null;
};

/**
 * A link alone interrupts nothing else: the budget of restarts is not for it. How often a link may be restarted is the
 * diagnosis's to say.
 */
const isLinkRestartEnough: Question = (input) =>
  freshOf(input).every(({ remedy }) => remedy === 'restart_link')
    ? { act: 'treat', remedy: 'restart_link', links: linksOf(input), attempt: 1, perHour: input.budget.perHour }
    : null;

const isBudgetUsedUp: Question = ({ restarts, budget, now }) => {
  const { lastHour, lastDay } = spent(restarts, budget, now);
  return lastHour >= budget.perHour || lastDay >= budget.perDay ? { act: 'tell', why: 'out_of_budget' } : null;
};

const isPauseOver: Question = ({ restarts, budget, now }) => {
  const { pauseUntil } = spent(restarts, budget, now);
  return pauseUntil === null ? null : { act: 'hold', why: 'pause', until: pauseUntil };
};

const isStormBrakeNear: Question = ({ starts, now }) => {
  const until = stormBrakeUntil(starts, now);
  return until === null ? null : { act: 'hold', why: 'storm_brake', until };
};

/** An event loop that is stuck hears nothing but a kill. */
const isKillBrakeNear: Question = (input) =>
  gatewayOf(input)?.condition === 'frozen' && input.killBrakeUntil !== null
    ? { act: 'hold', why: 'kill_brake', until: input.killBrakeUntil }
    : null;

const treatGateway = (input: DecisionInput): TreatDecision => ({
  act: 'treat',
  remedy: freshOf(input).some(({ remedy }) => remedy === 'start') ? 'start' : 'restart',
  links: linksOf(input),
  attempt: spent(input.restarts, input.budget, input.now).lastHour + 1,
  perHour: input.budget.perHour,
});

/** Nothing would be tried: to say so once is better than to fail again and again. */
const isSupervisorInTheWay = ({ obstacle }: Prepared): Decision | null =>
  obstacle === null ? null : { act: 'tell', why: 'supervisor_out_of_reach', problem: obstacle };

/** The start would be refused once the gateway has ended: a gateway with an ill link is better than none. */
const isLookalikeInTheWay = ({ lookalike }: Prepared): Decision | null =>
  lookalike === null ? null : { act: 'tell', why: 'lookalike', problem: lookalike };

const isStartInVain = ({ notAgain }: Prepared): Decision | null =>
  notAgain === null ? null : { act: 'tell', why: 'not_again', problem: notAgain };

const isDryRun = ({ dryRun, commands }: Prepared): Decision | null =>
  dryRun ? { act: 'tell', why: 'dry_run', commands } : null;

const gatewayOf = ({ verdicts }: DecisionInput): GatewayVerdict | undefined =>
  verdicts.find((verdict) => verdict.link === null);

/** The gateway comes before its links: what a restart cannot mend for it, a restart cannot mend for them. */
const curableOf = (input: DecisionInput): readonly Verdict[] => {
  const gateway = gatewayOf(input);
  return input.verdicts
    .filter(isTrouble)
    .filter(({ remedy }) => remedy !== 'alert' && (!gateway || mayBeTried(remedy, gateway)));
};

const freshOf = (input: DecisionInput): readonly Verdict[] =>
  curableOf(input).filter((verdict) => restsOnNews(verdict, input.last, input.now));

const linksOf = (input: DecisionInput): readonly LinkName[] => freshOf(input).flatMap(({ link }) => link ?? []);

/** Whether something that the verdict rests on was seen after the last treatment began. */
const restsOnNews = ({ link, evidence }: Verdict, last: LastTreatments, now: number): boolean => {
  // A treatment that lies in the future was made before the clock was set back, by whatever is seen now.
  const treatments = [last.gateway, link === null ? null : (last.links.get(link) ?? null)].filter(
    (at) => at !== null && at <= now,
  );
  return evidence.some(({ at }) => treatments.every((treatedAt) => at > (treatedAt ?? -Infinity)));
};

/**
 * With these the gateway is not restarted, and a link of it may be: a configuration with which it would not start
 * again; starts without end, after which its own brake keeps the links off though it runs by now.
 */
const LINKS_ALL_THE_SAME: ReadonlySet<Cause> = new Set(['config_not_taken', 'starts_again_and_again']);
const mayBeTried = (remedy: Remedy, gateway: GatewayVerdict): boolean =>
  !forbidsRestart(gateway) || (remedy === 'restart_link' && LINKS_ALL_THE_SAME.has(gateway.cause));

/** In these conditions somebody else is at work on the gateway: its links are theirs for now. */
const HELD_BY: Partial<Record<GatewayCondition, 'stop_in_progress' | 'update_in_progress'>> = {
  stopping: 'stop_in_progress',
  stopped_on_purpose: 'stop_in_progress',
  updating: 'update_in_progress',
};

/** Why nobody should touch the gateway right now; null: nothing speaks against it. */
export const heldBy = (gateway: GatewayVerdict | undefined): 'stop_in_progress' | 'update_in_progress' | null =>
  gateway && !isTrouble(gateway) ? (HELD_BY[gateway.condition] ?? null) : null;
