/** The bare process: no service manager keeps it, so Lifeline ends and starts it itself. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import { isAlive, readProcess, sameProcess } from '../sensors/process/proc.ts';
import type { Running } from '../sensors/process/process.ts';
import { launch, type LaunchOptions } from './launch.ts';
import { processTree } from '../sensors/process/process-tree.ts';
import type { LockStart } from './start-lock.ts';
import { KILL_PATIENCE_MS, killAll, stopProcess } from './stop.ts';
import type { ActionResult, ActionStep, Supervisor, SupervisorAction, Victim } from './supervisor.ts';

export interface ProcessSupervisorOptions extends Omit<LaunchOptions, 'earlyExitMs' | 'onNoOutput'> {
  /** Looks anew for the gateway's process; its kind knows the signs. */
  readonly look: () => Promise<Running>;
  /** Keeps other Lifelines from starting it at the same moment. */
  readonly lockStart: LockStart;
  /** Looks anew for what `look` would find beside, if the gateway that runs had just ended. */
  readonly inTheWay?: () => Promise<Running['beside']>;
  /** The processes that belonged to the gateway that has ended. */
  readonly leftBehind?: () => readonly ProcessIdentity[];
  /** Hears which process was started: Lifeline's own child needs no other witness. */
  readonly onStarted?: (process: ProcessIdentity) => void;
  /** From SIGTERM to SIGKILL; 30 s unless told. */
  readonly stopTimeoutMs?: number;
  /** A gateway that ends sooner than this has not started; 1 s unless told. */
  readonly earlyExitMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Beyond what a restart by another Lifeline may take. */
const LOCK_EXTRA_MS = 5_000;

interface Steps {
  readonly steps: ActionStep[];
  readonly onStep: (step: ActionStep) => void;
}

