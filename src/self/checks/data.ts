/**
 * Lifeline's data folder: that it can be written, is nobody else's, has room, and holds a database that can be read.
 */
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorText } from '../../base/errors.ts';
import { UserError } from '../../base/errors.ts';
import { createOutbox } from '../../notify/outbox/queue.ts';
import type { DoctorCheck } from '../../doctor/check.ts';
import { fullDisk } from '../../doctor/checks/sizes.ts';
import { oneEachDisk } from '../../doctor/log-places.ts';
import { ownerOnly } from '../../doctor/chmod.ts';
import type { DoctorFinding } from '../../doctor/finding.ts';
import { allFilesOf } from '../../config/own-files.ts';
import { databaseIn } from '../../store/files.ts';
import { folderState } from '../../store/private-folder.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { STUCK_AFTER_MS } from '../../monitor/own-state.ts';
import type { SelfContext } from '../context.ts';
import { own } from '../own-finding.ts';

export const dataFolder: DoctorCheck<SelfContext> = {
  name: 'data-folder',
  run: async ({ config, uid, user, clock }) => {
    const { dataDir } = config;
    // A missing folder is made at the first start, if the folder above allows that.
    const folder = await nearest(dataDir);
    const found: DoctorFinding[] = [];
    const closed = await access(folder, constants.W_OK | constants.X_OK).then(() => null, errorText);
    if (closed !== null)
      found.push(
        own('error', { code: 'own_data_readonly', path: folder, why: closed }, [
          commandLine(['sudo', 'chown', '-R', user, dataDir]),
        ]),
      );
    const state = folderState(dataDir, allFilesOf(config));
    if (state === 'shared') found.push(own('warning', { code: 'own_data_shared', path: dataDir }));
    for (const path of [...(state === 'open' ? [dataDir] : []), databaseIn(dataDir)]) {
      const file = await stat(path).catch(() => null);
      if (!file || process.platform === 'win32' || (file.mode & 0o077) === 0) continue;
      const act = ownerOnly(path, file.mode, clock);
      found.push(
        own('warning', { code: 'own_data_open', path }, act.commands, file.uid === uid ? { edit: null, act } : null),
      );
    }
    return found;
  },
};

export const dataRoom: DoctorCheck<SelfContext> = {
  name: 'data-room',
  run: async ({ config: { dataDir, logFile } }) => {
    const places = await Promise.all([dataDir, ...(logFile === null ? [] : [dirname(logFile)])].map(nearest));
    const full = await Promise.all((await oneEachDisk(places)).map(fullDisk));
    return full.flatMap((findings) => (findings ?? []).map((finding) => ({ ...finding, gateway: null })));
  },
};

export const store: DoctorCheck<SelfContext> = {
  name: 'store',
  run: async ({ withStore, clock }) => {
    try {
      const stuck = withStore((db) => createOutbox(db).stuck(clock.now(), STUCK_AFTER_MS).count);
      if (stuck === null) return { skip: 'no_store' };
      return stuck > 0 ? [own('error', { code: 'own_undelivered', count: stuck }, ['lifeline send-test'])] : [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [own('error', { code: 'own_store', problem: error.message })];
    }
  },
};

/** Returns the folder itself, or the first existing folder above it. */
const nearest = async (path: string): Promise<string> => {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  return there || dirname(path) === path ? path : nearest(dirname(path));
};
