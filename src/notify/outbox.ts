/** The outbox on the disk: what is in it is delivered, whatever becomes of this process in between. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../store/transaction.ts';
import type { Message } from '../chat/message/message.ts';
import { isEnding, type Addressee, type AddresseeWay, type Hold, type NotificationKind } from './notification.ts';
import { createEntryRows } from './rows.ts';
import { supersede } from './supersede.ts';

export interface Letter {
  /** The incident it tells of, or a number below zero (thread.ts). */
  readonly thread: number;
  readonly kind: NotificationKind;
  readonly message: Message;
  readonly at: number;
  /** All that it waits for; the longest counts. */
  readonly hold?: readonly Hold[];
}

export interface Outbox {
  /**
   * Stores a letter for each of these people; a word of the end goes instead to whoever gets the alerts of its thread.
   * What still waits there for the same person is replaced by it.
   * Within a transaction it belongs to that, so that an incident and the word of it are stored together.
   * @returns to how many people it goes.
   */
  enqueue(letter: Letter, to: readonly Addressee[]): number;
  /** One incident has become part of another: what is said of it belongs there now. */
  fold(from: number, into: number): void;
  /** How many letters have not reached their person on any channel. */
  undelivered(): number;
  /** What could have gone out for `afterMs` and has reached nobody: the outside must hear of it some other way. */
  stuck(now: number, afterMs: number): Stuck;
}

export interface Stuck {
  readonly count: number;
  /** When the oldest of them was written, or was free to go; null: there is none. */
  readonly oldestAt: number | null;
}

export const createOutbox = (db: DatabaseSync): Outbox => {
  const insert = db.prepare(
    `INSERT INTO outbox (thread, kind, person, message, at, state, not_before, held) VALUES (?, ?, ?, ?, ?, 'open', ?, ?)`,
  );
  const insertRung = db.prepare(
    `INSERT INTO deliveries (entry, rank, channel, user, place, key, state, next_at) VALUES (?, ?, ?, ?, ?, ?, 'idle', ?)`,
  );
  const people = db.prepare('SELECT DISTINCT person FROM outbox WHERE thread = ?');
  const refile = db.prepare('UPDATE outbox SET thread = ? WHERE thread = ?');
  const finish = db.prepare(`UPDATE outbox SET state = 'done', retry_at = NULL WHERE id = ?`);
  const drop = db.prepare(
    `UPDATE deliveries SET state = 'dropped' WHERE entry = ? AND (state = 'idle' OR (state = 'open' AND unsure = 0))`,
  );
  const gathering = db.prepare(`
    SELECT min(not_before) AS until FROM outbox
    WHERE state = 'open' AND person = ? AND held = ? AND not_before > ? AND (kind = 'recovered') = ?`);
  const count = db.prepare(`
    SELECT count(*) AS count FROM outbox WHERE state <> 'done'
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE entry = outbox.id AND deliveries.state = 'delivered')`);
  // The same letter has the same thread, kind and time for all people; it is stuck when none of them has got it.
  const countStuck = db.prepare(`
    SELECT count(*) AS count, min(since) AS oldest FROM (
      SELECT max(max(at, ifnull(not_before, at))) AS since FROM outbox
      WHERE kind <> 'result' AND state <> 'done' AND NOT EXISTS (
        SELECT 1 FROM deliveries JOIN outbox AS same ON same.id = deliveries.entry
        WHERE same.thread = outbox.thread AND same.kind = outbox.kind AND same.at = outbox.at AND deliveries.state = 'delivered')
      GROUP BY thread, kind, at)
    WHERE since <= ?`);
  const rows = createEntryRows(db);

  const recipients = ({ thread, kind }: Letter, to: readonly Addressee[]): readonly Addressee[] =>
    isEnding(kind)
      ? people
          .all(thread)
          .map(({ person }) => to.find((each) => each.person === person) ?? { person: String(person), ways: [] })
      : to;

  /** All that wait together go together, when the first of them may. */
  const withOthers = (hold: Hold | null, person: string, { kind, at }: Letter): Hold | null => {
    if (hold === null || hold.why === 'quiet') return hold;
    const until = gathering.get(person, hold.why, at, kind === 'recovered' ? 1 : 0)?.['until'];
    return typeof until === 'number' && until < hold.until ? { ...hold, until } : hold;
  };

  const enqueueFor = ({ person, ways }: Addressee, letter: Letter): void => {
    const { thread, kind, message, at } = letter;
    const earlier = rows.of(thread, person);
    const { replaced, givenUp, standsIn, hold } = supersede(kind, earlier, letter.hold ?? []);
    for (const id of [...replaced, ...givenUp]) drop.run(id);
    for (const id of replaced) finish.run(id);
    const wait = withOthers(hold, person, letter);
    const { lastInsertRowid } = insert.run(
      thread,
      kind,
      person,
      JSON.stringify(message),
      at,
      wait?.until ?? null,
      wait?.why ?? null,
    );
    // Somebody who is in the configuration no more has only the ways of the alerts that they did not get.
    const own = isEnding(kind)
      ? standsIn
        ? ways.length > 0
          ? ways
          : (earlier.findLast(({ deliveries }) => deliveries.length > 0)?.deliveries ?? [])
        : []
      : ways;
    own.forEach(({ channel, user, place, key }: AddresseeWay, rank) =>
      insertRung.run(
        lastInsertRowid,
        rank,
        channel,
        user,
        place ? JSON.stringify(place) : null,
        key ?? randomUUID(),
        at,
      ),
    );
  };

  return {
    enqueue: (letter, to) =>
      transaction(db, () => {
        const all = recipients(letter, to);
        for (const person of all) enqueueFor(person, letter);
        return all.length;
      }),
    fold: (from, into) => {
      refile.run(into, from);
    },
    undelivered: () => Number(count.get()?.['count']),
    stuck: (now, afterMs) => {
      const row = countStuck.get(now - afterMs);
      return {
        count: Number(row?.['count'] ?? 0),
        oldestAt: typeof row?.['oldest'] === 'number' ? row['oldest'] : null,
      };
    },
  };
};
