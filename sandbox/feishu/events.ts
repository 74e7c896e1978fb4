/** The events and callbacks that the platform pushes (docs/facts/feishu.md 3). */
import type { App } from './apps.ts';
import { relationOf, type StoredMessage } from './chats.ts';
import { newId, stableId } from './ids.ts';

export interface PlatformEvent {
  readonly id: string;
  readonly type: string;
  /** The whole envelope as JSON. */
  readonly payload: string;
}

export const TENANT = 'tenant_sandbox';

const envelope = (app: App, id: string, type: string, createdAt: string, event: object): PlatformEvent => ({
  id,
  type,
  payload: JSON.stringify({
    schema: '2.0',
    header: {
      event_id: id,
      event_type: type,
      create_time: createdAt,
      token: '',
      app_id: app.account.appId,
      tenant_key: TENANT,
    },
    event,
  }),
});

/** Any event, as it is, whatever the platform would really send. @param header replaces parts of the envelope's own. */
export const rawEvent = (app: App, type: string, event: unknown, header: object): PlatformEvent => {
  const id = newId('');
  const usual = {
    event_id: id,
    event_type: type,
    create_time: String(Date.now()),
    token: '',
    app_id: app.account.appId,
    tenant_key: TENANT,
  };
  return { id, type, payload: JSON.stringify({ schema: '2.0', header: { ...usual, ...header }, event }) };
};

const personIds = (openId: string) => ({ open_id: openId, union_id: stableId('on_', openId) });

/** `im.message.receive_v1`. Of one message it is always the same event: a redelivery has the same event_id. */
export const messageEvent = (app: App, message: StoredMessage, sentAt: number): PlatformEvent => {
  const mentions = message.content.includes('@_user_1')
    ? [
        {
          key: '@_user_1',
          id: personIds(app.openId),
          name: app.account.name,
          tenant_key: TENANT,
          mentioned_type: 'bot',
        },
      ]
    : undefined;
  return envelope(app, stableId('', 'event', message.id), 'im.message.receive_v1', String(sentAt), {
    sender: { sender_id: personIds(message.user), sender_type: 'user', tenant_key: TENANT },
    message: {
      message_id: message.id,
      ...relationOf(message),
      create_time: String(sentAt),
      update_time: String(sentAt),
      chat_id: message.chat.id,
      chat_type: message.chat.kind,
      message_type: message.type,
      content: message.content,
      ...(mentions ? { mentions } : {}),
    },
  });
};

export interface Click {
  readonly user: string;
  /** What the button gives back. */
  readonly value: unknown;
  /** For updating the card later. */
  readonly token: string;
  readonly at: number;
}

/** `card.action.trigger`; its header's create_time is in microseconds. */
export const clickEvent = (app: App, message: StoredMessage, { user, value, token, at }: Click): PlatformEvent =>
  envelope(app, newId(''), 'card.action.trigger', String(at * 1000), {
    operator: { ...personIds(user), tenant_key: TENANT },
    token,
    action: { value, tag: 'button' },
    host: 'im_message',
    context: { open_message_id: message.id, open_chat_id: message.chat.id },
  });
