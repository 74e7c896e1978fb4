/**
 * Ids and references that platforms give, of messages, events, people, chats and sessions: one rule for all channels.
 * Lifeline keeps them and writes them into addresses, so an id is short and plain. Those of Feishu have at most 40
 * characters, QQ's of messages some 150 (docs/facts/qq.md 3.1).
 */
export const PLATFORM_ID = /^[!-~]{1,512}$/;

/** @returns '' for anything that is no id: absent, of another type, too long, or with blanks or controls in it. */
export const platformId = (value: unknown): string =>
  typeof value === 'string' && PLATFORM_ID.test(value) ? value : '';
