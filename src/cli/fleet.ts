/**
 * `lifeline fleet`: begins a fleet, lets hosts in and puts them out. Rights are signed here, by the keys in the fleet's
 * folder, so that this needs the folder and a way to a server, and not the server's machine.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createUser, type KeyPair } from '@nats-io/nkeys';
import { stringify } from 'yaml';
import { errorText, UserError } from '../base/errors.ts';
import { readForeignNow } from '../base/foreign/read.ts';
import { MOST_BYTES } from '../base/foreign/sizes.ts';
import { OWN_FILES } from '../base/foreign/trust.ts';
import { silentLogger } from '../base/logger.ts';
import { readCreds, writeCreds } from '../base/nats-creds.ts';
import { HOST_NAME } from '../config/fleet-schema.ts';
import {
  CERTIFICATE,
  openFleetFolder,
  SERVER_KEY,
  serverFiles,
  type FleetFolder,
} from '../fleet/setup/fleet-folder.ts';
import { pairOf, seedOf } from '../fleet/setup/fleet-keys.ts';
import { openHostFiles } from '../fleet/setup/host-files.ts';
import {
  members as membersSchema,
  serversOf,
  withMember,
  withoutMember,
  type Member,
  type Members,
} from '../fleet/setup/members.ts';
import { accountJwt, joinJwt, keeperJwt, memberJwt, TELLER_INBOX, tellerJwt } from '../fleet/setup/rights.ts';
import { CATCH_UP_S, clusterAddress } from '../fleet/setup/server-config.ts';
import { tellServers } from '../fleet/setup/tell-servers.ts';
import { HUB_INBOX, inboxOf, joinInbox, joinSubject } from '../fleet/protocol/subjects.ts';
import {
  JOIN_MS,
  joinRequest,
  readJoinReply,
  readJoinRequest,
  readToken,
  shortKey,
  writeToken,
  type JoinReply,
} from '../fleet/setup/join.ts';
import { connectTo, type Connection } from '../fleet/transport/connection.ts';
import { usualConfig } from '../setup/paths.ts';
import { runCommand } from '../supervisors/run-command.ts';
import { fleetSetupText } from '../text/cli/fleet.ts';
import { localeInUse } from './help/language.ts';

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
/** It asks nothing, so nothing arrives there. */
const KEEPER_INBOX = 'lf1.keeper';

const folderOf = ({ dir }: FleetOptions): FleetFolder =>
  openFleetFolder(
    resolve(dir ?? join(dirname(usualConfig({ ...process.env, HOME: process.env['HOME'] ?? homedir() })), 'fleet')),
  );

const text = () => fleetSetupText(localeInUse(process.env));

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

/** In seconds, as JWTs have it. */
const nowS = (): number => Math.floor(Date.now() / 1_000);

const checkName = (name: string): void => {
  if (!HOST_NAME.test(name))
    throw new UserError(
      'USAGE_FLEET_NAME',
      `"${name}" must be a name of small letters, digits and "-", such as web-3.`,
    );
};

/** For somebody who needs a credential for as long as a command runs; clocks may differ by less. */
const PASSING_S = 3_600;

const credsFor = (pair: KeyPair, sign: (key: string) => string): string =>
  writeCreds(sign(pair.getPublicKey()), seedOf(pair));

