/** Cares for one gateway: each look is judged by the policy, told to the incidents, and treated when that helps. */
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { LinkName } from '../diagnosis/evidence.ts';
import { isTrouble, type Verdict } from '../diagnosis/verdict.ts';
import type { Decision, TreatmentResult } from '../healing/decision.ts';
import type { Budget, HealMode } from '../config/config.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import { decide } from '../healing/policy.ts';
import { treat } from '../healing/treat.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { Look, Watcher } from './watcher.ts';

export interface CareOptions {
  readonly gateway: string;
  readonly watcher: Watcher;
  readonly supervisor: Supervisor;
  readonly mode: HealMode;
  readonly budget: Budget;
  readonly ledger: RestartLedger;
  /** How long a treatment may take until it is proven. */
  readonly limitMs: number;
  readonly incidents: IncidentPort;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where verdicts and treatments are told; it writes them down and sends what people must know. */
export interface IncidentPort {
  /** @returns when another look may end an incident by the mere passing of time; null: never. */
  judged(verdicts: readonly Verdict[], decision: Decision): number | null;
  treated(result: TreatmentResult, decision: Decision): void;
}

export interface Care {
  /** Acts on a look; a treatment goes on after this returns. */
  onLook(look: Look): void;
  /** Acts on a look; resolves when the treatment that it led to has ended, at once when it led to none. */
  act(look: Look): Promise<void>;
  /** A treatment that an operator asked for: outside the budget and whatever the heal mode. */
  restart(requestedBy: string): Promise<TreatmentResult | { readonly outcome: 'busy' }>;
  /** Resolves when no treatment runs any more; one that runs is wound up. */
  stop(): Promise<void>;
}

/** Who asked for a treatment, when nobody did. */
const AUTO = 'auto';
const DAY_MS = 86_400_000;
/** How often the gateway is looked at while a treatment waits for its proof. */
const PROOF_POLL_MS = 500;

/** Conditions of a link whose login a restart can be asked to prove. */
const PROVABLE: ReadonlySet<string> = new Set(['up', 'connecting', 'reconnecting', 'down', 'gave_up', 'deaf', 'flapping', 'rejected', 'unreachable']);

export const createCare = (options: CareOptions): Care => {
  const { gateway, watcher, supervisor, mode, budget, ledger, limitMs, incidents, clock, logger } = options;
  const stopping = new AbortController();
  let running: Promise<TreatmentResult> | null = null;
  let cancelRecheck = (): void => undefined;

  const isRunning = (): boolean => running !== null;

  const decideOn = ({ at, verdicts }: Look): Decision =>
    decide({ verdicts, mode, budget, restarts: ledger.times(gateway, at - DAY_MS), treatmentRunning: isRunning(), keptBy: supervisor.keptBy?.() ?? null, now: at });

  const treatNow = (remedy: 'start' | 'restart', links: readonly LinkName[], requestedBy: string, goOn = true): Promise<TreatmentResult> => {
    const id = ledger.begin(gateway, remedy, requestedBy, clock.now());
    watcher.note({ kind: 'treated', cause: requestedBy === AUTO ? (watcher.last()?.verdicts.find(isTrouble)?.cause ?? null) : null });
    logger.warn({ gateway, remedy, links, requestedBy }, 'treatment begins');
    const treatment = treat({
      supervisor,
      remedy,
      links,
      before: watcher.last()?.vitals.process ?? null,
      requestedBy,
      vitals: async () => (await watcher.look()).vitals,
      limitMs,
      pollMs: PROOF_POLL_MS,
      clock,
      signal: stopping.signal,
      logger: logger.child({ gateway }),
    }).then(async (result) => {
      ledger.finish(id, result);
      const look = await watcher.look();
      running = null;
      if (!stopping.signal.aborted) {
        incidents.treated(result, decideOn(look));
        // What comes next is decided on the same look; one treatment leads to the next only by the policy.
        if (goOn) onLook(look);
      }
      return result;
    });
    running = treatment;
    treatment.catch((error: unknown) => {
      running = null;
      logger.error({ gateway, err: error }, 'a treatment failed');
    });
    return treatment;
  };

  const decideAndTell = (look: Look): Decision | null => {
    if (stopping.signal.aborted || running) return null;
    cancelRecheck();
    const decision = decideOn(look);
    const recheckAt = incidents.judged(look.verdicts, decision);
    const again = decision.act === 'hold' && decision.until !== null ? Math.min(decision.until, recheckAt ?? Infinity) : recheckAt;
    if (again !== null) cancelRecheck = clock.timer(again - look.at + 1, lookAgain);
    return decision;
  };

  const onLook = (look: Look): void => {
    try {
      const decision = decideAndTell(look);
      if (decision?.act === 'treat') void treatNow(decision.remedy, decision.links, AUTO).catch(() => undefined);
    } catch (error) {
      logger.error({ gateway, error: errorText(error) }, 'a look could not be acted upon; the next one tries again');
    }
  };

  const lookAgain = (): void => {
    watcher.look().then(onLook, (error: unknown) => logger.error({ gateway, err: error }, 'a look failed'));
  };

  return {
    onLook,
    act: async (look) => {
      const decision = decideAndTell(look);
      if (decision?.act === 'treat') await treatNow(decision.remedy, decision.links, AUTO, false);
    },
    restart: async (requestedBy) => {
      if (isRunning()) return { outcome: 'busy' };
      const { verdicts, vitals } = await watcher.look();
      // Another treatment may have begun while this one looked.
      if (isRunning()) return { outcome: 'busy' };
      const links = verdicts.filter(({ condition }) => PROVABLE.has(condition)).flatMap(({ link }) => link ?? []);
      return treatNow(vitals.process ? 'restart' : 'start', links, requestedBy);
    },
    stop: async () => {
      cancelRecheck();
      stopping.abort(new Error('Lifeline ends'));
      await running?.catch(() => undefined);
    },
  };
};
