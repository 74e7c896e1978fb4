/** Pauses between tries to connect: doubling, with jitter so that many bots do not come back in step. */
import type { QqTimings } from '../options.ts';

/** @param failures how many connections ended before this one without having been stable; @param random in [0, 1) */
export const backoffMs = (
  failures: number,
  random: number,
  { backoffFirstMs, backoffMaxMs }: Pick<QqTimings, 'backoffFirstMs' | 'backoffMaxMs'>,
): number => Math.min(backoffMaxMs, backoffFirstMs * 2 ** Math.min(failures, 20) * (0.75 + random / 2));
