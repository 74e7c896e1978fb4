import { onTestFinished } from 'vitest';
import { createMeta } from '../../src/store/meta.ts';
import { openStore, type Store, type StoreOptions } from '../../src/store/store.ts';

/** Opens the store; closed when the test is over, if it is open then. */
export const opened = (dataDir: string, spareDir: string, options: StoreOptions = {}): Store => {
  const store = openStore(dataDir, { spareDir, ...options });
  onTestFinished(() => {
    if (store.db.isOpen) store.close();
  });
  return store;
};

export const note = ({ db }: Pick<Store, 'db'>, key: string, value = key): void => createMeta(db).set(key, value);
export const noted = ({ db }: Pick<Store, 'db'>, key: string): string | null => createMeta(db).get(key);

/** Many rows in several tables, so that the file has many pages. */
export const fillTables = ({ db }: Pick<Store, 'db'>, rows = 400): void => {
  const audit = db.prepare(
    `INSERT INTO audit (at, channel, sender, command, outcome) VALUES (?, 'qq', 's', ?, 'refused')`,
  );
  const outbox = db.prepare(
    `INSERT INTO outbox (subject, kind, person, message, at, state) VALUES (?, 'opened', 'me', ?, ?, 'open')`,
  );
  const delivery = db.prepare(
    `INSERT INTO deliveries (entry, rank, channel, user, key, state, next_at) VALUES (?, 0, 'qq', 'u', ?, 'idle', 0)`,
  );
  db.exec('BEGIN');
  for (let n = 1; n <= rows; n += 1) {
    audit.run(n, `/status ${'x'.repeat(200)}`);
    const { lastInsertRowid } = outbox.run(n, JSON.stringify({ title: `alert ${n}`, text: 'y'.repeat(200) }), n);
    delivery.run(lastInsertRowid, `key ${n}`);
  }
  db.exec('COMMIT');
};

export const countOf = ({ db }: Pick<Store, 'db'>, table: string): number =>
  Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
