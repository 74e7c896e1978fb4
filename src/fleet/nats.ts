/**
 * The connection to the NATS server. The only file that loads the client, and only when a fleet is configured: a single
 * machine runs without it.
 */
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { Authenticator, ConnectionOptions, NatsConnection, TlsOptions } from '@nats-io/transport-node';
import { errorText } from '../base/errors.ts';
import { readForeignNow, MOST_BYTES as MOST_FILE_BYTES, OWN_FILES } from '../base/open-foreign.ts';
import type { Logger } from '../base/logger.ts';
import type { FleetAccess } from '../config/config.ts';
import { LEASE_BUCKET, LOG_STREAM, LOG_SUBJECTS } from './subjects.ts';

interface ServerAccess {
  /** `tls://host:port`; `nats://` only on this machine. */
  readonly servers: readonly string[];
  /** The text of a creds file, or an nkey seed. */
  readonly credentials: string;
  /** The certificate authority of the server, as PEM; null: those of the system. */
  readonly ca: string | null;
}

interface ConnectOptions {
  readonly access: ServerAccess;
  readonly name: string;
  readonly inbox: string;
  readonly logger: Logger;
  /** Aborted: the connection is wanted no more. */
  readonly signal?: AbortSignal;
  /** Hears what is said of a server that cannot be used now, '' for nothing, and null once it can. */
  readonly onTrouble?: (reason: string | null) => void;
  /** The longest pause between two tries; a hub, whose lease runs out, has the shortest. */
  readonly slowestMs?: number;
}

export interface Connection {
  readonly nc: NatsConnection;
  isUp(): boolean;
  close(): Promise<void>;
}

/** How long the lease lives without a renewal: the time to live of its bucket. */
export const LEASE_TTL_MS = 9_000;
const RECONNECT_MS = 1_000;
const SLOWEST_MS = 2_000;
/** A server that does not answer for this long is taken for gone: a lease must not wait for TCP. */
const PING_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Without a name Node compares the certificate with "localhost"; the client passes on what else stands here. So the address
 * of one server may be a number, those of several need names.
 */
const tlsOf = ({ servers: [first = ''], ca }: ServerAccess): TlsOptions => {
  const { hostname } = new URL(first);
  const host = hostname.replace(/^\[|\]$/g, '');
  return { ...(ca === null ? {} : { ca }), ...(isIP(host) === 0 ? {} : { host }) };
};

const authenticatorOf = async (credentials: string): Promise<Authenticator> => {
  const { credsAuthenticator, nkeyAuthenticator } = await import('@nats-io/transport-node');
  const given = new TextEncoder().encode(credentials.trim());
  return credentials.includes('BEGIN NATS USER JWT') ? credsAuthenticator(given) : nkeyAuthenticator(given);
};

/**
 * Connects, and keeps connecting for ever. @throws when `signal` is aborted. A server that refuses the credentials is
 * asked again too: rights may be given while Lifeline runs.
 */
export const connectTo = async ({
  access,
  name,
  inbox,
  logger,
  signal,
  slowestMs = SLOWEST_MS,
  onTrouble = () => undefined,
}: ConnectOptions): Promise<Connection> => {
  const { connect } = await import('@nats-io/transport-node');
  let tries = 0;
  const options: ConnectionOptions = {
    servers: [...access.servers],
    authenticator: await authenticatorOf(access.credentials),
    name,
    inboxPrefix: inbox,
    maxReconnectAttempts: -1,
    // Hundreds that are cut off together and come back together would each wait so long for the others that the server
    // gives up on all of them (docs/facts/fleet.md 4). So they spread out, the longer the more.
    reconnectDelayHandler: () => {
      tries += 1;
      return Math.min(slowestMs, RECONNECT_MS * 2 ** tries) * (0.25 + 0.75 * Math.random());
    },
    pingInterval: PING_MS,
    maxPingOut: 2,
    timeout: CONNECT_TIMEOUT_MS,
    ignoreAuthErrorAbort: true,
    // The configuration names all servers. A client that is refused by one of a cluster would learn the others from it and
    // go round them without a pause, for ever (docs/facts/fleet.md 4).
    ignoreClusterUpdates: true,
    ...(access.servers.some((server) => server.startsWith('tls://')) ? { tls: tlsOf(access) } : {}),
  };
  let told = '';
  for (;;) {
    signal?.throwIfAborted();
    try {
      const nc = await connect(options);
      onTrouble(null);
      return watched(nc, logger, onTrouble, () => (tries = 0));
    } catch (error) {
      const reason = errorText(error);
      if (reason !== told) logger.warn({ reason }, 'the NATS server of the fleet cannot be reached; trying again');
      told = reason;
      onTrouble(reason);
      await sleep(RECONNECT_MS * (1 + Math.random()), undefined, signal && { signal }).catch(() => undefined);
    }
  }
};

