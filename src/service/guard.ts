/** Decides how much Lifeline's unit may forbid. All that Lifeline starts inherits it. */
import { silentLogger } from '../base/logger.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import { createKind } from '../gateways/index.ts';
import { createKeeping } from '../supervisors/keeping.ts';
import type { OsAccount, ServiceMachine } from './machine.ts';
import { UNIT, type Guard } from './spec.ts';

export const guardOf = async (
  config: Config,
  account: OsAccount,
  machine: Pick<ServiceMachine, 'run' | 'clock'>,
): Promise<Guard> => {
  for (const gateway of config.gateways) if (await startsFromLifeline(gateway, account, machine)) return 'none';
  return config.ownCommands.folder !== null || config.ownCommands.declared.length > 0 ? 'size' : 'rights';
};

/** Whether this gateway's process may be a child of Lifeline. What cannot be asked may be. */
const startsFromLifeline = async (
  gateway: GatewayConfig,
  account: OsAccount,
  { run, clock }: Pick<ServiceMachine, 'run' | 'clock'>,
): Promise<boolean> => {
  if (gateway.supervisor === 'process') return true;
  const { detection } = createKeeping({
    gateway,
    kind: createKind(gateway),
    userHome: account.home,
    outputFile: '',
    run,
    clock,
    logger: silentLogger(),
  });
  try {
    const { supervisor } = await detection.choose();
    // A gateway in Lifeline's own unit was started by Lifeline. Podman's containers are children of who starts them.
    return (
      supervisor.name === 'process' || supervisor.unit === UNIT || supervisor.command('start').startsWith('podman ')
    );
  } catch {
    return true;
  }
};
