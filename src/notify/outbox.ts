/** The outbox on the disk: what is in it is delivered, whatever becomes of this process in between. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../store/transaction.ts';
import type { Message } from '../chat/message.ts';
import { isEnding, type Addressee, type LetterKind } from './entry.ts';

export interface Letter {
  /** The incident it tells of, or a treatment's id below zero. */
  readonly thread: number;
  readonly kind: LetterKind;
  readonly message: Message;
  readonly at: number;
}

export interface Outbox {
  /**
   * Stores a letter for each of these people; a word of the end goes instead to whoever gets the alerts of its thread.
   * Within a transaction it belongs to that, so that an incident and the word of it are stored together.
   * @returns to how many people it goes.
   */
  enqueue(letter: Letter, to: readonly Addressee[]): number;
  /** One incident has become part of another: what is said of it belongs there now. */
  fold(from: number, into: number): void;
  /** How many letters have not reached their person on any channel. */
  undelivered(): number;
}

export const createOutbox = (db: DatabaseSync): Outbox => {
  const insert = db.prepare(`INSERT INTO outbox (thread, kind, person, message, at, state) VALUES (?, ?, ?, ?, ?, 'open')`);
  const insertRung = db.prepare(`INSERT INTO deliveries (entry, rank, channel, user, place, key, state, next_at) VALUES (?, ?, ?, ?, ?, ?, 'idle', ?)`);
  const people = db.prepare('SELECT DISTINCT person FROM outbox WHERE thread = ?');
  const refile = db.prepare('UPDATE outbox SET thread = ? WHERE thread = ?');
  const count = db.prepare(`
    SELECT count(*) AS count FROM outbox WHERE state <> 'done'
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE entry = outbox.id AND deliveries.state = 'delivered')`);

  const recipients = ({ thread, kind }: Letter, to: readonly Addressee[]): readonly Addressee[] =>
    isEnding(kind) ? people.all(thread).map(({ person }) => ({ person: String(person), ways: [] })) : to;

  return {
    enqueue: (letter, to) =>
      transaction(db, () => {
        const { thread, kind, message, at } = letter;
        const all = recipients(letter, to);
        for (const { person, ways } of all) {
          const { lastInsertRowid } = insert.run(thread, kind, person, JSON.stringify(message), at);
          ways.forEach(({ channel, user, place }, rank) => insertRung.run(lastInsertRowid, rank, channel, user, place ? JSON.stringify(place) : null, randomUUID(), at));
        }
        return all.length;
      }),
    fold: (from, into) => {
      refile.run(into, from);
    },
    undelivered: () => Number(count.get()?.['count']),
  };
};
