/** What goes between a bot and people: whom it writes to, what it may answer, what it sent. */
import type { Content } from './content.ts';

export interface Target {
  readonly kind: 'user' | 'group';
  readonly openid: string;
}

/** Permission to answer: what a message or an event of a person gives the bot. */
export interface Ticket {
  readonly kind: 'message' | 'event';
  readonly target: Target;
  readonly at: number;
  /** Of an event, its type. */
  readonly t: string | null;
  /** The `msg_seq` values used; each may be used once. */
  readonly used: Set<number>;
}

/** By what right a message went out. */
export type Way =
  | { readonly kind: 'reply'; readonly msgId: string }
  | { readonly kind: 'event'; readonly eventId: string }
  | { readonly kind: 'push' }
  | { readonly kind: 'wakeup' };

/** What a bot has uploaded to send it. */
export interface Upload {
  /** Where it may be sent. */
  readonly scope: Target['kind'];
  readonly name: string;
  readonly text: string;
  /** Of a picture its PNG, in base64. */
  readonly picture?: string;
  readonly until: number;
}

/** A message that the platform took. */
export interface SentMessage extends Content {
  readonly id: string;
  readonly target: Target;
  readonly way: Way;
  readonly seq: number;
  readonly at: number;
  /** Of a message that is one. */
  readonly file?: Pick<Upload, 'name' | 'text' | 'picture'>;
}
