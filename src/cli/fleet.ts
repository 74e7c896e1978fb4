/** `lifeline fleet`: writes what a fleet's NATS servers need, and the key of each hub and host. It asks no server. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { userHome } from '../base/account.ts';
import { createUser } from '@nats-io/nkeys';
import { stringify } from 'yaml';
import { errorText, UserError } from '../base/errors.ts';
import { readForeignNow, MOST_BYTES, OWN_FILES } from '../base/open-foreign.ts';
import { replaceWhole } from '../base/write-whole.ts';
import { HOST_NAME } from '../config/fleet-schema.ts';
import {
  isLoopback,
  readAddress,
  readUsersFile,
  serverFile,
  userLine,
  usersFile,
  type Address,
  type Fleet,
  type User,
} from '../fleet/server-file.ts';
import { usualConfig } from '../setup/paths.ts';
import { fleetSetupText } from '../text/cli/fleet.ts';
import { localeInUse } from './help/language.ts';

export interface FleetOptions {
  /** Where the fleet is kept. */
  readonly dir?: string;
}

export interface FleetInitOptions extends FleetOptions {
  /** The server's certificate and its key, and the certificate of whoever has signed it. */
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

const USERS = 'users.conf';
const FIRST_HUB = 'hub-1';
const ON_HOST = '~/.config/lifeline';

const text = () => fleetSetupText(localeInUse(process.env));
const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const folderOf = ({ dir }: FleetOptions): string =>
  resolve(dir ?? join(dirname(usualConfig({ ...process.env, HOME: process.env['HOME'] ?? userHome() })), 'fleet'));
const confOf = (index: number): string => (index === 0 ? 'nats.conf' : `nats-${index + 1}.conf`);

const writing = (folder: string, work: () => void): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    work();
  } catch (error) {
    throw new UserError('FLEET_CANNOT_WRITE', `The fleet cannot be written into ${folder}: ${errorText(error)}`, {
      cause: error,
    });
  }
};

/** Makes the key of a hub or host. Its private part is in one file, to be carried. */
const makeUser = (folder: string, name: string, role: User['role']): User => {
  const pair = createUser();
  writing(folder, () => replaceWhole(join(folder, `${name}.nk`), `${new TextDecoder().decode(pair.getSeed())}\n`));
  return { name, role, key: pair.getPublicKey() };
};

const carry = ({ addresses, tls, ca }: Fleet, folder: string, { name, role }: User): readonly string[] => [
  text().carry(name, join(folder, `${name}.nk`), ca ? 'ca.pem' : null, ON_HOST),
  '',
  text().section(),
  stringify({
    fleet: {
      host: name,
      servers: addresses.map((each) => `${tls ? 'tls' : 'nats'}://${each}`),
      credentials: `file:${ON_HOST}/${name}.nk`,
      ...(ca ? { ca: `${ON_HOST}/ca.pem` } : {}),
      ...(role === 'hub' ? { hub: true } : {}),
    },
  }).trimEnd(),
  '',
  role === 'hub' ? text().hub() : text().run(),
];

const readAddresses = (given: readonly string[]): readonly Address[] => {
  const isCluster = given.length > 1;
  const addresses = given.map((each) => {
    const read = readAddress(each, isCluster);
    if (read === null)
      throw new UserError(
        'USAGE_FLEET_ADDRESS',
        `"${each}" must be a server's name and port, such as nats.example.com:4222${isCluster ? '; the servers of a cluster reach each other 2000 ports above, and 65535 is the last port' : ', and 65535 is the last port'}.`,
      );
    return read;
  });
  if (isCluster && (addresses.length !== 3 || new Set(given).size !== 3))
    throw new UserError('USAGE_FLEET_CLUSTER', 'A cluster has three different servers: of two none may be gone.');
  return addresses;
};

