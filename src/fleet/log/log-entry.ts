/**
 * The hubs' log: what the hub that holds the lease has changed in its store, change by change, and now and then the whole
 * store. Whoever takes over has read it to its end, and so knows what its predecessor knew.
 */
export type LogEntry =
  /** An SQLite changeset. */
  | { readonly is: 'change'; readonly sequence: number; readonly layout: number; readonly bytes: Uint8Array }
  /** One of the parts of a compressed copy of the whole database. They stand one after the other. */
  | {
      readonly is: 'snapshot';
      readonly sequence: number;
      readonly layout: number;
      readonly part: number;
      readonly parts: number;
      readonly bytes: Uint8Array;
    };

export type NewEntry = LogEntry extends infer Entry
  ? Entry extends LogEntry
    ? Omit<Entry, 'sequence'>
    : never
  : never;

export interface LogEnd {
  /** The sequence of the last entry that there was; 0: none yet. */
  readonly last: number;
  /** Nothing can be read. */
  readonly isEmpty: boolean;
}

/** The log, as those who write and read it see it. */
export interface LogStream {
  /** @throws when the server cannot be asked. */
  end(): Promise<LogEnd>;
  /**
   * Appends one entry, unless somebody else has appended one meanwhile. @param id the same for each try of one entry.
   * @returns its sequence. @throws LogTaken when somebody else has; any other error when it is not known what became of it.
   */
  append(entry: NewEntry, expectedLast: number, id: string): Promise<number>;
  /** Forgets everything before this sequence. */
  forgetBefore(sequence: number): Promise<void>;
  /** Reads from the first entry on, and goes on with those that come. */
  read(onEntry: (entry: LogEntry) => void, onEnd: (error: unknown) => void): Promise<{ stop(): Promise<void> }>;
}

/** Somebody else writes the log: whoever gets this holds the lease no more. */
export class LogTaken extends Error {
  override readonly name = 'LogTaken';
}

/** A server takes 1 MB at most unless it is told otherwise. */
export const PART_BYTES = 512 * 1024;
