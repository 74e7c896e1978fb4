/** Hubs of a fleet on this machine. */
import { existsSync, readdirSync } from 'node:fs';
import { UserError } from '../../base/errors.ts';
import type { Config } from '../../config/config.ts';

const FOLDER = /^hub-(\d{1,10})$/;

export const hubFolder = (pid: number): string => `hub-${pid}`;

/** @returns the folders in the data folder that hubs have made, with the pids of those hubs; some may have ended. */
export const hubFolders = (dataDir: string): readonly { readonly name: string; readonly pid: number }[] =>
  (existsSync(dataDir) ? readdirSync(dataDir) : []).flatMap((name) => {
    const pid = FOLDER.exec(name)?.[1];
    return pid === undefined ? [] : [{ name, pid: Number(pid) }];
  });

/**
 * What a hub knows is in the hubs' log, and no file of this machine has it.
 * @throws UserError `CONFIG_IS_A_HUB` for the configuration of a hub.
 */
export const refuseHub = ({ fleet, file }: Pick<Config, 'fleet' | 'file'>, instead: string): void => {
  if (fleet?.hub === true)
    throw new UserError('CONFIG_IS_A_HUB', `${file} is the configuration of a hub, which watches nothing. ${instead}`);
};

export const ASK_BY_PHONE =
  'What the hubs of a fleet know they share among themselves: ask by phone (/status, /history, /audit). Whether a hub runs here, its service and its log tell';
