/** Examines the gateways and Lifeline itself, for the terminal and for the phone. */
import type { DatabaseSync } from 'node:sqlite';
import { ownAccount, userHome } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Config } from '../config/config.ts';
import { createKind } from '../gateways/index.ts';
import { runCommand } from '../supervisors/run-command.ts';
import { examineAll, findingsOf, type DoctorFinding, type Examined } from './check.ts';
import { ALL_CHECKS, CHECKS, SELF_CHECKS } from './checks/index.ts';
import { createContext, type Machine, type OwnService, type SelfContext } from './context.ts';

/** One gateway, or Lifeline itself. */
export interface Group {
  readonly gateway: string | null;
  readonly examined: readonly Examined[];
}

export const machineHere = (clock: Clock): Machine => {
  const { uid, name: user } = ownAccount();
  return { userHome: userHome(), user, uid, run: runCommand, clock };
};

/** The gateways in the order of the configuration, then Lifeline; all at once. */
export const examineEverything = (self: SelfContext): Promise<readonly Group[]> =>
  Promise.all([
    ...self.config.gateways.map(async (gateway): Promise<Group> => {
      const context = createContext(gateway, createKind(gateway), self);
      return { gateway: gateway.name, examined: await examineAll(context, ALL_CHECKS, gateway) };
    }),
    examineAll(self, SELF_CHECKS, null).then((examined): Group => ({ gateway: null, examined })),
  ]);

/** The quick checks of one gateway. */
export const examineGateway = async (
  gateway: Config['gateways'][number],
  clock: Clock,
): Promise<readonly DoctorFinding[]> =>
  findingsOf(await examineAll(createContext(gateway, createKind(gateway), machineHere(clock)), CHECKS, gateway));

/** The Lifeline that runs. */
export const examineSelf = async (
  config: Config,
  fromFile: boolean,
  db: DatabaseSync,
  tools: { readonly service: () => Promise<OwnService>; readonly clock: Clock; readonly logger: Logger },
): Promise<readonly DoctorFinding[]> => {
  const context: SelfContext = {
    ...machineHere(tools.clock),
    ...tools,
    config,
    fromFile,
    env: process.env,
    withStore: (work) => work(db),
  };
  return findingsOf(await examineAll(context, SELF_CHECKS, null));
};
