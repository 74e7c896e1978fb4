/**
 * What is to be done about a look at one gateway, and how: the policy with all that it needs to know. Does nothing
 * itself.
 */
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { Budget, HealMode } from '../config/config.ts';
import type { LinkName, Suspect } from '../diagnosis/evidence.ts';
import type { LinkControl, Patience } from '../gateways/gateway-kind.ts';
import { DAY_MS } from '../healing/budget.ts';
import type { Decision, Treatment } from '../healing/decision.ts';
import { killBrakeUntil, planSteps } from '../healing/step-order.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import type { TreatmentPlan } from '../healing/plan.ts';
import { decide, heldBy, STORM, stormBrakeUntil } from '../healing/policy.ts';
import { commandsOf, obstacleOf, type Graceful } from '../healing/steps.ts';
import type { SupervisorChoice, SupervisorDetection } from '../supervisors/detect.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { Look } from './watcher.ts';

export interface TreatmentPlannerOptions {
  readonly gateway: string;
  readonly holder: SupervisorDetection;
  /** How the gateway is asked to end its turns first, where this supervisor keeps it. */
  readonly graceful: (supervisor: Supervisor) => Graceful | null;
  /** Whether Lifeline can start and stop it. */
  readonly isTreatable: boolean;
  readonly mode: HealMode;
  readonly budget: Budget;
  /** @returns until when it is to be let alone, milliseconds since the epoch; null: it is not. */
  readonly maintenanceUntil: (now: number) => number | null;
  readonly ledger: Pick<RestartLedger, 'times' | 'allTimes' | 'kills' | 'lastOf'>;
  /** Restarts one link alone; null where the gateway offers that not. */
  readonly control: LinkControl | null;
  readonly patience: Pick<Patience, 'kills'>;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
  readonly clock: Clock;
}

export interface TreatmentPlanner {
  readonly planFor: (
    remedy: Treatment,
    links: readonly LinkName[],
    look: Look,
    choice: SupervisorChoice,
    target?: Suspect,
  ) => Promise<TreatmentPlan>;
  readonly decideOn: (
    look: Look,
    treatmentRunning?: boolean,
  ) => Promise<{ readonly decision: Decision; readonly plan: TreatmentPlan | null }>;
}

export const createTreatmentPlanner = (
  options: TreatmentPlannerOptions,
  state: { readonly treatmentRunning: () => boolean; readonly signal: AbortSignal },
): TreatmentPlanner => {
  const { gateway, holder, isTreatable, mode, budget, ledger, control, patience, clock } = options;

  const brakeUntil = ({ vitals }: Look, now: number): number | null =>
    patience.kills &&
    killBrakeUntil(
      [...vitals.uncleanStarts, ...ledger.kills(gateway, now - patience.kills.windowMs)],
      patience.kills,
      now,
    );

  const planFor = async (
    remedy: Treatment,
    links: readonly LinkName[],
    look: Look,
    { supervisor, ...choice }: SupervisorChoice,
    target: Suspect | null = null,
  ): Promise<TreatmentPlan> => {
    const { verdicts, vitals } = look;
    const own = verdicts.find((verdict) => verdict.link === null);
    const before = vitals.process ?? null;
    const graceful = options.graceful(supervisor);
    const condition = own?.condition ?? 'unknown';
    const rungs = planSteps({
      remedy,
      condition,
      graceful: graceful !== null && before !== null,
      mayKill: brakeUntil(look, clock.now()) === null,
      blocked: before === null && condition !== 'stopped_on_purpose',
    });
    const starts = remedy === 'start' || remedy === 'restart' || remedy === 'end_process';
    return {
      remedy,
      choice: { supervisor, ...choice },
      rungs: rungs.map((rung) => ({
        rung,
        commands:
          rung === 'end'
            ? [`kill -TERM ${target?.pid}`]
            : commandsOf(rung, {
                remedy: remedy === 'end_process' ? 'start' : remedy,
                supervisor,
                graceful,
                before,
                control,
                links,
              }),
      })),
      before,
      links,
      condition,
      target,
      held:
        heldBy(own) ??
        (remedy === 'restart' && own?.cause === 'config_not_taken' ? 'config_not_taken' : null) ??
        (starts && stormBrakeUntil(ledger.allTimes(gateway, clock.now() - STORM.windowMs), clock.now()) !== null
          ? 'storm_brake'
          : null),
      maintenanceUntil: options.maintenanceUntil(clock.now()),
      dryRun: options.dryRun,
      turns: vitals.turns,
    };
  };

  /** Decides, and where that is to treat, plans it: what cannot be planned is told instead. */
  const decideOn = async (
    look: Look,
    treatmentRunning = state.treatmentRunning(),
  ): Promise<{ readonly decision: Decision; readonly plan: TreatmentPlan | null }> => {
    const { at, verdicts } = look;
    const decision = decide({
      verdicts,
      isTreatable,
      mode,
      budget,
      restarts: ledger.times(gateway, at - DAY_MS),
      starts: ledger.allTimes(gateway, at - STORM.windowMs),
      killBrakeUntil: brakeUntil(look, at),
      treatmentRunning,
      maintenanceUntil: options.maintenanceUntil(at),
      last: ledger.lastOf(gateway),
      now: at,
    });
    if (decision.act !== 'treat') return { decision, plan: null };
    try {
      const choice = await holder.choose(state.signal);
      const { remedy } = decision;
      const obstacle =
        remedy === 'restart_link'
          ? null
          : obstacleOf(remedy, await choice.supervisor.status(state.signal), choice.supervisor);
      // Nothing would be tried; to say so once is better than to fail again and again.
      if (obstacle !== null)
        return { decision: { act: 'tell', why: 'supervisor_out_of_reach', problem: obstacle }, plan: null };
      const plan = await planFor(remedy, decision.links, look, choice);
      if (!options.dryRun) return { decision, plan };
      return {
        decision: { act: 'tell', why: 'dry_run', commands: plan.rungs.flatMap(({ commands }) => commands) },
        plan: null,
      };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { decision: { act: 'tell', why: 'supervisor_out_of_reach', problem: error.message }, plan: null };
    }
  };

  return { planFor, decideOn };
};
