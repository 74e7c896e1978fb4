/**
 * Ends one process: gently, then for sure; and never another one that got its pid. How long it has in between is told
 * by whoever asks: for a gateway that no service manager keeps, `process.ts`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import { isAlive, readProcess, sameProcess } from '../sensors/process/proc.ts';
import type { ProcessTree } from '../sensors/process/process-tree.ts';
import type { ActionStep } from './supervisor.ts';

const POLL_MS = 50;
/** SIGKILL ends a process at once unless the kernel itself holds it, waiting for a disk or a network file system. */
export const KILL_PATIENCE_MS = 10_000;

export interface StopOptions {
  /** The clock by which the steps are dated. */
  readonly clock: Clock;
  /** From SIGTERM to SIGKILL; 0: SIGKILL at once. */
  readonly stopTimeoutMs: number;
  /** Cuts that time short: SIGKILL at once. What was told to stop must be gone before it can be started again. */
  readonly signal: AbortSignal;
  readonly onStep: (step: ActionStep) => void;
}

/** @returns null when the process has ended, or why it has not, for people. */
export const stopProcess = async (
  target: ProcessIdentity,
  { clock, stopTimeoutMs, signal, onStep }: StopOptions,
): Promise<string | null> => {
  const { pid } = target;
  if (!Number.isSafeInteger(pid) || pid <= 1 || pid === process.pid)
    return `pid ${pid} is not one that Lifeline may end`;
  const tell = (action: ActionStep['action']): void => onStep({ at: clock.now(), action, pid });
  for (const { name, action, patienceMs, hurry } of [
    { name: 'SIGTERM', action: 'sigterm', patienceMs: stopTimeoutMs, hurry: signal },
    { name: 'SIGKILL', action: 'sigkill', patienceMs: KILL_PATIENCE_MS, hurry: null },
  ] as const) {
    if (patienceMs === 0) continue;
    const sent = await sendSignal(target, name);
    if (sent === 'denied') return othersReason(pid);
    if (sent === 'sent') tell(action);
    if (sent === 'gone' || (await exited(target, patienceMs, hurry))) {
      tell('exited');
      return null;
    }
  }
  return `pid ${pid} does not end even on SIGKILL; the kernel holds it, often for a disk or network file system that does not answer`;
};

/** What outlives a gateway's main process has at least so long from SIGTERM to SIGKILL. */
export const SURVIVOR_MS = 5_000;
/** A process that starts others while it is ended may have started one more. */
const ROUNDS = 5;

/**
 * Ends what is left of a tree whose main process has ended.
 * @returns null when nothing of it lives any more, or why something does, for people.
 */
export const endAll = async (tree: ProcessTree, options: StopOptions): Promise<string | null> => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = await tree.members(null);
    if (left.length === 0) return null;
    const stopTimeoutMs = round === 0 ? options.stopTimeoutMs : 0;
    const problems = await Promise.all(left.map((each) => stopProcess(each, { ...options, stopTimeoutMs })));
    const found = problems.filter((problem) => problem !== null);
    if (found.length > 0) return found.join('; ');
  }
  return 'its processes start new ones faster than they can be ended';
};

export const othersReason = (pid: number): string =>
  `pid ${pid} belongs to another user; run Lifeline as that user so that it may restart the gateway`;

/** Whether Lifeline may not end it. */
export const isOthers = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The identity is read right before the signal, because the pid may be another's by now. */
export const sendSignal = async (
  target: ProcessIdentity,
  name: NodeJS.Signals,
): Promise<'sent' | 'gone' | 'denied'> => {
  if (!(await isRunning(target))) return 'gone';
  try {
    process.kill(target.pid, name);
    return 'sent';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return 'gone';
    if (code === 'EPERM') return 'denied';
    throw error;
  }
};

/** Waits until the process has ended; false when the patience is over first. In real time: a process knows no other. */
const exited = async (target: ProcessIdentity, patienceMs: number, hurry: AbortSignal | null): Promise<boolean> => {
  let over = false;
  // A timer, and no sum of clock times, because those jump.
  const timer = setTimeout(() => {
    over = true;
  }, patienceMs);
  try {
    for (;;) {
      if (!(await isRunning(target))) return true;
      if (over || hurry?.aborted) return false;
      await sleep(POLL_MS);
    }
  } finally {
    clearTimeout(timer);
  }
};

const isRunning = async (target: ProcessIdentity): Promise<boolean> => {
  const seen = await readProcess(target.pid);
  return isAlive(seen) && sameProcess(seen, target);
};
