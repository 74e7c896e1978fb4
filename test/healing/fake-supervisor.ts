/** A world in which one supervisor keeps one gateway, and does what a test says. */
import { expect, vi } from 'vitest';
import type { ProcessIdentity, ProcessSeen, Suspect } from '../../src/diagnosis/evidence.ts';
import type { TreatmentRecord } from '../../src/healing/treatment.ts';
import { isAlive, readProcess, sameProcess } from '../../src/sensors/process/proc.ts';
import type { Running } from '../../src/sensors/process/process.ts';
import type {
  ActionResult,
  Supervisor,
  SupervisorAction,
  SupervisorStatus,
  Victim,
} from '../../src/supervisors/supervisor.ts';

/**
 * No system gives out pids as high as these (from 5,000,000 on), so that no real process is ever taken for one of them.
 * NEW is newer than any real one.
 */
export const OLD: ProcessSeen = { pid: 5_000_123, startTime: 5_000, startedAt: 50_000 };
export const NEW: ProcessSeen = { pid: 5_000_456, startTime: 9_000_000_000, startedAt: 90_000 };

const FIRST_INVENTED_PID = 5_000_000;

/**
 * Of an invented process there is nothing to end, and the system is not asked: what it takes for its answer is in no
 * clock's hands.
 */
const endReal = async (seen: ProcessIdentity | null): Promise<void> => {
  const now = seen && seen.pid < FIRST_INVENTED_PID ? await readProcess(seen.pid) : null;
  if (!seen || !now || !sameProcess(now, seen)) return;
  process.kill(seen.pid, 'SIGKILL');
  await vi.waitFor(async () => expect(isAlive(await readProcess(seen.pid))).toBe(false), { timeout: 20_000 });
};

export const runningOf = (gateway: ProcessSeen | null, beside: readonly Suspect[] = []): Running => ({
  gateway,
  beside,
  problem: null,
});

export const suspectOf = (pid: number, startTime = 1): Suspect => ({
  pid,
  startTime,
  startedAt: startTime * 10,
  command: 'hermes gateway run',
});

export const statusOf = (changed: Partial<SupervisorStatus> = {}): SupervisorStatus => ({
  state: 'active',
  main: null,
  restarts: null,
  since: null,
  job: null,
  exit: null,
  outlook: { next: 'unknown' },
  ...changed,
});

export interface World {
  /** The gateway's process now. */
  process: ProcessSeen | null;
  status: Partial<SupervisorStatus>;
  /** What looks like the gateway and is not proven to be. */
  beside: readonly Suspect[];
  /** What was asked of the supervisor, in order. */
  readonly calls: SupervisorAction[];
  /** Whom it was told to end, in order. */
  readonly victims: Victim[];
  readonly supervisor: Supervisor;
  readonly look: () => Promise<Running>;
  /** A process that nobody saw before. */
  readonly spawn: () => void;
  /** It runs no more, also where it is a real one. */
  readonly end: () => Promise<void>;
}

/** @param acts what an action does; without one, it does what it should. */
export const createWorld = (
  changed: Partial<Pick<World, 'process' | 'status' | 'beside'>> = {},
  acts: Partial<
    Record<SupervisorAction, (world: World, signal: AbortSignal) => ActionResult | Promise<ActionResult>>
  > = {},
  name: Supervisor['name'] = 'systemd-user',
): World => {
  let spawned = 0;
  const act =
    (action: SupervisorAction, usual: () => void | Promise<void>) =>
    async (signal: AbortSignal): Promise<ActionResult> => {
      world.calls.push(action);
      signal.throwIfAborted();
      const own = acts[action];
      if (own) return own(world, signal);
      await usual();
      return { outcome: 'done', steps: [{ at: 1, action: 'command', pid: null, command: action }] };
    };
  const actOn = (action: SupervisorAction, usual: () => Promise<void>) => {
    const done = act(action, usual);
    return (victim: Victim, signal: AbortSignal): Promise<ActionResult> => {
      world.victims.push(victim);
      return done(signal);
    };
  };
  const world: World = {
    process: OLD,
    status: {},
    beside: [],
    calls: [],
    victims: [],
    look: async () => runningOf(world.process, world.beside),
    end: async () => {
      await endReal(world.process);
      world.process = null;
    },
    spawn: () => {
      world.process = { ...NEW, pid: NEW.pid + spawned, startTime: NEW.startTime + spawned };
      spawned += 1;
    },
    supervisor: {
      name,
      unit: 'hermes-gateway.service',
      status: async () => statusOf({ main: world.process, ...world.status }),
      start: act('start', () => world.spawn()),
      restart: actOn('restart', async () => {
        await world.end();
        world.spawn();
      }),
      stop: actOn('stop', () => world.end()),
      kill: actOn('kill', () => world.end()),
      reset: act('reset', () => undefined),
      command: (action) => `systemctl --user ${action} hermes-gateway.service`,
    },
    ...changed,
  };
  return world;
};

export const recordOf = (changed: Partial<TreatmentRecord> = {}): TreatmentRecord => ({
  id: 1,
  gateway: 'main',
  remedy: 'restart',
  requestedBy: 'auto',
  at: 1_000_000_000_000,
  links: ['qqbot'],
  before: OLD,
  planned: ['supervisor'],
  stepIndex: -1,
  stepBefore: OLD,
  phase: 'planned',
  actions: [],
  target: null,
  answer: null,
  progress: null,
  ...changed,
});
