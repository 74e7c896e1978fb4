import type { Finding, FindingFacts, DoctorFix, FindingSeverity } from '../doctor/finding.ts';
import type { SelfFacts } from '../doctor/facts/self.ts';

/** A finding about Lifeline itself, or what of it could not be asked. */
export const own = (
  severity: FindingSeverity,
  facts: SelfFacts | Extract<FindingFacts, { readonly code: 'cannot_ask' }>,
  commands: readonly string[] = [],
  fix: DoctorFix | null = null,
): Finding => ({ ...facts, gateway: null, severity, commands, fix });
