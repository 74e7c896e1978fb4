/** A message or click that came from a platform, in one shape for all channels. */
export interface Inbound {
  /** `feishu`, `qq`: the channel that received it. */
  readonly channel: string;
  /** The platform's id of the message; the same when the platform delivers it again. */
  readonly id: string;
  /** The platform's id of the sender, per app: Feishu open_id, QQ openid. Not a name. */
  readonly sender: string;
  readonly chat: { readonly kind: 'direct' } | { readonly kind: 'group'; readonly id: string };
  /** The text, with the mention of the bot removed; empty for a tap. */
  readonly text: string;
  /**
   * Of a tap on a button: the token that the message gave it. Nothing else that the platform says of the tap is
   * trusted.
   */
  readonly pressed?: string;
  /** Its answer is for its sender alone, and so answers no message of a group. */
  readonly apart?: true;
  /** The message that it quotes, by the platform's own reference: one of the `quoteIds` that a send gave. */
  readonly quotes?: string;
  /**
   * When it was sent, by the platform's clock, milliseconds since the epoch (`sentAtOf`); null: it does not say, or not
   * readably.
   */
  readonly sentAt: number | null;
  /**
   * Of a channel that acknowledges each message: hears whether this one is where a later Lifeline finds it; the first word
   * counts. false: it is not, nothing was done, and the platform is to send it again.
   */
  readonly taken?: (isStored: boolean) => void;
}
