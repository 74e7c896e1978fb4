/** The lease in a key-value bucket of NATS: compare and set, and the bucket's time to live (docs/facts/fleet.md 3). */
import { randomUUID } from 'node:crypto';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LeaseBucket } from '../lease/lease.ts';
import { LEASE_BUCKET } from '../protocol/subjects.ts';
import { API_TIMEOUT_MS } from './streams.ts';

const KEY = 'hub';

const isWrongRevision = (error: unknown): boolean =>
  error instanceof Error && (/wrong last sequence/i.test(error.message) || ('code' in error && error.code === 10071));

export const createLeaseBucket = async (nc: NatsConnection, hub: string): Promise<LeaseBucket> => {
  const { jetstream } = await import('@nats-io/jetstream');
  const { Kvm } = await import('@nats-io/kv');
  const kv: KV = await new Kvm(jetstream(nc, { timeout: API_TIMEOUT_MS })).open(LEASE_BUCKET);
  let token = '';
  let revision = 0;
  const value = (): string => JSON.stringify({ hub, token });

  /** A renewal whose answer was lost has a revision that nobody here knows. */
  const adopt = async (): Promise<boolean> => {
    const entry = await kv.get(KEY);
    if (entry?.operation !== 'PUT' || entry.string() !== value()) return false;
    revision = entry.revision;
    return true;
  };

  return {
    create: async () => {
      token = randomUUID();
      const { streamInfo } = await kv.status();
      try {
        revision = await kv.create(KEY, value());
      } catch (error) {
        if (isWrongRevision(error)) return null;
        throw error;
      }
      return { bucketMs: Date.parse(streamInfo.created), revision };
    },
    renew: async () => {
      try {
        revision = await kv.update(KEY, value(), revision);
        return true;
      } catch (error) {
        if (!isWrongRevision(error)) throw error;
        return adopt();
      }
    },
    release: async () => {
      // Only its own: a lease that somebody else has by now stays.
      await kv.delete(KEY, { previousSeq: revision }).catch(() => undefined);
    },
  };
};
