/** What to do about the verdicts of one gateway, and why. Pure. */
import {
  forbidsRestart,
  isTrouble,
  type Cause,
  type GatewayCondition,
  type GatewayVerdict,
  type Remedy,
  type Verdict,
} from '../diagnosis/verdict.ts';
import { spent } from './budget.ts';
import type { Decision, HoldReason } from './decision.ts';
import type { LastTreatments } from './ledger.ts';
import type { Budget, HealMode } from '../config/config.ts';

export interface DecideInput {
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

/** Somebody else is at work on the gateway: its links are theirs for now. */
const HELD_BY: Partial<Record<GatewayCondition, 'stop_in_progress' | 'update_in_progress'>> = {
  stopping: 'stop_in_progress',
  stopped_on_purpose: 'stop_in_progress',
  updating: 'update_in_progress',
};

/** A gateway may brake its own start after more than 5 within 120 s: Lifeline leaves it room. */
export const STORM = { starts: 4, windowMs: 120_000 };

export const decide = (input: DecideInput): Decision => {
  const {
    verdicts,
    isTreatable,
    mode,
    budget,
    restarts,
    starts,
    killBrakeUntil,
    treatmentRunning,
    maintenanceUntil,
    last,
    now,
  } = input;
  const trouble = verdicts.filter(isTrouble);
  if (trouble.length === 0)
    return { act: 'nothing', why: verdicts.some(({ remedy }) => remedy === 'wait') ? 'waiting' : 'well' };

  // Whatever would help: it is not for Lifeline to do, nor for an operator through it.
  if (!isTreatable) return { act: 'tell', why: 'no_means' };

  const gateway = verdicts.find((verdict) => verdict.link === null);
  // The gateway comes before its links: what a restart cannot mend for it, a restart cannot mend for them.
  const curable = trouble.filter(({ remedy }) => remedy !== 'alert' && (!gateway || mayBeTried(remedy, gateway)));
  if (curable.length === 0) return { act: 'tell', why: 'not_curable' };

  if (treatmentRunning) return { act: 'hold', why: 'treatment_running', until: null };
  const held = heldBy(gateway);
  if (held) return { act: 'hold', why: held, until: null };
  if (gateway && !isTrouble(gateway) && gateway.remedy === 'wait') return { act: 'nothing', why: 'waiting' };
  if (maintenanceUntil !== null) return { act: 'hold', why: 'maintenance', until: maintenanceUntil };
  if (mode !== 'auto') return { act: 'tell', why: mode === 'off' ? 'heal_off' : 'heal_ask' };

  const fresh = curable.filter((verdict) => isNews(verdict, last, now));
  // What did not help the gateway as a whole is no help to a link of it.
  if (fresh.length === 0 || curable.some((verdict) => verdict.link === null && !fresh.includes(verdict)))
    return { act: 'tell', why: 'tried' };
  const links = fresh.map(({ link }) => link).filter((link) => link !== null);
  // A link alone interrupts nothing else: the budget of restarts is not for it, and how often it may be is the
  // diagnosis's.
  if (fresh.every(({ remedy }) => remedy === 'restart_link')) {
    return { act: 'treat', remedy: 'restart_link', links, attempt: 1, perHour: budget.perHour };
  }
  const { lastHour, lastDay, pauseUntil } = spent(restarts, budget, now);
  if (lastHour >= budget.perHour || lastDay >= budget.perDay) return { act: 'tell', why: 'out_of_budget' };
  if (pauseUntil !== null) return { act: 'hold', why: 'pause', until: pauseUntil };
  const attempt = { attempt: lastHour + 1, perHour: budget.perHour };
  const stormUntil = stormBrakeUntil(starts, now);
  if (stormUntil !== null) return { act: 'hold', why: 'storm_brake', until: stormUntil };
  // A loop that is stuck hears nothing but a kill.
  if (gateway?.condition === 'frozen' && killBrakeUntil !== null)
    return { act: 'hold', why: 'kill_brake', until: killBrakeUntil };
  return {
    act: 'treat',
    remedy: fresh.some(({ remedy }) => remedy === 'start') ? 'start' : 'restart',
    links,
    ...attempt,
  };
};

/** Whether something that it rests on was seen after the last treatment began. */
const isNews = ({ link, evidence }: Verdict, last: LastTreatments, now: number): boolean => {
  // One that lies in the future was made before the clock was set back, by whatever is seen now.
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

/** Why nobody should touch the gateway right now; null: nothing speaks against it. Operators are asked once more. */
export const heldBy = (
  gateway: GatewayVerdict | undefined,
): Extract<HoldReason, 'stop_in_progress' | 'update_in_progress'> | null =>
  gateway && !isTrouble(gateway) ? (HELD_BY[gateway.condition] ?? null) : null;

/** @returns until when one more start would bring the gateway's own brake near; null: there is room. */
export const stormBrakeUntil = (starts: readonly number[], now: number): number | null => {
  const recent = starts.filter((at) => at > now - STORM.windowMs && at <= now).sort((a, b) => a - b);
  const first = recent.at(-STORM.starts);
  return first === undefined ? null : first + STORM.windowMs;
};
