/** What can be made to go wrong for one app while the platform runs. Mutable on purpose: a test sets a field. */

/** What the endpoint call answers instead of a URL. */
export type EndpointFault =
  /** HTTP 200 and a code. Real refusals carry an empty `data`, and the Node SDK takes those as final (facts/feishu.md 1.2). */
  | { readonly kind: 'code'; readonly code: number; readonly data: 'empty' | 'absent' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'hang' };

/** What one REST call answers. */
export type CallFault =
  | { readonly kind: 'code'; readonly code: number; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  /** A web page in place of JSON, as a broken proxy in between sends. */
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'hang' }
  /** The call is carried out, but the connection breaks before the answer. */
  | { readonly kind: 'lost-answer' };

export interface AppFaults {
  endpoint: EndpointFault | null;
  /** The WebSocket upgrade: never answered, or refused with 403 and the handshake headers. */
  upgrade: 'hang' | 'refuse' | null;
  /** Application pings stay unanswered. */
  noPong: boolean;
  /** The next REST calls (not the token call) get these, first come first. */
  calls: CallFault[];
  /** People and groups outside the app's availability: sending to them gives 230013. */
  unavailable: Set<string>;
}

export const noFaults = (): AppFaults => ({ endpoint: null, upgrade: null, noPong: false, calls: [], unavailable: new Set() });
