/** `lifeline fleet init`: begins a fleet. Rights are signed by the keys in its folder, not on the server's machine. */
import { mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { errorText, UserError } from '../../base/errors.ts';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { ANYBODY } from '../../base/foreign/trust.ts';
import { replaceWhole } from '../../base/write-whole.ts';
import {
  CERTIFICATE,
  CLUSTER_CERTIFICATE,
  CLUSTER_KEY,
  OWN_CERTIFICATE,
  SERVER_KEY,
  serverFiles,
  thereAlready,
} from '../../fleet/setup/fleet-folder.ts';
import { cannotWrite } from '../../fleet/setup/fleet-lock.ts';
import { members as membersSchema, type Members } from '../../fleet/setup/members.ts';
import { checkOwnCertificate, type PemFile } from '../../fleet/setup/own-certificate.ts';
import { memberJwt } from '../../fleet/setup/rights.ts';
import { clusterAddress } from '../../fleet/setup/server-config.ts';
import { runCommand } from '../../supervisors/run-command.ts';
import { credsFor, folderOf, memberOf, nowS, print, section, text, type FleetOptions } from './common.ts';

export interface FleetInitOptions extends FleetOptions {
  /** The server's certificate and key; without them they are made here. */
  readonly cert?: string;
  readonly key?: string;
  /** The certificate of whoever has signed it. */
  readonly ca?: string;
}

/** What each server of a cluster needs beside its own configuration. */
const CLUSTER_FILES = [CERTIFICATE, SERVER_KEY];
const OWN_CLUSTER_FILES = [OWN_CERTIFICATE, SERVER_KEY, CLUSTER_CERTIFICATE, CLUSTER_KEY];
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

/** A certificate that signs itself: others know it by its file. */
const makeCertificate = async (
  files: { readonly certificate: string; readonly key: string },
  hosts: readonly string[],
): Promise<void> => {
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
    files.key,
    '-out',
    files.certificate,
  ]);
  if (exitCode !== 0)
    throw new UserError(
      'FLEET_NO_CERTIFICATE',
      `No certificate could be made (${failure === 'not_found' ? 'openssl is not installed' : stderr.trim().split('\n').at(-1)}). Install openssl, or give your own with --cert FILE --key FILE.`,
    );
};

const pemFile = (path: string): PemFile => {
  try {
    const { bytes } = readForeignNow(path, { trust: ANYBODY, mostBytes: MOST_BYTES.certificates });
    return { path, text: bytes.toString('utf8') };
  } catch (error) {
    throw new UserError('USAGE_FLEET_CERTIFICATE', `${path} cannot be read: ${errorText(error)}`, { cause: error });
  }
};

/** Returns what the options name, checked; null: nothing. @throws UserError when hosts would refuse the server. */
const ownCertificate = ({ cert, key, ca }: FleetInitOptions, hosts: readonly string[]) => {
  if (cert === undefined && key === undefined && ca === undefined) return null;
  if (cert === undefined || key === undefined)
    throw new UserError('USAGE_FLEET_CERTIFICATE', 'A certificate needs its key: give --cert and --key together.');
  const files = { cert: pemFile(cert), key: pemFile(key), ca: ca === undefined ? null : pemFile(ca) };
  return { ...checkOwnCertificate(files, hosts, Date.now()), key: files.key.text };
};

/** @throws UserError when none can be made, or the disk refuses. */
const writeCertificates = async (
  folder: string,
  hosts: readonly string[],
  own: ReturnType<typeof ownCertificate>,
  isCluster: boolean,
): Promise<void> => {
  const at = (file: string): string => join(folder, file);
  if (own === null) return makeCertificate({ certificate: at(CERTIFICATE), key: at(SERVER_KEY) }, hosts);
  try {
    replaceWhole(at(OWN_CERTIFICATE), own.chain);
    replaceWhole(at(CERTIFICATE), own.trusted);
    replaceWhole(at(SERVER_KEY), own.key);
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  if (isCluster) await makeCertificate({ certificate: at(CLUSTER_CERTIFICATE), key: at(CLUSTER_KEY) }, hosts);
};

/** @param addresses `host:port`, as the hosts reach the server, or the three of a cluster. */
export const fleetInit = async (addresses: readonly string[], options: FleetInitOptions): Promise<void> => {
  const fleet = folderOf(options);
  const { folder } = fleet;
  if (fleet.isThere()) throw thereAlready(folder);
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
  const hosts = addresses.map((each) => each.split(':')[0] ?? '');
  const own = ownCertificate(options, hosts);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  await writeCertificates(folder, hosts, own, more.length > 0);
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
          words.cluster(folder, own === null ? CLUSTER_FILES : OWN_CLUSTER_FILES),
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
