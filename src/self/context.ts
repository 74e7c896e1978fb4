/** What the checks of Lifeline itself get: its configuration, its memory, what keeps it, and the machine. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../base/logger.ts';
import { programFile, programText } from '../base/program-files.ts';
import type { Config } from '../config/config.ts';
import type { Machine } from '../doctor/context.ts';
import type { OwnService } from './own-service.ts';

export interface SelfContext extends Machine {
  readonly config: Config;
  /** False when there is no configuration, and Lifeline watches what it finds. */
  readonly fromFile: boolean;
  readonly logger: Logger;
  /** Reads Lifeline's memory. @returns null when there is none yet. @throws UserError when it cannot be read. */
  readonly withStore: <T>(work: (db: DatabaseSync) => T) => T | null;
  readonly service: () => Promise<OwnService>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The package.json of this installation: of the sources, or of the published package. */
const PACKAGE = fileURLToPath(programFile('package.json'));

export const installation = (): {
  readonly root: string;
  readonly packageFile: string;
  readonly wantedNode: string;
} => {
  const { engines } = JSON.parse(programText('package.json')) as { readonly engines?: { readonly node?: string } };
  return { root: dirname(PACKAGE), packageFile: PACKAGE, wantedNode: engines?.node ?? '' };
};

/** Whether Lifeline runs in a container, where the container's engine keeps it. */
export const inContainer = (): boolean => existsSync('/.dockerenv') || existsSync('/run/.containerenv');
