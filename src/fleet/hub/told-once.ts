/** Tells the operators of a matter once for each host. What was told survives a take-over by another hub. */
import type { DatabaseSync } from 'node:sqlite';
import type { Message } from '../../chat/message/message.ts';
import type { Addressee } from '../../notify/recipients/addressees.ts';
import type { Outbox } from '../../notify/outbox/queue.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';

export interface ToldOnceOptions {
  readonly db: DatabaseSync;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly people: () => readonly Addressee[];
  readonly now: () => number;
  readonly onQueued: () => void;
}

export interface ToldOnce {
  has(host: string): boolean;
  tell(host: string, message: Message): void;
  /** The matter is over: another time is told again. */
  end(host: string): void;
}

/** @param key under which the store remembers the hosts. */
export const createToldOnce = ({ db, outbox, people, now, onQueued }: ToldOnceOptions, key: string): ToldOnce => {
  const meta = createMeta(db);
  const told = new Set(JSON.parse(meta.get(key) ?? '[]') as readonly string[]);
  const note = (): void => meta.set(key, told.size === 0 ? null : JSON.stringify([...told]));
  return {
    has: (host) => told.has(host),
    tell: (host, message) => {
      transaction(db, () => {
        told.add(host);
        note();
        // Each is a matter of its own, also of two within a millisecond.
        outbox.enqueue({ topic: 'silence', subject: now() + told.size, kind: 'opened', message, at: now() }, people());
      });
      onQueued();
    },
    end: (host) => {
      if (told.delete(host)) note();
    },
  };
};
