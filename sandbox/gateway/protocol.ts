/** What the sandbox and its gateway say to each other, one JSON text a message. */
import type { FaultId } from './faults.ts';
import type { ProcessId } from './proc.ts';
import type { ScriptedState } from './scripted-link.ts';

/** Faults in which the gateway's process has a part; the others are made from outside alone. */
export type InnerFault = Extract<
  FaultId,
  | 'executor_shutdown'
  | 'loop_frozen'
  | 'feishu_lost'
  | 'stop_hangs'
  | 'long_tool'
  | 'qq_gives_up'
  | 'qq_server_error'
  | 'network_down'
  | StartFault
>;

/** Faults that every new process has from its start. */
export type StartFault = Extract<FaultId, 'config_rejected' | 'crash_loop'>;

export type FromGateway =
  /** The first message of a process; `second`: it runs beside another one, past the guard. */
  | { readonly kind: 'hello'; readonly process: ProcessId; readonly second: boolean }
  /** The fault takes effect now. */
  | { readonly kind: 'breaking'; readonly fault: InnerFault }
  /** Its log says so now. */
  | { readonly kind: 'linked'; readonly link: string }
  /** Its state file says so now. */
  | { readonly kind: 'working'; readonly turns: number };

export type FromSandbox =
  /** The gateway waits for this before it connects anywhere: what ended with the last process is lifted by then. */
  | { readonly kind: 'welcome'; readonly sandbox: ProcessId; readonly startFault: StartFault | null }
  | { readonly kind: 'break'; readonly break: InnerFault }
  /** A further platform's link is lost, is back, or is refused. */
  | { readonly kind: 'link'; readonly link: string; readonly state: ScriptedState }
  /** So many turns are in flight from now on. */
  | { readonly kind: 'work'; readonly turns: number };
