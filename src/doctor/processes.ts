/** The processes of a gateway, by whatever sign it has. */
import { stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { findGatewayProcesses } from '../sensors/process.ts';
import { isAlive, readProcess } from '../sensors/proc.ts';
import type { ProcessSnapshot } from '../sensors/process-table.ts';
import { createCandidates } from '../supervisors/candidates.ts';
import type { RunCommand } from '../supervisors/run-command.ts';

interface Tools {
  readonly run: RunCommand;
  readonly clock: Clock;
}

/** @returns oldest first; none of one that nobody can find. @throws UserError when what keeps it cannot be asked. */
export const processesOf = async (gateway: GatewayConfig, kind: GatewayKind, tools: Tools): Promise<readonly ProcessSnapshot[]> => {
  if (kind.foundBy === 'itself') return findGatewayProcesses(kind, gateway.home);
  return kind.foundBy === 'supervisor' ? mainProcesses(gateway, kind, tools) : [];
};

const mainProcesses = async ({ supervisor, unit, home, stopTimeoutMs }: GatewayConfig, kind: GatewayKind, { run, clock }: Tools): Promise<readonly ProcessSnapshot[]> => {
  if (supervisor === 'process') return [];
  const candidates = createCandidates({ services: kind.services(home, home), unit, homeOwner: async () => (await stat(home)).uid, stopTimeoutMs, run, clock });
  const all = supervisor === 'auto' ? await candidates.likely(null) : [await candidates.named(supervisor)];
  const asked = await Promise.allSettled(all.map(async (each) => (await each.status()).main));
  const mains = asked.flatMap((answer) => (answer.status === 'fulfilled' && answer.value ? [answer.value.pid] : []));
  const refusal = asked.find((answer) => answer.status === 'rejected');
  if (mains.length === 0 && refusal) throw refusal.reason;
  return (await Promise.all(mains.map(readProcess))).filter(isAlive);
};
