/** Cares for one gateway: each look is judged by the policy, told to the incidents, and treated when that helps. */
import { errorText, UserError } from '../base/errors.ts';
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import { failOnce, NO_REPORT, reportedLater, type StageReport } from '../base/stage-report.ts';
import { suspectsIn, type LinkName } from '../diagnosis/evidence.ts';
import type { Running } from '../sensors/process.ts';
import { isTrouble, type Verdict } from '../diagnosis/verdict.ts';
import type { Vitals } from '../diagnosis/vitals.ts';
import type { ReplyAddress, Decision, TreatmentRecord, TreatmentResult } from '../healing/decision.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import type { TreatmentPlan } from '../healing/plan.ts';
import { treat } from '../healing/treat.ts';
import { missingLinks } from '../healing/verify.ts';
import { sameProcess } from '../sensors/proc.ts';
import type { Patience } from '../gateways/gateway-kind.ts';
import { startLink } from '../healing/restart-links.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import { createTreatmentPlanner, type TreatmentPlannerOptions } from './treatment-planner.ts';
import type { Look, Watcher } from './watcher.ts';

export interface ReconcilerOptions extends TreatmentPlannerOptions {
  readonly watcher: Watcher;
  /** What runs of the gateway now, looked for anew. */
  readonly lookForProcess: () => Promise<Running>;
  /** Whose process the gateway must be when none ran before: the owner of its home. */
  readonly owner: () => Promise<number | null>;
  /** @returns until when nothing is concluded: after a sleep of the machine all looks stale. null: now is fine. */
  readonly restUntil?: (now: number) => number | null;
  readonly ledger: RestartLedger;
  /** How long a start may take until it is proven. */
  readonly limitMs: () => number;
  readonly gracefulMs: number;
  readonly patience: Pick<Patience, 'kills' | 'drainMs'>;
  readonly incidents: IncidentPort;
  readonly teller: TreatmentTeller;
  /** Hears of what fails. */
  readonly report?: StageReport;
  /** Runs it in one transaction. */
  readonly atomically: (work: () => void) => void;
  /** Learns from each look how long starts take. */
  readonly learn: (look: Look) => void;
  readonly logger: Logger;
}

/** Where verdicts and treatments are told; it writes them down and sends what people must know. */
export interface IncidentPort {
  /** @returns when another look may end an incident by the mere passing of time; null: never. */
  judged(verdicts: readonly Verdict[], decision: Decision): number | null;
  treated(result: TreatmentResult, decision: Decision): void;
}

/** Tells the one who asked for a treatment how it goes. */
export interface TreatmentTeller {
  progress(record: TreatmentRecord): void;
  /** Called in the transaction that ends the treatment, so that the result is told once and for certain. */
  ended(record: TreatmentRecord, result: TreatmentResult, verdicts: readonly Verdict[]): void;
}

export type Begun =
  { readonly outcome: 'begun'; readonly result: Promise<TreatmentResult | null> } | { readonly outcome: 'busy' };

export interface Reconciler {
  /** Acts on a look; what it does goes on after this returns. */
  onLook(look: Look): void;
  /** Acts on a look; resolves when the treatment that it led to has ended, at once when it led to none. */
  act(look: Look): Promise<void>;
  /** What the policy says of a look now; nothing is done about it. */
  decide(look: Look): Promise<Decision>;
  /** @throws UserError when the supervisor cannot be asked. */
  plan(remedy: 'start' | 'restart' | 'stop'): Promise<TreatmentPlan>;
  /**
   * The same for one link alone. @throws UserError when there is no such link, or this gateway cannot restart one
   * alone.
   */
  planLink(link: LinkName): Promise<TreatmentPlan>;
  /**
   * The end of a process that looks like the gateway. @param startTime null: of whatever process has this pid. @throws
   * UserError when none of those has it.
   */
  planEnd(pid: number, startTime: number | null): Promise<TreatmentPlan>;
  /** A treatment that an operator asked for: outside the budget and whatever the heal mode. */
  treat(plan: TreatmentPlan, requestedBy: string, answer: ReplyAddress | null): Begun;
  /** Takes up a treatment that was cut short. */
  resume(record: TreatmentRecord): void;
  /** Resolves when no treatment runs any more; one that runs is wound up and goes on at the next start. */
  stop(): Promise<void>;
}

