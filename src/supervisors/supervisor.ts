/** What keeps a gateway's process, and how Lifeline asks it to start, restart and stop that. One file a supervisor. */
import { EX_CONFIG } from '../base/exit-codes.ts';
import type { ContainerSeen, Outlook, ProcessIdentity, ProcessSeen, Suspect } from '../diagnosis/evidence.ts';

/** As in the configuration. */
export type SupervisorName = 'systemd-user' | 'systemd-system' | 'launchd' | 'docker' | 's6' | 'process';

export type SupervisorAction = 'start' | 'restart' | 'stop' | 'kill' | 'reset';

export interface Supervisor {
  readonly name: SupervisorName;
  /**
   * The supervisor's name for people, where that is not its name in the configuration: podman is configured as
   * "docker".
   */
  readonly tool?: string;
  /** What the gateway is called there: a unit, a label, a container, a slot; the program for a bare process. */
  readonly unit: string;
  /** @throws UserError when it cannot be asked; the message says what to do, with the command where one helps. */
  status(signal?: AbortSignal): Promise<SupervisorStatus>;
  /**
   * Starts the gateway when none runs. Returns once the start was asked for; that it came up is for the caller to
   * verify.
   */
  start(signal: AbortSignal): Promise<ActionResult>;
  /**
   * Ends the victim (gently, then for sure) and starts a new one. Where the supervisor holds another process by now,
   * somebody was quicker, and nothing is done.
   */
  restart(victim: Victim, signal: AbortSignal): Promise<ActionResult>;
  /**
   * What would keep it from starting the gateway, if the one that runs had just ended. Absent: it starts the gateway
   * whatever else runs.
   */
  inTheWay?(): Promise<readonly Suspect[]>;
  /** Ends the victim so that nothing starts it again until it is asked to. */
  stop(victim: Victim, signal: AbortSignal): Promise<ActionResult>;
  /**
   * SIGKILL for the victim and all that belongs to it, and for nothing that somebody has started since. Something else
   * may start it again at once.
   */
  kill(victim: Victim, signal: AbortSignal): Promise<ActionResult>;
  /**
   * SIGKILL for what an earlier process has left behind here, which may keep its port; does nothing while the gateway
   * runs. Absent: nothing can be left behind, or its keeper sees to that.
   */
  endLeftOver?(signal: AbortSignal): Promise<ActionResult>;
  /**
   * What lives of a gateway whose main process has ended: it is not stopped before they have ended, too. Absent: its
   * keeper sees to that.
   */
  survivors?(): Promise<readonly ProcessIdentity[]>;
  /** Why Lifeline does not start it once more without an operator's word, for people; null or absent: it may. */
  notAgain?(): string | null;
  /**
   * Takes away what keeps the gateway from starting, such as systemd's start limit; does nothing where there is no such
   * thing.
   */
  reset(signal: AbortSignal): Promise<ActionResult>;
  /**
   * Of a supervisor that keeps containers: the container in which the gateway was last seen; null when it was seen in
   * none.
   */
  container?(): ContainerSeen | null;
  /** What people are told where it knows no such unit; a sentence of its own where that is not enough. */
  missing?(): string;
  /** The exact command that does this, for people and for a dry run: `systemctl --user restart my-gateway.service`. */
  command(action: SupervisorAction): string;
}

/**
 * The proven gateway process that an act is to end, checked again at the moment of the act; null: none ran, and nothing
 * is ended.
 */
export type Victim = ProcessIdentity | null;

/** What the supervisor itself says. */
export interface SupervisorStatus {
  readonly state: SupervisorState;
  /**
   * The process that it holds, by pid and start time; null when it holds none, or one that cannot be seen from here.
   */
  readonly main: ProcessSeen | null;
  /** How often the supervisor has started the gateway again by itself; null where it does not count. */
  readonly restarts: number | null;
  /** When the unit came into this state, in milliseconds since the epoch; null where the supervisor does not say. */
  readonly since: number | null;
  /** What the supervisor has been asked to do and has not finished. */
  readonly job: 'start' | 'restart' | 'stop' | null;
  /** How the last process that it held ended; null while none has, or where it does not say. */
  readonly exit: { readonly code: number } | { readonly signal: string } | null;
  /** What will become of the gateway once its process has ended; meaningless while the process runs. */
  readonly outlook: KeeperWord;
  /** The supervisor holds its process still. */
  readonly paused?: true;
}

/** Whether the gateway itself refuses its configuration: a start meets the same. */
export const isConfigRefused = (exit: SupervisorStatus['exit']): boolean =>
  exit !== null && 'code' in exit && exit.code === EX_CONFIG;

/** Of a supervisor that does not have the gateway, or has it no longer. */
export const missingStatus = (outlook: KeeperWord): SupervisorStatus => ({
  state: 'missing',
  main: null,
  restarts: null,
  since: null,
  job: null,
  exit: null,
  outlook,
});

export type KeeperWord =
  | Outlook
  /**
   * The gateway looks as if it had never run: either it has not, or it ended without a fault and the supervisor keeps
   * no record. `always`: whatever ended the gateway, the supervisor would have started it again.
   */
  | { readonly next: 'forgotten'; readonly enabled: boolean; readonly always: boolean };

export type SupervisorState =
  | 'active'
  | 'activating'
  | 'deactivating'
  | 'inactive'
  | 'failed'
  /** The supervisor has given up after too many starts, and starts the gateway no more until the unit is reset. */
  | 'latched'
  /** The definition is there and forbids a start: a masked unit, a disabled job. */
  | 'masked'
  /** The supervisor knows no such unit, label, container or slot. */
  | 'missing';

/** `done` means that the action was carried out, not that the gateway is well. */
export type ActionResult =
  | { readonly outcome: 'done'; readonly steps: readonly ActionStep[] }
  /** `reason` is for people and without secrets. `hopeless`: no harder try would get further. */
  | {
      readonly outcome: 'failed';
      readonly steps: readonly ActionStep[];
      readonly reason: string;
      readonly hopeless?: boolean;
    };

/** One thing that was done, for the timeline. */
export interface ActionStep {
  readonly at: number;
  readonly action: 'sigterm' | 'sigkill' | 'sigusr1' | 'exited' | 'start' | 'command';
  readonly pid: number | null;
  /** The command line, when that is what was done. */
  readonly command?: string;
}
