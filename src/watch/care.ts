/** Cares for one gateway: each look is judged by the policy, told to the incidents, and treated when that helps. */
import type { Clock } from '../base/clock.ts';
import { errorText, UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { LinkName, ProcessIdentity, ProcessSeen } from '../diagnosis/evidence.ts';
import { isTrouble, type Verdict } from '../diagnosis/verdict.ts';
import type { Answer, Decision, Treatment, TreatmentRecord, TreatmentResult } from '../healing/decision.ts';
import type { Budget, HealMode } from '../config/config.ts';
import { DAY_MS } from '../healing/budget.ts';
import { planLadder } from '../healing/ladder.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import { maintenanceUntil, type MaintenanceWindow } from '../healing/maintenance.ts';
import type { TreatmentPlan } from '../healing/plan.ts';
import { decide, heldBy, STORM, stormBrakeUntil } from '../healing/policy.ts';
import { commandsOf, obstacleOf, type Graceful } from '../healing/rungs.ts';
import { treat } from '../healing/treat.ts';
import { sameProcess } from '../sensors/proc.ts';
import type { Choice, Holder } from '../supervisors/holder.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { Look, Watcher } from './watcher.ts';

export interface CareOptions {
  readonly gateway: string;
  readonly watcher: Watcher;
  readonly holder: Holder;
  readonly find: () => Promise<ProcessSeen | null>;
  /** How the gateway is asked to end its turns first, where this supervisor keeps it. */
  readonly graceful: (supervisor: Supervisor) => Graceful | null;
  /** Whose process the gateway must be when none ran before: the owner of its home. */
  readonly owner: () => Promise<number | null>;
  readonly mode: HealMode;
  readonly budget: Budget;
  readonly maintenance: readonly MaintenanceWindow[];
  readonly ledger: RestartLedger;
  /** How long a start may take until it is proven. */
  readonly limitMs: () => number;
  readonly gracefulMs: number;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
  readonly incidents: IncidentPort;
  readonly teller: TreatmentTeller;
  /** Runs it in one transaction. */
  readonly atomically: (work: () => void) => void;
  /** Learns from each look how long starts take. */
  readonly learn: (look: Look) => void;
  readonly clock: Clock;
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

export type Begun = { readonly outcome: 'begun'; readonly result: Promise<TreatmentResult | null> } | { readonly outcome: 'busy' };

export interface Care {
  /** Acts on a look; what it does goes on after this returns. */
  onLook(look: Look): void;
  /** Acts on a look; resolves when the treatment that it led to has ended, at once when it led to none. */
  act(look: Look): Promise<void>;
  /** What the policy says of a look now; nothing is done about it. */
  decide(look: Look): Promise<Decision>;
  /** @throws UserError when the supervisor cannot be asked. */
  plan(remedy: 'start' | 'restart' | 'stop'): Promise<TreatmentPlan>;
  /** A treatment that an operator asked for: outside the budget and whatever the heal mode. */
  treat(plan: TreatmentPlan, requestedBy: string, answer: Answer | null): Begun;
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
const PROVABLE: ReadonlySet<string> = new Set(['up', 'connecting', 'reconnecting', 'down', 'gave_up', 'deaf', 'flapping', 'rejected', 'unreachable']);

export const createCare = (options: CareOptions): Care => {
  const { gateway, watcher, holder, find, mode, budget, ledger, incidents, teller, atomically, clock, logger } = options;
  const stopping = new AbortController();
  let running: Promise<TreatmentResult | null> | null = null;
  let cancelRecheck = (): void => undefined;

  const planFor = async (remedy: Treatment, links: readonly LinkName[], { verdicts, vitals }: Look, choice: Choice, strays: readonly ProcessIdentity[] = []): Promise<TreatmentPlan> => {
    const own = verdicts.find((verdict) => verdict.link === null);
    const before = vitals.process ?? null;
    const graceful = options.graceful(choice.supervisor);
    const condition = own?.condition ?? 'unknown';
    const rungs = planLadder({ remedy, condition, graceful: graceful !== null && before !== null });
    return {
      remedy,
      choice,
      rungs: rungs.map((rung) => ({ rung, commands: remedy === 'stop_strays' ? strays.map(({ pid }) => `kill -TERM ${pid}`) : commandsOf(rung, { remedy, supervisor: choice.supervisor, graceful, before }) })),
      before,
      links,
      condition,
      strays,
      held: heldBy(own) ?? (remedy !== 'stop' && stormBrakeUntil(ledger.allTimes(gateway, clock.now() - STORM.windowMs), clock.now()) !== null ? 'storm_brake' : null),
      dryRun: options.dryRun,
      turns: vitals.turns,
    };
  };

  /** Of several processes of this home, those that its supervisor does not keep; null when that cannot be told. */
  const straysOf = async ({ verdicts }: Look): Promise<{ readonly choice: Choice; readonly strays: readonly ProcessIdentity[] } | null> => {
    const facts = verdicts.find(({ cause }) => cause === 'several_processes')?.evidence.map(({ fact }) => fact) ?? [];
    const processes = facts.flatMap((fact) => (fact.kind === 'duplicates' ? fact.processes : []));
    if (processes.length < 2) return null;
    const choice = await holder.choose(stopping.signal);
    const main = choice.supervisor.name === 'process' ? null : (await choice.supervisor.status(stopping.signal)).main;
    const strays = main ? processes.filter((process) => !sameProcess(process, main)) : [];
    return main && strays.length === processes.length - 1 ? { choice, strays } : null;
  };

  /** Decides, and where that is to treat, plans it: what cannot be planned is told instead. */
  const decideOn = async (look: Look, treatmentRunning = running !== null): Promise<{ readonly decision: Decision; readonly plan: TreatmentPlan | null }> => {
    const { at, verdicts } = look;
    const duplicates = verdicts.some(({ cause }) => cause === 'several_processes') ? await straysOf(look).catch(() => null) : null;
    const decision = decide({
      verdicts,
      mode,
      budget,
      restarts: ledger.times(gateway, at - DAY_MS),
      starts: ledger.allTimes(gateway, at - STORM.windowMs),
      treatmentRunning,
      maintenanceUntil: maintenanceUntil(options.maintenance, at),
      straysKnown: duplicates !== null,
      now: at,
    });
    if (decision.act !== 'treat') return { decision, plan: null };
    try {
      const choice = decision.remedy === 'stop_strays' && duplicates ? duplicates.choice : await holder.choose(stopping.signal);
      const { remedy } = decision;
      const obstacle = remedy === 'stop_strays' ? null : obstacleOf(remedy, await choice.supervisor.status(stopping.signal), choice.supervisor);
      // Nothing would be tried; to say so once is better than to fail again and again.
      if (obstacle !== null) return { decision: { act: 'tell', why: 'supervisor_out_of_reach', problem: obstacle }, plan: null };
      const plan = await planFor(remedy, decision.links, look, choice, duplicates?.strays);
      if (!options.dryRun) return { decision, plan };
      return { decision: { act: 'tell', why: 'dry_run', commands: plan.rungs.flatMap(({ commands }) => commands) }, plan: null };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { decision: { act: 'tell', why: 'supervisor_out_of_reach', problem: error.message }, plan: null };
    }
  };

  const begin = ({ remedy, choice, rungs, before, links, strays }: TreatmentPlan, requestedBy: string, answer: Answer | null, goOn: boolean): Promise<TreatmentResult | null> => {
    const record = ledger.begin({
      gateway,
      remedy,
      requestedBy,
      at: clock.now(),
      links,
      before,
      rungs: rungs.map(({ rung }) => rung),
      rung: -1,
      rungBefore: before,
      phase: 'planned',
      steps: [],
      strays,
      answer,
      progress: null,
    });
    logger.warn({ gateway, remedy, links, requestedBy, supervisor: choice.supervisor.name, unit: choice.supervisor.unit, why: choice.why }, 'treatment begins');
    teller.progress(record);
    return carryOn(record, choice.supervisor, goOn);
  };

  const carryOn = (record: TreatmentRecord, supervisor: Supervisor, goOn: boolean): Promise<TreatmentResult | null> => {
    const { requestedBy, before } = record;
    let current = record;
    if (record.remedy !== 'stop_strays') watcher.note({ kind: 'treated', cause: requestedBy === AUTO ? (watcher.last()?.verdicts.find(isTrouble)?.cause ?? null) : null });
    const work = async (): Promise<TreatmentResult | null> => {
      const result = await treat({
        record,
        supervisor,
        graceful: options.graceful(supervisor),
        find,
        vitals: async () => (await watcher.look()).vitals,
        uid: before?.uid ?? (await options.owner().catch(() => null)),
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
    treatment.finally(() => over(treatment)).catch((error: unknown) => logger.error({ gateway, err: error }, 'a treatment failed'));
    return treatment;
  };

  /** Unless the next one has begun already. */
  const over = (treatment: Promise<unknown>): void => {
    if (running === treatment) running = null;
  };

  const finish = async (record: TreatmentRecord, result: TreatmentResult, goOn: boolean): Promise<void> => {
    if (result.remedy === 'stop' && result.outcome === 'recovered') watcher.note({ kind: 'stopped-by-operator', by: result.requestedBy });
    logger.info({ gateway, remedy: result.remedy, requestedBy: result.requestedBy, before: result.before?.pid, after: result.after?.pid, rungs: result.rungs, missing: result.missing, problem: result.problem }, `treatment ${result.outcome}`);
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

  /** Who keeps a process is to be seen while it lives; afterwards only memory tells. */
  let known: ProcessIdentity | null = null;
  const getToKnow = ({ process }: Look['vitals']): void => {
    if (!process || (known && sameProcess(known, process))) return;
    known = process;
    holder.choose(stopping.signal).catch(() => undefined);
  };

  /** A full disk passes; a treatment without its end would hold back all others. */
  const stored = async (work: () => void): Promise<void> => {
    for (;;) {
      try {
        work();
        return;
      } catch (error) {
        logger.error({ gateway, err: error }, 'the end of a treatment could not be written down; trying again');
        await clock.sleep(STORE_AGAIN_MS, stopping.signal);
      }
    }
  };

  /** @returns at once, with the treatment that the look led to; null: none. */
  const handle = async (look: Look, goOn: boolean): Promise<{ readonly treatment: Promise<unknown> | null }> => {
    if (stopping.signal.aborted || running) return { treatment: null };
    cancelRecheck();
    options.learn(look);
    if (goOn) getToKnow(look.vitals);
    const { decision, plan } = await decideOn(look);
    // While the supervisor was asked, another treatment may have begun.
    if (stopping.signal.aborted || running) return { treatment: null };
    const recheckAt = incidents.judged(look.verdicts, decision);
    const again = decision.act === 'hold' && decision.until !== null ? Math.min(decision.until, recheckAt ?? Infinity) : recheckAt;
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
          logger.error({ gateway, error: errorText(error) }, 'a look could not be acted upon; the next one tries again');
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
      await (await handle(look, false)).treatment;
    },
    decide: async (look) => (await decideOn(look)).decision,
    plan: async (remedy) => {
      const look = await watcher.look();
      const links = remedy === 'stop' ? [] : look.verdicts.filter(({ condition }) => PROVABLE.has(condition)).flatMap(({ link }) => link ?? []);
      return planFor(remedy === 'restart' && !look.vitals.process ? 'start' : remedy, links, look, await holder.choose(stopping.signal));
    },
    treat: (plan, requestedBy, answer) => (running || plan.dryRun ? { outcome: 'busy' } : { outcome: 'begun', result: begin(plan, requestedBy, answer, true) }),
    resume: (record) => {
      if (options.dryRun) return;
      const earlier = running;
      const tooOld = Math.abs(clock.now() - record.at) > TOO_OLD_MS;
      logger.warn({ gateway, remedy: record.remedy, rung: record.rung, phase: record.phase, tooOld }, 'a treatment was cut short when Lifeline ended; taking it up');
      const work = async (): Promise<null> => {
        try {
          // Two of one gateway are left behind only where a write failed; they go one after the other.
          await earlier?.catch(() => undefined);
          if (tooOld) await finish(record, await late(record), true);
          else await carryOn(record, (await holder.choose(stopping.signal)).supervisor, true);
        } catch (error) {
          if (stopping.signal.aborted) return null;
          logger.error({ gateway, err: error }, 'a treatment that was cut short could not be taken up');
          await finish(record, { ...blank(record, clock.now()), problem: errorText(error) }, true);
        }
        return null;
      };
      const resumed = work();
      running = resumed;
      resumed.finally(() => over(resumed)).catch((error: unknown) => logger.error({ gateway, err: error }, 'the end of a treatment could not be written down'));
    },
    stop: async () => {
      cancelRecheck();
      stopping.abort(new Error('Lifeline ends'));
      await handling;
      await running?.catch(() => undefined);
    },
  };

  /** What became of a treatment while Lifeline was away for long: nothing is done, only looked. */
  async function late(record: TreatmentRecord): Promise<TreatmentResult> {
    const { vitals } = await watcher.look();
    const after = vitals.process ?? null;
    const done = record.remedy === 'stop' ? after === null : after !== null && (record.before === null || !sameProcess(after, record.before));
    return { ...blank(record, clock.now()), outcome: done ? 'recovered' : 'failed', after, problem: done ? null : 'Lifeline was away while this was under way; nothing more was done.' };
  }
};

const blank = ({ remedy, requestedBy, at, before, rungs, rung, steps }: TreatmentRecord, now: number): TreatmentResult => ({
  outcome: 'failed',
  remedy,
  requestedBy,
  startedAt: at,
  endedAt: now,
  before,
  after: null,
  rungs: rungs.slice(0, rung + 1),
  steps,
  missing: [],
  problem: null,
});
