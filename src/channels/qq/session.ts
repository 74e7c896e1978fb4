/** Resume or Identify: the one decision that keeps a bot out of endless loops (facts/qq.md §2.7). Pure. */
import type { Reaction } from './close-codes.ts';

/** A session that may be resumed. */
export interface Resumable {
  readonly sessionId: string;
  /** The last event processed. */
  readonly seq: number;
  /** When READY opened it; a Resume does not make it younger. */
  readonly openedAt: number;
}

export type Login = { readonly kind: 'identify' } | { readonly kind: 'resume'; readonly sessionId: string; readonly seq: number };

export const planLogin = (session: Resumable | null, now: number, maxAgeMs: number): Login =>
  session && now - session.openedAt < maxAgeMs ? { kind: 'resume', sessionId: session.sessionId, seq: session.seq } : { kind: 'identify' };

/** Numbers may come out of order; only the highest counts. */
export const advance = (session: Resumable | null, seq: number): Resumable | null =>
  session && { ...session, seq: Math.max(session.seq, seq) };

/** @param unconfirmed a Resume was sent and RESUMED never came: trying the same again is how bots loop for ever. */
export const afterEnding = (session: Resumable | null, reaction: Reaction, unconfirmed: boolean): Resumable | null =>
  unconfirmed || reaction.session === 'drop' ? null : session;
