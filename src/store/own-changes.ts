/**
 * What was read of the database counts until this connection writes something: for rows that nobody else writes while
 * the bot runs, and that are asked for at each look at each gateway. A read costs ten times as much as this.
 */
import type { DatabaseSync } from 'node:sqlite';

/**
 * @param read must depend on nothing but the database and the key.
 * @returns the same, which reads anew after each change by this connection, and in a transaction always: that may be
 * rolled back.
 */
export const untilOwnChange = <Value>(db: DatabaseSync, read: (key: string) => Value): ((key: string) => Value) => {
  const count = db.prepare('SELECT total_changes() AS changes');
  const known = new Map<string, Value>();
  let knownAt: unknown;
  return (key) => {
    if (db.isTransaction) return read(key);
    const changes = count.get()?.['changes'];
    if (changes !== knownAt) known.clear();
    knownAt = changes;
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = read(key);
    known.set(key, value);
    return value;
  };
};
