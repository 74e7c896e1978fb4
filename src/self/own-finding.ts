import type { Finding, Fix, Severity } from '../doctor/finding.ts';
import type { SelfFacts } from '../doctor/facts/self.ts';

/** A finding about Lifeline itself. */
export const own = (severity: Severity, facts: SelfFacts, commands: readonly string[] = [], fix: Fix | null = null): Finding => ({ ...facts, gateway: null, severity, commands, fix });
