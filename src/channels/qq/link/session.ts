/** Resume or Identify: the one decision that keeps a bot out of endless loops (docs/facts/qq.md 2.7). Pure. */
import type { QqTimings } from '../options.ts';
import type { Reaction } from './close-codes.ts';

/** A session that may be resumed. */
export interface Resumable {
  readonly sessionId: string;
  /** The last event processed. */
  readonly seq: number;
  /** When READY opened it; a Resume does not make it younger. */
  readonly openedAt: number;
  /** When it last brought an event. */
  readonly heardAt: number;
}

export type Login =
  { readonly kind: 'identify' } | { readonly kind: 'resume'; readonly sessionId: string; readonly seq: number };

/**
 * Sessions that Resume alone had kept alive went deaf after days, with every heartbeat answered. So an old session is
 * replaced, and one that has brought nothing for hours as well: but only when nothing can have been missed, because
 * what was missed comes with a Resume alone.
 * @param routine the connection has ended as connections of QQ do, a moment ago.
 */
export const planLogin = (
  session: Resumable | null,
  now: number,
  { sessionMaxAgeMs, sessionQuietMs }: Pick<QqTimings, 'sessionMaxAgeMs' | 'sessionQuietMs'>,
  routine: boolean,
): Login => {
  if (!session || now - session.openedAt >= sessionMaxAgeMs) return { kind: 'identify' };
  if (routine && now - session.heardAt >= sessionQuietMs) return { kind: 'identify' };
  return { kind: 'resume', sessionId: session.sessionId, seq: session.seq };
};

/** Numbers may come out of order; only the highest counts. */
export const afterEvent = (session: Resumable | null, seq: number, heardAt: number): Resumable | null =>
  session && { ...session, seq: Math.max(session.seq, seq), heardAt };

/** @param unconfirmed a Resume was sent and RESUMED never came: trying the same again is how bots loop for ever. */
export const afterEnding = (session: Resumable | null, reaction: Reaction, unconfirmed: boolean): Resumable | null =>
  unconfirmed || reaction.session === 'drop' ? null : session;
