/** Clicks on cards: a callback that is never repeated and must be answered within 3 s. */
import type { App } from './apps.ts';
import type { StoredMessage } from './chats.ts';
import type { Connections } from './connections.ts';
import type { PlatformEvent } from './events.ts';

/** What the person sees of a click: the client's answer, or the code of the failure (facts/feishu.md 3.3). */
export type ClickResult =
  | { readonly outcome: 'answered'; readonly answer: unknown }
  | { readonly outcome: 'failed'; readonly code: 200341 | 200342 };

interface RawCard {
  readonly type: 'raw';
  readonly data: object;
}

/** A new card in the answer takes the place of the clicked one. */
const cardIn = (answer: unknown): RawCard | null => {
  const card = (answer as { readonly card?: Partial<RawCard> } | null)?.card;
  return card?.type === 'raw' && typeof card.data === 'object' ? (card as RawCard) : null;
};

export const pushClick = async (connections: Pick<Connections, 'pick'>, app: App, message: StoredMessage, event: PlatformEvent): Promise<ClickResult> => {
  const connection = connections.pick(app);
  if (!connection) return { outcome: 'failed', code: 200342 };
  const ack = await connection.push(event);
  if (ack.kind === 'none' || ack.code !== 200) return { outcome: 'failed', code: 200341 };
  const card = cardIn(ack.data);
  if (card) message.content = JSON.stringify(card.data);
  return { outcome: 'answered', answer: ack.data };
};
