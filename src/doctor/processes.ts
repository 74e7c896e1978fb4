/** The processes of a gateway, by whatever sign it has. */
import { stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { findGatewayProcesses, type GatewayProcess } from '../sensors/process/process.ts';
import { isAlive, readProcess } from '../sensors/process/proc.ts';
import type { ProcessSnapshot } from '../sensors/process/process-table.ts';
import { createCandidates, type Candidates } from '../supervisors/candidates.ts';
import { keeperWitnesses } from '../supervisors/keeping.ts';
import type { RunCommand } from '../supervisors/run-command.ts';

interface Tools {
  /** The folder that `~` stands for. */
  readonly userHome: string;
  readonly run: RunCommand;
  readonly clock: Clock;
}

/**
 * Returns the gateway's processes, the oldest first; none when no sign leads to one. Throws a UserError when the
 * gateway's supervisor cannot be asked.
 */
export const processesOf = async (
  gateway: GatewayConfig,
  kind: GatewayKind,
  tools: Tools,
): Promise<readonly GatewayProcess[]> => {
  if (kind.foundBy === 'nobody') return [];
  const { supervisor, unit, home, stopTimeoutMs } = gateway;
  const services = kind.services(home, tools.userHome);
  const candidates = createCandidates({
    services,
    unit,
    homeOwner: async () => (await stat(home)).uid,
    stopTimeoutMs,
    run: tools.run,
    clock: tools.clock,
  });
  return kind.foundBy === 'itself'
    ? findGatewayProcesses(kind, home, keeperWitnesses({ services, unit, wanted: supervisor, candidates }))
    : mainProcesses(supervisor, candidates);
};

const mainProcesses = async (
  supervisor: GatewayConfig['supervisor'],
  candidates: Candidates,
): Promise<readonly ProcessSnapshot[]> => {
  if (supervisor === 'process') return [];
  const all = supervisor === 'auto' ? await candidates.likely(null) : [await candidates.named(supervisor)];
  const asked = await Promise.allSettled(all.map(async (each) => (await each.status()).main));
  const mains = asked.flatMap((answer) => (answer.status === 'fulfilled' && answer.value ? [answer.value.pid] : []));
  const refusal = asked.find((answer) => answer.status === 'rejected');
  if (mains.length === 0 && refusal) throw refusal.reason;
  return (await Promise.all(mains.map(readProcess))).filter(isAlive);
};
