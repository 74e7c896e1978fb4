/** Lingering of the account whose service Lifeline is. */
import { askLinger, type Linger } from '../supervisors/linger.ts';
import type { LingerShown } from '../text/cli/service.ts';
import type { ServiceMachine } from './machine.ts';

export const lingers = ({ self, run }: Pick<ServiceMachine, 'self' | 'run'>): Promise<Linger> =>
  askLinger(self.name, run);

export const lingerCommand = ({ self }: Pick<ServiceMachine, 'self'>): string =>
  `${self.uid === 0 ? '' : 'sudo '}loginctl enable-linger ${self.name}`;

/** @returns whether it is on now. */
export const enableLinger = async (machine: Pick<ServiceMachine, 'self' | 'run'>): Promise<Linger> => {
  await machine.run(['loginctl', 'enable-linger', machine.self.name]);
  return lingers(machine);
};

/** Returns the state of lingering, with the command that turns it on unless it is on. */
export const lingerShown = (linger: Linger, machine: Pick<ServiceMachine, 'self'>): LingerShown =>
  linger.on === true ? { on: true } : { ...linger, command: lingerCommand(machine) };
