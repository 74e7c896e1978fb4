/**
 * The configuration of the NATS server of a fleet: who may connect, and what each of them may say and hear. Pure. Whoever
 * is not in it is refused.
 */
import { z } from 'zod';
import { HOST_NAME } from '../../config/fleet-schema.ts';
import { agentRights, hubRights, joinRights, keeperRights, type Rights } from '../protocol/subjects.ts';

/** `host:port`. */
export const ADDRESS = /^[A-Za-z0-9.-]{1,253}:\d{1,5}$/;

const PUBLIC_KEY = /^U[A-Z2-7]{55}$/;

export const members = z.object({
  v: z.literal(1),
  /** `host:port` on which the server listens, as the hosts reach it. Of several it is the one on the folder's machine. */
  address: z.string().regex(ADDRESS),
  /** The other servers of a cluster. */
  more: z.array(z.string().regex(ADDRESS)).max(4).optional(),
  members: z
    .array(
      z.object({
        name: z.string().regex(HOST_NAME),
        role: z.enum(['hub', 'agent']),
        /** The public part of its nkey. */
        key: z.string().regex(PUBLIC_KEY),
      }),
    )
    .max(20_000),
  /** Who may hand in a public key now. `until`: from then on nobody waits for it. */
  joins: z
    .array(
      z.object({
        name: z.string().regex(HOST_NAME),
        key: z.string().regex(PUBLIC_KEY),
        keeper: z.string().regex(PUBLIC_KEY),
        until: z.number(),
      }),
    )
    .max(1_000)
    .default([]),
});

export type Members = z.infer<typeof members>;
export type Member = Members['members'][number];
export type Join = Members['joins'][number];

/** The part of one server in a cluster of them, which reach each other by the key of their certificate. */
export interface ClusterPart {
  readonly name: string;
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

export const serversOf = ({ address, more = [] }: Pick<Members, 'address' | 'more'>): readonly string[] => [
  address,
  ...more,
];

export interface ServerPlaces {
  /** null: a free port of this machine alone, without TLS. For tests. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  readonly storeDir: string;
  /** Where the server writes its process id; null: nowhere. */
  readonly pidFile?: string | null;
  /** How much the streams may take together. */
  readonly mostBytes: number;
  /** null: it is the only one. */
  readonly cluster?: ClusterPart | null;
}

export const STORE_BYTES = 1024 * 1024 * 1024;

/** A fleet that is kept to one machine is offered to no other. */
const listenAt = (address: string): string =>
  /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}):/.test(address) ? '127.0.0.1' : '0.0.0.0';

const rightsOf = ({ name, role }: Member): Rights => (role === 'hub' ? hubRights() : agentRights(name));

const user = (key: string, { publish, subscribe }: Rights, what: string): string =>
  `    { nkey: ${key}, permissions: { publish: { allow: ${JSON.stringify(publish)} }, subscribe: { allow: ${JSON.stringify(subscribe)} } } } # ${what}`;

const clusterLines = ({ name, port, routes }: ClusterPart, tls: ServerPlaces['tls']): readonly string[] => [
  `server_name: ${JSON.stringify(name)}`,
  'cluster: {',
  '  name: lifeline',
  `  listen: ${JSON.stringify(tls === null ? `127.0.0.1:${port}` : `0.0.0.0:${port}`)}`,
  `  routes: ${JSON.stringify(routes.map((route) => `nats-route://${route}`))}`,
  ...(tls === null
    ? []
    : [
        // Whoever has the key of the certificate is a server of this cluster.
        `  tls: { cert_file: ${JSON.stringify(tls.certificate)}, key_file: ${JSON.stringify(tls.key)}, ca_file: ${JSON.stringify(tls.certificate)}, verify: true, timeout: 5 }`,
      ]),
  '}',
];

export const serverConfig = (
  { address, members: all, joins }: Members,
  { tls, storeDir, mostBytes, pidFile = null, cluster = null }: ServerPlaces,
): string =>
  [
    '# Written by "lifeline fleet"; it is written anew with each host that comes or goes.',
    `listen: ${tls === null ? '"127.0.0.1:-1"' : JSON.stringify(`${listenAt(address)}:${address.split(':').at(-1)}`)}`,
    ...(pidFile === null ? [] : [`pid_file: ${JSON.stringify(pidFile)}`]),
    'max_payload: 1MB',
    // A host that is gone without a word is to be seen as such within seconds.
    'ping_interval: "10s"',
    'ping_max: 2',
    `jetstream: { store_dir: ${JSON.stringify(storeDir)}, max_memory_store: 1MB, max_file_store: ${mostBytes} }`,
    ...(tls === null
      ? []
      : [`tls: { cert_file: ${JSON.stringify(tls.certificate)}, key_file: ${JSON.stringify(tls.key)}, timeout: 5 }`]),
    ...(cluster === null ? [] : clusterLines(cluster, tls)),
    'authorization: {',
    // Of many that come back at once; 2 s unless it is said.
    '  timeout: 10',
    '  users: [',
    ...all.map((member) => user(member.key, rightsOf(member), `${member.role} ${member.name}`)),
    ...joins.flatMap(({ name, key, keeper }) => [
      user(key, joinRights(name), `${name} may hand in its key`),
      user(keeper, keeperRights(name), `waits for the key of ${name}`),
    ]),
    '  ]',
    '}',
    '',
  ].join('\n');
