/** This machine and this Lifeline, as far as a service is concerned. Tests hand in their own. */
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ownAccount, userHome } from '../base/account.ts';
import { processClock, type Clock } from '../base/clock.ts';
import { isSingleFile, programFile } from '../base/program-files.ts';
import { runCommand, type RunCommand } from '../supervisors/run-command.ts';

export interface OsAccount {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

export interface ServiceMachine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly self: OsAccount;
  readonly run: RunCommand;
  readonly clock: Clock;
  /** The program that runs Lifeline, and Lifeline's own entry; absolute. The same where Lifeline is a single file. */
  readonly node: string;
  readonly entry: string;
  /** Where the system's own units are defined. */
  readonly systemUnits: string;
}

export const thisMachine = (): ServiceMachine => {
  return {
    platform: process.platform,
    env: process.env,
    self: { ...ownAccount(), home: userHome() },
    run: runCommand,
    clock: processClock(),
    node: isSingleFile ? process.execPath : steadyNode(process.execPath),
    entry: isSingleFile ? process.execPath : fileURLToPath(programFile('src/bin.ts')),
    systemUnits: '/etc/systemd/system',
  };
};

/** Names that stay the same when Node is updated. Homebrew's own folder, for one, has the version in its name. */
const STEADY = ['/usr/local/bin/node', '/usr/bin/node', '/opt/homebrew/bin/node'];

const steadyNode = (node: string): string =>
  STEADY.find((path) => existsSync(path) && realpathSync(path) === node) ?? node;

/** A path that may vanish under a service one day, by an update of Node with nvm or a cleared cache of npx. */
export interface FleetingPath {
  readonly why: 'versioned' | 'npx' | 'temporary';
  readonly path: string;
}

export const fleetingPaths = ({ node, entry }: Pick<ServiceMachine, 'node' | 'entry'>): readonly FleetingPath[] =>
  [node, entry].flatMap((path): FleetingPath[] => {
    if (path.includes('/_npx/')) return [{ why: 'npx', path }];
    if (/\/fnm_multishells\/|^\/tmp\//.test(path)) return [{ why: 'temporary', path }];
    // ~/.nvm/versions/node/v24.1.0/bin/node, …/Cellar/node/24.1.0/bin/node
    return /\/v?\d+\.\d+\.\d+(?:_\d+)?\//.test(path) ? [{ why: 'versioned', path }] : [];
  });
