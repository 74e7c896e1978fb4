/**
 * The configuration of a fleet's NATS servers, for `lifeline fleet`: `nats.conf`, written once and then the operator's own,
 * and the users in `users.conf` with rights by subject. The latter is changed by Lifeline as long as no person has. Pure.
 */
import { createHash } from 'node:crypto';
import { agentRights, hubRights } from './subjects.ts';

/** Where servers hear each other: so far above the port on which they hear hosts. */
const CLUSTER_PORTS_ABOVE = 2_000;
const MOST_PORT = 65_535;
/** So much a server gives the hubs' log and the lease together. */
const STORE_BYTES = 1024 ** 3;

const ADDRESS = /^([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?):(\d{1,5})$/;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Returns what `host:port` says; null: it says nothing that a server, and a cluster of them, could listen on. */
export const readAddress = (text: string, isCluster: boolean): Address | null => {
  const [, host, digits] = ADDRESS.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port < 1 || port + (isCluster ? CLUSTER_PORTS_ABOVE : 0) > MOST_PORT) return null;
  return { host, port };
};

export const isLoopback = ({ host }: Address): boolean => host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host);

const clusterPort = ({ port }: Address): number => port + CLUSTER_PORTS_ABOVE;

export interface Tls {
  readonly cert: string;
  readonly key: string;
  /** Who has signed it; null: an authority that the system knows. */
  readonly ca: string | null;
}

export interface ServerFile {
  readonly addresses: readonly Address[];
  /** Which of the addresses this server has. */
  readonly index: number;
  readonly storeDir: string;
  /** null: without TLS, which is for the loopback alone. */
  readonly tls: Tls | null;
  /** By which the servers of a cluster know each other. */
  readonly clusterPassword: string;
}

const quoted = (text: string): string => JSON.stringify(text);

const tlsLines = (tls: Tls | null, ca: boolean): readonly string[] =>
  tls === null
    ? []
    : [
        `tls: { cert_file: ${quoted(tls.cert)}, key_file: ${quoted(tls.key)},${ca && tls.ca !== null ? ` ca_file: ${quoted(tls.ca)},` : ''} timeout: 5 }`,
      ];

export const serverFile = ({ addresses, index, storeDir, tls, clusterPassword }: ServerFile): string => {
  const own = addresses[index];
  if (own === undefined) throw new Error(`there is no server ${index}`);
  const at = isLoopback(own) ? '127.0.0.1' : '0.0.0.0';
  const routes = addresses.filter((each) => each !== own);
  const cluster = [
    `server_name: "nats-${index + 1}"`,
    'cluster: {',
    '  name: lifeline',
    `  listen: "${at}:${clusterPort(own)}"`,
    `  authorization: { user: lifeline, password: ${quoted(clusterPassword)} }`,
    `  routes: ${JSON.stringify(routes.map((each) => `nats-route://lifeline:${clusterPassword}@${each.host}:${clusterPort(each)}`))}`,
    ...tlsLines(tls, true).map((line) => `  ${line}`),
    '}',
  ];
  return [
    '# Made by "lifeline fleet init". It is yours: Lifeline does not change it any more.',
    `listen: "${at}:${own.port}"`,
    'max_payload: 1MB',
    '# A host that is gone without a word is seen as such within seconds.',
    'ping_interval: "10s"',
    'ping_max: 2',
    `jetstream: { store_dir: ${quoted(storeDir)}, max_memory_store: 64MB, max_file_store: ${STORE_BYTES} }`,
    ...tlsLines(tls, false),
    ...(addresses.length > 1 ? cluster : []),
    '# Of many hosts that come back at once each has so many seconds to prove itself.',
    'authorization: {',
    '  timeout: 10',
    '  include "users.conf"',
    '}',
    '',
  ].join('\n');
};

export interface User {
  readonly name: string;
  readonly role: 'hub' | 'host';
  /** The public part of its nkey. */
  readonly key: string;
}

/** What `users.conf` says of the fleet beside its users. */
export interface Fleet {
  readonly addresses: readonly string[];
  readonly tls: boolean;
  /** Whether hosts need the file of the signer. */
  readonly ca: boolean;
}

/** One user on one line: what the server lets it say and hear. */
export const userLine = ({ name, role, key }: User): string => {
  const { publish, subscribe } = role === 'hub' ? hubRights() : agentRights(name);
  return `  { nkey: ${quoted(key)}, permissions: { publish: { allow: ${JSON.stringify(publish)} }, subscribe: { allow: ${JSON.stringify(subscribe)} } } } # ${role} ${name}`;
};

const USER_LINE = /^ {2}\{ nkey: "(U[A-Z2-7]{55})".* # (hub|host) ([a-z0-9-]+)$/;
const SUM = /^# sha256 ([0-9a-f]{64})\n/;
const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const usersFile = (fleet: Fleet, users: readonly User[]): string => {
  const rest = [
    `# ${JSON.stringify(fleet)}`,
    '# Made by "lifeline fleet". Once you change anything here, it prints lines for you in the place of writing them.',
    'users: [',
    ...users.map(userLine),
    ']',
    '',
  ].join('\n');
  return `# sha256 ${sumOf(rest)}\n${rest}`;
};

/** Returns what the file says; `isOwn`: no person has changed it. null: it is no such file. */
export const readUsersFile = (
  text: string,
): { readonly fleet: Fleet; readonly users: readonly User[]; readonly isOwn: boolean } | null => {
  const sum = SUM.exec(text);
  const rest = sum === null ? text : text.slice(sum[0].length);
  const fleet = rest.split('\n').find((line) => line.startsWith('# {'));
  try {
    const { addresses, tls, ca } = JSON.parse(fleet?.slice(2) ?? '') as Fleet;
    const users = text.split('\n').flatMap((line): readonly User[] => {
      const [, key = '', role, name = ''] = USER_LINE.exec(line) ?? [];
      return role === undefined ? [] : [{ name, role: role === 'hub' ? 'hub' : 'host', key }];
    });
    return { fleet: { addresses: addresses.map(String), tls, ca }, users, isOwn: sum?.[1] === sumOf(rest) };
  } catch {
    return null;
  }
};
