/** The outbox's rows as entries. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Message } from '../chat/message/message.ts';
import type { Fix } from '../text/channels/fixes.ts';
import type { Notification, Place, Delivery } from './notification.ts';

export interface EntryRows {
  /** Everything in threads that have something unfinished, oldest first. */
  unfinished(): readonly Notification[];
  /** All that one person gets of one thread, oldest first. */
  of(thread: number, person: string): readonly Notification[];
}

/** @param onUnreadable hears of a row that is none of ours, or damaged; the others are read. */
export const createEntryRows = (
  db: DatabaseSync,
  onUnreadable: (id: number, error: unknown) => void = () => undefined,
): EntryRows => {
  const entries = 'SELECT outbox.*, incidents.gateway FROM outbox LEFT JOIN incidents ON incidents.id = outbox.thread';
  const selectUnfinished = db.prepare(
    `${entries} WHERE (thread, person) IN (SELECT thread, person FROM outbox WHERE state <> 'done') ORDER BY outbox.id`,
  );
  const selectOf = db.prepare(`${entries} WHERE thread = ? AND person = ? ORDER BY outbox.id`);
  const selectRungs = db.prepare('SELECT * FROM deliveries WHERE entry = ? ORDER BY rank');
  const whole = (row: Row): readonly Notification[] => {
    const id = Number(row['id']);
    try {
      return [toEntry(row, selectRungs.all(id).map(toRung))];
    } catch (error) {
      onUnreadable(id, error);
      return [];
    }
  };
  return {
    unfinished: () => selectUnfinished.all().flatMap(whole),
    of: (thread, person) => selectOf.all(thread, person).flatMap(whole),
  };
};

type Row = Record<string, SQLOutputValue>;

const toEntry = (row: Row, deliveries: readonly Delivery[]): Notification => ({
  id: Number(row['id']),
  thread: Number(row['thread']),
  kind: row['kind'] as Notification['kind'],
  person: String(row['person']),
  message: JSON.parse(String(row['message'])) as Message,
  at: Number(row['at']),
  state: row['state'] as Notification['state'],
  retryAt: row['retry_at'] === null ? null : Number(row['retry_at']),
  notBefore: row['not_before'] === null ? null : Number(row['not_before']),
  held: row['held'] === null ? null : (row['held'] as Notification['held']),
  gateway: row['gateway'] === null ? null : String(row['gateway']),
  deliveries,
});

const toRung = (row: Row): Delivery => ({
  channel: String(row['channel']),
  user: String(row['user']),
  place: row['place'] === null ? {} : (JSON.parse(String(row['place'])) as Place),
  fix: row['fix'] === null ? null : (row['fix'] as Fix),
  key: String(row['key']),
  state: row['state'] as Delivery['state'],
  chosenAt: row['chosen_at'] === null ? null : Number(row['chosen_at']),
  nextAt: Number(row['next_at']),
  tries: Number(row['tries']),
  batch: row['batch'] === null ? null : String(row['batch']),
  unsure: row['unsure'] === 1,
});
