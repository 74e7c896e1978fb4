/** Lingering: whether a user's manager starts with the machine and outlives their login. */
import { existsSync } from 'node:fs';
import type { ServiceMachine } from './machine.ts';

/** logind's own mark; `loginctl` refuses to tell of a user who is not logged in. */
export const lingers = (user: string): boolean => existsSync(`/var/lib/systemd/linger/${user}`);

export const lingerCommand = ({ self }: Pick<ServiceMachine, 'self'>): string => `${self.uid === 0 ? '' : 'sudo '}loginctl enable-linger ${self.name}`;

/** @returns whether it is on now. */
export const enableLinger = async ({ self, run }: Pick<ServiceMachine, 'self' | 'run'>): Promise<boolean> => {
  await run(['loginctl', 'enable-linger', self.name]);
  return lingers(self.name);
};
