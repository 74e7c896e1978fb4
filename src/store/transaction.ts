import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in one transaction: all of it is on the disk when this returns, or nothing is when it throws. Within
 * another transaction it joins that one, so an error must be let through to the outermost. `work` must not be
 * asynchronous: the transaction ends when it returns.
 */
export const transaction = <Result>(db: DatabaseSync, work: () => Result): Result => {
  if (db.isTransaction) return work();
  // IMMEDIATE takes the write lock at once; a transaction that asks for it later can fail half-way.
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors (a full disk) have already ended the transaction.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};
