/** The streams and the bucket of the fleet. A full one refuses what is new, so that the lease keeps its room. */
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LEASE } from '../lease/deadline.ts';
import { fromAll, LEASE_BUCKET, LOG_STREAM, LOG_SUBJECTS, NOTICE_STREAM } from '../protocol/subjects.ts';

const MB = 1024 * 1024;
const SECOND_NS = 1_000_000_000;
const DAY_S = 86_400;

/** They share what `lifeline fleet init` gives JetStream: 1 GB, so that a full notice stream leaves the lease its room. */
export const MOST_BYTES = { notices: 256 * MB, log: 640 * MB, lease: MB } as const;
/** A leader that cannot answer within this is not relied upon. */
export const API_TIMEOUT_MS = 2_000;
/** How long a hub may take for a notice before it is given out again. */
export const ACK_WAIT_MS = 10_000;
export const CONSUMER = 'hub';

/** Three servers of a cluster each have all of it, so that one may be gone. A server alone refuses that. */
const replicasOf = ({ info }: NatsConnection, servers: number): 1 | 3 =>
  servers >= 3 && typeof info?.cluster === 'string' ? 3 : 1;

/** Makes what is not there yet, and has it copied where servers have come. @throws when the server does not let it. */
export const ensureStreams = async (
  nc: NatsConnection,
  mostBytes: Readonly<typeof MOST_BYTES> | Readonly<Record<keyof typeof MOST_BYTES, number>> = MOST_BYTES,
  servers = 1,
): Promise<void> => {
  const { DiscardPolicy, RetentionPolicy, StorageType, jetstream, jetstreamManager } =
    await import('@nats-io/jetstream');
  const { Kvm } = await import('@nats-io/kv');
  const manager = await jetstreamManager(nc, { timeout: API_TIMEOUT_MS });
  const replicas = replicasOf(nc, servers);
  // The lease first: its room is the last that may be missing.
  await new Kvm(jetstream(nc, { timeout: API_TIMEOUT_MS })).create(LEASE_BUCKET, {
    history: 1,
    ttl: LEASE.ttlMs,
    max_bytes: mostBytes.lease,
    replicas,
    storage: StorageType.File,
  });
  await copyTo(manager, `KV_${LEASE_BUCKET}`, replicas);
  await ensure(manager, {
    name: LOG_STREAM,
    num_replicas: replicas,
    subjects: [LOG_SUBJECTS],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_bytes: mostBytes.log,
    deny_delete: false,
  });
  await ensure(manager, {
    name: NOTICE_STREAM,
    num_replicas: replicas,
    subjects: [fromAll('notice')],
    storage: StorageType.File,
    // A notice goes when a hub has written it into the log.
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    // A server acknowledges to whatever subject the sender names, without a look at the sender's rights: a host could write
    // into the lease or the log by it, or purge a stream (docs/facts/fleet.md 4). The hub's receipt says that a notice is there.
    no_ack: true,
    max_bytes: mostBytes.notices,
    max_age: 7 * DAY_S * SECOND_NS,
  });
};

/** Whoever began with one server and has three now. Fewer copies are never asked for. */
const copyTo = async (manager: JetStreamManager, name: string, replicas: number): Promise<void> => {
  const { config } = await manager.streams.info(name);
  if (config.num_replicas < replicas) await manager.streams.update(name, { num_replicas: replicas });
};

const ensure = async (
  manager: JetStreamManager,
  config: Parameters<JetStreamManager['streams']['add']>[0] & { readonly name: string },
): Promise<void> => {
  try {
    await manager.streams.info(config.name);
  } catch {
    await manager.streams.add(config);
    return;
  }
  await copyTo(manager, config.name, config.num_replicas ?? 1);
  // A fleet that was begun earlier.
  if (config.no_ack === true) await manager.streams.update(config.name, { no_ack: true });
};
