/**
 * The fencing number of a lease: when its bucket was made, and the revision of the `create` that took it. A renewal has a
 * revision of its own that grows and says nothing. A bucket that was lost and made anew begins again with revision 1,
 * so its time comes first.
 */
import { z } from 'zod';

export interface Fence {
  /** When the bucket was made, by the server's clock, milliseconds since the epoch. */
  readonly bucketMs: number;
  readonly revision: number;
}

const whole = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

export const fence = z.object({ bucketMs: whole, revision: whole });

/** Less than 0: `a` is of an earlier lease than `b`. */
export const compareFences = (a: Fence, b: Fence): number =>
  a.bucketMs === b.bucketMs ? a.revision - b.revision : a.bucketMs - b.bucketMs;

export const laterFence = (a: Fence | null, b: Fence): Fence => (a !== null && compareFences(a, b) >= 0 ? a : b);

export const fenceText = ({ bucketMs, revision }: Fence): string => `${bucketMs}-${revision}`;

/** @returns null for what is none. */
export const readFence = (text: string | null): Fence | null => {
  const [, bucketMs, revision] = /^(\d{1,16})-(\d{1,16})$/.exec(text ?? '') ?? [];
  const read = fence.safeParse({ bucketMs: Number(bucketMs), revision: Number(revision) });
  return read.success ? read.data : null;
};
