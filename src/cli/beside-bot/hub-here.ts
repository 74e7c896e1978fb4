/** Hubs of a fleet on this machine. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { readForeignNow, MOST_BYTES, OWN_FILES } from '../../base/open-foreign.ts';
import { replaceWhole } from '../../base/write-whole.ts';
import type { Config } from '../../config/config.ts';
import { hubLines, tooOld, type Standby } from '../../fleet/hub/standby.ts';
import { fleetText } from '../../text/fleet/fleet.ts';

const FOLDER = /^hub-(\d{1,10})$/;
const STATE = 'hub.json';
/** It is noted every 3 s. */
const FRESH_MS = 20_000;

export const hubFolder = (pid: number): string => `hub-${pid}`;

/** @returns the folders in the data folder that hubs have made, with the pids of those hubs; some may have ended. */
export const hubFolders = (dataDir: string): readonly { readonly name: string; readonly pid: number }[] =>
  (existsSync(dataDir) ? readdirSync(dataDir) : []).flatMap((name) => {
    const pid = FOLDER.exec(name)?.[1];
    return pid === undefined ? [] : [{ name, pid: Number(pid) }];
  });

/** What a hub notes for `lifeline status` beside it. */
export interface HubState {
  readonly hub: string;
  readonly version: string;
  /** Who holds the lease; null: no hub that is known. */
  readonly leader: string | null;
  /** Since when it speaks itself; null: it waits. */
  readonly since: number | null;
  /** Why it could not take over. */
  readonly problem: Standby['problem'];
  readonly standbys: readonly Standby[];
}

export const noteHub = (dataDir: string, state: HubState): void => {
  try {
    replaceWhole(join(dataDir, STATE), JSON.stringify({ ...state, at: Date.now() }));
  } catch {
    // `status` says by itself that nothing new is there.
  }
};

/** Returns what `lifeline status` says of the hub of this configuration. */
export const hubStatus = (
  { dataDir, locale, fleet }: Pick<Config, 'dataDir' | 'locale' | 'fleet'>,
  now: number,
): { readonly lines: readonly string[]; readonly state: HubState | null; readonly isWell: boolean } => {
  const text = fleetText(locale);
  const path = join(dataDir, STATE);
  const bytes = existsSync(path)
    ? readForeignNow(path, { trust: OWN_FILES, mostBytes: MOST_BYTES.config }).bytes
    : null;
  const read = bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as HubState & { readonly at: number });
  if (read === null || now - read.at > FRESH_MS)
    return { lines: [text.hubRunsNot(fleet?.host ?? '')], state: null, isWell: false };
  const { hub, version, leader, since, problem, standbys } = read;
  if (since !== null)
    return {
      lines: hubLines({ hub, version, since }, standbys, locale, now),
      state: read,
      isWell: standbys.every((each) => !tooOld(each)),
    };
  const own: Standby = { hub, version, problem, at: read.at };
  const [, line = ''] = hubLines({ hub, version, since: now }, [own], locale, now);
  return {
    lines: [leader === null ? text.noLeader() : text.leaderIs(leader), line],
    state: read,
    isWell: leader !== null && problem === null,
  };
};

/**
 * What a hub knows is in the hubs' log, and no file of this machine has it.
 * @throws UserError `CONFIG_IS_A_HUB` for the configuration of a hub.
 */
export const refuseHub = ({ fleet, file }: Pick<Config, 'fleet' | 'file'>, instead: string): void => {
  if (fleet?.hub === true)
    throw new UserError('CONFIG_IS_A_HUB', `${file} is the configuration of a hub, which watches nothing. ${instead}`);
};

export const ASK_BY_PHONE =
  'What the hubs of a fleet know they share among themselves: ask by phone (/status, /history, /audit). Which hub speaks and which waits: lifeline status';
