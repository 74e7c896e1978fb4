/**
 * The bare process: no service manager keeps it, so Lifeline ends and starts it itself. What it ends is the whole tree
 * of the gateway's process, and nothing is started beside what is left of that.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import { isShell } from '../gateways/generic/words.ts';
import { isAlive, readProcess, sameProcess } from '../sensors/process/proc.ts';
import type { Running } from '../sensors/process/process.ts';
import type { ProcessSnapshot } from '../sensors/process/process-table.ts';
import { createProcessTree, TREE_VARIABLE, type ProcessTree } from '../sensors/process/process-tree.ts';
import { launch, type LaunchOptions } from './launch.ts';
import type { LockStart } from './start-lock.ts';
import { endAll, isOthers, KILL_PATIENCE_MS, othersReason, sendSignal, stopProcess, SURVIVOR_MS } from './stop.ts';
import type { ActionResult, ActionStep, Supervisor, SupervisorAction, Victim } from './supervisor.ts';

export interface ProcessSupervisorOptions extends Omit<LaunchOptions, 'earlyExitMs' | 'onNoOutput'> {
  /** Looks anew for the gateway's process; its kind knows the signs. */
  readonly look: () => Promise<Running>;
  /** Keeps other Lifelines from starting it at the same moment. */
  readonly lockStart: LockStart;
  /** Looks anew for what `look` would find beside, if the gateway that runs had just ended. */
  readonly inTheWay?: () => Promise<Running['beside']>;
  /** What belongs to the gateway's process. */
  readonly tree?: ProcessTree;
  /** The command may put the service into the background and end: what it leaves is the gateway then. */
  readonly mayLeaveService?: boolean;
  /** Hears which process was started: Lifeline's own child needs no other witness. */
  readonly onStarted?: (process: ProcessIdentity) => void;
  /** From SIGTERM to SIGKILL; 30 s unless told. */
  readonly stopTimeoutMs?: number;
  /** A gateway that ends sooner than this has not started; 1 s unless told. */
  readonly earlyExitMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The command has ended; the service that it left behind forks once more, or writes its pid file, within this time. */
