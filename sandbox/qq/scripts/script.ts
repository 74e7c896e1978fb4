/** A fault with a name: what happens to a bot, and how it ends (docs/facts/qq.md 8.4). */
import type { QqControls } from '../controls.ts';
import type { Switches } from '../switches.ts';
import type { Timers } from '../timers.ts';

export interface ScriptOptions {
  /** Between two beats of what happens again and again. */
  readonly everyMs?: number;
  /** How many sends meet a fault. */
  readonly times?: number;
  /** Which refusal, for `send_refused`. */
  readonly code?: number;
  /** Whose switch, for `pushes_switched_off`. */
  readonly user?: string;
  /** It ends by itself after this; else when it is told to. */
  readonly forMs?: number;
}

export interface ScriptStage {
  readonly appId: string;
  readonly platform: QqControls & { readonly switches: Switches };
  readonly timers: Timers;
  readonly options: ScriptOptions;
}

/** Undoes it; what has happened stays. */
export type End = () => void | Promise<void>;

export interface Script {
  readonly id: string;
  /** What happens, for people. */
  readonly about: string;
  start(stage: ScriptStage): End | Promise<End>;
}

export const NOTHING_TO_UNDO: End = () => undefined;
