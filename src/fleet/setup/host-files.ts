/**
 * What a host keeps of its membership. The key is on the disk under a name of its own before its public part is handed in,
 * so that no failure in between loses it, and takes its last name when the server has let it in. A key that has that name is
 * never used for another membership: it may be one whose rights were taken.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, UserError } from '../../base/errors.ts';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { OWN_FILES } from '../../base/foreign/trust.ts';
import { writeWhole } from '../../base/write-whole.ts';
import { CERTIFICATE } from './fleet-folder.ts';

export interface HostFiles {
  readonly seedPath: string;
  readonly certificatePath: string;
  /** The seed of a host that has joined; null: none. */
  joined(): string | null;
  /** The seed of a join that was begun and not ended; null: none. */
  begun(): string | null;
  /** Writes both files to the disk. @throws UserError when they cannot be written; then nothing was handed in. */
  begin(seed: string, certificate: string): void;
  end(): void;
}

const BEGUN = '.joining';

const write = (path: string, text: string): void => {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  writeWhole(temporary, text);
  renameSync(temporary, path);
};

/** A rename is on the disk once its folder is. */
const keep = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const readSeed = (path: string): string | null =>
  existsSync(path)
    ? readForeignNow(path, { trust: OWN_FILES, mostBytes: MOST_BYTES.config }).bytes.toString('utf8').trim()
    : null;

export const openHostFiles = (folder: string, name: string): HostFiles => {
  const seedPath = join(folder, `${name}.nkey`);
  const certificatePath = join(folder, CERTIFICATE);
  return {
    seedPath,
    certificatePath,
    joined: () => readSeed(seedPath),
    begun: () => readSeed(seedPath + BEGUN),
    begin: (seed, certificate) => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        write(seedPath + BEGUN, `${seed}\n`);
        write(certificatePath + BEGUN, certificate);
        keep(folder);
      } catch (error) {
        throw new UserError(
          'FLEET_CANNOT_WRITE',
          `The key cannot be written into ${folder}: ${errorText(error)}. Nothing was handed in; make room there, and run the same command again.`,
          { cause: error },
        );
      }
    },
    end: () => {
      renameSync(certificatePath + BEGUN, certificatePath);
      renameSync(seedPath + BEGUN, seedPath);
      keep(folder);
    },
  };
};
