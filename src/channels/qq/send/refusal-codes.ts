/**
 * The table of QQ's refusal codes and what each means (docs/facts/qq.md 4.4, 4.5). Data only: what a refusal changes is
 * decided in `send-part.ts`.
 */
import type { Fix } from '../../channel.ts';
import type { Fault } from '../content/shape.ts';

/** What a person must change before the bot may write to them unasked. */
export type PushFix = Extract<Fix, 'allow_push' | 'add_friend' | 'grant_permission'>;

export type SendClass =
  /** The reply window is closed. The text may still go by another way. */
  | { readonly kind: 'window_closed' }
  /** QQ knows no event by this id; a tap has another one. */
  | { readonly kind: 'event_unknown' }
  /** This very message has arrived already. */
  | { readonly kind: 'duplicate' }
  /** Accepted, shown after an audit. */
  | { readonly kind: 'pending' }
  /** No more pushes for a while; answers still pass. */
  | { readonly kind: 'push_limited' }
  /** Nothing more for a while. */
  | { readonly kind: 'limited' }
  /** A passing fault of QQ's. It certainly did not arrive. */
  | { readonly kind: 'passing' }
  /** The platform says that the bot is not on line. */
  | { readonly kind: 'offline' }
  /** The text or its form must change. */
  | { readonly kind: 'content'; readonly fault: Fault }
  /** No pushes to this person until a person changes something; answers may pass. */
  | { readonly kind: 'no_push'; readonly fix: PushFix; readonly reason: string }
  /** The recall message of this period is spent, or there is none. */
  | { readonly kind: 'no_wakeup' }
  /** `reason` says what a person can do. */
  | { readonly kind: 'refused'; readonly reason: string; readonly fix?: Fix };

const content = (fault: Fault): SendClass => ({ kind: 'content', fault });

/** The change in words, for the log and for other channels. */
export const FIX_REASONS: Readonly<Record<PushFix, string>> = {
  add_friend: 'this person is not a friend of the bot: add the bot as a friend in QQ',
  allow_push:
    "this person has switched the bot's own messages off: switch on 「允许主动发送」 in the bot's profile in QQ",
  grant_permission: 'the bot may not send on its own: grant 单聊主动消息 (one-to-one pushes) in the QQ console',
};

export const GROUP_PUSH_REASON =
  'the bot may not speak unasked in this group: its owner switches on 「机器人主动在群聊内发言」, where QQ offers that';

const noPush = (fix: PushFix): SendClass => ({ kind: 'no_push', fix, reason: FIX_REASONS[fix] });

const TABLE: readonly (readonly [SendClass, readonly number[]])[] = [
  [{ kind: 'window_closed' }, [304026, 304027, 304103, 40034005, 40034024, 40034026, 40034027, 40034128]],
  [{ kind: 'event_unknown' }, [40034025]],
  [{ kind: 'duplicate' }, [40054005]],
  [{ kind: 'pending' }, [304023, 304024]],
  [{ kind: 'push_limited' }, [40034100, 22009]],
  [{ kind: 'limited' }, [1100100, 100017, 40023001]],
  [{ kind: 'passing' }, [40034004, 40054006, 50055001, 50055002, 50055006, 11281, 11242, 11252]],
  [{ kind: 'offline' }, [40054016, 304018]],
  [content('address'), [40054010, 304003]],
  [content('words'), [40034006, 1100101, 50059, 304061]],
  [content('markdown'), [40034008, 40034009, 40034010, 40034011, 40034012, 40034127, 304036, 22006]],
  [content('keyboard'), [40034029, 40034124]],
  [content('length'), [40054007, 40054018]],
  [noPush('add_friend'), [40054004]],
  [noPush('allow_push'), [40054013]],
  [noPush('grant_permission'), [40034102, 40034105]],
  [{ kind: 'no_wakeup' }, [40034122, 40034123]],
  [
    {
      kind: 'refused',
      fix: 'grant_permission',
      reason: 'the bot lacks permission for this interface: see the QQ console',
    },
    [11253],
  ],
  [{ kind: 'refused', reason: 'QQ has closed this interface to the bot: see the QQ console' }, [11254]],
  [{ kind: 'refused', reason: 'the bot is banned: see the QQ console' }, [11265]],
  [{ kind: 'refused', reason: "QQ's safety system blocks this bot or this chat" }, [1100102, 1100103, 1100104]],
  [
    { kind: 'refused', reason: 'QQ does not know this recipient, or the bot may not write there' },
    [40034101, 40054002, 40054003, 304064],
  ],
];

const BY_CODE = new Map(TABLE.flatMap(([sendClass, codes]) => codes.map((code) => [code, sendClass] as const)));

/** @returns null for a code that the documents do not name. */
export const sendClass = (code: number): SendClass | null => BY_CODE.get(code) ?? null;

/** Every code that has a place in the table. */
export const KNOWN_CODES: readonly number[] = [...BY_CODE.keys()];
