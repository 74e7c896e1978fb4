/** `card.action.trigger`, a tap on a card's button, as the SDK hands it over (docs/facts/feishu.md 3.3). */
import * as z from 'zod';
import type { Inbound } from '../../chat/inbound/inbound-message.ts';
import { PLATFORM_ID } from '../../chat/inbound/platform-id.ts';
import { sentAtOf } from '../../chat/inbound/sent-at.ts';

const id = z.string().regex(PLATFORM_ID);
/** Empty, too, where it does not say. */
const optionalId = z.union([id, z.literal('')]).nullish();

const tapEvent = z.object({
  event_id: id,
  create_time: z.unknown().optional(),
  operator: z.object({ open_id: id }),
  action: z.object({ value: z.object({ token: id }) }),
  context: z.object({ open_message_id: optionalId, open_chat_id: optionalId }).nullish(),
});

export interface Tap {
  readonly inbound: Inbound;
  /** The card that was tapped. */
  readonly messageId: string | null;
}

/**
 * @param isGroup whether a chat is a group in which the bot was spoken to. In any other chat the answer goes to the
 * person alone.
 * @returns null for what is no tap on one of our buttons.
 */
export const readTap = (data: unknown, isGroup: (chatId: string) => boolean): Tap | null => {
  const event = tapEvent.safeParse(data);
  if (!event.success) return null;
  const { event_id: eventId, create_time: createTime, operator, action, context } = event.data;
  const chatId = context?.open_chat_id ?? '';
  return {
    messageId: context?.open_message_id || null,
    inbound: {
      channel: 'feishu',
      id: eventId,
      sender: operator.open_id,
      chat: chatId !== '' && isGroup(chatId) ? { kind: 'group', id: chatId } : { kind: 'direct' },
      text: '',
      pressed: action.value.token,
      sentAt: sentAtOf(createTime),
    },
  };
};