export const createProcessSupervisor = (options: ProcessSupervisorOptions): Supervisor => {
  const {
    look,
    lockStart,
    inTheWay,
    leftBehind = () => [],
    onStarted,
    command,
    clock,
    logger,
    stopTimeoutMs = 30_000,
    earlyExitMs = 1_000,
  } = options;
  /**
   * What belonged to the process that was ended last: a child that hangs may keep its port, and it has no parent any
   * more to be found by.
   */
  let leftOver: readonly ProcessIdentity[] = [];

  const newSteps = (): Steps => {
    const steps: ActionStep[] = [];
    const onStep = (step: ActionStep): void => {
      steps.push(step);
      logger.info({ pid: step.pid }, `gateway process: ${step.action}`);
    };
    return { steps, onStep };
  };

  const failed = ({ steps }: Steps, reason: string): ActionResult => ({ outcome: 'failed', steps, reason });

  const launched = async (record: Steps): Promise<ActionResult> => {
    const at = clock.now();
    const result = await launch({
      ...options,
      earlyExitMs,
      onNoOutput: (reason) =>
        logger.error({ reason }, "the gateway's output cannot be kept; it is started all the same"),
    });
    if (result.outcome !== 'not_started') record.onStep({ at, action: 'start', pid: result.pid });
    if (result.outcome === 'running') {
      const started = onStarted ? await readProcess(result.pid).catch(() => null) : null;
      if (isAlive(started)) onStarted?.(started);
      return { outcome: 'done', steps: record.steps };
    }
    logger.warn({ reason: result.reason }, 'the gateway could not be started');
    return failed(record, result.reason);
  };

  /** Does this while no other Lifeline starts or restarts the gateway, and waits for one that does. */
  const alone = async (
    record: Steps,
    signal: AbortSignal,
    work: () => Promise<ActionResult>,
  ): Promise<ActionResult> => {
    const lock = await lockStart(stopTimeoutMs + KILL_PATIENCE_MS + earlyExitMs + LOCK_EXTRA_MS, signal);
    if (typeof lock === 'string') return failed(record, lock);
    try {
      return await work();
    } finally {
      lock();
    }
  };

  /**
   * Starts the gateway where nothing runs: a gateway that somebody else has started meanwhile is as good, and beside a
   * process that only looks like the gateway no second one may be started.
   */
  const startedOnce = async (record: Steps): Promise<ActionResult> => {
    const { gateway, beside } = await look();
    return gateway || beside.length > 0 ? { outcome: 'done', steps: record.steps } : launched(record);
  };

  /** @returns null when the victim has ended, or why not, for people. */
  const ended = async (victim: ProcessIdentity, record: Steps, signal: AbortSignal): Promise<string | null> => {
    leftOver = (await processTree(victim)).filter((each) => !sameProcess(each, victim));
    return stopProcess(victim, { clock, stopTimeoutMs, signal, onStep: record.onStep });
  };

  const killed = async (victim: ProcessIdentity | null, record: Steps): Promise<string | null> => {
    const tree = victim === null ? [] : await processTree(victim);
    const all = [...tree, ...leftOver, ...leftBehind()].filter(
      (each, at, others) => others.findIndex((other) => sameProcess(each, other)) === at,
    );
    leftOver = [];
    return killAll(all, { clock, onStep: record.onStep });
  };

  const cannotStop = (problem: string): string => `The gateway could not be stopped: ${problem}.`;

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
      const { gateway } = await look();
      // While the process lives, its parent tells whether anybody keeps it.
      return {
        state: gateway ? 'active' : 'inactive',
        main: gateway,
        restarts: null,
        since: gateway?.startedAt ?? null,
        job: null,
        exit: null,
        outlook: { next: 'unknown' },
      };
    },
    start: async (signal) => {
      signal.throwIfAborted();
      const record = newSteps();
      return alone(record, signal, () => startedOnce(record));
    },
    /**
     * An abort is heard until the first signal is sent. After that the gateway must come back, so an abort only hastens
     * its end.
     */
    restart: async (victim: Victim, signal) => {
      signal.throwIfAborted();
      const record = newSteps();
      return alone(record, signal, async () => {
        const problem = victim && (await ended(victim, record, signal));
        return problem === null ? startedOnce(record) : failed(record, cannotStop(problem));
      });
    },
    stop: async (victim: Victim, signal) => {
      signal.throwIfAborted();
      const record = newSteps();
      const problem = victim && (await ended(victim, record, signal));
      return problem === null ? { outcome: 'done', steps: record.steps } : failed(record, cannotStop(problem));
    },
    kill: async (victim: Victim, signal) => {
      signal.throwIfAborted();
      const record = newSteps();
      const problem = victim && (await killed(victim, record));
      return problem === null ? { outcome: 'done', steps: record.steps } : failed(record, cannotStop(problem));
    },
    endLeftOver: async (signal) => {
      signal.throwIfAborted();
      const record = newSteps();
      const problem = (await look()).gateway === null ? await killed(null, record) : null;
      return problem === null ? { outcome: 'done', steps: record.steps } : failed(record, cannotStop(problem));
    },
    reset: async () => ({ outcome: 'done', steps: [] }),
    ...(inTheWay ? { inTheWay } : {}),
    command: (action) => COMMANDS[action],
  };
};

/** Returns for people why nothing is started beside that process. */
export const unprovenReason = (beside: Running['beside']): string =>
  `${namesOf(beside)} looks like this gateway, and nothing proves that it is. A second one beside it would fight it. End it if it is not wanted, or wait until it says who it is. Once it is gone, the gateway is started.`;

/** Returns for people why the gateway is not ended beside that process. */
export const besideReason = (processes: Running['beside']): string =>
  `${namesOf(processes)} looks like this gateway, too. The gateway has not been ended, because none could be started beside that process. End it if it is not wanted.`;

const namesOf = (processes: Running['beside']): string =>
  processes.map(({ pid, command }) => `pid ${pid} (${command})`).join(', ');