const SETTLE_MS = 2_000;
/** A command that ends with code 0 later than this was the service itself, and what it leaves is only its helpers. */
const LAUNCHER_MS = 10_000;
const NEVER = new AbortController().signal;

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
    tree = createProcessTree(),
    mayLeaveService = false,
    onStarted,
    command,
    clock,
    logger,
    stopTimeoutMs = 30_000,
    earlyExitMs = 1_000,
  } = options;
  /** Why the command is not run once more without an operator's word; null: it may be. */
  let notAgain: string | null = null;
  /** What a command has left behind is looked for: it is not known yet whether that is the gateway. */
  let takingOver: Promise<unknown> | null = null;

  const newSteps = (): Steps => {
    const steps: ActionStep[] = [];
    const onStep = (step: ActionStep): void => {
      steps.push(step);
      logger.info({ pid: step.pid }, `gateway process: ${step.action}`);
    };
    return { steps, onStep };
  };

  const done = ({ steps }: Steps): ActionResult => ({ outcome: 'done', steps });
  const failed = ({ steps }: Steps, reason: string): ActionResult => ({ outcome: 'failed', steps, reason });
  const doneUnless = (problem: string | null, record: Steps): ActionResult =>
    problem === null ? done(record) : failed(record, cannotStop(problem));

  const launched = async (record: Steps): Promise<ActionResult> => {
    const at = clock.now();
    const begun = performance.now();
    const result = await launch({
      ...options,
      env: tree.mark === null ? options.env : { ...options.env, [TREE_VARIABLE]: tree.mark },
      earlyExitMs,
      onNoOutput: (reason) =>
        logger.error({ reason }, "the gateway's output cannot be kept; it is started all the same"),
    });
    notAgain = null;
    if (result.outcome !== 'not_started') record.onStep({ at, action: 'start', pid: result.pid });
    if (result.outcome === 'handed_over') return mayLeaveService ? takeOver(record, true) : done(record);
    if (result.outcome !== 'running') {
      logger.warn({ reason: result.reason }, 'the gateway could not be started');
      const problem = await endSurvivors(record, SURVIVOR_MS, NEVER);
      return failed(record, problem === null ? result.reason : `${result.reason}\n${cannotStop(problem)}`);
    }
    const started = await readProcess(result.pid).catch(() => null);
    if (isAlive(started)) {
      // What is in its session later belongs to it, also when it has ended.
      tree.note([started], [started]);
      onStarted?.(started);
    }
    if (mayLeaveService)
      void result.handedOver.then(() => {
        if (performance.now() - begun > LAUNCHER_MS) return;
        takingOver = takeOver(newSteps(), false).catch((error: unknown) =>
          logger.warn({ err: error }, 'what the command left behind could not be looked for'),
        );
      });
    return done(record);
  };

  /**
   * The command has ended as if all were well. What it left is the gateway: what its pid file names, or else the
   * process that looks like it, or the eldest.
   */
  const takeOver = async (record: Steps, atOnce: boolean): Promise<ActionResult> => {
    await sleep(SETTLE_MS);
    const { gateway, beside } = await look();
    const left = gateway ? [] : await tree.members(null);
    const alike = left.filter((each) => beside.some((other) => sameProcess(each, other)));
    if (gateway || alike.length < beside.length) return done(record);
    const [eldest] = (alike.length > 0 ? alike : left)
      .filter(({ ppid }) => !left.some(({ pid }) => pid === ppid))
      .toSorted((one, other) => one.startTime - other.startTime || one.pid - other.pid);
    if (eldest) {
      logger.info({ pid: eldest.pid }, 'the command has ended and left this process running: it is the gateway');
      onStarted?.(eldest);
      return done(record);
    }
    // Later it may have been the service itself that has ended.
    if (!atOnce) return failed(record, 'The command has ended with code 0 and left nothing running.');
    notAgain =
      'The command ended at once with code 0 and left no process that can be told to be the service. Let the service stay in the foreground (in a script "exec" before the last command, and no "&", "nohup" or "setsid"), or set "pid_file" of this gateway to the file in which the service notes its pid. Lifeline does not run the command again by itself: each run could leave one more service.';
    return { outcome: 'failed', steps: record.steps, reason: notAgain, hopeless: true };
  };

  /** Does this while no other Lifeline starts or restarts the gateway, and waits for one that does. */
  const alone = async (
    record: Steps,
    signal: AbortSignal,
    work: () => Promise<ActionResult>,
  ): Promise<ActionResult> => {
    const endMs = stopTimeoutMs + SURVIVOR_MS + 2 * KILL_PATIENCE_MS;
    const lock = await lockStart(endMs + earlyExitMs + SETTLE_MS + LOCK_EXTRA_MS, signal);
    if (typeof lock === 'string') return failed(record, lock);
    try {
      return await work();
    } finally {
      lock();
    }
  };

  /**
   * Starts the gateway where nothing runs: a gateway that somebody else has started meanwhile is as good, and beside a
   * process that only looks like the gateway no second one may be started. What an earlier gateway left is ended first.
   */
  const startedOnce = async (record: Steps): Promise<ActionResult> => {
    await takingOver;
    const { gateway, beside } = await look();
    if (gateway || beside.length > 0) return done(record);
    const problem = await endSurvivors(record, SURVIVOR_MS, NEVER);
    return problem === null ? launched(record) : failed(record, cannotStop(problem));
  };

  const endSurvivors = ({ onStep }: Steps, stopMs: number, signal: AbortSignal): Promise<string | null> =>
    endAll(tree, { clock, stopTimeoutMs: stopMs, signal, onStep });

  /**
   * Ends the victim, gently unless the patience is 0, and then what is left of its tree. Where the victim has ended and
   * another gateway has come, that is let alone. @returns null when nothing is left, or why something is, for people.
   */
  const ended = async (
    victim: ProcessIdentity,
    record: Steps,
    patienceMs: number,
    signal: AbortSignal,
  ): Promise<string | null> => {
    const { onStep } = record;
    const begun = performance.now();
    const members = await tree.members(victim);
    const main = members.find((each) => sameProcess(each, victim));
    const newer = main ? null : (await look()).gateway;
    if (newer && !sameProcess(newer, victim)) return null;
    // Before anything is ended: half a tree would keep the gateway from being started again.
    const others = members.find(({ pid }) => isOthers(pid));
    if (others) return othersReason(others.pid);
    for (const each of main && patienceMs > 0 ? alsoAsked(main, members) : [])
      if ((await sendSignal(each, 'SIGTERM')) === 'sent') onStep({ at: clock.now(), action: 'sigterm', pid: each.pid });
    const problem = await stopProcess(victim, { clock, stopTimeoutMs: patienceMs, signal, onStep });
    const restMs = patienceMs === 0 ? 0 : Math.max(SURVIVOR_MS, patienceMs - (performance.now() - begun));
    return problem ?? endSurvivors(record, restMs, signal);
  };

  /** What an earlier gateway left, and nothing while one runs. */
  const endLeft = async (record: Steps, patienceMs: number, signal: AbortSignal): Promise<string | null> =>
    (await look()).gateway === null ? endSurvivors(record, patienceMs, signal) : null;

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
        const problem = victim && (await ended(victim, record, stopTimeoutMs, signal));
        return problem === null ? startedOnce(record) : failed(record, cannotStop(problem));
      });
    },
    stop: async (victim: Victim, signal) => {
      signal.throwIfAborted();
      const record = newSteps();
      const problem = victim
        ? await ended(victim, record, stopTimeoutMs, signal)
        : await endLeft(record, stopTimeoutMs, signal);
      return doneUnless(problem, record);
    },
    kill: async (victim: Victim, signal) => {
      signal.throwIfAborted();
      const record = newSteps();
      return doneUnless(victim && (await ended(victim, record, 0, signal)), record);
    },
    endLeftOver: async (signal) => {
      signal.throwIfAborted();
      const record = newSteps();
      return doneUnless(await endLeft(record, 0, signal), record);
    },
    survivors: async () => ((await look()).gateway === null ? tree.members(null) : []),
    notAgain: () => notAgain,
    reset: async () => ({ outcome: 'done', steps: [] }),
    ...(inTheWay ? { inTheWay } : {}),
    command: (action) => COMMANDS[action],
  };
};

