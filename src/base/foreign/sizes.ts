/**
 * How large each kind of small file may be: many times what any has been seen to be, and little enough to be parsed at
 * once.
 */
export const MOST_BYTES = {
  /** A bare number, or what a database server writes beside it. */
  pidNumber: 1_024,
  /** A record with paths and the words of a command line: a pid file, a lock, a marker, a heartbeat. */
  record: 16_384,
  /** What a gateway says of itself and of each of its links. */
  state: 262_144,
  /** `NAME=value` lines. */
  variables: 262_144,
  /** A secret alone in its file. */
  secret: 16_384,
  /** The certificates of those who are trusted: a system's own list has a quarter of this. */
  certificates: 1_000_000,
  /** The definition of a service. */
  definition: 65_536,
  /** The members of a fleet: 20,000 of them have 3 MB. */
  fleet: 8_000_000,
  /** A configuration, of a gateway's or of Lifeline's. */
  config: 500_000,
} as const;
