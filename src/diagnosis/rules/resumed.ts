/**
 * A gateway that was held still has not worked meanwhile: all that counts silence counts anew from when it was let go.
 */
import type { GatewayState } from '../state.ts';

/** Whoever was held still has everything to do at once, and what it writes regularly is as old as that. */
const RESUMED_MS = 90_000;

/** Since when its silence counts: since that, or since it was last let go, whichever is later. */
export const fresh = ({ resumedAt }: Pick<GatewayState, 'resumedAt'>, at: number): number =>
  Math.max(at, resumedAt ?? -Infinity);

/** Until when it is catching up; never for one that was not held still. */
export const catchesUpUntil = ({ resumedAt }: Pick<GatewayState, 'resumedAt'>): number =>
  (resumedAt ?? -Infinity) + RESUMED_MS;
