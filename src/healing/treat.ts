/** Carries a treatment out, step by step, and proves that it helped. Each act is on the disk before it is done. */
import { errorText } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import type { LinkControl } from '../gateways/gateway-kind.ts';
import type { Vitals } from '../diagnosis/vitals.ts';
import { unprovenReason } from '../supervisors/process.ts';
import {
  isConfigRefused,
  type ActionResult,
  type Supervisor,
  type SupervisorState,
  type SupervisorStatus,
} from '../supervisors/supervisor.ts';
import type { Missing, Step, TreatmentRecord, TreatmentResult } from './treatment.ts';
import { isWorthNextStep } from './step-order.ts';
import { withLimit } from './time-limit.ts';
import { takeStep, type Graceful } from './steps.ts';
import { endProcess } from './end-named-process.ts';
import type { Running } from '../sensors/process/process.ts';
import { missingLinks, stillMissing } from './verify.ts';

export interface TreatOptions {
  /** Where it stands: new, or left behind by a Lifeline that was cut short. */
  readonly record: TreatmentRecord;
  readonly supervisor: Supervisor;
  readonly graceful: Graceful | null;
  /** Restarts one link alone; null where the gateway offers that not. */
  readonly control: LinkControl | null;
  /** How long the gateway may take to end by itself when it is told to. */
  readonly drainMs?: number;
  /** What runs of the gateway now, looked for anew. */
  readonly findProcess: () => Promise<Running>;
  readonly vitals: () => Promise<Vitals>;
  /** Whose process it must be; null: not known. */
  readonly uid: number | null;
  /** Whether its memory is what it is restarted for. */
  readonly forMemory?: boolean;
  /** Called before each act and after it, with what must be on the disk by then. */
  readonly save: (record: TreatmentRecord) => void;
  /** How long the supervisor may take for a step, and after it the proof. */
  readonly limitMs: number;
  readonly gracefulMs: number;
  readonly pollMs: number;
  /** A restart that is cut short must still bring the gateway back; this is the real time for it, 15 s unless told. */
  readonly windUpMs?: number;
  readonly clock: Clock;
  /** Lifeline ends: what was begun is wound up, but no proof is waited for. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** After a failed action one look must do. */
const LOOK_MS = 5_000;
/** No process for so long, and a supervisor that does nothing about it: the proof will not come. */
const GIVEN_UP_MS = 15_000;
/** The same where it says that it will do nothing; it is asked no sooner. */
const SAID_SO_MS = 3_000;

interface Proof {
  readonly missing: readonly Missing[];
  /** undefined: nobody could look. */
  readonly after: ProcessSeen | null | undefined;
  readonly problem: string | null;
  readonly hopeless: boolean;
}

interface Failure {
  readonly problem: string;
  readonly hopeless: boolean;
}

/** Never throws and never hangs. @returns null when Lifeline ended in the middle: the record says where to go on. */
export const treat = async (options: TreatOptions): Promise<TreatmentResult | null> => {
  const { clock, signal, logger, save } = options;
  let record = options.record;
  let proof: Proof = { missing: [], after: undefined, problem: null, hopeless: false };
  for (let index = Math.max(0, record.stepIndex); index < record.planned.length; index += 1) {
    const step = record.planned[index];
    if (step === undefined) break;
    if (index !== record.stepIndex) {
      // A step ends what the step before it has left, and nothing that came since: what somebody else has started
      // needs no restart.
      record = {
        ...record,
        stepIndex: index,
        phase: 'acting',
        stepBefore: index === 0 || proof.after === undefined ? (record.stepBefore ?? record.before) : proof.after,
      };
      save(record);
    }
    const action = await act(step, record, options);
    record = { ...record, phase: 'proving', actions: [...record.actions, ...action.steps] };
    save(record);
    // What was in the way has ended; the gateway is started by the next step.
    if (step === 'end' && action.outcome === 'done' && index < record.planned.length - 1) continue;
    const glance = action.outcome === 'done' ? null : await prove(record, options, LOOK_MS, true);
    const done = glance === null || isReached(record, glance);
    const seen = glance === null || (done && glance.missing.length > 0) ? await proveInTime(record, options) : glance;
    proof =
      done || action.outcome === 'done'
        ? seen
        : { ...seen, problem: action.reason, hopeless: action.hopeless === true || seen.hopeless };
    if (signal.aborted && (proof.problem !== null || proof.missing.length > 0)) return null;
    logger.info(
      { rung: step, outcome: action.outcome, missing: proof.missing, problem: proof.problem },
      'a step of a treatment has ended',
    );
    if (proof.problem === null && proof.missing.length === 0) break;
    if (proof.hopeless || (done && !isWorthNextStep(proof.missing))) break;
  }
  const { remedy, requestedBy, at, before, planned, stepIndex, actions } = record;
  const recovered = proof.problem === null && proof.missing.length === 0;
  return {
    outcome: recovered ? 'recovered' : 'failed',
    remedy,
    requestedBy,
    startedAt: at,
    endedAt: clock.now(),
    before,
    after: proof.after ?? null,
    stepsTaken: planned.slice(0, stepIndex + 1),
    actions,
    missing: proof.missing,
    problem: proof.problem,
  };
};

/**
 * A failed action proves as little as one that was done: when a new process is there all the same, by somebody else's
 * hand or a moment too late, then a harder step would end it.
 */
const isReached = ({ remedy, planned }: TreatmentRecord, { missing: lacking }: Proof): boolean =>
  (remedy === 'start' || remedy === 'restart' || (remedy === 'end_process' && planned.length > 1)) &&
  !lacking.some(({ what }) => what === 'process' || what === 'new_process');

const act = async (step: Step, record: TreatmentRecord, options: TreatOptions): Promise<ActionResult> => {
  const {
    supervisor,
    graceful,
    control,
    findProcess: findProcess,
    limitMs,
    gracefulMs,
    drainMs = 0,
    windUpMs = 15_000,
    clock,
    signal,
  } = options;
  const { remedy, stepBefore: before, target, links } = record;
  const message =
    remedy === 'restart_link'
      ? 'The gateway did not answer in time.'
      : `The supervisor "${supervisor.tool ?? supervisor.name}" did not finish the ${remedy} in time.`;
  try {
    return await withLimit({ clock, limitMs: limitMs + gracefulMs + drainMs, windUpMs, signal, message }, (inner) =>
      step === 'end' && target
        ? endProcess(target, { findProcess: findProcess, clock, signal: inner })
        : takeStep(step, {
            remedy: remedy === 'end_process' ? 'start' : remedy,
            supervisor,
            graceful,
            control,
            links,
            before,
            ill: record.before,
            findProcess: findProcess,
            gracefulMs,
            clock,
            signal: inner,
          }),
    );
  } catch (error) {
    return {
      outcome: 'failed',
      steps: [],
      reason: signal.aborted ? `Lifeline ended before the ${remedy} was done.` : errorText(error),
    };
  }
};

/**
 * A gateway's memory and the answers to its checks count only some seconds after its start: their proof is waited for
 * that long, however short the limit is.
 */
const LEAST_MS = 15_000;

const proveInTime = async (record: TreatmentRecord, options: TreatOptions): Promise<Proof> => {
  const proof = await prove(record, options, options.limitMs);
  const { missing, problem } = proof;
  const comesLater = problem === null && missing.every(({ what }) => what === 'check' || what === 'memory');
  const restMs = LEAST_MS - options.limitMs;
  return missing.length > 0 && comesLater && restMs > 0 ? prove(record, options, restMs) : proof;
};

/** Looks again and again until nothing is missing, the limit is reached, or the proof cannot come any more. */
const prove = async (record: TreatmentRecord, options: TreatOptions, limitMs: number, once = false): Promise<Proof> => {
  const { supervisor, vitals, pollMs, clock, signal, logger } = options;
  let seen: Vitals | null = null;
  let lacking: readonly Missing[] = [{ what: 'process' }];
  let givenUp: Failure | null = null;
  let absentSince: number | null = null;
  let askedAt: number | null = null;
  try {
    await withLimit({ clock, limitMs, signal, message: 'The proof did not come in time.' }, async (inner) => {
      for (;;) {
        try {
          seen = await vitals();
          lacking = missingNow(seen, record, options);
          if (record.remedy === 'stop' && lacking.length === 0 && ((await supervisor.survivors?.()) ?? []).length > 0)
            lacking = [{ what: 'stopped' }];
        } catch (error) {
          logger.warn({ err: error }, 'the gateway could not be looked at after its treatment');
        }
        if (once || lacking.length === 0) return;
        absentSince = lacking[0]?.what === 'process' ? (absentSince ?? clock.now()) : null;
        if (absentSince === null) askedAt = null;
        else if (clock.now() - Math.max(absentSince, askedAt ?? 0) >= SAID_SO_MS) {
          givenUp = await gaveUp(options, clock.now() - absentSince, inner);
          if (givenUp !== null) return;
          askedAt = clock.now();
        }
        await clock.sleep(pollMs, inner);
      }
    });
  } catch {
    // The limit was reached or Lifeline ends: what is missing then is the result.
  }
  const failure = (givenUp as Failure | null) ?? unheard(seen, lacking) ?? (await unproven(lacking, options));
  return {
    missing: lacking,
    after: seen === null ? undefined : ((seen as Vitals).process ?? null),
    problem: failure?.problem ?? null,
    hopeless: failure?.hopeless ?? false,
  };
};

/** It runs, and its word does not get through: to end it for its silence would be to end a gateway that may be well. */
const unheard = (seen: Vitals | null, lacking: readonly Missing[]): Failure | null =>
  seen?.unheard === true && lacking.length > 0 && lacking.every(({ what }) => what === 'ready' || what === 'login')
    ? {
        problem:
          'It runs. Whether it is ready cannot be heard, because its log cannot be read or dated; lifeline doctor says why.',
        hopeless: true,
      }
    : null;

/** No process was proven, and something stands in its place or speaks against a start: a harder try would meet the same. */
const unproven = async (
  lacking: readonly Missing[],
  { supervisor, findProcess: findProcess }: Pick<TreatOptions, 'supervisor' | 'findProcess'>,
): Promise<Failure | null> => {
  if (lacking[0]?.what !== 'process') return null;
  const notAgain = supervisor.notAgain?.() ?? null;
  if (notAgain !== null) return { problem: notAgain, hopeless: true };
  const { beside } = await findProcess().catch(() => ({ beside: [] }));
  return beside.length === 0 ? null : { problem: unprovenReason(beside), hopeless: true };
};

const missingNow = (
  vitals: Vitals,
  { remedy, before, planned, stepBefore, links, at }: TreatmentRecord,
  { uid, forMemory = false }: TreatOptions,
): readonly Missing[] => {
  if (remedy === 'stop') return vitals.process ? [{ what: 'stopped' }] : [];
  // Where only a process beside the gateway is ended, the gateway is not touched: that it still runs is all.
  if (remedy === 'end_process' && planned.length === 1) return vitals.process ? [] : [{ what: 'process' }];
  // The gateway goes on; a link counts from when its restart was begun.
  if (remedy === 'restart_link') return missingLinks(vitals, links, at);
  return stillMissing(vitals, { before: stepBefore ?? before, links, uid, memory: forMemory });
};

/** @returns how it ended, when its supervisor is not going to start it again; null while there is hope. */
const gaveUp = async (
  { supervisor, findProcess: findProcess }: TreatOptions,
  absentMs: number,
  signal: AbortSignal,
): Promise<Failure | null> => {
  if ((supervisor.notAgain?.() ?? null) !== null) return unproven([{ what: 'process' }], { supervisor, findProcess });
  // A process that looks like the gateway may be one that somebody has started and that has no witness yet.
  if ((await findProcess()).beside.length > 0) return null;
  const status = await supervisor.status(signal).catch(() => null);
  if (status?.job !== null || status.main !== null || ['active', 'activating', 'deactivating'].includes(status.state))
    return null;
  if (status.outlook.next !== 'nothing' && status.outlook.next !== 'blocked' && absentMs < GIVEN_UP_MS) return null;
  const misconfigured = isConfigRefused(status.exit);
  const hint = misconfigured ? ': its own configuration is wrong, and another restart will not help' : '';
  return {
    problem: `${supervisor.unit} ${STATES[status.state]} (${supervisor.tool ?? supervisor.name})${howEnded(status.exit)}${hint}`,
    hopeless: misconfigured,
  };
};

const howEnded = (exit: SupervisorStatus['exit']): string => {
  if (exit === null) return '';
  return 'code' in exit ? `, having ended with code ${exit.code}` : `, having been ended by ${exit.signal}`;
};

const STATES: Readonly<Record<SupervisorState, string>> = {
  active: 'runs',
  activating: 'is starting',
  deactivating: 'is stopping',
  inactive: 'is not running',
  failed: 'has failed',
  latched: 'was started too often and is not started any more',
  masked: 'may not be started',
  missing: 'is not there',
};
