import type { DiskSeen, FilesSeen, LinkName, MemorySeen, ProcessSeen, SidecarSeen } from './evidence.ts';

/** What is proven of a gateway's present life (its current process); nothing older is in here. */
export interface Vitals {
  /** The live process; null: there is none; undefined: never looked. */
  readonly process: ProcessSeen | null | undefined;
  /** When the gateway said it is ready, milliseconds since the epoch; null: not in this life. */
  readonly readyAt: number | null;
  /** The operator's own checks that are to be mended by a restart and have failed, without a success since. */
  readonly checksOwed?: readonly string[];
  /** How much work it has in flight by its own word; null: not known. */
  readonly turns: number | null;
  /**
   * Recent starts that followed no stop, oldest first, milliseconds since the epoch; Lifeline's own are not among them.
   */
  readonly uncleanStarts: readonly number[];
  readonly links: ReadonlyMap<LinkName, LinkVitals>;
  /** When people were last heard and answered, by link, also on links that are not judged; as far as its log tells. */
  readonly talk?: ReadonlyMap<LinkName, LinkTalk>;
  readonly resources?: ResourcesSeen;
  /** Its log cannot be read or dated, so that what it says of itself is not heard. */
  readonly unheard?: boolean;
}

/** What it needs of the machine, as last seen; absent: not looked yet, null: that cannot be told here. */
export interface ResourcesSeen {
  readonly memory?: MemorySeen | null;
  /** When memory and files were looked at. */
  readonly at?: number;
  readonly files?: FilesSeen | null;
  readonly disk?: DiskSeen;
  readonly sidecars?: readonly SidecarSeen[];
}

export interface LinkVitals {
  /** Last proof of login or traffic in this life, milliseconds since the epoch. */
  readonly provenAt: number | null;
  /** When it was last lost in this life; null when never, or proven since. */
  readonly lostAt: number | null;
}

/** Of whatever life; milliseconds since the epoch, null: never seen. */
export interface LinkTalk {
  /** The latest message that asks for an answer. */
  readonly askedAt: number | null;
  /** The latest answer. */
  readonly answeredAt: number | null;
  /** Whether a message waits; one that ended without a reply by somebody's own doing does not. */
  readonly waits: boolean;
}
