/** What the sandbox and its gateway say to each other, one JSON text a message. */
import type { FaultId } from './faults.ts';
import type { ProcessId } from './proc.ts';

/** Faults that live in the gateway's process; the others are made from outside. */
export type InnerFault = Extract<FaultId, 'executor_shutdown' | 'loop_frozen' | 'feishu_lost'>;

export type FromGateway =
  /** The first message of a process. */
  | { readonly kind: 'hello'; readonly process: ProcessId }
  /** The fault takes effect now. */
  | { readonly kind: 'breaking'; readonly fault: InnerFault };

export type FromSandbox =
  /** The gateway waits for this before it connects anywhere: whatever ailed the last process is lifted by then. */
  | { readonly kind: 'welcome'; readonly sandbox: ProcessId }
  | { readonly kind: 'break'; readonly break: InnerFault };
