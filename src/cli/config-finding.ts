/**
 * What `lifeline config check` finds in a configuration that can be read, and where. `src/text/cli/config-check.ts` has the
 * words.
 */
import type { ConfigWarning } from '../config/warnings.ts';
import type { ConfigFinding } from '../text/cli/config-check.ts';

export type FindingFacts = ConfigWarning | ConfigFinding;

export interface Finding {
  readonly facts: FindingFacts;
  /** null: it is about the file as a whole. */
  readonly at: { readonly line: number; readonly column: number } | null;
  /** Written as `gateways[0].home`. */
  readonly key: string | null;
}
