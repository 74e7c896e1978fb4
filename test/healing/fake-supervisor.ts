/** A world in which one supervisor keeps one gateway, and does what a test says. */
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import type { TreatmentRecord } from '../../src/healing/decision.ts';
import type { ActionResult, Supervisor, SupervisorAction, SupervisorStatus } from '../../src/supervisors/supervisor.ts';

export const OLD: ProcessSeen = { pid: 123, startTime: 5_000, startedAt: 50_000 };
export const NEW: ProcessSeen = { pid: 456, startTime: 9_000, startedAt: 90_000 };

export const statusOf = (changed: Partial<SupervisorStatus> = {}): SupervisorStatus => ({ state: 'active', main: null, restarts: null, since: null, job: null, exit: null, ...changed });

export interface World {
  /** The gateway's process now. */
  process: ProcessSeen | null;
  status: Partial<SupervisorStatus>;
  /** What was asked of the supervisor, in order. */
  readonly calls: SupervisorAction[];
  readonly supervisor: Supervisor;
  readonly find: () => Promise<ProcessSeen | null>;
  /** A process that nobody saw before. */
  readonly spawn: () => void;
}

/** @param acts what an action does; without one, it does what it should. */
export const createWorld = (changed: Partial<Pick<World, 'process' | 'status'>> = {}, acts: Partial<Record<SupervisorAction, (world: World, signal: AbortSignal) => ActionResult | Promise<ActionResult>>> = {}, name: Supervisor['name'] = 'systemd-user'): World => {
  let spawned = 0;
  const act = (action: SupervisorAction, usual: () => void) => async (signal: AbortSignal): Promise<ActionResult> => {
    world.calls.push(action);
    signal.throwIfAborted();
    const own = acts[action];
    if (own) return own(world, signal);
    usual();
    return { outcome: 'done', steps: [{ at: 1, action: 'command', pid: null, command: action }] };
  };
  const world: World = {
    process: OLD,
    status: {},
    calls: [],
    find: async () => world.process,
    spawn: () => {
      world.process = { ...NEW, pid: NEW.pid + spawned, startTime: NEW.startTime + spawned };
      spawned += 1;
    },
    supervisor: {
      name,
      unit: 'hermes-gateway.service',
      status: async () => statusOf({ main: world.process, ...world.status }),
      start: act('start', () => world.spawn()),
      restart: act('restart', () => world.spawn()),
      stop: act('stop', () => {
        world.process = null;
      }),
      kill: act('kill', () => {
        world.process = null;
      }),
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
  rungs: ['supervisor'],
  rung: -1,
  rungBefore: OLD,
  phase: 'planned',
  steps: [],
  strays: [],
  answer: null,
  progress: null,
  ...changed,
});
