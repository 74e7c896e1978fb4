/** How much Lifeline's unit may forbid: what Lifeline starts inherits all of it. */
import { stat } from 'node:fs/promises';
import { silentLogger } from '../base/logger.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import { createKind } from '../gateways/index.ts';
import { readAncestors } from '../sensors/proc.ts';
import { findGatewayProcess } from '../sensors/process.ts';
import { createCandidates } from '../supervisors/candidates.ts';
import { configuredHolder, createHolder } from '../supervisors/holder.ts';
import { createProcessSupervisor } from '../supervisors/process.ts';
import type { Account, ServiceMachine } from './machine.ts';
import { UNIT, type Guard } from './spec.ts';

export const guardOf = async (config: Config, account: Account, machine: Pick<ServiceMachine, 'run' | 'clock'>): Promise<Guard> => {
  for (const gateway of config.gateways) if (await startsFromLifeline(gateway, account, machine)) return 'none';
  return config.ownCommands.folder !== null || config.ownCommands.declared.length > 0 ? 'size' : 'rights';
};

/** Whether this gateway's process may be a child of Lifeline. What cannot be asked may be. */
const startsFromLifeline = async (gateway: GatewayConfig, account: Account, { run, clock }: Pick<ServiceMachine, 'run' | 'clock'>): Promise<boolean> => {
  const { home, command, unit, stopTimeoutMs, supervisor: wanted } = gateway;
  if (wanted === 'process') return true;
  const kind = createKind(gateway);
  const find = (): ReturnType<typeof findGatewayProcess> => findGatewayProcess(kind, home);
  const candidates = createCandidates({ services: kind.services(home, account.home), unit, homeOwner: async () => (await stat(home)).uid, stopTimeoutMs, run, clock });
  const bare = createProcessSupervisor({ find, command, cwd: home, env: {}, outputFile: '', clock, logger: silentLogger() });
  const holder = wanted === 'auto' ? createHolder({ candidates: (running) => candidates.likely(running), bare, find, ancestors: readAncestors }) : configuredHolder(() => candidates.named(wanted));
  try {
    const { supervisor } = await holder.choose();
    // One that Lifeline's own unit holds was started by it. Podman's containers are children of who starts them.
    return supervisor.name === 'process' || supervisor.unit === UNIT || supervisor.command('start').startsWith('podman ');
  } catch {
    return true;
  }
};
