/** How patient the diagnosis is with a gateway of this kind. */
import type { DiagnosisPolicy } from '../diagnosis/policy.ts';
import type { Patience } from '../gateways/gateway-kind.ts';

export const patientPolicy = (policy: DiagnosisPolicy, { ownHealingMs, connectMs, linkRestarts, drainMs, quietEndMs }: Patience): DiagnosisPolicy => ({
  ...policy,
  ownHealingMs,
  connectMs,
  linkRestarts,
  quietEndMs,
  stopGraceMs: Math.max(policy.stopGraceMs, drainMs),
});
