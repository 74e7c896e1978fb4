/** The account that Lifeline runs as. In a container it may have a number and no name. */
import { homedir, userInfo } from 'node:os';
import { UserError } from './errors.ts';

export interface OwnAccount {
  readonly uid: number;
  /** The number where there is no name. */
  readonly name: string;
  /** By the system's list of users; null: it is not in there. */
  readonly listedHome: string | null;
}

export const ownAccount = (): OwnAccount => {
  try {
    const { uid, username, homedir: listedHome } = userInfo();
    return { uid, name: username, listedHome };
  } catch {
    const uid = process.getuid?.() ?? 0;
    return { uid, name: String(uid), listedHome: null };
  }
};

/** HOME, or what the system's list of users says. @throws UserError `USAGE_NO_HOME` */
export const userHome = (): string => {
  try {
    return homedir();
  } catch (error) {
    throw new UserError(
      'USAGE_NO_HOME',
      `This account (uid ${ownAccount().uid}) is not in the system's list of users, and HOME is not set. Set HOME to a folder that belongs to it.`,
      { cause: error },
    );
  }
};
