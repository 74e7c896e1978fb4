/** `im.message.receive_v1`, as the SDK hands it over, in Lifeline's own shape (docs/facts/feishu.md 3.2). */
import * as z from 'zod';
import type { Inbound } from '../../chat/inbound/inbound-message.ts';
import { PLATFORM_ID, platformId } from '../../chat/inbound/platform-id.ts';
import { sentAtOf } from '../../chat/inbound/sent-at.ts';

const id = z.string().regex(PLATFORM_ID);

const messageEvent = z.object({
  sender: z.object({ sender_type: z.string(), sender_id: z.object({ open_id: id }) }),
  message: z.object({
    message_id: id,
    /** The id of the message that this one answers. */
    parent_id: z.unknown().optional(),
    create_time: z.unknown().optional(),
    chat_id: id,
    chat_type: z.string(),
    message_type: z.string(),
    content: z.string(),
    mentions: z.array(z.object({ key: z.string(), id: z.object({ open_id: z.string().nullish() }) })).nullish(),
  }),
});

const textContent = z.object({ text: z.string() });

export interface MessageEvent {
  readonly kind: 'message';
  readonly inbound: Inbound;
  /** The open_ids of all whom it mentions. */
  readonly mentioned: readonly string[];
}

export type ReadEvent = MessageEvent | { readonly kind: 'ignored'; readonly why: string };

const ignored = (why: string): ReadEvent => ({ kind: 'ignored', why });

const textOf = (content: string): string | null => {
  try {
    return textContent.safeParse(JSON.parse(content)).data?.text ?? null;
  } catch {
    return null;
  }
};

export const readMessageEvent = (data: unknown): ReadEvent => {
  const event = messageEvent.safeParse(data);
  if (!event.success) return ignored('an event of an unknown shape');
  const { sender, message } = event.data;
  if (sender.sender_type !== 'user') return ignored(`a message from a ${sender.sender_type}`);
  const text = message.message_type === 'text' ? textOf(message.content) : null;
  if (text === null) return ignored(`a message of type ${message.message_type}`);
  const mentions = message.mentions ?? [];
  const quotes = platformId(message.parent_id);
  const placeholders = new Set(mentions.map((mention) => mention.key));
  return {
    kind: 'message',
    mentioned: mentions.flatMap((mention) => mention.id.open_id ?? []),
    inbound: {
      channel: 'feishu',
      id: message.message_id,
      sender: sender.sender_id.open_id,
      chat: message.chat_type === 'p2p' ? { kind: 'direct' } : { kind: 'group', id: message.chat_id },
      text: text.replace(/@_(?:user_\d+|all)/g, (found) => (placeholders.has(found) ? '' : found)).trim(),
      sentAt: sentAtOf(message.create_time),
      ...(quotes === '' ? {} : { quotes }),
    },
  };
};
