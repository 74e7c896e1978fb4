/** `card.action.trigger`, a tap on a card's button, as the SDK hands it over (docs/facts/feishu.md 3.3). */
import { z } from 'zod';
import type { Inbound } from '../../chat/inbound.ts';
import { sentAtOf } from '../../chat/sent-at.ts';

const tapEvent = z.object({
  event_id: z.string().min(1),
  create_time: z.unknown(),
  operator: z.object({ open_id: z.string().min(1) }),
  action: z.object({ value: z.object({ token: z.string().min(1).max(200) }) }),
  context: z.object({ open_message_id: z.string().nullish(), open_chat_id: z.string().nullish() }).nullish(),
});

export interface Tap {
  readonly inbound: Inbound;
  /** The card that was tapped. */
  readonly messageId: string | null;
}

/**
 * @param isGroup whether a chat is a group in which the bot was spoken to. In any other chat the answer goes to the person alone.
 * @returns null for what is no tap on one of our buttons.
 */
export const readTap = (data: unknown, isGroup: (chatId: string) => boolean): Tap | null => {
  const event = tapEvent.safeParse(data);
  if (!event.success) return null;
  const { event_id: id, create_time: createTime, operator, action, context } = event.data;
  const chatId = context?.open_chat_id ?? '';
  return {
    messageId: context?.open_message_id ?? null,
    inbound: {
      channel: 'feishu',
      id,
      sender: operator.open_id,
      chat: chatId !== '' && isGroup(chatId) ? { kind: 'group', id: chatId } : { kind: 'direct' },
      text: '',
      pressed: action.value.token,
      sentAt: sentAtOf(createTime),
    },
  };
};
