/** Who was paired from the phone. Those of the configuration stand there and not here. */
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './transaction.ts';

export interface PairedOperator {
  readonly channel: string;
  /** The platform's id of the person on that channel. */
  readonly user: string;
  /** The same name on two channels is one person. */
  readonly name: string;
  /** As it is stored: whoever judges by it must know the role. */
  readonly role: string;
  readonly pairedAt: number;
}

export interface PairedOperators {
  /** Somebody who was revoked before is back; somebody who is there gets the new name and role. */
  add(operator: PairedOperator): void;
  /** Asks the disk each time, so that a revocation by another process counts at once. */
  find(channel: string, user: string): PairedOperator | null;
  /** All who may command now, the first paired first. */
  list(): readonly PairedOperator[];
  /** @returns whom it has revoked: all of that name. */
  revoke(name: string, now: number): readonly PairedOperator[];
}

export const createPairedOperators = (db: DatabaseSync): PairedOperators => {
  const columns = 'channel, user, name, role, paired_at AS pairedAt';
  const insert = db.prepare(
    `INSERT INTO operators (channel, user, name, role, paired_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (channel, user) DO UPDATE SET name = excluded.name, role = excluded.role, paired_at = excluded.paired_at, revoked_at = NULL`,
  );
  const find = db.prepare(`SELECT ${columns} FROM operators WHERE channel = ? AND user = ? AND revoked_at IS NULL`);
  const list = db.prepare(
    `SELECT ${columns} FROM operators WHERE revoked_at IS NULL ORDER BY paired_at, channel, user`,
  );
  const revoke = db.prepare(
    `UPDATE operators SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL RETURNING ${columns}`,
  );
  // Whoever is paired again is bound in groups anew.
  const unbind = db.prepare('DELETE FROM group_members WHERE owner_channel = ? AND owner = ?');
  const read = (row: object): PairedOperator => ({ ...row }) as PairedOperator;
  return {
    add: ({ channel, user, name, role, pairedAt }) => {
      insert.run(channel, user, name, role, pairedAt);
    },
    find: (channel, user) => {
      const row = find.get(channel, user);
      return row ? read(row) : null;
    },
    list: () => list.all().map(read),
    revoke: (name, now) =>
      transaction(db, () => {
        const gone = revoke.all(now, name).map(read);
        for (const { channel, user } of gone) unbind.run(channel, user);
        return gone;
      }),
  };
};
