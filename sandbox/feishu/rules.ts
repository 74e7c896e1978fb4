/**
 * What the platform enforces (docs/facts/feishu.md 3 to 6). Mutable on purpose: a test switches a rule off to see what
 * it alone does.
 */
export interface Rules {
  /** 150 KB a text, 30 KB a card or rich text (230025), 20 KB a webhook's body. */
  size: boolean;
  /** Five messages a second to one person or chat (230020). */
  peerRate: boolean;
  /** Five changes a second of one message (230020). */
  editRate: boolean;
  /** 50 calls a second and 1000 a minute of one API (HTTP 429, 99991400); a webhook's 5 and 100 (11232). */
  apiRate: boolean;
  /** A card is changed and clicked within 14 days only (230031). */
  age: boolean;
  /** At most one success an hour for a uuid; what the repeat gets back is not documented, so it can be chosen. */
  uuid: 'first-message' | 'no-message' | 'refused' | 'off';
  /** Card JSON 2.0: no unknown tags and properties, element ids, people and images that exist (230099). */
  cardSchema: boolean;
  /** 200 elements and 5 tables a card. */
  cardCounts: boolean;
  /** Charts on cards (230099 with 200550 without). */
  charts: boolean;
  /** Only a card with `update_multi: true` before and after can be changed. */
  sharedCards: boolean;
  /** At most 200 unread buzzes a person (230023). */
  unreadBuzzes: boolean;
  /** At most 50 long connections an app. */
  connections: boolean;
}

export const defaultRules = (): Rules => ({
  size: true,
  peerRate: true,
  editRate: true,
  apiRate: true,
  age: true,
  uuid: 'first-message',
  cardSchema: true,
  cardCounts: true,
  charts: true,
  sharedCards: true,
  unreadBuzzes: true,
  connections: true,
});

export const DAY_MS = 86_400_000;
export const CARD_LIFE_MS = 14 * DAY_MS;
