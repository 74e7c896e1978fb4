/** Turns events of QQ into the inbound messages that all channels share (docs/facts/qq.md 3). */
import type { Inbound } from '../../chat/inbound/inbound-message.ts';
import { platformId } from '../../chat/inbound/platform-id.ts';
import { sentAtOf } from '../../chat/inbound/sent-at.ts';
import type { Dispatch } from './link/connection.ts';
import { asObject, asText, type Json } from './json.ts';

/** In a group where the bot reads everything, only what mentions it is meant for it. */
export const mentionsBot = (data: Json): boolean =>
  Array.isArray(data['mentions']) && data['mentions'].some((mention) => asObject(mention)['is_you'] === true);

/** @returns '' where it is in no group; null: in one whose id is none, so that nobody could be answered there. */
export const groupOf = ({ group_openid: group }: Json): string | null =>
  group === undefined || group === null || group === '' ? '' : platformId(group) || null;

const chatOf = ({ type, data }: Dispatch): Inbound['chat'] | null => {
  const group = groupOf(data);
  if (type === 'C2C_MESSAGE_CREATE') return { kind: 'direct' };
  if (type === 'GROUP_AT_MESSAGE_CREATE' && group) return { kind: 'group', id: group };
  if (type === 'GROUP_MESSAGE_CREATE' && group && mentionsBot(data)) return { kind: 'group', id: group };
  return null;
};

/** Message buttons and the quick menu; some events of old name no type. */
const TAPS: readonly unknown[] = [11, 12, undefined];

const isTap = ({ type, data }: Dispatch): boolean => type === 'INTERACTION_CREATE' && TAPS.includes(data['type']);

/** @returns the id of a tap that must be answered, or its author's client waits; null for other events. */
export const tapToAnswer = (event: Dispatch): string | null =>
  isTap(event) ? platformId(event.data['id']) || null : null;

const toPressed = (event: Dispatch): Inbound | null => {
  const { data } = event;
  const pressed = platformId(asObject(asObject(data['data'])['resolved'])['button_data']);
  const group = groupOf(data);
  if (group === null) return null;
  const sender = platformId(group ? data['group_member_openid'] : data['user_openid']);
  const id = platformId(data['id']);
  if (!pressed || !sender || !id) return null;
  return {
    channel: 'qq',
    id,
    sender,
    chat: group ? { kind: 'group', id: group } : { kind: 'direct' },
    text: '',
    pressed,
    sentAt: sentAtOf(data['timestamp']),
  };
};

const REFERENCE = 'ref_msg_idx=';
const QUOTE = 103;

/**
 * `ext` is a list of `key=value`; where there is none, the first element of a quoting message is the quoted one, and
 * what follows may be that one's own parts.
 */
const quotedBy = (data: Json): string => {
  const { ext } = asObject(data['message_scene']);
  const named = Array.isArray(ext) ? ext.map(asText).find((item) => item.startsWith(REFERENCE)) : undefined;
  const reference = platformId(named?.slice(REFERENCE.length).trim());
  if (reference !== '') return reference;
  const elements: readonly unknown[] = Array.isArray(data['msg_elements']) ? data['msg_elements'] : [];
  const { message_type: type, msg_idx: index } = asObject(elements[0]);
  return data['message_type'] === QUOTE || type === QUOTE ? platformId(asText(index).trim()) : '';
};

/** @returns null for everything that is no text, no attachment and no tap from a person to this bot. */
export const toInbound = (event: Dispatch): Inbound | null => {
  if (isTap(event)) return toPressed(event);
  const { data } = event;
  const chat = chatOf(event);
  const author = asObject(data['author']);
  const sender = platformId(chat?.kind === 'direct' ? author['user_openid'] : author['member_openid']);
  const id = platformId(data['id']);
  const text = asText(data['content'])
    .replace(/^(?:\s*<@!?[^<>\s]+>)+/, '')
    .trim();
  // A picture alone is answered as talk is.
  const isEmpty = text === '' && !(Array.isArray(data['attachments']) && data['attachments'].length > 0);
  if (!chat || !sender || !id || isEmpty || author['bot'] === true) return null;
  const quotes = quotedBy(data);
  return {
    channel: 'qq',
    id,
    sender,
    chat,
    text,
    sentAt: sentAtOf(data['timestamp']),
    ...(quotes === '' ? {} : { quotes }),
  };
};
