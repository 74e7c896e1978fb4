/** What keeps a gateway's process, and how Lifeline starts and stops it. One file a supervisor. */
import type { ProcessSeen } from '../diagnosis/evidence.ts';

export interface Supervisor {
  /** `process`, `systemd-user`, … as in the configuration. */
  readonly name: string;
  /** When somebody else keeps the gateway, so that this one may not act: how a person restarts it there. */
  keptBy?(): string | null;
  /** The live gateway process it holds, or null. */
  main(): Promise<ProcessSeen | null>;
  /** Starts the gateway when none runs. Returns once the start was asked for; that it came up is for the caller to verify. */
  start(signal: AbortSignal): Promise<ActionResult>;
  /** Ends the running process (gently, then for sure) and starts a new one. */
  restart(signal: AbortSignal): Promise<ActionResult>;
}

/** `done` means that the action was carried out, not that the gateway is well. */
export type ActionResult =
  | { readonly outcome: 'done'; readonly steps: readonly ActionStep[] }
  | { readonly outcome: 'failed'; readonly steps: readonly ActionStep[]; readonly reason: string };

/** One thing that was done, for the timeline: `SIGTERM`, `SIGKILL`, `start`. */
export interface ActionStep {
  readonly at: number;
  readonly action: 'sigterm' | 'sigkill' | 'exited' | 'start';
  readonly pid: number | null;
}
