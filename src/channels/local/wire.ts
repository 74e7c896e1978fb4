/** What goes over the socket between `lifeline restart` and the like and the bot: a JSON object a line, both ways. */
import { join } from 'node:path';
import type { Message } from '../../chat/message/message.ts';

export const LOCAL_CHANNEL = 'local';

/** Longer lines are none of ours. */
export const MAX_LINE = 8_192;

export const SOCKET_NAME = 'lifeline.sock';

export const socketPath = (dataDir: string): string => join(dataDir, SOCKET_NAME);

/**
 * Asks for a command as it would be typed in a chat; or for a glance, which is no command: nothing is looked at for it,
 * and the audit does not have it.
 */
export type LocalRequest = { readonly text: string } | { readonly glance: true };

export interface LocalReply {
  readonly message: Message;
  /** Another message about the same request follows. */
  readonly more: boolean;
}

/** More than any answer has: whoever says more is no Lifeline. */
export const MAX_REPLY = 4 * 1_024 * 1_024;

export const lineOf = (value: LocalRequest | LocalReply): string => `${JSON.stringify(value)}\n`;

/** @returns null for what is no request. */
export const requestIn = (line: string): LocalRequest | null => {
  try {
    const read = JSON.parse(line) as { readonly text?: unknown; readonly glance?: unknown } | null;
    if (read?.glance === true) return { glance: true };
    return typeof read?.text === 'string' ? { text: read.text } : null;
  } catch {
    return null;
  }
};

/** @returns null for what is no reply. */
export const replyIn = (line: string): LocalReply | null => {
  try {
    const read = JSON.parse(line) as {
      readonly message?: { readonly title?: unknown } | null;
      readonly more?: unknown;
    };
    const isReply = typeof read.message?.title === 'string' && typeof read.more === 'boolean';
    return isReply ? (read as LocalReply) : null;
  } catch {
    return null;
  }
};
