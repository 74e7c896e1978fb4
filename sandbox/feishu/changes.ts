/** Changing what was sent: cards by PATCH, texts by PUT, withdrawing by DELETE. */
import type { App } from './apps.ts';
import type { StoredMessage } from './chats.ts';
import { checkContent, requireCard, tooLong, type Context } from './content.ts';
import { ApiError, badParameter, type Body } from './http.ts';
import { isNode, parseObject } from './json.ts';
import { FIVE_A_SECOND } from './limits.ts';
import { apiView, existing, tooOften } from './messages.ts';
import { CARD_LIFE_MS } from './rules.ts';

const MAX_TEXT_EDITS = 20;

export interface MessageChanges {
  patch(app: App, messageId: string, body: Body): object;
  put(app: App, messageId: string, body: Body): object;
  remove(app: App, messageId: string): object;
}

/** Whether a card says itself that all who see it share it. */
const isShared = (content: string): boolean => {
  const config = parseObject(content)?.['config'];
  return isNode(config) && config['update_multi'] === true;
};

/** Puts a new card in the place of one that was sent. @throws ApiError when the platform would refuse. */
export const replaceCard = (context: Context, message: StoredMessage, content: string): void => {
  const [before, after] = [parseObject(message.content) ?? {}, parseObject(content) ?? {}];
  requireCard(after, context);
  if (context.rules.cardSchema && before['schema'] === '2.0' && after['schema'] !== '2.0') {
    throw new ApiError(
      230099,
      'Failed to create card content, ext=ErrCode: 200830; ErrMsg: a card of schema 2.0 cannot be updated to schema 1.0; ',
    );
  }
  context.chats.edit(message, content);
};

export const createChanges = (context: Context): MessageChanges => {
  const { chats, limits, rules, now } = context;

  const limitRate = (messageId: string): void => {
    if (rules.editRate && limits.take(`edit ${messageId}`, FIVE_A_SECOND) > 0) throw tooOften();
  };

  return {
    patch: (app, messageId, body) => {
      const message = existing(context, app, messageId);
      if (message.from !== 'bot') throw new ApiError(230017, 'Bot is NOT the owner of the resource.');
      if (message.type !== 'interactive') throw badParameter('only cards can be patched');
      if (rules.age && now() - message.sentAt > CARD_LIFE_MS)
        throw new ApiError(230031, 'Message can only be modified within 14 days after sending.');
      if (rules.size && body.bytes > 30 * 1024) throw tooLong();
      limitRate(messageId);
      const { content } = checkContent(app.account.appId, 'interactive', body, context);
      if (rules.sharedCards && !(isShared(message.content) && isShared(content)))
        throw badParameter('both cards must be shared: config.update_multi must be true');
      replaceCard(context, message, content);
      return {};
    },
    put: (app, messageId, body) => {
      const message = existing(context, app, messageId);
      if (message.from !== 'bot') throw new ApiError(230071, 'The operator is not the sender of the message.');
      const { type, content } = checkContent(app.account.appId, body.json['msg_type'], body, context);
      if (message.type === 'interactive' || type !== message.type)
        throw new ApiError(230054, 'This operation is not supported for this message type.');
      if (message.edits >= MAX_TEXT_EDITS)
        throw new ApiError(230072, 'The message has reached the number of times it can be edited.');
      limitRate(messageId);
      chats.edit(message, content);
      return apiView(message);
    },
    remove: (app, messageId) => {
      const message = existing(context, app, messageId);
      if (message.from !== 'bot') throw new ApiError(230026, 'No permission to recall this message.');
      chats.recall(message);
      return {};
    },
  };
};
