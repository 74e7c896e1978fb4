/** The accounts of this machine, for a service of the system that is to run as one of them. */
import { stat } from 'node:fs/promises';
import type { OsAccount, ServiceMachine } from './machine.ts';

/** @param who a name or a uid. @returns null when there is no such account. */
export const findAccount = async (
  who: string | number,
  { self, run }: Pick<ServiceMachine, 'self' | 'run'>,
): Promise<OsAccount | null> => {
  if (who === self.name || who === self.uid) return self;
  const { exitCode, stdout } = await run(['getent', 'passwd', String(who)]);
  const [name, , uid, , , home] = stdout.trim().split(':');
  return exitCode === 0 && name && uid && home ? { name, uid: Number(uid), home } : null;
};

/** @returns null when there is no such file. */
export const ownerOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ uid }) => uid,
    () => null,
  );
