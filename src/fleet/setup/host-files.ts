/**
 * What a host keeps of its membership. The key is on the disk under a name of its own before its public part is handed in,
 * and so are the rights that it gets for it, so that no failure in between loses them. They take their last name when the
 * server has let the host in.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, UserError } from '../../base/errors.ts';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { OWN_FILES } from '../../base/foreign/trust.ts';
import { replaceWhole, syncFolder } from '../../base/write-whole.ts';
import { CERTIFICATE } from './fleet-folder.ts';

export interface HostFiles {
  readonly credsPath: string;
  readonly certificatePath: string;
  /** Where the seed of a join is that was begun. */
  readonly begunPath: string;
  /** The creds of a host that has joined; null: it has not. */
  joined(): string | null;
  /** The seed of a join that was begun and not ended; null: none. */
  begun(): string | null;
  /** The creds that such a join has got already; null: none. */
  received(): string | null;
  /** @throws UserError when they cannot be written; then nothing was handed in. */
  begin(seed: string, certificate: string): void;
  /** @throws UserError when they cannot be written. */
  receive(creds: string): void;
  end(): void;
}

const BEGUN = '.joining';

const read = (path: string): string | null =>
  existsSync(path)
    ? readForeignNow(path, { trust: OWN_FILES, mostBytes: MOST_BYTES.config }).bytes.toString('utf8').trim()
    : null;

export const openHostFiles = (folder: string, name: string): HostFiles => {
  const credsPath = join(folder, `${name}.creds`);
  const begunPath = join(folder, `${name}.nkey${BEGUN}`);
  const certificatePath = join(folder, CERTIFICATE);
  const keeping = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw new UserError(
        'FLEET_CANNOT_WRITE',
        `${what} cannot be written into ${folder}: ${errorText(error)}. Make room there, and run the same command again.`,
        { cause: error },
      );
    }
  };
  return {
    credsPath,
    certificatePath,
    begunPath,
    joined: () => read(credsPath),
    begun: () => read(begunPath),
    received: () => read(credsPath + BEGUN),
    begin: (seed, certificate) =>
      keeping('Nothing was handed in: the key', () => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        replaceWhole(begunPath, `${seed}\n`);
        replaceWhole(certificatePath + BEGUN, certificate);
      }),
    receive: (creds) => keeping('What this host may do', () => replaceWhole(credsPath + BEGUN, creds)),
    end: () => {
      renameSync(certificatePath + BEGUN, certificatePath);
      renameSync(credsPath + BEGUN, credsPath);
      // The creds have the seed too.
      rmSync(begunPath, { force: true });
      syncFolder(folder);
    },
  };
};
