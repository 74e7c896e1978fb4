/**
 * Brings one gateway back to the desired state: each look is judged by the healing policy (`treatment-planner.ts`),
 * told to the incidents, and treated when that helps (`treatment-runner.ts`).
 */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { NO_REPORT, reportedLater, type StageReport } from '../../base/stage-report.ts';
import type { Verdict } from '../../diagnosis/verdict.ts';
import { whenToJudge, type Decision } from '../../healing/decision.ts';
import type { ReplyAddress, TreatmentPlan, TreatmentRecord, TreatmentResult } from '../../healing/treatment.ts';
import type { TreatableGateway } from './monitored-gateway.ts';
import { createOperatorPlans, type OperatorPlans } from './operator-plans.ts';
import { createTreatmentPlanner, type HealingRules } from './treatment-planner.ts';
import { AUTO, createTreatmentRunner, type TreatmentStores, type TreatmentTeller } from './treatment-runner.ts';
import type { Look } from './look.ts';

export interface ReconcilerOptions {
  readonly gateway: TreatableGateway;
  readonly rules: HealingRules;
  readonly stores: TreatmentStores;
  readonly listeners: ReconcilerListeners;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ReconcilerListeners {
  readonly incidents: IncidentPort;
  readonly teller: TreatmentTeller;
  /** Hears of what fails. */
  readonly report?: StageReport;
  /** Learns from each look how long starts take. */
  readonly learn?: (look: Look) => void;
  /** Learns what was changed of the gateway, before anything about the look is told. Never throws. */
  readonly follow?: (look: Look) => Promise<void>;
}

/** Where verdicts and treatments are told; it writes them down and sends what people must know. */
export interface IncidentPort {
  /** @returns when another look may end an incident by the mere passing of time; null: never. */
  judged(verdicts: readonly Verdict[], decision: Decision): number | null;
  treated(result: TreatmentResult, decision: Decision): void;
}

export type Begun =
  { readonly outcome: 'begun'; readonly result: Promise<TreatmentResult | null> } | { readonly outcome: 'busy' };

export interface Reconciler extends OperatorPlans {
  /** Acts on a look; what it does goes on after this returns. */
  onLook(look: Look): void;
  /** Acts on a look; resolves when the treatment that it led to has ended, at once when it led to none. */
  act(look: Look): Promise<void>;
  /** What the policy says of a look now; nothing is done about it. */
  decide(look: Look): Promise<Decision>;
  /** A treatment that an operator asked for: outside the budget and whatever the heal mode. */
  treat(plan: TreatmentPlan, requestedBy: string, answer: ReplyAddress | null): Begun;
  /** Takes up a treatment that was cut short. */
  resume(record: TreatmentRecord): void;
  /** Resolves when no treatment runs any more; one that runs is wound up and goes on at the next start. */
  stop(): Promise<void>;
}

export const createReconciler = ({
  gateway: treatable,
  rules,
  stores,
  listeners,
  clock,
  logger,
}: ReconcilerOptions): Reconciler => {
  const { name: gateway, watcher } = treatable;
  const { incidents, teller, report = NO_REPORT } = listeners;
  const stopping = new AbortController();
  const { signal } = stopping;
  const planner = createTreatmentPlanner({ gateway: treatable, rules, ledger: stores.ledger, clock, signal });
  const runner = createTreatmentRunner({
    gateway: treatable,
    gracefulMs: rules.gracefulMs,
    dryRun: rules.dryRun,
    stores,
    teller,
    onTreated: (result, decision) => incidents.treated(result, decision),
    decideAfter: async (look) => (await planner.decideOn(look, false)).decision,
    goOn: (look) => onLook(look),
    report,
    clock,
    logger,
    signal,
  });
  let cancelRecheck = (): void => undefined;

  const lookAgainIn = (ms: number): void => {
    cancelRecheck = clock.timer(ms, () => {
      watcher.look().then(onLook, (error: unknown) => logger.error({ gateway, err: error }, 'a look failed'));
    });
  };

  const learn = (look: Look): void => {
    try {
      listeners.learn?.(look);
    } catch (error) {
      logger.warn({ gateway, error: errorText(error) }, 'nothing could be learned from a look');
    }
  };

  const whenToJudgeLook = (look: Look) =>
    whenToJudge({
      ending: signal.aborted,
      treatmentRunning: runner.isRunning(),
      restUntil: rules.restUntil?.(look.at) ?? null,
    });

  /** @returns at once, with the treatment that the look led to; null: none. */
  const handle = async (look: Look, goOn: boolean): Promise<{ readonly treatment: Promise<unknown> | null }> => {
    const when = whenToJudgeLook(look);
    if (when.judge === 'not') return { treatment: null };
    cancelRecheck();
    if (when.judge === 'later') {
      lookAgainIn(when.at - look.at + 1);
      return { treatment: null };
    }
    learn(look);
    await listeners.follow?.(look);
    const { decision, plan } = await reportedLater(report, { stage: 'decision', gateway }, () =>
      planner.decideOn(look, runner.isRunning()),
    );
    // While the supervisor was asked, another treatment may have begun.
    if (signal.aborted || runner.isRunning()) return { treatment: null };
    const incidentsAt = incidents.judged(look.verdicts, decision) ?? Infinity;
    const heldUntil = decision.act === 'hold' ? (decision.until ?? Infinity) : Infinity;
    const recheckAt = Math.min(incidentsAt, heldUntil);
    if (recheckAt !== Infinity) lookAgainIn(recheckAt - look.at + 1);
    return { treatment: plan ? runner.begin(plan, AUTO, null, goOn) : null };
  };

  /** One look at a time, and of those that come meanwhile only the latest. */
  let handling: Promise<unknown> | null = null;
  let next: Look | null = null;
  const onLook = (look: Look): void => {
    next = look;
    handling ??= (async () => {
      while (next) {
        const current: Look = next;
        next = null;
        try {
          const { treatment } = await handle(current, true);
          treatment?.catch(() => undefined);
        } catch (error) {
          logger.error(
            { gateway, error: errorText(error) },
            'a look could not be acted upon; the next one tries again',
          );
        }
      }
    })().finally(() => (handling = null));
  };

  return {
    ...createOperatorPlans(treatable, planner, signal),
    onLook,
    act: async (look) => {
      await (
        await handle(look, false)
      ).treatment;
    },
    decide: async (look) => (await planner.decideOn(look, runner.isRunning())).decision,
    treat: (plan, requestedBy, answer) =>
      runner.isRunning() || plan.dryRun
        ? { outcome: 'busy' }
        : { outcome: 'begun', result: runner.begin(plan, requestedBy, answer, true) },
    resume: (record) => runner.resume(record),
    stop: async () => {
      cancelRecheck();
      stopping.abort(new Error('Lifeline ends'));
      await handling;
      await runner.idle();
    },
  };
};
