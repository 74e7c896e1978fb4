/**
 * Reads from an event of QQ which reply window it opens, and whether the bot may write to the person unasked
 * (docs/facts/qq.md 3). Pure.
 */
import { platformId } from '../../chat/inbound/platform-id.ts';
import { sentAtOf } from '../../chat/inbound/sent-at.ts';
import type { Dispatch } from './link/connection.ts';
import { groupOf, mentionsBot } from './inbound-event.ts';
import { asObject } from './json.ts';
import type { PushFix } from './send/refusal-codes.ts';
import { chatOf, type SeenReplyWindow } from './send/reply-window.ts';

export interface EventFacts {
  readonly user: string;
  readonly replyWindow: SeenReplyWindow | null;
  /** `wrote`: whoever writes takes messages, as far as is known. `switched`: null means on. */
  readonly push:
    { readonly is: 'unchanged' } | { readonly is: 'wrote' } | { readonly is: 'switched'; readonly fix: PushFix | null };
  /** By QQ's clock. */
  readonly at: number;
}

/** The person grants pushes, or changes what was granted: worth a try. */
const AUTHORISATION = 18;

const UNCHANGED = { is: 'unchanged' } as const;
const switched = (fix: PushFix | null): EventFacts['push'] => ({ is: 'switched', fix });

/** @returns null for an event that says nothing of a person. */
export const factsOf = ({ id, type, data }: Dispatch, now: number): EventFacts | null => {
  const author = asObject(data['author']);
  // How long something may be answered does not decide what is carried out, so a time that cannot be read is now. One
  // that is yet to come would make all that really comes later look older.
  const at = Math.min(sentAtOf(data['timestamp']) ?? now, now);
  const inner = platformId(data['id']);
  const group = groupOf(data);
  const tap = { id: id || inner, kind: 'event', innerId: inner } as const;
  const facts = (
    user: string,
    push: EventFacts['push'],
    replyWindow: Omit<SeenReplyWindow, 'at' | 'chat'> | null,
    group?: string,
  ): EventFacts | null =>
    user === ''
      ? null
      : {
          user,
          push,
          at,
          replyWindow:
            replyWindow && replyWindow.id !== '' ? { ...replyWindow, chat: chatOf({ user, group }), at } : null,
        };
  switch (type) {
    case 'C2C_MESSAGE_CREATE':
      return author['bot'] === true || inner === ''
        ? null
        : facts(platformId(author['user_openid']), { is: 'wrote' }, { id: inner, kind: 'message' });
    case 'GROUP_MESSAGE_CREATE':
    case 'GROUP_AT_MESSAGE_CREATE':
      // Talk among others is not written down.
      if (author['bot'] === true || (type === 'GROUP_MESSAGE_CREATE' && !mentionsBot(data))) return null;
      return group && inner !== ''
        ? facts(platformId(author['member_openid']), UNCHANGED, { id: inner, kind: 'message' }, group)
        : null;
    case 'INTERACTION_CREATE': {
      if (group === null || inner === '') return null;
      if (group !== '') return facts(platformId(data['group_member_openid']), UNCHANGED, tap, group);
      const push = data['type'] === AUTHORISATION ? switched(null) : UNCHANGED;
      return facts(platformId(data['user_openid']), push, tap);
    }
    case 'FRIEND_ADD':
    case 'C2C_MSG_RECEIVE':
      return facts(platformId(data['openid']), switched(null), { id, kind: 'event' });
    case 'FRIEND_DEL':
      return facts(platformId(data['openid']), switched('add_friend'), null);
    case 'C2C_MSG_REJECT':
      return facts(platformId(data['openid']), switched('allow_push'), null);
    default:
      return null;
  }
};
