/** What QQ's refusals of a message mean (facts/qq.md §4.5), as data. */

export type SendClass =
  /** The inbound message can no longer be answered; the text may still go as a push. */
  | { readonly kind: 'ticket_dead' }
  /** This very message has arrived already. */
  | { readonly kind: 'duplicate' }
  /** Accepted, shown after an audit. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly reason: string }
  /** The platform says that the bot is not on line. */
  | { readonly kind: 'offline' }
  /** The text must change. */
  | { readonly kind: 'content'; readonly repair: 'defang' | 'shorten' }
  /** `reason` says what a person can do. */
  | { readonly kind: 'refused'; readonly reason: string };

export const TRANSIENT_MS = 5_000;
export const RATE_MS = 60_000;

const TABLE: readonly (readonly [SendClass, readonly number[]])[] = [
  [{ kind: 'ticket_dead' }, [304026, 304027, 304103, 40034005, 40034024, 40034025, 40034026, 40034027, 40034128]],
  [{ kind: 'duplicate' }, [40054005]],
  [{ kind: 'pending' }, [304023, 304024]],
  [{ kind: 'retry', afterMs: RATE_MS, reason: 'QQ limits how often this bot may send' }, [40034100, 22009, 1100100, 100017, 40023001]],
  [{ kind: 'retry', afterMs: TRANSIENT_MS, reason: 'QQ has a passing fault' }, [40034004, 40054006, 50055001, 50055002, 50055006, 11281, 11242, 11252]],
  [{ kind: 'offline' }, [40054016, 304018]],
  [{ kind: 'content', repair: 'defang' }, [40054010, 304003, 40034006, 1100101, 22006, 50059, 304061]],
  [{ kind: 'content', repair: 'defang' }, [40034008, 40034009, 40034010, 40034011, 40034012, 40034029, 40034124, 40034127, 304036]],
  [{ kind: 'content', repair: 'shorten' }, [40054007, 40054018]],
  [{ kind: 'refused', reason: 'this person is not a friend of the bot: add the bot as a friend in QQ' }, [40054004]],
  [{ kind: 'refused', reason: 'this person has switched the bot\'s own messages off: switch on 「允许主动发送」 in the bot\'s profile in QQ' }, [40054013]],
  [{ kind: 'refused', reason: 'the bot may not send on its own: grant 单聊主动消息 (one-to-one pushes) in the QQ console' }, [40034102, 40034105]],
  [{ kind: 'refused', reason: 'the bot lacks permission for this interface: see the QQ console' }, [11253, 11254]],
  [{ kind: 'refused', reason: 'the bot is banned: see the QQ console' }, [11265]],
  [{ kind: 'refused', reason: 'QQ\'s safety system blocks this bot or this chat' }, [1100102, 1100103, 1100104]],
  [{ kind: 'refused', reason: 'QQ does not know this recipient, or the bot may not write there' }, [40034101, 40054002, 40054003, 304064]],
];

const BY_CODE = new Map(TABLE.flatMap(([sendClass, codes]) => codes.map((code) => [code, sendClass] as const)));

/** @returns null for a code that the documents do not name. */
export const sendClass = (code: number): SendClass | null => BY_CODE.get(code) ?? null;
