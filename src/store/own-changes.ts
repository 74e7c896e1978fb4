/**
 * What was read of the database counts until this connection writes something: for rows that nobody else writes while
 * the bot runs, and that are asked for at each look at each gateway. A read costs ten times as much as this.
 */
import type { DatabaseSync } from 'node:sqlite';

/**
 * @param read must depend on nothing but the database.
 * @returns the same, which reads anew after each change by this connection, and in a transaction always: that may be
 * rolled back.
 */
export const untilOwnChange = <Value>(db: DatabaseSync, read: () => Value): (() => Value) => {
  const count = db.prepare('SELECT total_changes() AS changes');
  let known: { readonly value: Value; readonly at: unknown } | null = null;
  return () => {
    if (db.isTransaction) return read();
    const at = count.get()?.['changes'];
    if (known === null || known.at !== at) known = { value: read(), at };
    return known.value;
  };
};
