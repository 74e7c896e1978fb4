/** What the excerpts are examples of. The first fourteen are those that the first look at real logs found wrong. */
export const CLASSES = [
  /** Drops healed by a login within seconds, again and again: it works. */
  'flapping-that-works',
  /** A loop so quick that it is never seen as one, or one that never holds a login. */
  'flapping-without-end',
  /** The network fails, in the words of another system or library. */
  'network-words',
  /** A second instance. */
  'duplicate',
  /** Several bots of one platform. */
  'several-bots',
  /** Python's `attached to a different loop`, or a dead loop or executor under a link. */
  'other-loop',
  /** Signals and restarts by the dozen: a fight over the process. */
  'signals',
  /** Words of older OpenClaw versions. */
  'old-openclaw',
  /** On its way for ever. */
  'connecting-for-ever',
  /** Not one platform connected, and yet it runs. */
  'nothing-connected',
  /** A brake against respawn storms, or a start loop. */
  'respawn',
  /** Words of older Hermes versions. */
  'old-hermes',
  /** One failed try, or one loss, and then silence. */
  'one-try-then-silence',
  /** Warnings and errors that say nothing of the gateway or its links. */
  'noise',
  /** Messages come in and nothing goes out. */
  'unanswered',
  /** An open connection on which nothing comes, with no line about it. */
  'half-open',
  /** A stop, drain or restart that never ends. */
  'stop-hangs',
  /** A restart or update after which it is not there. */
  'never-came-back',
  /** The event loop is held up. */
  'loop-blocked',
  /** It died by itself: an exception, memory, a kill. */
  'crash',
  /** The platform refuses this bot. */
  'refused',
  /** The platform answers with errors, or limits. */
  'platform-errors',
  /** The configuration, a package or a secret is missing or wrong. */
  'misconfigured',
  /** Ordinary life: reconnects, stops and starts that somebody asked for. */
  'ordinary',
] as const;
export type Class = (typeof CLASSES)[number];
