/** How patient the diagnosis is with a gateway of this kind. */
import type { DiagnosisPolicy } from '../../diagnosis/policy.ts';
import type { GatewayKind } from '../../gateways/gateway-kind.ts';

export const policyForKind = (
  policy: DiagnosisPolicy,
  {
    platforms,
    patience: { ownHealingMs, connectMs, linkRestarts, drainMs, quietEndMs },
    foundBy,
  }: Pick<GatewayKind, 'patience' | 'foundBy' | 'platforms'>,
): DiagnosisPolicy => ({
  ...policy,
  platforms: { ...policy.platforms, ...platforms },
  ownHealingMs,
  connectMs,
  linkRestarts,
  quietEndMs,
  unseen: foundBy === 'nobody',
  stopGraceMs: Math.max(policy.stopGraceMs, drainMs),
});
