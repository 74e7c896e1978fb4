/** What the diagnosis remembers of one gateway: the facts of its present life, folded. */
import type { Evidence, LinkName, ProcessSeen } from './evidence.ts';
import type { Vitals } from './vitals.ts';

export interface GatewayState {
  /** undefined: never looked. */
  readonly process: ProcessSeen | null | undefined;
  /** The finding that the process is gone; null while it is there or was never looked for. */
  readonly gone: Evidence | null;
  /** The gateway's own word that it starts, in this life; null when the log does not reach back so far. */
  readonly starting: Evidence | null;
  readonly ready: Evidence | null;
  readonly stopping: Evidence | null;
  /** Failures for want of an executor in this life, oldest first, bounded. */
  readonly executorFailures: readonly Evidence[];
  readonly configFatal: Evidence | null;
  /** The latest answer of the event loop. */
  readonly loop: Evidence | null;
  readonly claim: Evidence | null;
  readonly markers: ReadonlyMap<string, Evidence>;
  readonly links: ReadonlyMap<LinkName, LinkState>;
}

export interface LinkState {
  /** When this link was first heard of in this life. */
  readonly since: number;
  /** Latest proof of login or traffic; null: none in this life. */
  readonly proof: Evidence | null;
  /** The first loss since that proof; null while there is none. */
  readonly loss: Evidence | null;
  /** A socket was opened after the loss, or at start, without proof of login. */
  readonly opened: Evidence | null;
  /** The latest failed try since the last proof. */
  readonly failure: Evidence | null;
  /** The latest sign that the gateway still tries. */
  readonly lastTry: Evidence | null;
  readonly gaveUp: Evidence | null;
  readonly rejected: Evidence | null;
  readonly closed: Evidence | null;
  /** Recent losses, oldest first, bounded. */
  readonly losses: readonly Evidence[];
  /** Whether a login was ever logged for this link, in any life: only then does its absence mean something. */
  readonly loginsVisible: boolean;
}

export const initialState: GatewayState = {
  process: undefined,
  gone: null,
  starting: null,
  ready: null,
  stopping: null,
  executorFailures: [],
  configFatal: null,
  loop: null,
  claim: null,
  markers: new Map(),
  links: new Map(),
};

export const newLink = (since: number, loginsVisible: boolean): LinkState => ({
  since,
  proof: null,
  loss: null,
  opened: null,
  failure: null,
  lastTry: null,
  gaveUp: null,
  rejected: null,
  closed: null,
  losses: [],
  loginsVisible,
});

/** @returns what is proven of the gateway's present life. */
export const vitalsOf = (state: GatewayState): Vitals => ({
  process: state.process,
  readyAt: state.ready?.at ?? null,
  links: new Map(
    [...state.links].map(([name, link]) => [
      name,
      { provenAt: link.proof?.at ?? null, lostAt: link.loss?.at ?? link.gaveUp?.at ?? null },
    ]),
  ),
});