/** @param given `host:port`, as the hosts reach the server, or the three of a cluster. */
export const fleetInit = (given: readonly string[], { cert, key, ca, ...options }: FleetInitOptions): void => {
  const folder = folderOf(options);
  if (existsSync(join(folder, confOf(0))))
    throw new UserError(
      'FLEET_THERE_ALREADY',
      `There is a fleet in ${folder} already. Let a host in: lifeline fleet add NAME`,
    );
  const addresses = readAddresses(given);
  if (
    addresses.every(isLoopback) ? (cert === undefined) !== (key === undefined) : cert === undefined || key === undefined
  )
    throw new UserError(
      'USAGE_FLEET_CERTIFICATE',
      'Hosts on other machines need TLS: give the server\'s certificate with --cert FILE --key FILE (and --ca FILE for who has signed it). docs/fleet.md has the "openssl" that makes one.',
    );
  const [certPath, keyPath, caPath] = [cert, key, ca].map((file) => {
    if (file !== undefined && !existsSync(file))
      throw new UserError('USAGE_FLEET_CERTIFICATE', `${file} is not there.`);
    return file === undefined ? null : resolve(file);
  });
  const tls = certPath && keyPath ? { cert: certPath, key: keyPath, ca: caPath ?? null } : null;
  const fleet: Fleet = { addresses: given, tls: tls !== null, ca: tls?.ca != null };
  const hub = makeUser(folder, FIRST_HUB, 'hub');
  const clusterPassword = randomBytes(24).toString('base64url');
  writing(folder, () => {
    replaceWhole(join(folder, USERS), usersFile(fleet, [hub]));
    for (const index of addresses.keys()) {
      const storeDir = join(folder, index === 0 ? 'jetstream' : `jetstream-${index + 1}`);
      replaceWhole(join(folder, confOf(index)), serverFile({ addresses, index, storeDir, tls, clusterPassword }));
    }
  });
  print([
    text().begun(folder),
    ...(addresses.length > 1 ? [text().cluster(USERS)] : []),
    ...given.map((each, index) => `  ${each}:   nats-server -c ${join(folder, confOf(index))}`),
    '',
    ...carry(fleet, folder, hub),
  ]);
};

const openUsers = (folder: string): NonNullable<ReturnType<typeof readUsersFile>> => {
  const path = join(folder, USERS);
  if (existsSync(join(folder, 'members.json')))
    throw new UserError(
      'FLEET_OLD_RIGHTS',
      `The rights of the fleet in ${folder} were signed, as Lifeline did it earlier. Its servers, hubs and hosts go on. To let hosts in or put them out, begin anew in another folder: lifeline fleet init HOST:PORT --dir FOLDER (docs/fleet.md).`,
    );
  const read = existsSync(path)
    ? readUsersFile(readForeignNow(path, { trust: OWN_FILES, mostBytes: MOST_BYTES.fleet }).text)
    : null;
  if (read !== null) return read;
  throw new UserError('FLEET_NOT_THERE', `There is no fleet in ${folder}. Begin one: lifeline fleet init HOST:PORT`);
};

export const fleetAdd = (name: string, options: FleetOptions & { readonly hub?: boolean }): void => {
  if (!HOST_NAME.test(name))
    throw new UserError(
      'USAGE_FLEET_NAME',
      `"${name}" must be a name of small letters, digits and "-", such as web-3.`,
    );
  const folder = folderOf(options);
  const { fleet, users, isOwn } = openUsers(folder);
  if (users.some((each) => each.name === name))
    throw new UserError(
      'FLEET_NAME_TAKEN',
      `${name} has a key already. Take it away first: lifeline fleet remove ${name}`,
    );
  const user = makeUser(folder, name, options.hub === true ? 'hub' : 'host');
  const path = join(folder, USERS);
  if (isOwn) writing(folder, () => replaceWhole(path, usersFile(fleet, [...users, user])));
  print([
    ...(isOwn ? [text().added(name, path)] : [text().edited(path), userLine(user)]),
    text().reload(fleet.addresses.length),
    '',
    ...carry(fleet, folder, user),
  ]);
};

export const fleetRemove = (name: string, options: FleetOptions): void => {
  const folder = folderOf(options);
  const { fleet, users, isOwn } = openUsers(folder);
  const path = join(folder, USERS);
  if (users.every((each) => each.name !== name))
    throw new UserError('FLEET_NO_SUCH_MEMBER', `There is no ${name} in ${path}.`);
  if (!isOwn)
    throw new UserError(
      'FLEET_EDITED',
      `${path} was changed by hand. Take the line of ${name} out, then: nats-server --signal reload`,
    );
  writing(folder, () => {
    replaceWhole(
      path,
      usersFile(
        fleet,
        users.filter((each) => each.name !== name),
      ),
    );
    rmSync(join(folder, `${name}.nk`), { force: true });
  });
  print([text().removed(name), text().reload(fleet.addresses.length), text().forget(name)]);
};

/** Until November 2026 a host joined by a word that `fleet add` had printed. */
export const fleetJoin = (): never => {
  throw new UserError(
    'FLEET_NO_JOIN',
    'Hosts do not join by a word any more: "lifeline fleet add NAME", where the fleet is kept, makes the key of this machine; copy it here (docs/fleet.md).',
  );
};
