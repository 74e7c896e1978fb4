/** What goes over the socket between `lifeline restart` and the like and the bot: a JSON object a line, both ways. */
import { join } from 'node:path';
import type { Message } from '../../chat/message/message.ts';

export const LOCAL_CHANNEL = 'local';

/** Longer lines are none of ours. */
export const MAX_LINE = 8_192;

export const socketPath = (dataDir: string): string => join(dataDir, 'lifeline.sock');

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