/**
 * Who is asked to end together with the main process. Its parents in the tree would start it again. A shell does not
 * pass the signal on to its children, and hears its own trap only when the one in the foreground has ended.
 */
const alsoAsked = (main: ProcessSnapshot, members: readonly ProcessSnapshot[]): readonly ProcessSnapshot[] => {
  if (isShell(main.argv[0] ?? '')) return members.filter((each) => each !== main);
  const parents: ProcessSnapshot[] = [];
  for (let at: ProcessSnapshot | undefined = main; at;) {
    const parent = members.find(({ pid }) => pid === at?.ppid);
    if (!parent || parents.includes(parent)) break;
    parents.push(parent);
    at = parent;
  }
  return parents;
};

/** Returns for people why nothing is started beside that process. */
export const unprovenReason = (beside: Running['beside']): string =>
  `${namesOf(beside)} looks like this gateway, and nothing proves that it is. A second one beside it would fight it. End it if it is not wanted, or wait until it says who it is. Once it is gone, the gateway is started.`;

/** Returns for people why the gateway is not ended beside that process. */
export const besideReason = (processes: Running['beside']): string =>
  `${namesOf(processes)} looks like this gateway, too. The gateway has not been ended, because none could be started beside that process. End it if it is not wanted.`;

const namesOf = (processes: Running['beside']): string =>
  processes.map(({ pid, command }) => `pid ${pid} (${command})`).join(', ');
