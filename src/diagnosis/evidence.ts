/** Evidence: one dated fact from one sensor. What a fact means is for the rules to say. */

/** A platform connection of a gateway, as the gateway names it: `qqbot`, `feishu`, `telegram`… */
export type LinkName = string;

/** Tells a process for certain: a pid alone is reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot (`/proc/PID/stat` field 22) on Linux; centiseconds of the epoch elsewhere. */
  readonly startTime: number;
}

export interface ProcessSeen extends ProcessIdentity {
  /** When it started, milliseconds since the epoch. */
  readonly startedAt: number;
}

/** What happened on a link. */
export type LinkFact =
  /** Proof of login (QQ READY or RESUMED, the Feishu SDK's `connected to`). */
  | { readonly kind: 'link-login' }
  /** A socket is open or a client started; says nothing of login. */
  | { readonly kind: 'link-open' }
  /** A message came in or went out. */
  | { readonly kind: 'link-traffic' }
  | { readonly kind: 'link-lost'; readonly code?: number; readonly reason?: string }
  | { readonly kind: 'link-retrying'; readonly attempt?: number }
  /** A try to connect failed; `platform`: it answered with an error, `network`: it could not be reached. */
  | { readonly kind: 'link-retry-failed'; readonly failure: 'platform' | 'network' | 'other'; readonly error: string }
  /** The gateway has stopped trying for good. */
  | { readonly kind: 'link-gave-up' }
  /** The platform refuses this bot; a restart cannot help. */
  | { readonly kind: 'link-rejected'; readonly reason: string }
  /** The gateway closed it deliberately. */
  | { readonly kind: 'link-closed' }
  /** What the gateway's state file claims of the link; a claim, not proof. */
  | { readonly kind: 'link-claim'; readonly state: string; readonly error?: string };

/** What happened to the gateway as a whole. */
export type GatewayFact =
  | { readonly kind: 'gateway-starting' }
  | { readonly kind: 'gateway-ready' }
  /** `planned`: somebody asked for it; otherwise an unexpected signal. */
  | { readonly kind: 'gateway-stopping'; readonly planned: boolean; readonly forRestart: boolean }
  | { readonly kind: 'gateway-stopped' }
  | { readonly kind: 'gateway-exit'; readonly code: number }
  | { readonly kind: 'executor-shutdown' }
  /** Nothing but a change of configuration helps (exit 78 and its like). */
  | { readonly kind: 'config-fatal'; readonly reason: string }
  /** The live process, or null when there is none. */
  | { readonly kind: 'process'; readonly process: ProcessSeen | null }
  /** The event loop was asked and answered, did not, or cannot be asked. */
  | { readonly kind: 'loop'; readonly pid: number; readonly state: 'alive' | 'wedged' | 'unknown' }
  /** What the gateway's state file claims of itself and who wrote it; a claim, not proof. */
  | { readonly kind: 'gateway-claim'; readonly state: string; readonly pid: number | null }
  /** A marker for a deliberate stop, a restart or an update is there (`present`) or gone. */
  | { readonly kind: 'marker'; readonly marker: Marker; readonly present: boolean };

export type Marker = 'planned-stop' | 'takeover' | 'update' | 'update-claimed';

interface Dated {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Which sensor, and where it looked: `gateway.log`, `process`, `heartbeat`, `gateway_state.json`. */
  readonly source: string;
  /** The line or finding itself, redacted, for people. */
  readonly text: string;
}

export type Evidence = Dated &
  ({ readonly link: LinkName; readonly fact: LinkFact } | { readonly link: null; readonly fact: GatewayFact });
