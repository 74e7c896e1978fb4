/** Cards as Lifeline sends them, and what phones make of them. */
import type { FeishuPlatform } from '../../../sandbox/feishu/platform.ts';
import type { BotAccount } from '../../../sandbox/phone.ts';
import { call, CREATE, tokenOf, type Answer } from './fixture.ts';

export const markdown = (content: string, more: object = {}): object => ({ tag: 'markdown', content, ...more });

export const button = (label: string, value: object, more: object = {}): object => ({
  tag: 'button',
  text: { tag: 'plain_text', content: label },
  behaviors: [{ type: 'callback', value }],
  ...more,
});

export const column = (...elements: object[]): object => ({ tag: 'column', width: 'weighted', weight: 1, elements });

/** A shared card of schema 2.0. */
export const card = (title: string, ...elements: object[]): object => ({
  schema: '2.0',
  config: { update_multi: true, summary: { content: `summary of ${title}` } },
  header: { title: { tag: 'plain_text', content: title }, template: 'red' },
  body: { elements },
});

export const cardTo = (receiver: string, content: object, uuid?: string): object => ({
  receive_id: receiver,
  msg_type: 'interactive',
  content: JSON.stringify(content),
  ...(uuid ? { uuid } : {}),
});

/** Sends a card; @returns its message id. @throws Error when the platform refuses. */
export const sendCard = async (
  platform: FeishuPlatform,
  bot: BotAccount,
  user: string,
  content: object,
): Promise<string> => {
  const { body } = await call(platform, 'POST', CREATE, cardTo(user, content), await tokenOf(platform, bot));
  if (body.code !== 0) throw new Error(`${body.code}: ${body.msg}`);
  return String(body.data?.['message_id']);
};

export const patch = async (
  platform: FeishuPlatform,
  bot: BotAccount,
  messageId: string,
  content: object,
): Promise<Answer> =>
  call(
    platform,
    'PATCH',
    `/open-apis/im/v1/messages/${messageId}`,
    { content: JSON.stringify(content) },
    await tokenOf(platform, bot),
  );