/** Who asked for a treatment, when nobody did. */
export const AUTO = 'auto';
/** How often the gateway is looked at while a treatment waits for its proof. */
const PROOF_POLL_MS = 500;
/** What was begun so long ago is not carried on: the world is another. It is looked at, and told. */
const TOO_OLD_MS = 900_000;
const STORE_AGAIN_MS = 10_000;

/** Conditions of a link whose login a restart can be asked to prove. */
const PROVABLE: ReadonlySet<string> = new Set([
  'up',
  'connecting',
  'reconnecting',
  'down',
  'gave_up',
  'deaf',
  'flapping',
  'rejected',
  'unreachable',
]);

export const createReconciler = (options: ReconcilerOptions): Reconciler => {
  const {
    gateway,
    watcher,
    holder,
    lookForProcess,
    ledger,
    incidents,
    teller,
    atomically,
    report = NO_REPORT,
    clock,
    logger,
  } = options;
  const stopping = new AbortController();
  let running: Promise<TreatmentResult | null> | null = null;
  let cancelRecheck = (): void => undefined;

  const { planFor, decideOn } = createTreatmentPlanner(options, {
    treatmentRunning: () => running !== null,
    signal: stopping.signal,
  });

  const begin = (
    { remedy, choice, rungs, before, links, target }: TreatmentPlan,
    requestedBy: string,
    answer: ReplyAddress | null,
    goOn: boolean,
  ): Promise<TreatmentResult | null> => {
    const record = ledger.begin({
      gateway,
      remedy,
      requestedBy,
      at: clock.now(),
      links,
      before,
      planned: rungs.map(({ rung }) => rung),
      stepIndex: -1,
      rungBefore: before,
      phase: 'planned',
      steps: [],
      target: target && { pid: target.pid, startTime: target.startTime },
      answer,
      progress: null,
    });
    logger.warn(
      {
        ...event('treatment.begun'),
        gateway,
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
  };

  const carryOn = (record: TreatmentRecord, supervisor: Supervisor, goOn: boolean): Promise<TreatmentResult | null> => {
    const { requestedBy, before } = record;
    let current = record;
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
        graceful: options.graceful(supervisor),
        control: options.control,
        drainMs: options.patience.drainMs,
        look: lookForProcess,
        vitals: async () => (await watcher.look()).vitals,
        // Of a container its maker says as whom it runs.
        uid: before?.uid ?? (supervisor.container === undefined ? await options.owner().catch(() => null) : null),
        save: (next) => {
          current = next;
          ledger.save(next);
          teller.progress(next);
        },
        limitMs: options.limitMs(),
        gracefulMs: options.gracefulMs,
        pollMs: PROOF_POLL_MS,
        clock,
        signal: stopping.signal,
        logger: logger.child({ gateway }),
      });
      if (result !== null) await finish(current, result, goOn);
      return result;
    };
    const treatment = work();
    running = treatment;
    treatment
      .finally(() => over(treatment))
      .then(
        () => report.worked({ stage: 'treatment', gateway }),
        (error: unknown) => {
          logger.error({ gateway, err: error }, 'a treatment failed');
          if (!stopping.signal.aborted) failOnce(report, { stage: 'treatment', gateway }, error);
        },
      );
    return treatment;
  };

  /** Unless the next one has begun already. */
  const over = (treatment: Promise<unknown>): void => {
    if (running === treatment) running = null;
  };

  const finish = async (record: TreatmentRecord, result: TreatmentResult, goOn: boolean): Promise<void> => {
    if (result.remedy === 'stop' && result.outcome === 'recovered')
      watcher.note({ kind: 'stopped-by-operator', by: result.requestedBy });
    logger.info(
      {
        ...event('treatment.ended'),
        gateway,
        remedy: result.remedy,
        outcome: result.outcome,
        lastedMs: result.endedAt - result.startedAt,
        requestedBy: result.requestedBy,
        before: result.before?.pid,
        after: result.after?.pid,
        rungs: result.rungs,
        missing: result.missing,
        problem: result.problem,
      },
      `treatment ${result.outcome}`,
    );
    if (isOfGateway(record)) watcher.note({ kind: 'treatment-over' });
    const look = await watcher.look();
    const { decision } = await decideOn(look, false);
    await stored(() =>
      atomically(() => {
        ledger.finish(record.id, result);
        incidents.treated(result, decision);
        teller.ended(record, result, look.verdicts);
      }),
    );
    // What comes next is decided on the same look; one treatment leads to the next only by the policy.
    if (!goOn || stopping.signal.aborted) return;
    running = null;
    onLook(look);
  };

  /** A full disk passes; a treatment without its end would hold back all others. */
  const stored = async (work: () => void): Promise<void> => {
    for (;;) {
      try {
        work();
        return;
      } catch (error) {
        logger.error({ gateway, err: error }, 'the end of a treatment could not be written down; trying again');
        failOnce(report, { stage: 'treatment', gateway }, error);
        await clock.sleep(STORE_AGAIN_MS, stopping.signal);
      }
    }
  };

  const learn = (look: Look): void => {
    try {
      options.learn(look);
    } catch (error) {
      logger.warn({ gateway, error: errorText(error) }, 'nothing could be learned from a look');
    }
  };

  /** @returns at once, with the treatment that the look led to; null: none. */
  const handle = async (look: Look, goOn: boolean): Promise<{ readonly treatment: Promise<unknown> | null }> => {
    if (stopping.signal.aborted || running) return { treatment: null };
    cancelRecheck();
    const restUntil = options.restUntil?.(look.at) ?? null;
    if (restUntil !== null) {
      cancelRecheck = clock.timer(restUntil - look.at + 1, lookAgain);
      return { treatment: null };
    }
    learn(look);
    const { decision, plan } = await reportedLater(report, { stage: 'decision', gateway }, () => decideOn(look));
    // While the supervisor was asked, another treatment may have begun.
    if (stopping.signal.aborted || running) return { treatment: null };
    const recheckAt = incidents.judged(look.verdicts, decision);
    const again =
      decision.act === 'hold' && decision.until !== null ? Math.min(decision.until, recheckAt ?? Infinity) : recheckAt;
    if (again !== null) cancelRecheck = clock.timer(again - look.at + 1, lookAgain);
    return { treatment: plan ? begin(plan, AUTO, null, goOn) : null };
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

  const lookAgain = (): void => {
    watcher.look().then(onLook, (error: unknown) => logger.error({ gateway, err: error }, 'a look failed'));
  };

  return {
    onLook,
    act: async (look) => {
      await (
        await handle(look, false)
      ).treatment;
    },
    decide: async (look) => (await decideOn(look)).decision,
    plan: async (remedy) => {
      const look = await watcher.look();
      const links =
        remedy === 'stop'
          ? []
          : look.verdicts.filter(({ condition }) => PROVABLE.has(condition)).flatMap(({ link }) => link ?? []);
      return planFor(
        remedy === 'restart' && !look.vitals.process ? 'start' : remedy,
        links,
        look,
        await holder.choose(stopping.signal),
      );
    },
    planLink: async (link) => {
      if (!options.control)
        throw new UserError(
          'LINK_ALONE',
          `${gateway} offers no way to restart one link alone. To restart all of it: /restart ${gateway}`,
        );
      const look = await watcher.look();
      const known = look.verdicts.flatMap((verdict) => verdict.link ?? []);
      if (!known.includes(link))
        throw new UserError(
          'LINK_UNKNOWN',
          `${gateway} has no link "${link}"${known.length > 0 ? `; it has: ${known.join(', ')}` : ''}.`,
        );
      return planFor('restart_link', [link], look, await holder.choose(stopping.signal));
    },
    planEnd: async (pid, startTime) => {
      const [{ gateway: proven, beside }, look] = [await lookForProcess(), await watcher.look()];
      const suspects = [...beside, ...suspectsIn(look.verdicts.flatMap(({ evidence }) => evidence))];
      const target = suspects.find(
        (suspect) => suspect.pid === pid && (startTime === null || suspect.startTime === startTime),
      );
      if (proven?.pid === pid)
        throw new UserError('END_GATEWAY', `pid ${pid} is ${gateway} itself. To restart it: /restart ${gateway}`);
      if (!target)
        throw new UserError(
          'END_UNKNOWN',
          `pid ${pid} is not one of the processes that look like ${gateway}${suspects.length > 0 ? `; those are: ${[...new Set(suspects.map((suspect) => suspect.pid))].join(', ')}` : ', and no other is'}.`,
        );
      return planFor('end_process', [], look, await holder.choose(stopping.signal), target);
    },
    treat: (plan, requestedBy, answer) =>
      running || plan.dryRun
        ? { outcome: 'busy' }
        : { outcome: 'begun', result: begin(plan, requestedBy, answer, true) },
    resume: (record) => {
      if (options.dryRun) return;
      const earlier = running;
      const tooOld = Math.abs(clock.now() - record.at) > TOO_OLD_MS;
      logger.warn(
        { gateway, remedy: record.remedy, rung: record.stepIndex, phase: record.phase, tooOld },
        'a treatment was cut short when Lifeline ended; taking it up',
      );
      const work = async (): Promise<null> => {
        try {
          // Two of one gateway are left behind only where a write failed; they go one after the other.
          await earlier?.catch(() => undefined);
          // A link can be asked for only once its gateway has been seen.
          if (record.remedy === 'restart_link') await watcher.look();
          if (tooOld) await finish(record, await late(record), true);
          else await carryOn(record, (await holder.choose(stopping.signal)).supervisor, true);
        } catch (error) {
          if (stopping.signal.aborted) return null;
          logger.error({ gateway, err: error }, 'a treatment that was cut short could not be taken up');
          await startAgain(record);
          await finish(record, { ...blank(record, clock.now()), problem: errorText(error) }, true);
        }
        return null;
      };
      const resumed = work();
      running = resumed;
      resumed
        .finally(() => over(resumed))
        .catch((error: unknown) =>
          logger.error({ gateway, err: error }, 'the end of a treatment could not be written down'),
        );
    },
    stop: async () => {
      cancelRecheck();
      stopping.abort(new Error('Lifeline ends'));
      await handling;
      await running?.catch(() => undefined);
    },
  };

  /**
   * A link that Lifeline may have left stopped is started, however late: the gateway would take it for somebody's wish.
   */
  async function startAgain({ remedy, links }: TreatmentRecord): Promise<void> {
    if (remedy !== 'restart_link' || !options.control) return;
    for (const link of links) {
      const failure = await startLink(options.control, link);
      if (failure !== null)
        logger.warn({ gateway, link, failure }, 'a link that was being restarted could not be started');
    }
  }

  /** What became of a treatment while Lifeline was away for long: nothing is done, only looked. */
  async function late(record: TreatmentRecord): Promise<TreatmentResult> {
    const { vitals } = await watcher.look();
    const after = vitals.process ?? null;
    await startAgain(record);
    const done = isDone(record, vitals);
    return {
      ...blank(record, clock.now()),
      outcome: done ? 'recovered' : 'failed',
      after,
      problem: done ? null : 'Lifeline was away while this was under way; nothing more was done.',
    };
  }
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

const blank = (
  { remedy, requestedBy, at, before, planned, stepIndex, steps }: TreatmentRecord,
  now: number,
): TreatmentResult => ({
  outcome: 'failed',
  remedy,
  requestedBy,
  startedAt: at,
  endedAt: now,
  before,
  after: null,
  rungs: planned.slice(0, stepIndex + 1),
  steps,
  missing: [],
  problem: null,
});
