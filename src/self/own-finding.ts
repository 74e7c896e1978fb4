import type { DoctorFinding, FindingFacts, DoctorFix, FindingSeverity } from '../doctor/finding.ts';
import type { SelfFacts } from '../doctor/facts/self.ts';

/** Makes a finding about Lifeline itself, or about what could not be asked of it. */
export const own = (
  severity: FindingSeverity,
  facts: SelfFacts | Extract<FindingFacts, { readonly code: 'cannot_ask' }>,
  commands: readonly string[] = [],
  fix: DoctorFix | null = null,
): DoctorFinding => ({ ...facts, gateway: null, severity, commands, fix });
