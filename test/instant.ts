import type { Instant } from '../src/base/instant.ts';

/** A time that a test has chosen. */
export const instant = (ms: number): Instant => ms as Instant;
