/** `lifeline fleet`: begins a fleet, lets hosts in and puts them out. Nothing is sent anywhere: files are written here. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { errorText, UserError } from '../base/errors.ts';
import { readForeignNow } from '../base/foreign/read.ts';
import { MOST_BYTES } from '../base/foreign/sizes.ts';
import { OWN_FILES } from '../base/foreign/trust.ts';
import { silentLogger } from '../base/logger.ts';
import { HOST_NAME } from '../config/fleet-schema.ts';
import {
  CERTIFICATE,
  openFleetFolder,
  SERVER_KEY,
  serverFiles,
  withMember,
  withoutMember,
  type FleetFolder,
} from '../fleet/setup/fleet-folder.ts';
import { openHostFiles } from '../fleet/setup/host-files.ts';
import {
  clusterAddress,
  members as membersSchema,
  serversOf,
  type Member,
  type Members,
} from '../fleet/setup/server-config.ts';
import { HUB_INBOX, inboxOf, joinInbox, joinSubject } from '../fleet/protocol/subjects.ts';
import {
  JOIN_MS,
  joinReply,
  joinRequest,
  readJoinRequest,
  readToken,
  shortKey,
  writeToken,
} from '../fleet/setup/join.ts';
import { reloadServers } from '../fleet/setup/reload-server.ts';
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

const USUAL = '~/.config/lifeline';

/** The section of the configuration of one member. */
const sectionOf = (servers: readonly string[], name: string, role: Member['role'], folder = USUAL): string =>
  stringify({
    fleet: {
      host: name,
      servers,
      credentials: `file:${folder}/${name}.nkey`,
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

/** A certificate that signs itself: hosts know it by the file that they get with their seed. */
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
  if (existsSync(join(folder, 'members.json')))
    throw new UserError(
      'FLEET_THERE_ALREADY',
      `There is a fleet in ${folder} already. Let a host in: lifeline fleet add NAME`,
    );
  if ((options.cert === undefined) !== (options.key === undefined))
    throw new UserError('USAGE_FLEET_CERTIFICATE', 'A certificate needs its key: give --cert and --key together.');
  const { member, seed } = await newMember(FIRST_HUB, 'hub');
  const [address = '', ...more] = addresses;
  if (more.length > 0) checkCluster(addresses);
  const read = membersSchema.safeParse({ v: 1, address, ...(more.length > 0 ? { more } : {}), members: [member] });
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
  const path = fleet.saveSeed(FIRST_HUB, seed);
  fleet.save(read.data);
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

/** @returns the line that says whether the servers know. */
const letKnow = async (fleet: FleetFolder): Promise<string> => {
  const { folder } = fleet;
  const servers = serversOf(fleet.members());
  const left = await reloadServers(folder, servers.length);
  if (left.length === 0) return text().reloaded();
  if (servers.length === 1) return text().reload(join(folder, serverFiles(0).config));
  return text().reloadCluster(
    left.map((index) => ({ server: servers[index] ?? '', config: serverFiles(index).config })),
  );
};

export interface FleetAddOptions extends FleetOptions {
  readonly hub?: boolean;
  /** The seed is made here, to be carried. */
  readonly files?: boolean;
}

export const fleetAdd = async (name: string, options: FleetAddOptions): Promise<void> => {
  const fleet = folderOf(options);
  const role = options.hub === true ? 'hub' : 'agent';
  if (options.files !== true) return waitForHost(fleet, name, role);
  const { member, seed } = await newMember(name, role);
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
    await letKnow(fleet),
    options.hub === true ? words.hub(name) : words.run(),
  ]);
};

/** Lets the host hand in its public key, for as long as this command runs, and at most for 15 minutes. */
const waitForHost = async (fleet: FleetFolder, name: string, role: Member['role']): Promise<void> => {
  const words = text();
  const [joining, keeper] = [await newMember(name, role), await newMember(name, role)];
  const before = fleet.members();
  withMember(before, joining.member);
  const without = (given: Members): Members => ({
    ...given,
    joins: given.joins.filter((each) => each.name !== name && each.until > Date.now()),
  });
  const until = Date.now() + JOIN_MS;
  fleet.save({
    ...before,
    joins: [...without(before).joins, { name, key: joining.member.key, keeper: keeper.member.key, until }],
  });
  const told = await letKnow(fleet);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const ca = readForeignNow(join(fleet.folder, CERTIFICATE), {
    trust: OWN_FILES,
    mostBytes: MOST_BYTES.certificates,
  }).bytes.toString('utf8');
  let connection: Connection | null = null;
  let said = '';
  try {
    connection = await connectTo({
      // Of a cluster the server on this machine alone has been told.
      access: { servers: urlsOf([before.address]), credentials: keeper.seed, ca },
      name: `lifeline fleet add ${name}`,
      inbox: KEEPER_INBOX,
      logger: silentLogger(),
      onTrouble: (reason) => (said = reason ?? ''),
      signal: AbortSignal.any([ending.signal, AbortSignal.timeout(CONNECT_MS)]),
    }).catch(() => {
      throw new UserError(
        'FLEET_NO_SERVER',
        `The NATS server at ${before.address} does not let this command in${said === '' ? '' : ` ("${said}")`}. ${told} Start it with the configuration in ${fleet.folder} if it runs with another, or not at all; or make the credentials here, to be carried: lifeline fleet add ${name} --files`,
      );
    });
    const { nc } = connection;
    const { promise: key, resolve: handedIn } = Promise.withResolvers<string>();
    nc.subscribe(joinSubject(name), {
      callback: (error, message) => {
        const given = error ? null : readJoinRequest(name, message.data);
        if (given === null) return;
        try {
          // On the disk before the host hears of it; of several keys the first counts.
          const now = fleet.members();
          const known = now.members.find((each) => each.name === name);
          if (known === undefined) fleet.save(withMember(now, { name, role, key: given }));
          const ok = known === undefined || known.key === given;
          message.respond(JSON.stringify({ v: 1, ok }));
          if (ok) handedIn(given);
        } catch (err) {
          process.stderr.write(`${errorText(err)}\n`);
        }
      },
    });
    await nc.flush();
    const token = writeToken({
      name,
      role,
      address: before.address,
      ...(before.more ? { more: before.more } : {}),
      seed: joining.seed,
      ca,
    });
    print([words.joinHere(name, JOIN_MS / 60_000), '', `  lifeline fleet join ${token}`, '', words.waiting(name)]);
    const stopped = new Promise<null>((resolve) => ending.signal.addEventListener('abort', () => resolve(null)));
    const given = await Promise.race([key, stopped, pause(JOIN_MS, null, { signal: ending.signal }).catch(() => null)]);
    await nc.flush();
    // The server's next reading cuts the host off, which shall have its answer by then.
    if (given !== null) await pause(ANSWER_UNDER_WAY_MS);
    print([given === null ? words.notJoined(name) : words.joined(name, shortKey(given))]);
    if (given === null) process.exitCode = 1;
  } finally {
    ending.abort();
    fleet.save(without(fleet.members()));
    const line = await letKnow(fleet);
    await connection?.close();
    print([line]);
  }
};

/** On the new host: makes its key, hands in the public part, and proves that the server knows it. */
export const fleetJoin = async (given: string, { dir }: FleetOptions): Promise<void> => {
  const { name, role, address, more, seed, ca } = readToken(given);
  const words = text();
  const folder = resolve(dir ?? dirname(usualConfig({ ...process.env, HOME: process.env['HOME'] ?? homedir() })));
  const files = openHostFiles(folder, name);
  const servers = urlsOf([address]);
  const inbox = role === 'hub' ? HUB_INBOX : inboxOf(name);
  const { createUser, fromSeed } = await import('@nats-io/nkeys');
  const open = (credentials: string, inboxPrefix: string): Promise<Connection> =>
    connectTo({
      access: { servers, credentials, ca },
      name: `lifeline fleet join ${name}`,
      inbox: inboxPrefix,
      logger: silentLogger(),
      signal: AbortSignal.timeout(CONNECT_MS),
    }).catch(() => {
      throw new UserError(
        'FLEET_NOT_LET_IN',
        `The NATS server at ${address} cannot be reached from here, or does not let this machine in. What "lifeline fleet add ${name}" prints is good for 15 minutes and for as long as that command runs.`,
      );
    });
  /** @returns whether the server knows this key by now. */
  const isLetIn = (own: string): Promise<boolean> =>
    open(own, inbox).then(
      async (connection) => {
        await connection.close();
        return true;
      },
      () => false,
    );
  const keyOf = (own: string): ReturnType<typeof fromSeed> => {
    try {
      return fromSeed(new TextEncoder().encode(own));
    } catch (error) {
      throw new UserError('FLEET_KEY_THERE', `${files.seedPath} is no key. Remove it to join anew.`, { cause: error });
    }
  };
  const done = (key: string): void =>
    print([
      words.accepted(name, shortKey(key)),
      words.written(files.seedPath),
      words.written(files.certificatePath),
      '',
      words.section(),
      sectionOf(urlsOf([address, ...more]), name, role, folder),
      '',
      role === 'hub' ? words.hub(name) : words.run(),
    ]);

  const joined = files.joined();
  if (joined !== null) {
    const key = keyOf(joined).getPublicKey();
    if (await isLetIn(joined)) return done(key);
    throw new UserError(
      'FLEET_KEY_THERE',
      `${files.seedPath} is there already: this machine has joined before. Remove it to join anew.`,
    );
  }
  const begun = files.begun();
  const pair = begun === null ? createUser() : keyOf(begun);
  const key = pair.getPublicKey();
  const own = new TextDecoder().decode(pair.getSeed());
  files.begin(own, ca);
  // The answer to an earlier try may have been lost.
  if (begun === null || !(await isLetIn(own))) {
    const handing = await open(seed, joinInbox(name));
    let isTaken: boolean;
    try {
      const request = JSON.stringify(joinRequest(name, key, (bytes) => pair.sign(bytes)));
      const { data } = await handing.nc.request(joinSubject(name), request, { timeout: CONNECT_MS });
      isTaken = joinReply.parse(JSON.parse(new TextDecoder().decode(data))).ok;
    } catch (error) {
      throw new UserError(
        'FLEET_NOBODY_WAITS',
        `Nobody waits for ${name}: "lifeline fleet add ${name}" must still run where the fleet is kept.`,
        { cause: error },
      );
    } finally {
      await handing.close();
    }
    if (!isTaken)
      throw new UserError(
        'FLEET_KEY_TAKEN',
        `Another machine has joined as ${name}. If that was not you: lifeline fleet remove ${name}`,
      );
    await (await open(own, inbox)).close();
  }
  files.end();
  done(key);
};

export const fleetRemove = async (name: string, options: FleetOptions): Promise<void> => {
  const fleet = folderOf(options);
  fleet.save(withoutMember(fleet.members(), name));
  fleet.removeSeed(name);
  const words = text();
  print([words.removed(name), await letKnow(fleet), words.forget(name)]);
};
