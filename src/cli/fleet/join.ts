/** `lifeline fleet join`: this machine becomes a host of a fleet. */
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { createUser, type KeyPair } from '@nats-io/nkeys';
import { UserError } from '../../base/errors.ts';
import { silentLogger } from '../../base/logger.ts';
import { readCreds, writeCreds } from '../../base/nats-creds.ts';
import { HUB_INBOX, inboxOf, joinInbox, joinSubject } from '../../fleet/protocol/subjects.ts';
import { pairOf, seedOf } from '../../fleet/setup/fleet-keys.ts';
import { openHostFiles } from '../../fleet/setup/host-files.ts';
import { joinRequest, readJoinReply, readToken, shortKey } from '../../fleet/setup/join.ts';
import { connectTo, type Connection } from '../../fleet/transport/connection.ts';
import { usualConfig } from '../../setup/paths.ts';
import { CONNECT_MS, print, sectionOf, text, urlsOf, type FleetOptions } from './common.ts';

/** On the new host: makes its key, hands in the public part, and proves that the server lets it in with its rights. */
export const fleetJoin = async (given: string, { dir }: FleetOptions): Promise<void> => {
  const { name, role, servers, jwt, seed, ca } = readToken(given);
  const words = text();
  const folder = resolve(dir ?? dirname(usualConfig({ ...process.env, HOME: process.env['HOME'] ?? homedir() })));
  const files = openHostFiles(folder, name);
  const inbox = role === 'hub' ? HUB_INBOX : inboxOf(name);
  const open = (credentials: string, inboxPrefix: string): Promise<Connection> =>
    connectTo({
      access: { servers: urlsOf(servers), credentials, ca },
      name: `lifeline fleet join ${name}`,
      inbox: inboxPrefix,
      logger: silentLogger(),
      signal: AbortSignal.timeout(CONNECT_MS),
    }).catch(() => {
      throw new UserError(
        'FLEET_NOT_LET_IN',
        `The NATS server at ${servers.join(', ')} cannot be reached from here, or does not let this machine in. What "lifeline fleet add ${name}" prints is good for 15 minutes by the server's clock, and for as long as that command runs.`,
      );
    });
  const isLetIn = (own: string): Promise<boolean> =>
    open(own, inbox).then(
      async (connection) => {
        await connection.close();
        return true;
      },
      () => false,
    );
  const keyOf = (path: string, own: string | null): KeyPair => {
    try {
      return pairOf(own ?? '');
    } catch (error) {
      throw new UserError('FLEET_KEY_THERE', `${path} is no key. Remove it to join anew.`, { cause: error });
    }
  };
  const done = (key: string): void =>
    print([
      words.accepted(name, shortKey(key)),
      words.written(files.credsPath),
      words.written(files.certificatePath),
      '',
      words.section(),
      sectionOf(urlsOf(servers), name, role, folder),
      '',
      role === 'hub' ? words.hub(name) : words.run(),
    ]);

  const joined = files.joined();
  if (joined !== null) {
    const key = keyOf(files.credsPath, readCreds(joined).seed).getPublicKey();
    if (await isLetIn(joined)) return done(key);
    throw new UserError(
      'FLEET_KEY_THERE',
      `${files.credsPath} is there already: this machine has joined before. Remove it to join anew.`,
    );
  }
  const begun = files.begun();
  const pair = begun === null ? createUser() : keyOf(files.begunPath, begun);
  const key = pair.getPublicKey();
  const ask = async ({ nc }: Connection, isDone: boolean): Promise<string | null> => {
    const joining = { name, by: pairOf(seed).getPublicKey() };
    const request = JSON.stringify(joinRequest(joining, { key, isDone }, (bytes) => pair.sign(bytes)));
    try {
      return readJoinReply(key, (await nc.request(joinSubject(name), request, { timeout: CONNECT_MS })).data);
    } catch (error) {
      throw new UserError(
        'FLEET_NOBODY_WAITS',
        `Nobody waits for ${name}: "lifeline fleet add ${name}" must still run where the fleet is kept.`,
        { cause: error },
      );
    }
  };
  files.begin(seedOf(pair), ca);
  const received = files.received();
  // A try that was cut off may have got its rights already.
  if (received === null || readCreds(received).seed !== seedOf(pair) || !(await isLetIn(received))) {
    const handing = await open(writeCreds(jwt, seed), joinInbox(name));
    try {
      const rights = await ask(handing, false);
      if (rights === null)
        throw new UserError(
          'FLEET_KEY_TAKEN',
          `Another machine has joined as ${name}. If that was not you: lifeline fleet remove ${name}`,
        );
      const own = writeCreds(rights, seedOf(pair));
      files.receive(own);
      await (await open(own, inbox)).close();
      files.end();
      // The host has joined, whoever hears of it.
      await ask(handing, true).catch(() => null);
    } finally {
      await handing.close();
    }
  } else files.end();
  done(key);
};
