import type { Instant } from '../../base/instant.ts';
import type { LogLevel } from '../gateway-kind.ts';

/** A line of a log that begins a record. */
export interface Line {
  /** Null when the line does not say. */
  readonly at: Instant | null;
  readonly level: LogLevel | null;
  readonly message: string;
}
