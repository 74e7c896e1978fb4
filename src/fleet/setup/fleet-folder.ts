/**
 * The folder in which a fleet is kept: its members, the configuration of its NATS server, and the seeds that have not been
 * carried to their hosts yet.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, UserError } from '../../base/errors.ts';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { OWN_FILES } from '../../base/foreign/trust.ts';
import {
  clusterAddress,
  members as membersSchema,
  serverConfig,
  serversOf,
  STORE_BYTES,
  type Member,
  type Members,
} from './server-config.ts';

export interface FleetFolder {
  readonly folder: string;
  members(): Members;
  /** Writes the members and, made of them, the server's configuration. */
  save(members: Members): void;
  /** @returns the path of the seed. */
  saveSeed(name: string, seed: string): string;
  /** The seed is of no use any more. */
  removeSeed(name: string): void;
}

const MEMBERS = 'members.json';
export const SERVER_CONFIG = 'nats.conf';
export const CERTIFICATE = 'ca.pem';
export const SERVER_KEY = 'server.key';

/** The files of the n-th server; those of the only one, and of the first, have no number. */
export const serverFiles = (
  index: number,
): { readonly config: string; readonly pid: string; readonly store: string } =>
  index === 0
    ? { config: SERVER_CONFIG, pid: 'nats.pid', store: 'jetstream' }
    : { config: `nats-${index + 1}.conf`, pid: `nats-${index + 1}.pid`, store: `jetstream-${index + 1}` };

const replace = (path: string, text: string): void => {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
};

export const openFleetFolder = (folder: string): FleetFolder => {
  const seedOf = (name: string): string => join(folder, `${name}.nkey`);
  return {
    folder,
    members: () => {
      const path = join(folder, MEMBERS);
      if (!existsSync(path))
        throw new UserError(
          'FLEET_NOT_THERE',
          `There is no fleet in ${folder}. Begin one: lifeline fleet init HOST:PORT`,
        );
      try {
        const { bytes } = readForeignNow(path, { trust: OWN_FILES, mostBytes: MOST_BYTES.fleet });
        return membersSchema.parse(JSON.parse(bytes.toString('utf8')));
      } catch (error) {
        throw new UserError(
          'FLEET_UNREADABLE',
          `${path} cannot be read: ${errorText(error)}. Bring it back from a copy.`,
          {
            cause: error,
          },
        );
      }
    },
    save: (members) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const servers = serversOf(members);
      const texts = servers.map((address, index) => {
        const { config, pid, store } = serverFiles(index);
        const text = serverConfig(
          { ...members, address },
          {
            tls: { certificate: join(folder, CERTIFICATE), key: join(folder, SERVER_KEY) },
            storeDir: join(folder, store),
            pidFile: join(folder, pid),
            mostBytes: STORE_BYTES,
            cluster:
              servers.length === 1
                ? null
                : {
                    name: `nats-${index + 1}`,
                    port: Number(clusterAddress(address).split(':').at(-1)),
                    routes: servers.filter((each) => each !== address).map(clusterAddress),
                  },
          },
        );
        return { config, text };
      });
      // The members first: the other files are made of them.
      replace(join(folder, MEMBERS), `${JSON.stringify(members, null, 2)}\n`);
      for (const { config, text } of texts) replace(join(folder, config), text);
    },
    saveSeed: (name, seed) => {
      const path = seedOf(name);
      replace(path, `${seed}\n`);
      return path;
    },
    removeSeed: (name) => rmSync(seedOf(name), { force: true }),
  };
};

/** @throws UserError when the name is taken. */
export const withMember = (fleet: Members, member: Member): Members => {
  if (fleet.members.some(({ name }) => name === member.name))
    throw new UserError(
      'FLEET_NAME_TAKEN',
      `${member.name} is a member already. Take its rights first (lifeline fleet remove ${member.name}), or choose another name.`,
    );
  return { ...fleet, members: [...fleet.members, member] };
};

/** @throws UserError when there is no such member. */
export const withoutMember = (fleet: Members, name: string): Members => {
  if (!fleet.members.some((member) => member.name === name))
    throw new UserError(
      'FLEET_NO_SUCH_MEMBER',
      `${name} is no member. There are: ${fleet.members.map((member) => member.name).join(', ')}`,
    );
  return { ...fleet, members: fleet.members.filter((member) => member.name !== name) };
};
