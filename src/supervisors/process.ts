/** The bare process: no service manager keeps it, so Lifeline ends and starts it itself. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import { sameProcess } from '../sensors/proc.ts';
import { launch, type LaunchOptions } from './launch.ts';
import { stopProcess } from './stop.ts';
import type { ActionResult, ActionStep, Supervisor, SupervisorAction } from './supervisor.ts';

export interface ProcessSupervisorOptions extends Omit<LaunchOptions, 'earlyExitMs' | 'onNoOutput'> {
  /** The gateway's main process; its kind knows how to tell it. */
  readonly find: () => Promise<ProcessSeen | null>;
  /** From SIGTERM to SIGKILL; 30 s unless told. */
  readonly stopTimeoutMs?: number;
  /** A gateway that ends sooner than this has not started; 1 s unless told. */
  readonly earlyExitMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const createProcessSupervisor = (options: ProcessSupervisorOptions): Supervisor => {
  const { find, command, clock, logger, stopTimeoutMs = 30_000, earlyExitMs = 1_000 } = options;

  const newSteps = (): { readonly steps: ActionStep[]; readonly onStep: (step: ActionStep) => void } => {
    const steps: ActionStep[] = [];
    const onStep = (step: ActionStep): void => {
      steps.push(step);
      logger.info({ pid: step.pid }, `gateway process: ${step.action}`);
    };
    return { steps, onStep };
  };

  const launched = async ({ steps, onStep }: ReturnType<typeof newSteps>): Promise<ActionResult> => {
    const at = clock.now();
    const result = await launch({ ...options, earlyExitMs, onNoOutput: (reason) => logger.error({ reason }, "the gateway's output cannot be kept; it is started all the same") });
    if (result.outcome !== 'not_started') onStep({ at, action: 'start', pid: result.pid });
    if (result.outcome === 'running') return { outcome: 'done', steps };
    logger.warn({ reason: result.reason }, 'the gateway could not be started');
    return { outcome: 'failed', steps, reason: result.reason };
  };

  /** @param patienceMs from SIGTERM to SIGKILL; 0: SIGKILL at once. */
  const ended = async (patienceMs: number, signal: AbortSignal): Promise<{ readonly result: ActionResult; readonly was: ProcessSeen | null; readonly record: ReturnType<typeof newSteps> }> => {
    const was = await find();
    const record = newSteps();
    const problem = was ? await stopProcess(was, { clock, stopTimeoutMs: patienceMs, signal, onStep: record.onStep }) : null;
    const result: ActionResult = problem === null ? { outcome: 'done', steps: record.steps } : { outcome: 'failed', steps: record.steps, reason: `The gateway could not be stopped: ${problem}.` };
    return { result, was, record };
  };

  const COMMANDS: Readonly<Record<SupervisorAction, string>> = {
    start: command.join(' '),
    restart: `kill -TERM PID; ${command.join(' ')}`,
    stop: 'kill -TERM PID',
    kill: 'kill -KILL PID',
    reset: 'true',
  };

  return {
    name: 'process',
    unit: command[0] ?? '',
    status: async () => {
      const main = await find();
      return { state: main ? 'active' : 'inactive', main, restarts: null, since: main?.startedAt ?? null, job: null, exit: null };
    },
    start: async (signal) => {
      signal.throwIfAborted();
      const running = await find();
      if (running) return { outcome: 'failed', steps: [], reason: `The gateway is already running, pid ${running.pid}.` };
      return launched(newSteps());
    },
    /** An abort is heard until the first signal is sent. After that the gateway must come back, so an abort only hastens its end. */
    restart: async (signal) => {
      signal.throwIfAborted();
      const { result, was, record } = await ended(stopTimeoutMs, signal);
      if (result.outcome === 'failed') return result;
      // Somebody else may bring it back too; a second one would only fight the first.
      const successor = was && (await find());
      return successor && !sameProcess(successor, was) ? result : launched(record);
    },
    stop: async (signal) => {
      signal.throwIfAborted();
      return (await ended(stopTimeoutMs, signal)).result;
    },
    kill: async (signal) => {
      signal.throwIfAborted();
      return (await ended(0, signal)).result;
    },
    reset: async () => ({ outcome: 'done', steps: [] }),
    command: (action) => COMMANDS[action],
  };
};
