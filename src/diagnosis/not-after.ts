/**
 * What was known by a clock that has since been set back: nothing of it may lie in the future, or its graces would
 * never end.
 */
import type { GatewayState } from './state.ts';

/** The fields of the state that are points in time. */
const TIMES: ReadonlySet<string> = new Set([
  'at',
  'since',
  'seenAt',
  'startedAt',
  'treatedUntil',
  'turnedAt',
  'resumedAt',
  'lastAt',
  'downSince',
  'askedAt',
]);

/** @returns the state with every time at `now` or before. */
export const notAfter = (state: GatewayState, now: number): GatewayState => bounded(state, now) as GatewayState;

const bounded = (value: unknown, now: number): unknown => {
  if (value instanceof Map)
    return new Map([...(value as Map<unknown, unknown>)].map(([key, each]) => [key, bounded(each, now)]));
  if (Array.isArray(value)) return value.map((each) => bounded(each, now));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      TIMES.has(key) && typeof each === 'number' ? Math.min(each, now) : bounded(each, now),
    ]),
  );
};
