/** One hub of several holds the lease. Takes it, renews it, and knows when it can no longer rely on it. */
import type { Logger } from '../../base/logger.ts';
import { errorText } from '../../base/errors.ts';
import type { Fence } from '../protocol/fence.ts';
import { isLastWordDue, leftMs, mayBegin, type Instant, type LeaseTimes } from './deadline.ts';

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
