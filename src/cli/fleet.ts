/** `lifeline fleet`: begins a fleet, lets hosts in and puts them out. Nothing is sent anywhere: files are written here. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isIP } from 'node:net';
import { stringify } from 'yaml';
import { UserError } from '../base/errors.ts';
import { HOST_NAME } from '../config/fleet-schema.ts';
import {
  CERTIFICATE,
  openFleetFolder,
  SERVER_CONFIG,
  SERVER_KEY,
  withMember,
  withoutMember,
  type FleetFolder,
} from '../fleet/setup/fleet-folder.ts';
import { members as membersSchema, type Member, type Members } from '../fleet/setup/server-config.ts';
import { usualConfig } from '../setup/paths.ts';
import { runCommand } from '../supervisors/run-command.ts';
import { fleetSetupText } from '../text/cli/fleet.ts';
import { localeInUse } from './language.ts';

export interface FleetOptions {
  /** Where the fleet is kept. */
  readonly dir?: string;
}

export interface FleetInitOptions extends FleetOptions {
  /** The server's certificate and key; without them they are made here. */
  readonly cert?: string;
  readonly key?: string;
}

const FIRST_HUB = 'hub-1';
const TEN_YEARS_DAYS = '3650';

const folderOf = ({ dir }: FleetOptions): FleetFolder =>
  openFleetFolder(
    resolve(dir ?? join(dirname(usualConfig({ ...process.env, HOME: process.env['HOME'] ?? homedir() })), 'fleet')),
  );

const text = () => fleetSetupText(localeInUse(process.env));

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

const newMember = async (
  name: string,
  role: Member['role'],
): Promise<{ readonly member: Member; readonly seed: string }> => {
  if (!HOST_NAME.test(name))
    throw new UserError(
      'USAGE_FLEET_NAME',
      `"${name}" must be a name of small letters, digits and "-", such as web-3.`,
    );
  const { createUser } = await import('@nats-io/nkeys');
  const pair = createUser();
  return { member: { name, role, key: pair.getPublicKey() }, seed: new TextDecoder().decode(pair.getSeed()) };
};

/** The section of the configuration of one member. */
const section = ({ address }: Members, { name, role }: Member): string =>
  stringify({
    fleet: {
      host: name,
      servers: [`tls://${address}`],
      credentials: `file:~/.config/lifeline/${name}.nkey`,
      ca: `~/.config/lifeline/${CERTIFICATE}`,
      ...(role === 'hub' ? { hub: true } : {}),
    },
  }).trimEnd();

/** A certificate that signs itself: hosts know it by the file that they get with their seed. */
const makeCertificate = async (folder: string, host: string): Promise<void> => {
  const name = isIP(host) === 0 ? `DNS:${host}` : `IP:${host}`;
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
    `/CN=${host}`,
    '-addext',
    `subjectAltName=${name}`,
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

/** @param address `host:port`, as the hosts reach the server. */
export const fleetInit = async (address: string, options: FleetInitOptions): Promise<void> => {
  const fleet = folderOf(options);
  const { folder } = fleet;
  if (existsSync(join(folder, 'members.json')))
    throw new UserError(
      'FLEET_THERE_ALREADY',
      `There is a fleet in ${folder} already. Let a host in: lifeline fleet add NAME`,
    );
  if ((options.cert === undefined) !== (options.key === undefined))
    throw new UserError('USAGE_FLEET_CERTIFICATE', 'A certificate needs its key: give --cert and --key together.');
  const { member, seed } = await newMember(FIRST_HUB, 'hub');
  const read = membersSchema.safeParse({ v: 1, address, members: [member] });
  if (!read.success)
    throw new UserError(
      'USAGE_FLEET_ADDRESS',
      `"${address}" must be the server's name and port, such as nats.example.com:4222.`,
    );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (options.cert !== undefined && options.key !== undefined) {
    copyFileSync(options.cert, join(folder, CERTIFICATE));
    copyFileSync(options.key, join(folder, SERVER_KEY));
  } else await makeCertificate(folder, address.split(':')[0] ?? '');
  const path = fleet.saveSeed(FIRST_HUB, seed);
  fleet.save(read.data);
  const words = text();
  print([
    words.begun(folder),
    words.server(join(folder, SERVER_CONFIG)),
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

export const fleetAdd = async (name: string, options: FleetOptions & { readonly hub?: boolean }): Promise<void> => {
  const fleet = folderOf(options);
  const { member, seed } = await newMember(name, options.hub === true ? 'hub' : 'agent');
  const members = withMember(fleet.members(), member);
  const path = fleet.saveSeed(name, seed);
  fleet.save(members);
  const words = text();
  print([
    words.added(name),
    `  ${path}`,
    `  ${join(fleet.folder, CERTIFICATE)}`,
    '',
    words.section(),
    section(members, member),
    '',
    words.reload(join(fleet.folder, SERVER_CONFIG)),
    options.hub === true ? words.hub(name) : words.run(),
  ]);
};

export const fleetRemove = async (name: string, options: FleetOptions): Promise<void> => {
  const fleet = folderOf(options);
  fleet.save(withoutMember(fleet.members(), name));
  fleet.removeSeed(name);
  const words = text();
  print([words.removed(name), words.reload(join(fleet.folder, SERVER_CONFIG)), words.forget(name)]);
};
