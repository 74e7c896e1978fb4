import type { LogLevel } from '../gateway-kind.ts';

/** A line of a log that begins a record. */
export interface Line {
  /** Milliseconds since the epoch; null when the line does not say. */
  readonly at: number | null;
  readonly level: LogLevel | null;
  readonly message: string;
}
