/**
 * A message on its way to its answer, as the disk has it. What it has led to is written in the same transaction as the
 * effect, so that a Lifeline that is killed anywhere can say after its next start what is so.
 */
import type { ReplyAddress } from '../../healing/treatment.ts';
import type { ProcessedMessages } from '../../store/processed-messages.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import type { Message } from '../message/message.ts';

/** How far it has come. */
export type RequestStage =
  /** Nothing has been changed. */
  | { readonly is: 'begun' }
  /** Something outside the store was begun, such as a program: only its end tells what has become of it. */
  | { readonly is: 'outside' }
  /** What it asked for is done; the answer may have gone out. */
  | { readonly is: 'carried_out'; readonly answer: Message }
  /** It was asked once more; the question may have gone out. */
  | { readonly is: 'asked'; readonly question: Message; readonly nonce: string; readonly label: string }
  /** Nothing had to be changed, or it was refused; the answer may have gone out. */
  | { readonly is: 'answering' };

/** What is known of a message until it has had its answer. */
export interface Unfinished {
  readonly origin: ReplyAddress;
  /** What was asked for, as typed; empty: a tap of which nobody knows yet what it stands for. */
  readonly text: string;
  readonly stage: RequestStage;
  /** Its entry in the audit, which has no end yet; absent: it has none. */
  readonly entry?: number;
}

export interface Request {
  readonly text: () => string;
  readonly stage: () => RequestStage;
  /**
   * It was allowed. @param what it asks for: a tap and a confirming word stand for a command. @param entry in the
   * audit.
   */
  allowed(what: string, entry: number): void;
  reach(stage: RequestStage): void;
  /** It was never here: nothing was done, and it comes again. */
  forget(): void;
  /** Records that the request has its answer, or that another part has stored that there will be one. */
  done(): void;
}

const BEGUN: RequestStage = { is: 'begun' };

/** @returns null for one that was here before. That it was here is on the disk before this returns. */
export const takeRequest = (
  seen: Pick<ProcessedMessages, 'first' | 'note' | 'done' | 'forget'>,
  origin: ReplyAddress & { readonly id: string },
  typed: string,
  now: number,
): Request | null => {
  const { channel, id } = origin;
  let text = typed;
  let stage: RequestStage = BEGUN;
  let entry: number | undefined;
  const note = (): string =>
    JSON.stringify({ origin, text, stage, ...(entry === undefined ? {} : { entry }) } satisfies Unfinished);
  if (!seen.first(channel, id, now, note())) return null;
  return {
    text: () => text,
    stage: () => stage,
    allowed: (what, number) => {
      text = what;
      entry = number;
      seen.note(channel, id, note());
    },
    forget: () => seen.forget(channel, id),
    reach: (next) => {
      stage = next;
      seen.note(channel, id, note());
    },
    done: () => seen.done(channel, id),
  };
};

/**
 * The key of the one answer to a message: the same from whichever Lifeline it comes, so that the platform drops a
 * repeat.
 */
export const answerKey = (id: string): string => `${id} answer`;

/** Where the answer belongs. A tap has no message of its own that could be answered. */
export const originOf = ({
  channel,
  sender,
  chat,
  id,
  pressed,
  apart,
}: Inbound): ReplyAddress & { readonly id: string } => ({
  channel,
  id,
  user: sender,
  ...(chat.kind === 'group' ? { group: chat.id } : {}),
  ...(pressed === undefined && apart === undefined ? { replyTo: id } : {}),
});
