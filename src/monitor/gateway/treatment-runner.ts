/**
 * Carries out the treatments of one gateway, one at a time, writes down how each ends, and takes up one that was cut
 * short when Lifeline ended.
 */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import { event } from '../../base/events.ts';
import type { Logger } from '../../base/logger.ts';
import { failOnce, type StageReport } from '../../base/stage-report.ts';
import { isTrouble, type Verdict } from '../../diagnosis/verdict.ts';
import type { Vitals } from '../../diagnosis/vitals.ts';
import type { Decision } from '../../healing/decision.ts';
import type { RestartLedger } from '../../healing/ledger.ts';
import { startLink } from '../../healing/restart-links.ts';
import { treat } from '../../healing/treat.ts';
import type { ReplyAddress, TreatmentPlan, TreatmentRecord, TreatmentResult } from '../../healing/treatment.ts';
import { missingLinks } from '../../healing/verify.ts';
import { sameProcess } from '../../sensors/process/proc.ts';
import type { Supervisor } from '../../supervisors/supervisor.ts';
import type { TreatableGateway } from './monitored-gateway.ts';
import type { Look } from './look.ts';

/** Where treatments are written down. */
export interface TreatmentStores {
  readonly ledger: RestartLedger;
  /** Runs it in one transaction. */
  readonly atomically: (work: () => void) => void;
}

/** Tells the one who asked for a treatment how it goes. */
export interface TreatmentTeller {
  progress(record: TreatmentRecord): void;
  /** Called in the transaction that ends the treatment, so that the result is told once and for certain. */
  ended(record: TreatmentRecord, result: TreatmentResult, verdicts: readonly Verdict[]): void;
}

export interface TreatmentRunnerOptions {
  readonly gateway: TreatableGateway;
  readonly gracefulMs: number;
  readonly dryRun: boolean;
  readonly stores: TreatmentStores;
  readonly teller: TreatmentTeller;
  /** Called in the transaction that ends the treatment, with what healing does next. */
  readonly onTreated: (result: TreatmentResult, decision: Decision) => void;
  /** What is decided on the look that follows a treatment. */
  readonly decideAfter: (look: Look) => Promise<Decision>;
  /** Acts on that look. */
  readonly goOn: (look: Look) => void;
  readonly report: StageReport;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lifeline ends. */
  readonly signal: AbortSignal;
}

export interface TreatmentRunner {
  isRunning(): boolean;
  /** @param goOn whether the look that follows is acted upon. @returns null when Lifeline ended in the middle */
  begin(
    plan: TreatmentPlan,
    requestedBy: string,
    answer: ReplyAddress | null,
    goOn: boolean,
  ): Promise<TreatmentResult | null>;
  /** Takes up a treatment that was cut short. */
  resume(record: TreatmentRecord): void;
  /** Resolves when no treatment runs any more; never rejects. */
  idle(): Promise<void>;
}

/** Who asked for a treatment, when nobody did. */
export const AUTO = 'auto';
/** How often the gateway is looked at while a treatment waits for its proof. */
const PROOF_POLL_MS = 500;
/** What was begun so long ago is not carried on: the world is another. It is looked at, and told. */
const TOO_OLD_MS = 900_000;
const STORE_AGAIN_MS = 10_000;

