import type { Instant } from '../../base/instant.ts';
import type { LineLevel } from '../gateway-kind.ts';
import type { TimeDoubt } from './read-time.ts';

/** A line of a log that begins a record. */
export interface Line {
  /** Null when the line does not say. */
  readonly at: Instant | null;
  /** Why its time tells nothing although the format wants one there; absent: it does, or the format has none. */
  readonly doubt?: TimeDoubt;
  readonly level: LineLevel | null;
  readonly message: string;
}
