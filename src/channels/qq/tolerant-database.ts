/**
 * The channel's access to the database. A full disk must not keep a message from going out, so a failed write is only
 * logged.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';

export interface TolerantDatabase {
  read(sql: string): StatementSync;
  /**
   * @returns a function that writes; when it fails, it says that one row changed, so that nothing is held back for it.
   */
  write(sql: string): (...values: SQLInputValue[]) => { readonly changes: number; readonly row: number };
}

export const createTolerantDatabase = (db: DatabaseSync, logger: Logger): TolerantDatabase => ({
  read: (sql) => db.prepare(sql),
  write: (sql) => {
    const statement = db.prepare(sql);
    return (...values) => {
      try {
        const { changes, lastInsertRowid } = statement.run(...values);
        return { changes: Number(changes), row: Number(lastInsertRowid) };
      } catch (thrown) {
        logger.error({ err: thrown }, 'QQ: the database cannot be written');
        return { changes: 1, row: 0 };
      }
    };
  },
});
