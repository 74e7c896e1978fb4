/** How the commands that have a fleet's folder talk to its servers: who lets hosts in, and who tells of a removal. */
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { errorText, UserError } from '../../base/errors.ts';
import { readForeignNow } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { OWN_FILES } from '../../base/foreign/trust.ts';
import { silentLogger } from '../../base/logger.ts';
import { CERTIFICATE, type FleetFolder } from '../../fleet/setup/fleet-folder.ts';
import { serversOf, withRevoked } from '../../fleet/setup/members.ts';
import { accountJwt, TELLER_INBOX, tellerJwt } from '../../fleet/setup/rights.ts';
import { CATCH_UP_S } from '../../fleet/setup/server-config.ts';
import { askRevoked, tellServers } from '../../fleet/setup/tell-servers.ts';
import { connectTo, type Connection } from '../../fleet/transport/connection.ts';
import { CONNECT_MS, credsFor, nowS, PASSING_S, text, urlsOf } from './common.ts';

export const certificateOf = ({ folder }: FleetFolder): string =>
  readForeignNow(join(folder, CERTIFICATE), {
    trust: OWN_FILES,
    mostBytes: MOST_BYTES.certificates,
  }).bytes.toString('utf8');

/** @throws UserError when no server is reached, or none lets this command in. */
export const openServer = async (
  fleet: FleetFolder,
  {
    name,
    inbox,
    credentials,
    signal,
  }: { readonly name: string; readonly inbox: string; readonly credentials: string; readonly signal?: AbortSignal },
): Promise<Connection> => {
  let said = '';
  const servers = serversOf(fleet.members());
  return connectTo({
    access: { servers: urlsOf(servers), credentials, ca: certificateOf(fleet) },
    name,
    inbox,
    logger: silentLogger(),
    onTrouble: (reason) => (said = reason ?? ''),
    signal: AbortSignal.any([AbortSignal.timeout(CONNECT_MS), ...(signal === undefined ? [] : [signal])]),
  }).catch(() => {
    throw new UserError(
      'FLEET_NO_SERVER',
      `No NATS server at ${servers.join(', ')} lets this command in${said === '' ? '' : ` ("${said}")`}. See whether it runs with the configuration in ${fleet.folder}, whether this machine reaches it, and whether both clocks are right.`,
    );
  });
};

/** Tells the servers whose rights were taken. Returns the lines that say so. @throws UserError when none was told. */
export const tell = async (fleet: FleetFolder): Promise<readonly string[]> => {
  const keys = fleet.keys();
  const servers = serversOf(fleet.members()).length;
  const issued = nowS();
  const connection = await openServer(fleet, {
    name: 'lifeline fleet',
    inbox: TELLER_INBOX,
    credentials: credsFor(createUser(), (key) =>
      tellerJwt(keys, { name: 'teller', key, issued, expires: issued + PASSING_S }),
    ),
  });
  try {
    const revoked = await askRevoked(connection, keys.account.getPublicKey());
    const before = fleet.members();
    const members = fleet.change((now) => withRevoked(now, revoked, nowS()));
    const fromCopy = before.members.filter(({ key }) => members.members.every((each) => each.key !== key));
    const told = await tellServers(connection, accountJwt(keys, members), servers);
    // What was removed meanwhile is told by whoever removes it.
    fleet.change((now) => (now.issued === members.issued ? { ...now, isTold: true } : now));
    return [
      told < servers ? text().toldSome(told, servers, CATCH_UP_S) : text().told(servers),
      ...(fromCopy.length === 0 ? [] : [text().removedElsewhere(fromCopy.map(({ name }) => name))]),
    ];
  } catch (error) {
    throw new UserError('FLEET_NO_SERVER', `The NATS server does not take the change: ${errorText(error)}`, {
      cause: error,
    });
  } finally {
    await connection.close();
  }
};

/** Tells what could not be told earlier. Returns the lines about it. */
export const catchUp = async (fleet: FleetFolder): Promise<readonly string[]> => {
  if (fleet.members().isTold) return [];
  try {
    return await tell(fleet);
  } catch (error) {
    return [text().untold(errorText(error))];
  }
};
