/**
 * The pairing code that is open, as far as the disk may know it: a salted hash. There is one at a time, and it lies in
 * the database so that `lifeline pair` can make it while `lifeline run` checks it.
 */
import type { DatabaseSync } from 'node:sqlite';

export interface StoredPairing {
  /** Tells one code from the next. */
  readonly id: string;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly role: string;
  /** null: one is found when it is used. */
  readonly name: string | null;
  /** The command that shows it. */
  readonly madeBy: string;
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly triesLeft: number;
  /** Who has used it up; null: nobody yet. */
  readonly paired: {
    readonly channel: string;
    readonly user: string;
    readonly name: string;
    readonly role: string;
  } | null;
}

export interface PairingStore {
  get(): StoredPairing | null;
  /** Stores a code. The one before is no longer valid. */
  put(pairing: StoredPairing): void;
  /** Takes one try from the code `id`. */
  spendTry(id: string): void;
  /** The code `id` is used up. */
  use(id: string, by: NonNullable<StoredPairing['paired']>): void;
}

export const createPairingStore = (db: DatabaseSync): PairingStore => {
  const select = db.prepare(
    'SELECT id, salt, hash, role, name, made_by AS madeBy, made_at AS madeAt, expires_at AS expiresAt, tries_left AS triesLeft, paired FROM pairing',
  );
  const replace = db.prepare(
    'REPLACE INTO pairing (slot, id, salt, hash, role, name, made_by, made_at, expires_at, tries_left, paired) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)',
  );
  const spend = db.prepare('UPDATE pairing SET tries_left = tries_left - 1 WHERE id = ? AND tries_left > 0');
  const use = db.prepare('UPDATE pairing SET paired = ? WHERE id = ? AND paired IS NULL');
  return {
    get: () => {
      const row = select.get();
      if (!row) return null;
      const { paired, ...rest } = row;
      return { ...rest, paired: typeof paired === 'string' ? (JSON.parse(paired) as unknown) : null } as StoredPairing;
    },
    put: ({ id, salt, hash, role, name, madeBy, madeAt, expiresAt, triesLeft }) => {
      replace.run(id, salt, hash, role, name, madeBy, madeAt, expiresAt, triesLeft);
    },
    spendTry: (id) => {
      spend.run(id);
    },
    use: (id, by) => {
      use.run(JSON.stringify(by), id);
    },
  };
};
