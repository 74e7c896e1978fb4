/**
 * Stores which parts of a message have arrived and which may have, so that a retry repeats neither needlessly. On the
 * disk: after a crash between QQ's answer and its record here, an alert that comes twice must say so.
 */
import type { Shape } from '../content/shape.ts';
import type { TolerantDatabase } from '../tolerant-database.ts';
import type { ReplyWindow } from './reply-window.ts';

/** How a part was sent: by which way, in which shape. */
export interface TriedSend {
  /** The reply window that was used; null: none. */
  readonly replyWindow: Pick<ReplyWindow, 'id' | 'kind' | 'innerId'> | null;
  readonly shape: Shape;
}

export type PartState =
  | { readonly state: 'delivered'; readonly messageId: string; readonly quoteId: string }
  /** The part was sent, and nobody knows whether it arrived. */
  | { readonly state: 'sending'; readonly tried: TriedSend };

export interface Parts {
  get(key: string, part: number): PartState | null;
  /** Written before a try. */
  sending(key: string, part: number, tried: TriedSend, now: number): void;
  delivered(key: string, part: number, messageId: string, quoteId: string): void;
  /** The part certainly did not arrive. */
  failed(key: string, part: number): void;
}

/** Longer than the outbox tries. */
const KEPT_MS = 8 * 24 * 3_600_000;

export const createParts = (memory: TolerantDatabase): Parts => {
  const select = memory.read('SELECT state, way, message_id, quote_id FROM qq_parts WHERE key = ? AND part = ?');
  const upsert = memory.write(`
    INSERT INTO qq_parts (key, part, state, way, message_id, at) VALUES (?, ?, 'sending', ?, '', ?)
    ON CONFLICT DO UPDATE SET state = 'sending', way = excluded.way, at = excluded.at`);
  const deliver = memory.write(
    "UPDATE qq_parts SET state = 'delivered', message_id = ?, quote_id = ? WHERE key = ? AND part = ?",
  );
  const remove = memory.write('DELETE FROM qq_parts WHERE key = ? AND part = ?');
  const prune = memory.write('DELETE FROM qq_parts WHERE at < ?');
  return {
    get: (key, part) => {
      const row = select.get(key, part);
      if (!row) return null;
      return row['state'] === 'delivered'
        ? { state: 'delivered', messageId: String(row['message_id']), quoteId: String(row['quote_id']) }
        : { state: 'sending', tried: triedOf(String(row['way'])) };
    },
    sending: (key, part, tried, now) => {
      prune(now - KEPT_MS);
      upsert(key, part, textOf(tried), now);
    },
    delivered: (key, part, messageId, quoteId) => {
      deliver(messageId, quoteId, key, part);
    },
    failed: (key, part) => {
      remove(key, part);
    },
  };
};

/** The stored JSON names the reply window `ticket`, as the first versions did. */
const textOf = ({ replyWindow, shape }: TriedSend): string => JSON.stringify({ ticket: replyWindow, shape });

const triedOf = (text: string): TriedSend => {
  const { ticket, shape } = JSON.parse(text) as { readonly ticket: TriedSend['replyWindow']; readonly shape: Shape };
  return { replyWindow: ticket, shape };
};
