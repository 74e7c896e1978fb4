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
 * and the audit does not have it; or for what `lifeline status` prints, which is no command either.
 */
export type LocalRequest = { readonly text: string } | { readonly glance: true } | { readonly status: StatusRequest };

/**
 * `lifeline status`, with all that its output depends on beside the configuration: where the bot has another of these,
 * it gives no answer.
 */
export interface StatusRequest {
  readonly version: string;
  /** The whole path of the configuration's file. */
  readonly file: string;
  /** The user's home, for paths that begin with `~`. */
  readonly home: string;
  /** The variable `TZ`, and what the local time differs from UTC, in minutes. */
  readonly zone: string | null;
  readonly offset: number;
  /** null: all. */
  readonly gateway: string | null;
  readonly json: boolean;
  readonly colour: boolean;
}

export interface StatusAnswer {
  /** That of the bot. */
  readonly version: string;
  /** What is printed. */
  readonly text: string;
  readonly exitCode: 0 | 1;
}

export interface LocalReply {
  readonly message: Message;
  /** Another message about the same request follows. */
  readonly more: boolean;
}

/** More than any answer has: whoever says more is no Lifeline. */
export const MAX_REPLY = 4 * 1_024 * 1_024;

/** @param value `status` null: the bot has no answer that would be the same as a look of the asker's own. */
export const lineOf = (value: LocalRequest | LocalReply | { readonly status: StatusAnswer | null }): string =>
  `${JSON.stringify(value)}\n`;

/** @returns null for what is no request. */
export const requestIn = (line: string): LocalRequest | null => {
  try {
    const read = JSON.parse(line) as Partial<Record<'text' | 'glance' | 'status', unknown>> | null;
    if (read?.glance === true) return { glance: true };
    if (read?.status !== undefined) return isStatusRequest(read.status) ? { status: read.status } : null;
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

const isStatusRequest = (value: unknown): value is StatusRequest => {
  if (typeof value !== 'object' || value === null) return false;
  const { version, file, home, zone, offset, gateway, json, colour } = value as Partial<
    Record<keyof StatusRequest, unknown>
  >;
  return (
    [version, file, home].every((each) => typeof each === 'string') &&
    [zone, gateway].every((each) => each === null || typeof each === 'string') &&
    Number.isInteger(offset) &&
    [json, colour].every((each) => typeof each === 'boolean')
  );
};

/** @returns null for what is no answer, and where the bot has none. */
export const statusAnswerIn = (line: string): StatusAnswer | null => {
  try {
    const read = (JSON.parse(line) as { readonly status?: unknown } | null)?.status as
      Partial<Record<keyof StatusAnswer, unknown>> | null | undefined;
    const isAnswer =
      typeof read?.version === 'string' &&
      typeof read.text === 'string' &&
      (read.exitCode === 0 || read.exitCode === 1);
    return isAnswer ? (read as StatusAnswer) : null;
  } catch {
    return null;
  }
};
