/** Events of QQ in the shape that all channels share (facts/qq.md §3). */
import type { Inbound } from '../../chat/inbound.ts';
import type { Dispatch } from './connection.ts';
import type { Json } from './http.ts';

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** In a group where the bot reads everything, only what mentions it is meant for it. */
const mentionsBot = (data: Json): boolean => Array.isArray(data['mentions']) && data['mentions'].some((mention) => object(mention)['is_you'] === true);

const chatOf = ({ type, data }: Dispatch): Inbound['chat'] | null => {
  const group = text(data['group_openid']);
  if (type === 'C2C_MESSAGE_CREATE') return { kind: 'direct' };
  if (type === 'GROUP_AT_MESSAGE_CREATE' && group) return { kind: 'group', id: group };
  if (type === 'GROUP_MESSAGE_CREATE' && group && mentionsBot(data)) return { kind: 'group', id: group };
  return null;
};

/** @returns null for everything that is no text from a person to this bot. */
export const toInbound = (event: Dispatch, now: number): Inbound | null => {
  const { data } = event;
  const chat = chatOf(event);
  const author = object(data['author']);
  const sender = text(chat?.kind === 'direct' ? author['user_openid'] : author['member_openid']);
  const id = text(data['id']);
  const said = text(data['content']).replace(/^(?:\s*<@!?[^<>\s]+>)+/, '').trim();
  if (!chat || !sender || !id || !said || author['bot'] === true) return null;
  const sentAt = Date.parse(text(data['timestamp']));
  return { channel: 'qq', id, sender, chat, text: said, sentAt: Number.isNaN(sentAt) ? now : sentAt };
};

/** @returns the id of a button press that must be answered, or its author's client waits; null for other events. */
export const pressToAnswer = ({ type, data }: Dispatch): string | null => {
  const buttons: readonly unknown[] = [11, 12, undefined];
  return type === 'INTERACTION_CREATE' && buttons.includes(data['type']) ? text(data['id']) || null : null;
};
