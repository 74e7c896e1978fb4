/** `lifeline fleet init`: begins a fleet. Rights are signed by the keys in its folder, not on the server's machine. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { errorText, UserError } from '../../base/errors.ts';
import { CERTIFICATE, SERVER_KEY, serverFiles, thereAlready } from '../../fleet/setup/fleet-folder.ts';
import { cannotWrite } from '../../fleet/setup/fleet-lock.ts';
import { members as membersSchema, type Members } from '../../fleet/setup/members.ts';
import { memberJwt } from '../../fleet/setup/rights.ts';
import { clusterAddress } from '../../fleet/setup/server-config.ts';
import { runCommand } from '../../supervisors/run-command.ts';
import { credsFor, folderOf, memberOf, nowS, print, section, text, type FleetOptions } from './common.ts';

export interface FleetInitOptions extends FleetOptions {
  /** The server's certificate and key; without them they are made here. */
  readonly cert?: string;
  readonly key?: string;
}

const FIRST_HUB = 'hub-1';
const TEN_YEARS_DAYS = '3650';

/** Two of three must be there, so two are worse than one; and hosts tell several apart by their names. */
const checkCluster = (addresses: readonly string[]): void => {
  const hosts = addresses.map((each) => each.split(':')[0] ?? '');
  const isOne = new Set(hosts).size === 1;
  if (addresses.length === 3 && new Set(addresses).size === 3 && (isOne || hosts.every((host) => isIP(host) === 0)))
    return;
  throw new UserError(
    'USAGE_FLEET_CLUSTER',
    'A cluster has three servers, each with a name (not a number) and a port: nats-1.example.com:4222 nats-2.example.com:4222 nats-3.example.com:4222',
  );
};

/** A certificate that signs itself: hosts know it by the file that they get with their credentials. */
const makeCertificate = async (folder: string, hosts: readonly string[]): Promise<void> => {
  const names = [...new Set(hosts)].map((host) => (isIP(host) === 0 ? `DNS:${host}` : `IP:${host}`));
  const { exitCode, failure, stderr } = await runCommand([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    TEN_YEARS_DAYS,
    '-subj',
    `/CN=${hosts[0] ?? ''}`,
    '-addext',
    `subjectAltName=${names.join(',')}`,
    '-keyout',
    join(folder, SERVER_KEY),
    '-out',
    join(folder, CERTIFICATE),
  ]);
  if (exitCode !== 0)
    throw new UserError(
      'FLEET_NO_CERTIFICATE',
      `No certificate could be made (${failure === 'not_found' ? 'openssl is not installed' : stderr.trim().split('\n').at(-1)}). Install openssl, or give your own with --cert FILE --key FILE.`,
    );
};

const copy = (from: string, to: string): void => {
  try {
    copyFileSync(from, to);
  } catch (error) {
    throw new UserError('USAGE_FLEET_CERTIFICATE', `${from} cannot be copied to ${to}: ${errorText(error)}`, {
      cause: error,
    });
  }
};

/** @param addresses `host:port`, as the hosts reach the server, or the three of a cluster. */
export const fleetInit = async (addresses: readonly string[], options: FleetInitOptions): Promise<void> => {
  const fleet = folderOf(options);
  const { folder } = fleet;
  if (fleet.isThere()) throw thereAlready(folder);
  if ((options.cert === undefined) !== (options.key === undefined))
    throw new UserError('USAGE_FLEET_CERTIFICATE', 'A certificate needs its key: give --cert and --key together.');
  const pair = createUser();
  const now = nowS();
  const [address = '', ...more] = addresses;
  if (more.length > 0) checkCluster(addresses);
  const read = membersSchema.safeParse({
    v: 2,
    address,
    ...(more.length > 0 ? { more } : {}),
    begun: now,
    members: [{ name: FIRST_HUB, role: 'hub', key: pair.getPublicKey(), issued: now }],
    removed: [],
    issued: now,
    isTold: true,
  } satisfies Members);
  if (!read.success)
    throw new UserError(
      'USAGE_FLEET_ADDRESS',
      `"${addresses.join(' ')}" must be the server's name and port, such as nats.example.com:4222.`,
    );
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  if (options.cert !== undefined && options.key !== undefined) {
    copy(options.cert, join(folder, CERTIFICATE));
    copy(options.key, join(folder, SERVER_KEY));
  } else
    await makeCertificate(
      folder,
      addresses.map((each) => each.split(':')[0] ?? ''),
    );
  fleet.begin(read.data);
  const member = memberOf(read.data, FIRST_HUB);
  const path = fleet.saveCreds(
    FIRST_HUB,
    credsFor(pair, () => memberJwt(fleet.keys(), member)),
  );
  const words = text();
  print([
    words.begun(folder),
    ...(more.length === 0
      ? [words.server(join(folder, serverFiles(0).config))]
      : [
          words.cluster(folder),
          ...addresses.map((each, index) => words.clusterServer(each, join(folder, serverFiles(index).config))),
          words.clusterPorts(addresses.map(clusterAddress)),
        ]),
    '',
    words.added(FIRST_HUB),
    `  ${path}`,
    `  ${join(folder, CERTIFICATE)}`,
    '',
    words.firstHub(),
    section(read.data, member),
    '',
    words.hub(FIRST_HUB),
  ]);
};
