/** What to do about the verdicts of one gateway, and why. Pure. */
import { isTrouble, type GatewayCondition, type Verdict } from '../diagnosis/verdict.ts';
import { spent } from './budget.ts';
import type { Decision } from './decision.ts';
import type { Budget, HealMode } from '../config/config.ts';

export interface DecideInput {
  /** Of one gateway: its own and its links'. */
  readonly verdicts: readonly Verdict[];
  readonly mode: HealMode;
  readonly budget: Budget;
  /** When Lifeline itself started or restarted this gateway, milliseconds since the epoch, in any order. */
  readonly restarts: readonly number[];
  readonly treatmentRunning: boolean;
  /** How a person restarts it where a service manager keeps it; null: nobody else does. */
  readonly keptBy: string | null;
  readonly now: number;
}

/** Somebody else is at work on the gateway: its links are theirs for now. */
const HELD_BY: Partial<Record<GatewayCondition, 'stop_in_progress' | 'update_in_progress'>> = {
  stopping: 'stop_in_progress',
  stopped_on_purpose: 'stop_in_progress',
  updating: 'update_in_progress',
};

export const decide = ({ verdicts, mode, budget, restarts, treatmentRunning, keptBy, now }: DecideInput): Decision => {
  const trouble = verdicts.filter(isTrouble);
  if (trouble.length === 0) return { act: 'nothing', why: verdicts.some(({ remedy }) => remedy === 'wait') ? 'waiting' : 'well' };

  const gateway = verdicts.find((verdict) => verdict.link === null);
  // The gateway comes before its links: what a restart cannot mend for it, a restart cannot mend for them.
  const curable = gateway?.remedy === 'alert' ? [] : trouble.filter(({ remedy }) => remedy !== 'alert');
  if (curable.length === 0) return { act: 'tell', why: 'not_curable' };

  if (treatmentRunning) return { act: 'hold', why: 'treatment_running', until: null };
  if (gateway && !isTrouble(gateway)) {
    const why = HELD_BY[gateway.condition];
    if (why) return { act: 'hold', why, until: null };
    if (gateway.remedy === 'wait') return { act: 'nothing', why: 'waiting' };
  }
  if (keptBy !== null) return { act: 'tell', why: 'kept_by_service', command: keptBy };
  if (mode !== 'auto') return { act: 'tell', why: mode === 'off' ? 'heal_off' : 'heal_ask' };

  const { lastHour, lastDay, pauseUntil } = spent(restarts, budget, now);
  if (lastHour >= budget.perHour || lastDay >= budget.perDay) return { act: 'tell', why: 'out_of_budget' };
  if (pauseUntil !== null) return { act: 'hold', why: 'pause', until: pauseUntil };
  return {
    act: 'treat',
    // No kind offers to restart one link alone yet, so `restart_link` means the whole gateway.
    remedy: curable.some(({ remedy }) => remedy === 'start') ? 'start' : 'restart',
    links: curable.map(({ link }) => link).filter((link) => link !== null),
    attempt: lastHour + 1,
    perHour: budget.perHour,
  };
};
