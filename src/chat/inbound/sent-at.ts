/**
 * The times that platforms give, for all channels alike: whether a message is fresh must not depend on which of them
 * carried it. Feishu sends strings of milliseconds, and of microseconds with a tap (docs/facts/feishu.md 3.1); QQ sends
 * RFC 3339 with messages and taps, and seconds with other events (docs/facts/qq.md 3).
 */
import { fromEpoch, fromIso, type Instant } from '../../base/instant.ts';

/** With its zone: without one it could be anybody's. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/i;
const NUMBER = /^\d{10,19}(?:\.\d{1,9})?$/;

/** @returns null for anything that is no time, so that nobody takes it for now. */
export const sentAtOf = (value: unknown): Instant | null => {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return null;
  if (NUMBER.test(value)) return fromEpoch(Number(value));
  return RFC_3339.test(value) ? fromIso(value) : null;
};