export const createTreatmentRunner = (options: TreatmentRunnerOptions): TreatmentRunner => {
  const { gateway, stores, teller, report, clock, logger, signal } = options;
  const { name, watcher, control, findProcess } = gateway;
  const { ledger, atomically } = stores;
  const place = { stage: 'treatment', gateway: name } as const;
  let running: Promise<TreatmentResult | null> | null = null;

  const runs = (treatment: Promise<TreatmentResult | null>): Promise<void> => {
    running = treatment;
    return treatment.then(
      () => release(treatment),
      (error: unknown) => {
        release(treatment);
        throw error;
      },
    );
  };

  /** Unless the next one has begun already. */
  const release = (treatment: Promise<unknown>): void => {
    if (running === treatment) running = null;
  };

  const carryOn = (record: TreatmentRecord, supervisor: Supervisor, goOn: boolean): Promise<TreatmentResult | null> => {
    const { requestedBy, before } = record;
    let current = record;
    const forMemory = watcher.last()?.verdicts.some(({ cause }) => cause === 'memory_over_limit') === true;
    if (record.remedy === 'restart_link') for (const link of record.links) watcher.noteLink(link);
    else if (isOfGateway(record))
      watcher.note({
        kind: 'treated',
        cause: requestedBy === AUTO ? (watcher.last()?.verdicts.find(isTrouble)?.cause ?? null) : null,
      });
    const work = async (): Promise<TreatmentResult | null> => {
      const result = await treat({
        record,
        supervisor,
        graceful: gateway.graceful(supervisor),
        control,
        drainMs: gateway.patience.drainMs,
        findProcess,
        vitals: async () => (await watcher.look()).vitals,
        // Of a container its maker says as whom it runs.
        uid: before?.uid ?? (supervisor.container === undefined ? await gateway.owner().catch(() => null) : null),
        forMemory,
        save: (next) => {
          current = next;
          ledger.save(next);
          teller.progress(next);
        },
        limitMs: gateway.startLimitMs(),
        gracefulMs: options.gracefulMs,
        pollMs: PROOF_POLL_MS,
        clock,
        signal,
        logger: logger.child({ gateway: name }),
      });
      if (result !== null) await finish(current, result, goOn);
      return result;
    };
    const treatment = work();
    runs(treatment).then(
      () => report.worked(place),
      (error: unknown) => {
        logger.error({ gateway: name, err: error }, 'a treatment failed');
        if (!signal.aborted) failOnce(report, place, error);
      },
    );
    return treatment;
  };

  const finish = async (record: TreatmentRecord, result: TreatmentResult, goOn: boolean): Promise<void> => {
    if (result.remedy === 'stop' && result.outcome === 'recovered')
      watcher.note({ kind: 'stopped-by-operator', by: result.requestedBy });
    logger.info(
      {
        ...event('treatment.ended'),
        gateway: name,
        remedy: result.remedy,
        outcome: result.outcome,
        lastedMs: result.endedAt - result.startedAt,
        requestedBy: result.requestedBy,
        before: result.before?.pid,
        after: result.after?.pid,
        rungs: result.stepsTaken,
        missing: result.missing,
        problem: result.problem,
      },
      `treatment ${result.outcome}`,
    );
    if (isOfGateway(record)) watcher.note({ kind: 'treatment-over' });
    const look = await watcher.look();
    const decision = await options.decideAfter(look);
    await stored(() =>
      atomically(() => {
        ledger.finish(record.id, result);
        options.onTreated(result, decision);
        teller.ended(record, result, look.verdicts);
      }),
    );
    // What comes next is decided on the same look; one treatment leads to the next only by the policy.
    if (!goOn || signal.aborted) return;
    running = null;
    options.goOn(look);
  };

  /** A full disk passes; a treatment without its end would hold back all others. */
  const stored = async (work: () => void): Promise<void> => {
    for (;;) {
      try {
        work();
        return;
      } catch (error) {
        logger.error({ gateway: name, err: error }, 'the end of a treatment could not be written down; trying again');
        failOnce(report, place, error);
        await clock.sleep(STORE_AGAIN_MS, signal);
      }
    }
  };

  /**
   * A link that Lifeline may have left stopped is started, however late: the gateway would take it for somebody's wish.
   */
  const startLinksAgain = async ({ remedy, links }: TreatmentRecord): Promise<void> => {
    if (remedy !== 'restart_link' || !control) return;
    for (const link of links) {
      const failure = await startLink(control, link);
      if (failure !== null)
        logger.warn({ gateway: name, link, failure }, 'a link that was being restarted could not be started');
    }
  };

  /** What became of a treatment while Lifeline was away for long: nothing is done, only looked. */
  const resultOfOld = async (record: TreatmentRecord): Promise<TreatmentResult> => {
    const { vitals } = await watcher.look();
    const after = vitals.process ?? null;
    await startLinksAgain(record);
    const done = isDone(record, vitals);
    return {
      ...failedResult(record, clock.now()),
      outcome: done ? 'recovered' : 'failed',
      after,
      problem: done ? null : 'Lifeline was away while this was under way; nothing more was done.',
    };
  };

  return {
    isRunning: () => running !== null,
    begin: ({ remedy, choice, steps, before, links, target }, requestedBy, answer, goOn) => {
      const record = ledger.begin({
        gateway: name,
        remedy,
        requestedBy,
        at: clock.now(),
        links,
        before,
        planned: steps.map(({ step }) => step),
        stepIndex: -1,
        stepBefore: before,
        phase: 'planned',
        actions: [],
        target: target && { pid: target.pid, startTime: target.startTime },
        answer,
        progress: null,
      });
      logger.warn(
        {
          ...event('treatment.begun'),
          gateway: name,
          remedy,
          links,
          requestedBy,
          supervisor: choice.supervisor.name,
          unit: choice.supervisor.unit,
          why: choice.why,
        },
        'treatment begins',
      );
      teller.progress(record);
      return carryOn(record, choice.supervisor, goOn);
    },
    resume: (record) => {
      if (options.dryRun) return;
      const earlier = running;
      const tooOld = Math.abs(clock.now() - record.at) > TOO_OLD_MS;
      logger.warn(
        { gateway: name, remedy: record.remedy, rung: record.stepIndex, phase: record.phase, tooOld },
        'a treatment was cut short when Lifeline ended; taking it up',
      );
      const work = async (): Promise<null> => {
        try {
          // Two of one gateway are left behind only where a write failed; they go one after the other.
          await earlier?.catch(() => undefined);
          // A link can be asked for only once its gateway has been seen.
          if (record.remedy === 'restart_link') await watcher.look();
          if (tooOld) await finish(record, await resultOfOld(record), true);
          else await carryOn(record, (await gateway.detection.choose(signal)).supervisor, true);
        } catch (error) {
          if (signal.aborted) return null;
          logger.error({ gateway: name, err: error }, 'a treatment that was cut short could not be taken up');
          await startLinksAgain(record);
          await finish(record, { ...failedResult(record, clock.now()), problem: errorText(error) }, true);
        }
        return null;
      };
      runs(work()).catch((error: unknown) =>
        logger.error({ gateway: name, err: error }, 'the end of a treatment could not be written down'),
      );
    },
    idle: async () => {
      await running?.catch(() => undefined);
    },
  };
};

/** Whether the gateway itself is started or ended by it, and not only a link, or a process beside it. */
const isOfGateway = ({ remedy, planned }: Pick<TreatmentRecord, 'remedy' | 'planned'>): boolean =>
  remedy !== 'restart_link' && (remedy !== 'end_process' || planned.length > 1);

/** Whether what a treatment was for is so now, whoever brought it about. */
const isDone = ({ remedy, links, at, before }: TreatmentRecord, vitals: Vitals): boolean => {
  if (remedy === 'restart_link') return missingLinks(vitals, links, at).length === 0;
  const after = vitals.process ?? null;
  if (remedy === 'stop') return after === null;
  return after !== null && (before === null || !sameProcess(after, before));
};

const failedResult = (
  { remedy, requestedBy, at, before, planned, stepIndex, actions }: TreatmentRecord,
  now: number,
): TreatmentResult => ({
  outcome: 'failed',
  remedy,
  requestedBy,
  startedAt: at,
  endedAt: now,
  before,
  after: null,
  stepsTaken: planned.slice(0, stepIndex + 1),
  actions,
  missing: [],
  problem: null,
});
