/** One hub of several holds the lease. Takes it, renews it, and knows when it can no longer rely on it. */
import { randomUUID } from 'node:crypto';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Fence } from './messages.ts';
import { API_TIMEOUT_MS, LEASE_TTL_MS } from './nats.ts';
import { LEASE_BUCKET } from './subjects.ts';

export interface Instant {
  /** The clock on the wall, which may jump, but also goes on while the machine is suspended. */
  readonly wallMs: number;
  /** A clock that never jumps, and stands still while the machine is suspended. */
  readonly monotonicMs: number;
}

export interface LeaseTimes {
  readonly ttlMs: number;
  /** Kept for bytes under way and for clocks that do not run alike. */
  readonly marginMs: number;
  readonly renewMs: number;
  /** So long before the deadline a holder that cannot renew says its last word. */
  readonly lastWordMs: number;
}

/** A take-over takes at most the time to live, a look for the lease, and the start of the channels: within 15 s. */
export const LEASE: LeaseTimes = { ttlMs: LEASE_TTL_MS, marginMs: 2_000, renewMs: 1_500, lastWordMs: 2_500 };

/** How long ago it was, by the clock that ran further. */
export const elapsedMs = (since: Instant, now: Instant): number =>
  Math.max(0, now.wallMs - since.wallMs, now.monotonicMs - since.monotonicMs);

/** @param renewedAt when the last renewal that succeeded was sent. @returns 0 from the deadline on. */
export const leftMs = (renewedAt: Instant, now: Instant, { ttlMs, marginMs }: LeaseTimes): number =>
  Math.max(0, ttlMs - marginMs - elapsedMs(renewedAt, now));

export const mayBegin = (renewedAt: Instant | null, now: Instant, times: LeaseTimes): boolean =>
  renewedAt !== null && leftMs(renewedAt, now, times) > 0;

/** Whether the last word is due: the deadline is near, and not over. */
export const isLastWordDue = (renewedAt: Instant, now: Instant, times: LeaseTimes): boolean => {
  const left = leftMs(renewedAt, now, times);
  return left > 0 && left <= times.lastWordMs;
};

/** The bucket with the lease, as the lease sees it. Each call ends within `timeoutMs`. */
export interface LeaseBucket {
  /** @returns the fence of the lease; null: somebody else has it. @throws when the bucket cannot be asked. */
  create(): Promise<Fence | null>;
  /** @returns whether it was renewed; false: it is lost. @throws when the bucket cannot be asked. */
  renew(): Promise<boolean>;
  /** Gives the lease up, so that nobody has to wait for its end. */
  release(): Promise<void>;
}

export interface Lease {
  readonly fence: Fence;
  /** Whether a send may begin now. */
  mayBegin(): boolean;
  /** How long that will hold without another renewal. */
  leftMs(): number;
  /** Resolves when the lease is lost, given up or past its deadline. */
  readonly ended: Promise<EndOfLease>;
  /** The log says that somebody else writes it. */
  lose(why: EndOfLease): void;
  release(): Promise<void>;
}

/** `taken`: another hub has it; `deadline`: it could not be renewed in time; `released`: by this hub. */
export type EndOfLease = 'taken' | 'deadline' | 'released';

export interface LeaseOptions {
  readonly bucket: LeaseBucket;
  readonly times: LeaseTimes;
  readonly now: () => Instant;
  /** Called once, before a deadline that cannot be moved. */
  readonly onLastWord: () => void;
  readonly logger: Logger;
}

export const clocks = (): Instant => ({ wallMs: Date.now(), monotonicMs: performance.now() });

/** @returns null: somebody else has it. @throws when the bucket cannot be asked. */
export const takeLease = async ({ bucket, times, now, onLastWord, logger }: LeaseOptions): Promise<Lease | null> => {
  let renewedAt = now();
  const fence = await bucket.create();
  if (fence === null) return null;
  const { promise: ended, resolve } = Promise.withResolvers<EndOfLease>();
  let isOver = false;
  let hasSpoken = false;
  let renewing = false;

  const end = (why: EndOfLease): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(renewal);
    clearInterval(watch);
    resolve(why);
  };
  const check = (): void => {
    const at = now();
    if (!mayBegin(renewedAt, at, times)) return end('deadline');
    if (!hasSpoken && isLastWordDue(renewedAt, at, times)) {
      hasSpoken = true;
      onLastWord();
    }
  };
  const renew = async (): Promise<void> => {
    if (renewing || isOver) return;
    renewing = true;
    const sentAt = now();
    try {
      if (await bucket.renew()) renewedAt = sentAt;
      else end('taken');
    } catch (error) {
      logger.warn({ reason: errorText(error) }, 'the lease could not be renewed; trying again');
    } finally {
      renewing = false;
    }
  };
  const renewal = setInterval(() => void renew(), times.renewMs);
  const watch = setInterval(check, Math.min(250, times.renewMs));

  return {
    fence,
    mayBegin: () => !isOver && mayBegin(renewedAt, now(), times),
    leftMs: () => (isOver ? 0 : leftMs(renewedAt, now(), times)),
    ended,
    lose: end,
    release: async () => {
      const wasHeld = !isOver;
      end('released');
      if (wasHeld) await bucket.release();
    },
  };
};

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
