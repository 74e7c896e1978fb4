/** What the commands of `lifeline fleet` share. */
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { KeyPair } from '@nats-io/nkeys';
import { stringify } from 'yaml';
import { UserError } from '../../base/errors.ts';
import { writeCreds } from '../../base/nats-creds.ts';
import { HOST_NAME } from '../../config/fleet-schema.ts';
import { CERTIFICATE, openFleetFolder, type FleetFolder } from '../../fleet/setup/fleet-folder.ts';
import { seedOf } from '../../fleet/setup/fleet-keys.ts';
import { serversOf, type Member, type Members } from '../../fleet/setup/members.ts';
import { usualConfig } from '../../setup/paths.ts';
import { fleetSetupText } from '../../text/cli/fleet.ts';
import { localeInUse } from '../help/language.ts';

export interface FleetOptions {
  /** Where the fleet is kept. */
  readonly dir?: string;
}

export const folderOf = ({ dir }: FleetOptions): FleetFolder =>
  openFleetFolder(
    resolve(dir ?? join(dirname(usualConfig({ ...process.env, HOME: process.env['HOME'] ?? homedir() })), 'fleet')),
  );

export const text = () => fleetSetupText(localeInUse(process.env));

export const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

/** In seconds, as JWTs have it. */
export const nowS = (): number => Math.floor(Date.now() / 1_000);

export const checkName = (name: string): void => {
  if (!HOST_NAME.test(name))
    throw new UserError(
      'USAGE_FLEET_NAME',
      `"${name}" must be a name of small letters, digits and "-", such as web-3.`,
    );
};

export const CONNECT_MS = 15_000;

/** For somebody who needs a credential for as long as a command runs; clocks may differ by less. */
export const PASSING_S = 3_600;

export const credsFor = (pair: KeyPair, sign: (key: string) => string): string =>
  writeCreds(sign(pair.getPublicKey()), seedOf(pair));

export const memberOf = (fleet: Members, name: string): Member => {
  const found = fleet.members.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is no member`);
  return found;
};

const USUAL = '~/.config/lifeline';

/** The section of the configuration of one member. */
export const sectionOf = (servers: readonly string[], name: string, role: Member['role'], folder = USUAL): string =>
  stringify({
    fleet: {
      host: name,
      servers,
      credentials: `file:${folder}/${name}.creds`,
      ca: `${folder}/${CERTIFICATE}`,
      ...(role === 'hub' ? { hub: true } : {}),
    },
  }).trimEnd();

export const urlsOf = (addresses: readonly string[]): readonly string[] =>
  addresses.map((address) => `tls://${address}`);

export const section = (members: Members, { name, role }: Member): string =>
  sectionOf(urlsOf(serversOf(members)), name, role);
