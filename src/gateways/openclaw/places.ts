/** Where OpenClaw keeps its logs and its owner's record (docs/facts/openclaw.md 1.1, 1.2, 1.4). */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ownAccount } from '../../base/account.ts';
import type { OpenClawConfig } from './config-file.ts';

const HOME = /^(.*)\/\.openclaw(?:-([^/]+))?$/;

/** The profile that a state folder is of; null: the default one, or a folder of another name. */
export const profileOf = (home: string): string | null => HOME.exec(home)?.[2] ?? null;

/** Whose home the state folder is in; null: that cannot be told. */
export const userHomeOfState = (home: string): string | null => HOME.exec(home)?.[1] ?? null;

/** Whose it is, by uid: the gateway runs as its user, Lifeline perhaps as another. */
const ownerOf = (home: string): number => {
  try {
    return statSync(home).uid;
  } catch {
    return ownAccount().uid;
  }
};

/** Below the home. */
export const lockFileOf = (home: string): string => `tmp/openclaw-${ownerOf(home)}/gateway.state.lock`;

/** Absolute, the likeliest first. @param systemTemp the system's folder for temporary files */
export const logsOf = (home: string, { logFile }: OpenClawConfig, systemTemp: string): readonly string[] => {
  if (logFile !== null) return [logFile.replace(/^~(?=\/)/, userHomeOfState(home) ?? '~')];
  const profile = profileOf(home);
  const name = `openclaw${profile === null ? '' : `-${profile}`}-YYYY-MM-DD.log`;
  // Where the usual folder is not safe it takes one of its own below TMPDIR, which its unit sets to the state folder's.
  const owner = `openclaw-${ownerOf(home)}`;
  return [...new Set([join('/tmp/openclaw', name), join(systemTemp, owner, name), join(home, 'tmp', owner, name)])];
};
