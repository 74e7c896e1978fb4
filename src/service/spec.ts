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

/**
 * V8 in its small settings: a bot at rest takes 20 MB less (docs/performance.md). Node lets a program not set this while
 * it runs, so it stands on the command line of the service.
 */
export const NODE_FLAGS: readonly string[] = ['--optimize-for-size'];

/** The command line before the subcommand. A single executable has Node in it. */
export const programOf = (
  { node, entry }: { readonly node: string; readonly entry: string },
  flags: readonly string[] = NODE_FLAGS,
): readonly string[] => (node === entry ? [entry] : [node, ...flags, entry]);

export const UNIT = LIFELINE_UNIT;
export const LABEL = 'gateway-lifeline';
export const WATCHDOG_SECONDS = 90;
