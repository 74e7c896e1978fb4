/**
 * What can be made to go wrong for one bot while the platform runs (docs/facts/qq.md 8.4). `scripts/` plays them as
 * named stories.
 */

/** `body` a string is sent as it is (as a proxy's HTML page would be), anything else as JSON. */
export type HttpFault =
  { readonly kind: 'answer'; readonly status: number; readonly body: unknown } | { readonly kind: 'hang' };

export type SendFault =
  | HttpFault
  /** The message reaches the phone, the sender never hears of it. */
  | { readonly kind: 'hang_after_accepting' }
  /** The message reaches the phone, the sender hears this. */
  | { readonly kind: 'answer_after_accepting'; readonly status: number; readonly body: unknown };

export type LoginFault =
  | { readonly kind: 'close'; readonly code: number }
  /**
   * Op 9; the socket stays open unless `thenClose` names a code, with which it is closed after `afterMs`, or at once.
   */
  | { readonly kind: 'op9'; readonly resumable: boolean; readonly thenClose?: number; readonly afterMs?: number }
  /** The socket stays open and nothing is answered. */
  | { readonly kind: 'silence' };

export interface BotFaults {
  /**
   * New connections: `refuse` answers the upgrade with 503, `hang` never answers it, `no_hello` upgrades and says
   * nothing.
   */
  readonly connect: 'normal' | 'refuse' | 'hang' | 'no_hello';
  readonly identify: LoginFault | null;
  readonly resume: LoginFault | null;
  readonly acks: 'normal' | 'withheld' | 'withheld_once';
  /** `withheld`: every session is deaf. `swapped`: of two events the later comes first. */
  readonly events: 'normal' | 'withheld' | 'duplicated' | 'swapped';
  /** A Resume brings what the client has not seen, or all that the session still knows. */
  readonly replay: 'missed' | 'everything';
  /** The code with which the platform answers a client's own close; null for the client's own. */
  readonly closeAnswer: number | null;
  /** `GET /gateway` and `/gateway/bot`. */
  readonly gatewayUrl: HttpFault | null;
  readonly token: HttpFault | null;
}

export const NO_FAULTS: BotFaults = {
  connect: 'normal',
  identify: null,
  resume: null,
  acks: 'normal',
  events: 'normal',
  replay: 'missed',
  closeAnswer: null,
  gatewayUrl: null,
  token: null,
};
