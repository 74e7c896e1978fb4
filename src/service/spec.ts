/** All that the definition of Lifeline's service depends on. */
import { LIFELINE_UNIT } from '../supervisors/candidates.ts';
import type { OsAccount } from './machine.ts';

export interface ServiceSpec {
  readonly scope: 'user' | 'system';
  readonly node: string;
  readonly entry: string;
  readonly configFile: string;
  /** Whose process it is. */
  readonly account: OsAccount;
  /** Where programs are found, by Lifeline and by a gateway that it starts. */
  readonly path: string;
  /** Holds the secrets that the configuration takes from the environment; null: it takes none. */
  readonly envFile: string | null;
  /**
   * Whether systemd-notify is there and old enough to be trusted: without it nobody can say "ready" or feed a watchdog.
   */
  readonly notify: boolean;
  readonly guard: Guard;
  /** How much rather than others a unit of this manager is ended when memory is short, unless it says otherwise. */
  readonly defaultOomScore: number;
}

/**
 * How much may be forbidden to Lifeline: all that it starts inherits what its unit says.
 * `none`: a gateway may be started by Lifeline itself, as a bare process.
 * `size`: the operator's own commands are, and some of them may be sudo.
 * `rights`: only tools of the service managers.
 */
export type Guard = 'none' | 'size' | 'rights';

export const UNIT = LIFELINE_UNIT;
export const LABEL = 'gateway-lifeline';
export const WATCHDOG_SECONDS = 90;