const watched = (
  nc: NatsConnection,
  logger: Logger,
  onTrouble: (reason: string | null) => void,
  onUp: () => void,
): Connection => {
  let isUp = true;
  void (async () => {
    for await (const status of nc.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') {
        // A reason that the server gave since the loss is kept.
        if (!isUp) continue;
        isUp = false;
        onTrouble('');
        logger.warn('the connection to the NATS server is lost; reconnecting');
      } else if (status.type === 'reconnect') {
        isUp = true;
        onUp();
        onTrouble(null);
        logger.info('the NATS server is connected again');
      } else if (status.type === 'error') {
        if (!isUp) onTrouble(errorText(status.error));
        logger.warn({ reason: errorText(status.error) }, 'the NATS server refuses');
      }
    }
  })();
  return {
    nc,
    isUp: () => isUp && !nc.isClosed(),
    close: async () => {
      isUp = false;
      await nc.close().catch(() => undefined);
    },
  };
};

/** Reads what a connection needs of the configuration. @throws when the certificate's file cannot be read. */
export const serverAccess = ({ servers, credentials, caFile }: FleetAccess): ServerAccess => ({
  servers,
  credentials: credentials.reveal(),
  ca:
    caFile === null ? null : readForeignNow(caFile, { trust: OWN_FILES, mostBytes: MOST_FILE_BYTES.certificates }).text,
});

const MB = 1024 * 1024;
/** Together less than `lifeline fleet init` gives JetStream. A full log refuses, and leaves the lease its room. */
export const MOST_BYTES = { log: 640 * MB, lease: MB } as const;
/** A leader that cannot answer within this is not relied upon. */
export const API_TIMEOUT_MS = 2_000;
/** Where notices were kept until November 2026; hosts have kept them too. */
const FORMER_STREAM = 'LF1_NOTICES';

/**
 * Makes the bucket of the lease and the stream of the hubs' log where they are not there yet, and has both copied where
 * servers have come: three of a cluster each have all of it, so that one may be gone. @throws when the server does not let it.
 */
export const ensureStreams = async (
  nc: NatsConnection,
  servers = 1,
  mostBytes: Readonly<Record<keyof typeof MOST_BYTES, number>> = MOST_BYTES,
): Promise<void> => {
  const { DiscardPolicy, StorageType, jetstream, jetstreamManager } = await import('@nats-io/jetstream');
  const { Kvm } = await import('@nats-io/kv');
  const manager = await jetstreamManager(nc, { timeout: API_TIMEOUT_MS });
  const replicas = servers >= 3 && typeof nc.info?.cluster === 'string' ? 3 : 1;
  // The lease first: its room is the last that may be missing.
  await new Kvm(jetstream(nc, { timeout: API_TIMEOUT_MS })).create(LEASE_BUCKET, {
    history: 1,
    ttl: LEASE_TTL_MS,
    max_bytes: mostBytes.lease,
    replicas,
    storage: StorageType.File,
  });
  await copyTo(manager, `KV_${LEASE_BUCKET}`, replicas);
  await manager.streams.info(LOG_STREAM).catch(() =>
    manager.streams.add({
      name: LOG_STREAM,
      num_replicas: replicas,
      subjects: [LOG_SUBJECTS],
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_bytes: mostBytes.log,
      deny_delete: false,
    }),
  );
  await copyTo(manager, LOG_STREAM, replicas);
  await manager.streams.delete(FORMER_STREAM).catch(() => false);
};

/** Fewer copies are never asked for. */
const copyTo = async (manager: JetStreamManager, name: string, replicas: number): Promise<void> => {
  const { config } = await manager.streams.info(name);
  if (config.num_replicas < replicas) await manager.streams.update(name, { num_replicas: replicas });
};
