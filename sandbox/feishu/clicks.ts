/** Clicks on cards: a callback that is never repeated and must be answered within 3 s. */
import type { App } from './apps.ts';
import type { CardButton } from './card/buttons.ts';
import { readCard } from './card/view.ts';
import { replaceCard } from './changes.ts';
import type { StoredMessage } from './chats.ts';
import type { ClickTokens } from './click-tokens.ts';
import type { Connections } from './connections.ts';
import type { Context } from './content.ts';
import { clickEvent } from './events.ts';
import { isNode, parseObject } from './json.ts';
import { record, type ClickResult } from './records.ts';

export interface Clicks {
  /** A person clicks something that gives back `value`. */
  click(app: App, user: string, message: StoredMessage, value: unknown): Promise<ClickResult>;
}

const TOASTS: readonly unknown[] = ['info', 'success', 'error', 'warning'];

/** @throws Error when the client's answer is not of the form that the platform takes. */
const applyAnswer = (context: Context, message: StoredMessage, answer: unknown): void => {
  if (answer === null) return;
  if (!isNode(answer)) throw new Error('the answer is no object');
  const { toast, card } = answer;
  if (toast !== undefined && !(isNode(toast) && TOASTS.includes(toast['type'] ?? 'info')))
    throw new Error('the toast is of no known type');
  if (card === undefined) return;
  if (!isNode(card) || card['type'] !== 'raw' || !isNode(card['data'])) throw new Error('the card has no data');
  replaceCard(context, message, JSON.stringify(card['data']));
};

export const createClicks = (context: Context, connections: Pick<Connections, 'pick'>, tokens: ClickTokens): Clicks => {
  const push = async (app: App, user: string, message: StoredMessage, value: unknown): Promise<ClickResult> => {
    if (app.faults.noCallbacks) return { outcome: 'failed', code: 200340 };
    const connection = connections.pick(app);
    if (!connection) return { outcome: 'failed', code: 200342 };
    const token = tokens.issue(app, message);
    const ack = await connection.push(clickEvent(app, message, { user, value, token, at: context.now() }));
    if (ack.kind === 'none' || ack.code !== 200) return { outcome: 'failed', code: 200341 };
    tokens.answered(token);
    try {
      applyAnswer(context, message, ack.data);
    } catch {
      return { outcome: 'failed', code: 200672 };
    }
    return { outcome: 'answered', answer: ack.data };
  };
  return {
    click: async (app, user, message, value) => {
      const result = await push(app, user, message, value);
      record(app.records.clicks, { user, messageId: message.id, value, at: context.now(), result });
      return result;
    },
  };
};

/** The button of a card as it is now. @throws Error when the message has none of that id. */
export const buttonIn = (message: StoredMessage, buttonId: string): CardButton => {
  const card = message.type === 'interactive' && !message.recalled ? parseObject(message.content) : null;
  const button = card && readCard(card).buttons.find(({ id }) => id === buttonId);
  if (!button) throw new Error(`message ${message.id} has no button ${buttonId}`);
  return button;
};

/** The line that the app shows at the top of the screen after a click; null: nothing. */
export const toastOf = (result: ClickResult): string | null => {
  if (result.outcome === 'failed') return `出错了，请稍后重试（${result.code}）`;
  const toast = isNode(result.answer) && isNode(result.answer['toast']) ? result.answer['toast'] : null;
  return typeof toast?.['content'] === 'string' ? toast['content'] : null;
};
