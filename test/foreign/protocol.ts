/** What parent and child say to each other. */

export interface ToChild {
  readonly key: string;
  readonly user: string;
  readonly text: string;
}

export type FromChild =
  | { readonly kind: 'started' }
  | { readonly kind: 'message'; readonly id: string; readonly text: string }
  /** `key` is the one of the order, or the id of the message that was answered. */
  | { readonly kind: 'sent'; readonly key: string; readonly error: string | null };
