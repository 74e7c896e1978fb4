import type { Finding, FindingFacts, Fix, Severity } from '../doctor/finding.ts';
import type { SelfFacts } from '../doctor/facts/self.ts';

/** A finding about Lifeline itself, or what of it could not be asked. */
export const own = (
  severity: Severity,
  facts: SelfFacts | Extract<FindingFacts, { readonly code: 'cannot_ask' }>,
  commands: readonly string[] = [],
  fix: Fix | null = null,
): Finding => ({ ...facts, gateway: null, severity, commands, fix });
