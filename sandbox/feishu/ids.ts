import { createHash, randomBytes } from 'node:crypto';

/** A new id in the platform's form, e.g. `om_` and 32 hex digits. */
export const newId = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`;

/** The same id for the same parts, for what must not change: a chat, a bot's own open_id. */
export const stableId = (prefix: string, ...parts: readonly string[]): string =>
  `${prefix}${createHash('md5').update(parts.join('\n')).digest('hex')}`;
