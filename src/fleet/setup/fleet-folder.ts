/**
 * The folder in which a fleet is kept: its keys, its members, the configuration of its NATS servers, and the credentials
 * that have not been carried to their hosts yet.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorText, UserError } from '../../base/errors.ts';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { OWN_FILES } from '../../base/foreign/trust.ts';
import { replaceWhole } from '../../base/write-whole.ts';
import { inFolder } from './fleet-lock.ts';
import { makeKeys, readKeys, writeKeys, type FleetKeys } from './fleet-keys.ts';
import { members as membersSchema, serversOf, type Members } from './members.ts';
import { accountJwt, operatorJwt, STORE_BYTES, systemJwt } from './rights.ts';
import { clusterAddress, serverConfig } from './server-config.ts';

export interface FleetFolder {
  readonly folder: string;
  /** Whether there is a fleet here. */
  isThere(): boolean;
  /** @throws UserError when there is no fleet here, or one that cannot be read. */
  members(): Members;
  /** @throws UserError when they cannot be read. */
  keys(): FleetKeys;
  /** Makes the keys, and writes everything. @throws UserError when there is a fleet already, or the disk refuses. */
  begin(members: Members): void;
  /**
   * Writes the members as `step` returns them and, made of them, the servers' configuration. What it is given stays true
   * until then: no other command changes the folder meanwhile.
   * @returns what is written. @throws UserError when another command does not end, or the disk refuses.
   */
  change(step: (members: Members) => Members): Members;
  /** Returns the path of the creds file. @throws UserError when the disk refuses. */
  saveCreds(name: string, text: string): string;
  /** They are of no use any more. */
  removeCreds(name: string): void;
}

const MEMBERS = 'members.json';
const KEYS = 'keys.json';
export const SERVER_CONFIG = 'nats.conf';
/** Whom hosts trust, and what the server shows where there is no other. */
export const CERTIFICATE = 'ca.pem';
/** What the server shows where the operator has given it. */
export const OWN_CERTIFICATE = 'server.pem';
export const SERVER_KEY = 'server.key';
/** By these the servers of a cluster know each other where the operator has given a certificate: others may have its signer's. */
export const CLUSTER_CERTIFICATE = 'cluster.pem';
export const CLUSTER_KEY = 'cluster.key';

/** The files of the n-th server; those of the only one, and of the first, have no number. */
export const serverFiles = (
  index: number,
): { readonly config: string; readonly store: string; readonly jwt: string } =>
  index === 0
    ? { config: SERVER_CONFIG, store: 'jetstream', jwt: 'jwt' }
    : { config: `nats-${index + 1}.conf`, store: `jetstream-${index + 1}`, jwt: `jwt-${index + 1}` };

const versioned = z.object({ v: z.number() });

/** Whoever has rights there keeps them for as long as that server runs with its file. */
const tooOld = (folder: string): UserError =>
  new UserError(
    'FLEET_OLD_RIGHTS',
    `The fleet in ${folder} has its rights in the server's configuration, as Lifeline did it earlier. Its hosts go on, but none can be let in or put out by this command. Begin it anew in another folder (lifeline fleet init HOST:PORT --dir FOLDER), start the server with the nats.conf there, and let each host and hub in again. To put a host out before that, take its line out of ${join(folder, SERVER_CONFIG)} and run: nats-server --signal reload`,
  );

export const thereAlready = (folder: string): UserError =>
  new UserError('FLEET_THERE_ALREADY', `There is a fleet in ${folder} already. Let a host in: lifeline fleet add NAME`);

const configs = (
  folder: string,
  members: Members,
  keys: FleetKeys,
): readonly { readonly config: string; readonly text: string }[] => {
  const servers = serversOf(members);
  const trusted = {
    operator: operatorJwt(keys, members),
    system: { key: keys.system.getPublicKey(), jwt: systemJwt(keys, members) },
    account: { key: keys.account.getPublicKey(), jwt: accountJwt(keys, members) },
  };
  const isOwn = existsSync(join(folder, OWN_CERTIFICATE));
  const tls = { certificate: join(folder, isOwn ? OWN_CERTIFICATE : CERTIFICATE), key: join(folder, SERVER_KEY) };
  const clusterTls = isOwn ? { certificate: join(folder, CLUSTER_CERTIFICATE), key: join(folder, CLUSTER_KEY) } : tls;
  return servers.map((address, index) => {
    const { config, store, jwt } = serverFiles(index);
    const text = serverConfig(address, trusted, {
      tls,
      storeDir: join(folder, store),
      jwtDir: join(folder, jwt),
      mostBytes: STORE_BYTES,
      cluster:
        servers.length === 1
          ? null
          : {
              name: `nats-${index + 1}`,
              tls: clusterTls,
              port: Number(clusterAddress(address).split(':').at(-1)),
              routes: servers.filter((each) => each !== address).map(clusterAddress),
            },
    });
    return { config, text };
  });
};

export const openFleetFolder = (folder: string): FleetFolder => {
  const credsOf = (name: string): string => join(folder, `${name}.creds`);
  /** @throws UserError when the file cannot be read. */
  const read = <T>(file: string, mostBytes: number, understand: (text: string) => T): T => {
    const path = join(folder, file);
    try {
      return understand(readForeignNow(path, { trust: OWN_FILES, mostBytes }).bytes.toString('utf8'));
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(
        'FLEET_UNREADABLE',
        `${path} cannot be read: ${errorText(error)}. Bring it back from a copy.`,
        {
          cause: error,
        },
      );
    }
  };
  const isThere = (): boolean => existsSync(join(folder, MEMBERS));
  const keys = (): FleetKeys => read(KEYS, MOST_BYTES.config, readKeys);
  const write = (members: Members, own: FleetKeys): void => {
    const texts = configs(folder, members, own);
    // The members first: the other files are made of them.
    replaceWhole(join(folder, MEMBERS), `${JSON.stringify(members, null, 2)}\n`);
    for (const { config, text } of texts) replaceWhole(join(folder, config), text);
  };
  const members = (): Members => {
    if (!isThere())
      throw new UserError(
        'FLEET_NOT_THERE',
        `There is no fleet in ${folder}. Begin one: lifeline fleet init HOST:PORT`,
      );
    return read(MEMBERS, MOST_BYTES.fleet, (text) => {
      const found: unknown = JSON.parse(text);
      if (versioned.parse(found).v === 1) throw tooOld(folder);
      return membersSchema.parse(found);
    });
  };
  return {
    folder,
    isThere,
    members,
    keys,
    begin: (first) =>
      inFolder(folder, () => {
        if (isThere()) throw thereAlready(folder);
        const made = makeKeys();
        replaceWhole(join(folder, KEYS), writeKeys(made));
        write(first, made);
      }),
    change: (step) => {
      // Where no fleet can be changed, not even the lock is made.
      members();
      return inFolder(folder, () => {
        const before = members();
        const after = step(before);
        if (after !== before) write(after, keys());
        return after;
      });
    },
    saveCreds: (name, text) =>
      inFolder(folder, () => {
        const path = credsOf(name);
        replaceWhole(path, text);
        return path;
      }),
    removeCreds: (name) => rmSync(credsOf(name), { force: true }),
  };
};
