/**
 * What is to be done about a look at one gateway, and how: collects what the questions of `healing/decision.ts` need to
 * know, and plans the steps. Does nothing itself.
 */
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import type { Budget, HealMode } from '../../config/config.ts';
import type { LinkName, Suspect } from '../../diagnosis/evidence.ts';
import { killBrakeUntil, STORM } from '../../healing/brakes.ts';
import { DAY_MS } from '../../healing/budget.ts';
import { decide, finalDecision, objectionTo, type Decision, type TreatDecision } from '../../healing/decision.ts';
import type { RestartLedger } from '../../healing/ledger.ts';
import { planSteps } from '../../healing/step-order.ts';
import { commandsOf, lookalikeBeside, obstacleOf } from '../../healing/steps.ts';
import type { Step, Treatment, TreatmentPlan } from '../../healing/treatment.ts';
import type { SupervisorChoice } from '../../supervisors/detect.ts';
import type { TreatableGateway } from './monitored-gateway.ts';
import type { Look } from './look.ts';

/** What the configuration and the operators allow. */
export interface HealingRules {
  readonly mode: HealMode;
  readonly budget: Budget;
  /** @returns until when the gateway is to be let alone, milliseconds since the epoch; null: it is not. */
  readonly maintenanceUntil: (now: number) => number | null;
  /** @returns until when nothing is concluded: after a sleep of the machine all looks stale. null: now is fine. */
  readonly restUntil?: (now: number) => number | null;
  readonly gracefulMs: number;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
}

export interface TreatmentPlannerOptions {
  readonly gateway: Pick<
    TreatableGateway,
    'name' | 'detection' | 'findProcess' | 'graceful' | 'isTreatable' | 'control' | 'patience'
  >;
  readonly rules: HealingRules;
  readonly ledger: Pick<RestartLedger, 'times' | 'allTimes' | 'kills' | 'lastOf'>;
  readonly clock: Clock;
  /** Lifeline ends. */
  readonly signal: AbortSignal;
}

export interface Decided {
  readonly decision: Decision;
  /** Of a decision to treat, the plan; otherwise null. */
  readonly plan: TreatmentPlan | null;
}

export interface TreatmentPlanner {
  /** Plans a treatment with this supervisor. @param target the process to end, of `end_process`. */
  planFor(
    remedy: Treatment,
    links: readonly LinkName[],
    look: Look,
    choice: SupervisorChoice,
    target?: Suspect,
  ): Promise<TreatmentPlan>;
  /** Decides, and where that is to treat, plans it: what cannot be planned is told instead. */
  decideOn(look: Look, treatmentRunning: boolean): Promise<Decided>;
}

export const createTreatmentPlanner = ({
  gateway: { name, detection, findProcess, isTreatable, control, patience, graceful: gracefulFor },
  rules: { mode, budget, maintenanceUntil, dryRun },
  ledger,
  clock,
  signal,
}: TreatmentPlannerOptions): TreatmentPlanner => {
  const startsSince = (now: number): readonly number[] => ledger.allTimes(name, now - STORM.windowMs);

  const killBrake = ({ vitals }: Look, now: number): number | null =>
    patience.kills &&
    killBrakeUntil(
      [...vitals.uncleanStarts, ...ledger.kills(name, now - patience.kills.windowMs)],
      patience.kills,
      now,
    );

  const planFor = async (
    remedy: Treatment,
    links: readonly LinkName[],
    look: Look,
    choice: SupervisorChoice,
    target: Suspect | null = null,
  ): Promise<TreatmentPlan> => {
    const { verdicts, vitals } = look;
    const { supervisor } = choice;
    const now = clock.now();
    const own = verdicts.find((verdict) => verdict.link === null);
    const before = vitals.process ?? null;
    const graceful = gracefulFor(supervisor);
    const condition = own?.condition ?? 'unknown';
    const commands = (step: Step): readonly string[] =>
      step === 'end'
        ? [`kill -TERM ${target?.pid}`]
        : commandsOf(step, {
            remedy: remedy === 'end_process' ? 'start' : remedy,
            supervisor,
            graceful,
            before,
            control,
            links,
          });
    const steps = planSteps({
      remedy,
      condition,
      graceful: graceful !== null && before !== null,
      mayKill: killBrake(look, now) === null,
      blocked: before === null && condition !== 'stopped_on_purpose',
    });
    return {
      remedy,
      choice,
      steps: steps.map((step) => ({ step, commands: commands(step) })),
      before,
      hasSurvivors: before === null && ((await supervisor.survivors?.()) ?? []).length > 0,
      links,
      condition,
      target,
      held: objectionTo(remedy, own, startsSince(now), now),
      maintenanceUntil: maintenanceUntil(now),
      dryRun,
      turns: vitals.turns,
    };
  };

  const planDecided = async (decision: TreatDecision, look: Look): Promise<Decided> => {
    const { remedy, links } = decision;
    const choice = await detection.choose(signal);
    const { supervisor } = choice;
    const obstacle = remedy === 'restart_link' ? null : obstacleOf(remedy, await supervisor.status(signal), supervisor);
    const lookalike =
      remedy === 'restart' && obstacle === null ? await lookalikeBeside(supervisor, await findProcess()) : null;
    const plan = obstacle === null ? await planFor(remedy, links, look, choice) : null;
    const confirmed = finalDecision(decision, {
      obstacle,
      lookalike,
      notAgain: look.vitals.process ? null : (supervisor.notAgain?.() ?? null),
      dryRun,
      commands: plan?.steps.flatMap(({ commands }) => commands) ?? [],
    });
    return { decision: confirmed, plan: confirmed.act === 'treat' ? plan : null };
  };

  return {
    planFor,
    decideOn: async (look, treatmentRunning) => {
      const { at, verdicts } = look;
      const decision = decide({
        verdicts,
        isTreatable,
        mode,
        budget,
        restarts: ledger.times(name, at - DAY_MS),
        starts: startsSince(at),
        killBrakeUntil: killBrake(look, at),
        treatmentRunning,
        maintenanceUntil: maintenanceUntil(at),
        last: ledger.lastOf(name),
        now: at,
      });
      if (decision.act !== 'treat') return { decision, plan: null };
      try {
        return await planDecided(decision, look);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return {
          decision: finalDecision(decision, {
            obstacle: error.message,
            lookalike: null,
            notAgain: null,
            dryRun,
            commands: [],
          }),
          plan: null,
        };
      }
    },
  };
};
