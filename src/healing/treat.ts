/** Carries a treatment out and proves that it helped. */
import { errorText } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { LinkName, ProcessSeen } from '../diagnosis/evidence.ts';
import type { Vitals } from '../diagnosis/vitals.ts';
import type { ActionResult, Supervisor } from '../supervisors/supervisor.ts';
import type { Missing, TreatmentResult } from './decision.ts';
import { withLimit } from './limit.ts';
import { missing } from './verify.ts';

export interface TreatOptions {
  readonly supervisor: Supervisor;
  readonly remedy: 'start' | 'restart';
  /** Links that must be logged in before it counts as verified. */
  readonly links: readonly LinkName[];
  /** The process that is ill; null when there is none. */
  readonly before: ProcessSeen | null;
  /** `auto`, or the operator's name. */
  readonly requestedBy: string;
  readonly vitals: () => Promise<Vitals>;
  /** How long the supervisor may take, and after it the proof. */
  readonly limitMs: number;
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

interface Proof {
  readonly missing: readonly Missing[];
  readonly after: ProcessSeen | null;
  readonly problem: string | null;
}

/** Never throws and never hangs. */
export const treat = async (options: TreatOptions): Promise<TreatmentResult> => {
  const { remedy, requestedBy, before, clock, logger } = options;
  const startedAt = clock.now();
  const action = await act(options);
  const proof = action.outcome === 'done' ? await prove(options, options.limitMs) : await prove({ ...options, once: true }, LOOK_MS);
  const problem = action.outcome === 'failed' ? action.reason : proof.problem;
  const result: TreatmentResult = {
    outcome: problem === null && proof.missing.length === 0 ? 'recovered' : 'failed',
    remedy,
    requestedBy,
    startedAt,
    endedAt: clock.now(),
    before,
    after: proof.after,
    steps: action.steps,
    missing: proof.missing,
    problem,
  };
  logger.info({ remedy, requestedBy, before: before?.pid, after: result.after?.pid, missing: result.missing, problem }, `treatment ${result.outcome}`);
  return result;
};

const act = async ({ supervisor, remedy, limitMs, windUpMs = 15_000, clock, signal }: TreatOptions): Promise<ActionResult> => {
  const message = `The supervisor "${supervisor.name}" did not finish the ${remedy} in time.`;
  try {
    return await withLimit({ clock, limitMs, windUpMs, signal, message }, (inner) => supervisor[remedy](inner));
  } catch (error) {
    return { outcome: 'failed', steps: [], reason: signal.aborted ? `Lifeline ended before the ${remedy} was done.` : errorText(error) };
  }
};

/** Looks again and again until nothing is missing or the time is over. */
const prove = async (options: TreatOptions & { readonly once?: boolean }, limitMs: number): Promise<Proof> => {
  const { vitals, pollMs, clock, signal, logger, once = false } = options;
  let seen: Vitals | null = null;
  let lacking: readonly Missing[] = [{ what: 'process' }];
  try {
    await withLimit({ clock, limitMs, signal, message: 'The proof did not come in time.' }, async (inner) => {
      for (;;) {
        try {
          seen = await vitals();
          lacking = missing(seen, options);
        } catch (error) {
          logger.warn({ err: error }, 'the gateway could not be looked at after its treatment');
        }
        if (once || lacking.length === 0) return;
        await clock.sleep(pollMs, inner);
      }
    });
  } catch {
    // The limit is over or Lifeline ends; what is missing then tells what there is to tell.
  }
  return {
    missing: lacking,
    after: (seen as Vitals | null)?.process ?? null,
    problem: signal.aborted && lacking.length > 0 ? 'Lifeline ended before the treatment was proven.' : null,
  };
};
