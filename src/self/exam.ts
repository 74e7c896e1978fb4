/** The examination of the Lifeline that runs, for whoever asks from the phone. */
import { homedir, userInfo } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Config } from '../config/config.ts';
import { examineAll, findingsOf } from '../doctor/examine.ts';
import type { DoctorFinding } from '../doctor/finding.ts';
import { runCommand } from '../supervisors/run-command.ts';
import { SELF_CHECKS } from './checks/index.ts';
import type { OwnService } from './own-service.ts';

export interface SelfExamOptions {
  readonly config: Config;
  readonly fromFile: boolean;
  readonly db: DatabaseSync;
  readonly service: () => Promise<OwnService>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const createSelfExam =
  ({ db, ...options }: SelfExamOptions) =>
  async (): Promise<readonly DoctorFinding[]> => {
    const { uid, username: user } = userInfo();
    const context = {
      ...options,
      userHome: homedir(),
      user,
      uid,
      run: runCommand,
      env: process.env,
      withStore: <T>(work: (db: DatabaseSync) => T): T => work(db),
    };
    return findingsOf(await examineAll(context, SELF_CHECKS, { gateway: null }));
  };
