/** What can be made to go wrong for one app while the platform runs. Mutable on purpose: a test sets a field. */
import type { ClientConfig } from './client-config.ts';

/** What the endpoint call answers instead of a URL. */
export type EndpointFault =
  /**
   * HTTP 200 and a code. Real refusals carry an empty `data`, and the Node SDK takes those as final
   * (docs/facts/feishu.md 1.2).
   */
  | { readonly kind: 'code'; readonly code: number; readonly data: 'empty' | 'absent' | 'null' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'hang' };

/** The WebSocket upgrade: never answered, or refused with 403 and the handshake headers. */
export type UpgradeFault =
  'hang' | 'refuse' | { readonly status: number; readonly message: string; readonly authErrCode: number };

/** What one REST call answers. */
export type CallFault = {
  /**
   * Only for a call of this API (the names are those of `calls`, e.g. `im.message.urgent_app`); by default for any but
   * the token call.
   */
  readonly api?: string;
} & (
  | {
      readonly kind: 'code';
      readonly code: number;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly msg?: string;
    }
  /** A web page in place of JSON, as a broken proxy in between sends. */
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'hang' }
  /** The call is carried out, but the connection breaks before the answer, or the answer never comes. */
  | { readonly kind: 'lost-answer'; readonly how?: 'cut' | 'hang' }
);

/** How events and callbacks are cut into frames. */
export interface FrameFaults {
  /** Into how many frames each is cut. */
  parts: number;
  order: 'in-order' | 'reversed';
  /** How often each is sent, with the same message_id. */
  copies: number;
  /** The `type` header of a click; some reports speak of `card` (docs/facts/feishu.md 1.3). */
  clickType: 'event' | 'card';
}

export interface AppFaults {
  endpoint: EndpointFault | null;
  upgrade: UpgradeFault | null;
  /** Replaces parts of what clients are told about pings and reconnecting, at the endpoint and in pongs. */
  clientConfig: Partial<ClientConfig>;
  /** Application pings stay unanswered. */
  noPong: boolean;
  /** The payload of pongs, e.g. `{}`, `not JSON` or the empty string; null: the whole ClientConfig, as it must be. */
  pongPayload: string | null;
  /**
   * What waits is pushed together with the answer to the upgrade, where most clients lose it (docs/facts/feishu.md
   * 0.7).
   */
  pushBeforePing: boolean;
  frames: FrameFaults;
  /** The next REST calls get these, first come first. */
  calls: CallFault[];
  /** People and groups outside the app's availability: sending to them gives 230013. */
  unavailable: Set<string>;
  /** The tenant's calls of this month are used up: 99991403. */
  quotaSpent: boolean;
  /** The tenant's paid buzzes by SMS and phone that are left; then 230024. */
  paidBuzzesLeft: number;
  /** The developer console has no callbacks for this app: a click fails with 200340. */
  noCallbacks: boolean;
}

export const noFaults = (): AppFaults => ({
  endpoint: null,
  upgrade: null,
  clientConfig: {},
  noPong: false,
  pongPayload: null,
  pushBeforePing: false,
  frames: { parts: 1, order: 'in-order', copies: 1, clickType: 'event' },
  calls: [],
  unavailable: new Set(),
  quotaSpent: false,
  paidBuzzesLeft: Infinity,
  noCallbacks: false,
});

/** Takes the first fault that is meant for a call of this API. */
export const takeCallFault = (faults: AppFaults, api: string): CallFault | undefined => {
  const index = faults.calls.findIndex((fault) => (fault.api ?? (api === 'auth.token' ? null : api)) === api);
  return index < 0 ? undefined : faults.calls.splice(index, 1)[0];
};
