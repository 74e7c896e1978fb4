/** The configuration of the NATS server of a fleet. It has the keys that it trusts, and nobody's rights: those are signed. Pure. */
import { MEMORY_BYTES } from './rights.ts';

export interface Tls {
  readonly certificate: string;
  readonly key: string;
}

/** The part of one server in a cluster of them, which reach each other by the key of their certificate. */
export interface ClusterPart {
  readonly name: string;
  /** Whoever has this key is a server of the cluster. null: within this machine, without TLS. For tests. */
  readonly tls: Tls | null;
  readonly port: number;
  /** `host:port` of the others. */
  readonly routes: readonly string[];
}

/** Where servers hear each other: so far above the port on which they hear hosts. */
export const CLUSTER_PORTS_ABOVE = 2_000;

export const clusterAddress = (address: string): string => {
  const [host = '', port = ''] = address.split(':');
  return `${host}:${Number(port) + CLUSTER_PORTS_ABOVE}`;
};

export interface ServerPlaces {
  /** null: a free port of this machine alone, without TLS. For tests. */
  readonly tls: Tls | null;
  readonly storeDir: string;
  /** Where the server keeps the accounts' JWTs, and what it was told of them. */
  readonly jwtDir: string;
  /** How much the streams may take together. */
  readonly mostBytes: number;
  /** null: it is the only one. */
  readonly cluster?: ClusterPart | null;
}

/** What the operator of the fleet has signed. */
export interface Trusted {
  readonly operator: string;
  readonly system: SignedAccount;
  readonly account: SignedAccount;
}

interface SignedAccount {
  readonly key: string;
  readonly jwt: string;
}

/** How soon a server that was away learns from the others whose rights were taken. */
export const CATCH_UP_S = 10;
/** The accounts of a fleet are two. */
const MOST_ACCOUNTS = 10;

/** A fleet that is kept to one machine is offered to no other. */
const listenAt = (address: string): string =>
  /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}):/.test(address) ? '127.0.0.1' : '0.0.0.0';

const clusterLines = ({ name, tls, port, routes }: ClusterPart): readonly string[] => [
  `server_name: ${JSON.stringify(name)}`,
  'cluster: {',
  '  name: lifeline',
  `  listen: ${JSON.stringify(tls === null ? `127.0.0.1:${port}` : `0.0.0.0:${port}`)}`,
  `  routes: ${JSON.stringify(routes.map((route) => `nats-route://${route}`))}`,
  ...(tls === null
    ? []
    : [
        `  tls: { cert_file: ${JSON.stringify(tls.certificate)}, key_file: ${JSON.stringify(tls.key)}, ca_file: ${JSON.stringify(tls.certificate)}, verify: true, timeout: 5 }`,
      ]),
  '}',
];

export const serverConfig = (
  address: string,
  { operator, system, account }: Trusted,
  { tls, storeDir, jwtDir, mostBytes, cluster = null }: ServerPlaces,
): string =>
  [
    '# Written by "lifeline fleet", and written anew with each host that is removed. The server need not read it then.',
    `listen: ${tls === null ? '"127.0.0.1:-1"' : JSON.stringify(`${listenAt(address)}:${address.split(':').at(-1)}`)}`,
    'max_payload: 1MB',
    // A host that is gone without a word is to be seen as such within seconds.
    'ping_interval: "10s"',
    'ping_max: 2',
    `jetstream: { store_dir: ${JSON.stringify(storeDir)}, max_memory_store: ${MEMORY_BYTES}, max_file_store: ${mostBytes} }`,
    ...(tls === null
      ? []
      : [`tls: { cert_file: ${JSON.stringify(tls.certificate)}, key_file: ${JSON.stringify(tls.key)}, timeout: 5 }`]),
    ...(cluster === null ? [] : clusterLines(cluster)),
    // Of many that come back at once; 2 s unless it is said.
    'authorization: { timeout: 10 }',
    `operator: ${operator}`,
    `system_account: ${system.key}`,
    `resolver: { type: full, dir: ${JSON.stringify(jwtDir)}, allow_delete: false, interval: "${CATCH_UP_S}s", limit: ${MOST_ACCOUNTS} }`,
    // What the server has learned since counts more.
    'resolver_preload: {',
    ...[system, account].map(({ key, jwt }) => `  ${key}: ${jwt}`),
    '}',
    '',
  ].join('\n');
