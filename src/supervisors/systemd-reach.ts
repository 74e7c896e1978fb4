/**
 * How systemd's manager is reached: the system's, Lifeline's own user's from a terminal, from cron or from a service
 * (neither of which sets XDG_RUNTIME_DIR), or, for root, another user's.
 */
import { stat } from 'node:fs/promises';
import { ownAccount } from '../base/account.ts';
import { UserError } from '../base/errors.ts';

export interface UnixUser {
  readonly uid: number;
  readonly name: string;
}

/** The user that Lifeline runs as. */
export const ownUser = (): UnixUser => {
  const { uid, name } = ownAccount();
  return { uid, name };
};

export interface SystemdAddress {
  readonly scope: 'user' | 'system';
  readonly unit: string;
  /** Whose manager, for the scope `user`. */
  readonly owner: UnixUser;
  /** The user that Lifeline runs as. */
  readonly self: UnixUser;
}

const runtimeDir = (uid: number): string => `/run/user/${uid}`;

/**
 * What the command line begins with. Root becomes the other user: systemctl refuses a user's socket to anybody
 * else, root too, and `--machine=USER@` exists only since 248 and needs that user's whole session machinery.
 */
export const systemctlOf = ({ scope, owner, self }: SystemdAddress): readonly [string, ...string[]] => {
  if (scope === 'system') return ['systemctl'];
  if (owner.uid === self.uid) return ['systemctl', '--user'];
  return ['runuser', '-u', owner.name, '--', 'env', `XDG_RUNTIME_DIR=${runtimeDir(owner.uid)}`, 'systemctl', '--user'];
};

/** @returns what the environment must hold to reach it. @throws UserError when it cannot be there, with what to do. */
export const reachManager = async (
  address: SystemdAddress,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> => {
  const { scope, owner, self, unit } = address;
  if (scope === 'system') return {};
  if (owner.uid !== self.uid && self.uid !== 0) {
    throw new UserError(
      'SYSTEMD_OTHER_USER',
      `${unit} is a unit of the user ${owner.name}, and Lifeline runs as ${self.name}. Run Lifeline as ${owner.name}.`,
    );
  }
  const given = owner.uid === self.uid ? env['XDG_RUNTIME_DIR'] : undefined;
  for (const dir of [...(given ? [given] : []), runtimeDir(owner.uid)]) {
    if (!(await isRuntimeDir(dir, owner.uid))) continue;
    const bus = dir === given ? env['DBUS_SESSION_BUS_ADDRESS'] : undefined;
    return { XDG_RUNTIME_DIR: dir, DBUS_SESSION_BUS_ADDRESS: bus ?? `unix:path=${dir}/bus` };
  }
  throw (await isThere('/run/systemd/system')) ? noUserManager(address) : notBooted();
};

/** Of that user, and with a manager in it: `sudo -E` and `su` hand on the folder of the user from whom they came. */
const isRuntimeDir = async (dir: string, uid: number): Promise<boolean> => {
  const found = await stat(dir).catch(() => null);
  return found?.uid === uid && ((await isThere(`${dir}/systemd/private`)) || (await isThere(`${dir}/bus`)));
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export const notInstalled = (): UserError =>
  new UserError(
    'SYSTEMD_MISSING',
    'The program systemctl was not found, so this machine has no systemd. Set "supervisor" of this gateway to what keeps it; "process" when nothing does.',
  );

export const noRunuser = ({ unit, owner }: SystemdAddress): UserError =>
  new UserError(
    'SYSTEMD_NO_RUNUSER',
    `The program runuser (of util-linux) was not found; root needs it to ask for ${unit} as ${owner.name}. Install util-linux, or run Lifeline as ${owner.name}.`,
  );

export const notBooted = (): UserError =>
  new UserError(
    'SYSTEMD_NOT_RUNNING',
    'This machine or container was not booted with systemd. Set "supervisor" of this gateway to what keeps it; "process" when nothing does.',
  );

export const noUserManager = ({ unit, owner }: SystemdAddress, words = ''): UserError =>
  new UserError(
    'SYSTEMD_NO_USER_MANAGER',
    `systemd's manager of the user ${owner.name} cannot be reached${words && ` (${words})`}, so ${unit} does not run either. It runs only while ${owner.name} is logged in, unless lingering is on. Run once: loginctl enable-linger ${owner.name}`,
  );
