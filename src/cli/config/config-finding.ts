/**
 * What `lifeline config check` finds in a configuration that can be read, and where. `src/text/cli/config-check.ts` has the
 * words.
 */
import type { ConfigWarning } from '../../config/warnings.ts';
import type { ConfigFinding } from '../../text/cli/config-check.ts';

export type ConfigFindingFacts = ConfigWarning | ConfigFinding;

export interface LocatedFinding {
  readonly facts: ConfigFindingFacts;
  /** Null when the finding is about the file as a whole. */
  readonly at: { readonly line: number; readonly column: number } | null;
  /** Written as `gateways[0].home`. */
  readonly key: string | null;
}