const memberOf = (fleet: Members, name: string): Member => {
  const found = fleet.members.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is no member`);
  return found;
};

const USUAL = '~/.config/lifeline';

/** The section of the configuration of one member. */
const sectionOf = (servers: readonly string[], name: string, role: Member['role'], folder = USUAL): string =>
  stringify({
    fleet: {
      host: name,
      servers,
      credentials: `file:${folder}/${name}.creds`,
      ca: `${folder}/${CERTIFICATE}`,
      ...(role === 'hub' ? { hub: true } : {}),
    },
  }).trimEnd();

const urlsOf = (addresses: readonly string[]): readonly string[] => addresses.map((address) => `tls://${address}`);

const section = (members: Members, { name, role }: Member): string => sectionOf(urlsOf(serversOf(members)), name, role);

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

/** @param addresses `host:port`, as the hosts reach the server, or the three of a cluster. */
export const fleetInit = async (addresses: readonly string[], options: FleetInitOptions): Promise<void> => {
  const fleet = folderOf(options);
  const { folder } = fleet;
  if (fleet.isThere())
    throw new UserError(
      'FLEET_THERE_ALREADY',
      `There is a fleet in ${folder} already. Let a host in: lifeline fleet add NAME`,
    );
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
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (options.cert !== undefined && options.key !== undefined) {
    copyFileSync(options.cert, join(folder, CERTIFICATE));
    copyFileSync(options.key, join(folder, SERVER_KEY));
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

const CONNECT_MS = 15_000;
const ANSWER_UNDER_WAY_MS = 1_000;

const certificateOf = ({ folder }: FleetFolder): string =>
  readForeignNow(join(folder, CERTIFICATE), {
    trust: OWN_FILES,
    mostBytes: MOST_BYTES.certificates,
  }).bytes.toString('utf8');

/** @throws UserError when no server is reached, or none lets this command in. */
const openServer = async (
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

/** Tells the servers whose rights were taken. Returns the line that says so. @throws UserError when none was told. */
const tell = async (fleet: FleetFolder): Promise<string> => {
  const members = fleet.members();
  const keys = fleet.keys();
  const servers = serversOf(members).length;
  const issued = nowS();
  const connection = await openServer(fleet, {
    name: 'lifeline fleet',
    inbox: TELLER_INBOX,
    credentials: credsFor(createUser(), (key) =>
      tellerJwt(keys, { name: 'teller', key, issued, expires: issued + PASSING_S }),
    ),
  });
  try {
    const told = await tellServers(connection, accountJwt(keys, members), servers);
    // What was removed meanwhile is told by whoever removes it.
    const now = fleet.members();
    if (now.issued === members.issued) fleet.save({ ...now, isTold: true });
    return told < servers ? text().toldSome(told, servers, CATCH_UP_S) : text().told(servers);
  } catch (error) {
    throw new UserError('FLEET_NO_SERVER', `The NATS server does not take the change: ${errorText(error)}`, {
      cause: error,
    });
  } finally {
    await connection.close();
  }
};

/** Tells what could not be told earlier. Returns the lines about it. */
const catchUp = async (fleet: FleetFolder): Promise<readonly string[]> => {
  if (fleet.members().isTold) return [];
  try {
    return [await tell(fleet)];
  } catch (error) {
    return [text().untold(errorText(error))];
  }
};

export interface FleetAddOptions extends FleetOptions {
  readonly hub?: boolean;
  /** The credentials are made here, to be carried. */
  readonly files?: boolean;
}

export const fleetAdd = async (name: string, options: FleetAddOptions): Promise<void> => {
  checkName(name);
  const fleet = folderOf(options);
  const role = options.hub === true ? 'hub' : 'agent';
  const pair = createUser();
  const members = withMember(fleet.members(), { name, role, key: pair.getPublicKey() }, nowS());
  if (options.files !== true) return waitForHost(fleet, name, role);
  const member = memberOf(members, name);
  // Whoever is on the list can be removed: first the list, then what gives rights.
  fleet.save(members);
  const path = fleet.saveCreds(
    name,
    credsFor(pair, () => memberJwt(fleet.keys(), member)),
  );
  const words = text();
  print([
    words.added(name),
    `  ${path}`,
    `  ${join(fleet.folder, CERTIFICATE)}`,
    '',
    words.section(),
    section(members, member),
    '',
    ...(await catchUp(fleet)),
    options.hub === true ? words.hub(name) : words.run(),
  ]);
};

/** Returns the rights of a host that hands in its key; of several keys the first counts. On the disk before it is heard of. */
const answerTo = (fleet: FleetFolder, { name, role, key }: Omit<Member, 'issued'>): JoinReply => {
  const now = fleet.members();
  const isKnown = now.members.some((each) => each.name === name);
  const after = isKnown ? now : withMember(now, { name, role, key }, nowS());
  if (!isKnown) fleet.save(after);
  const member = memberOf(after, name);
  return member.key === key ? { v: 1, ok: true, jwt: memberJwt(fleet.keys(), member) } : { v: 1, ok: false };
};

/** Lets the host hand in its public key, for as long as this command runs, and at most for 15 minutes. */
const waitForHost = async (fleet: FleetFolder, name: string, role: Member['role']): Promise<void> => {
  const words = text();
  const keys = fleet.keys();
  const issued = nowS();
  const late = await catchUp(fleet);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const connection = await openServer(fleet, {
    name: `lifeline fleet add ${name}`,
    inbox: KEEPER_INBOX,
    credentials: credsFor(createUser(), (key) => keeperJwt(keys, { name, key, issued, expires: issued + PASSING_S })),
    signal: ending.signal,
  });
  const { nc } = connection;
  const joining = createUser();
  try {
    let given: string | null = null;
    const { promise: isDone, resolve: done } = Promise.withResolvers<true>();
    nc.subscribe(joinSubject(name), {
      callback: (error, message) => {
        const asked = error ? null : readJoinRequest({ name, by: joining.getPublicKey() }, message.data);
        if (asked === null) return;
        try {
          const reply = answerTo(fleet, { name, role, key: asked.key });
          message.respond(JSON.stringify(reply));
          if (!reply.ok) return;
          given = asked.key;
          if (asked.isDone) done(true);
        } catch (err) {
          process.stderr.write(`${errorText(err)}\n`);
        }
      },
    });
    await nc.flush();
    const token = writeToken({
      name,
      role,
      servers: [...serversOf(fleet.members())],
      jwt: joinJwt(keys, { name, key: joining.getPublicKey(), issued, expires: issued + JOIN_MS / 1_000 }),
      seed: seedOf(joining),
      ca: certificateOf(fleet),
    });
    print([
      ...late,
      words.joinHere(name, JOIN_MS / 60_000),
      '',
      `  lifeline fleet join ${token}`,
      '',
      words.waiting(name),
    ]);
    const stopped = new Promise<null>((resolve) => ending.signal.addEventListener('abort', () => resolve(null)));
    const hasJoined = await Promise.race([
      isDone,
      stopped,
      pause(JOIN_MS, null, { signal: ending.signal }).catch(() => null),
    ]);
    if (hasJoined !== true) process.exitCode = 1;
    print([whatCameOfIt(name, given, hasJoined === true)]);
    if (hasJoined === true) {
      await nc.flush();
      await pause(ANSWER_UNDER_WAY_MS);
    }
  } finally {
    ending.abort();
    await connection.close();
  }
};

const whatCameOfIt = (name: string, key: string | null, hasJoined: boolean): string => {
  if (key === null) return text().notJoined(name);
  return hasJoined ? text().joined(name, shortKey(key)) : text().notSaid(name, shortKey(key));
};

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

export const fleetRemove = async (name: string, options: FleetOptions): Promise<void> => {
  const fleet = folderOf(options);
  const before = fleet.members();
  // Whose removal no server was told of yet is removed again by telling it.
  const isUntold = !before.isTold && before.removed.some((each) => each.name === name);
  if (!isUntold || before.members.some((each) => each.name === name)) fleet.save(withoutMember(before, name, nowS()));
  fleet.removeCreds(name);
  const words = text();
  let told: string;
  try {
    told = await tell(fleet);
  } catch (error) {
    throw new UserError(
      'FLEET_NOT_TOLD',
      `${name} is no member any more, but no server knows, and until one does ${name} keeps its rights. ${errorText(error)} The next "lifeline fleet" command tells it, "lifeline fleet remove ${name}" again too; so does a start of the server with the nats.conf in ${fleet.folder}.`,
      { cause: error },
    );
  }
  print([words.removed(name), told, words.forget(name)]);
};
