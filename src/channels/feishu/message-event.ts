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

/** Of a rich text, whose other parts (pictures, emoji, lines) have no `text`. */
const postContent = z.object({
  title: z.string().nullish(),
  content: z.array(
    z.array(z.looseObject({ tag: z.string(), text: z.string().optional(), user_id: z.string().optional() })),
  ),
});

/** @returns null for content of an unknown shape; '' for what has no text: a picture, a file, a sticker. */
const textOf = (type: string, content: string): string | null => {
  if (type !== 'text' && type !== 'post') return '';
  try {
    const parsed: unknown = JSON.parse(content);
    if (type === 'text') return textContent.safeParse(parsed).data?.text ?? null;
    const post = postContent.safeParse(parsed).data;
    if (post === undefined) return null;
    // Who is mentioned stands there by the key that `mentions` has too.
    const lines = post.content.map((line) =>
      line.map(({ tag, text, user_id }) => (tag === 'at' ? user_id : text) ?? ''),
    );
    return [post.title ?? '', ...lines.map((line) => line.join(''))].filter((line) => line.trim() !== '').join('\n');
  } catch {
    return null;
  }
};

export const readMessageEvent = (data: unknown): ReadEvent => {
  const event = messageEvent.safeParse(data);
  if (!event.success) return ignored('an event of an unknown shape');
  const { sender, message } = event.data;
  if (sender.sender_type !== 'user') return ignored(`a message from a ${sender.sender_type}`);
  const text = textOf(message.message_type, message.content);
  if (text === null) return ignored(`a ${message.message_type} of an unknown shape`);
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
