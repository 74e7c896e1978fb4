/** Lists the tables of a database and their columns, as SQLite itself knows them. `migrations.ts` defines them. */
import type { DatabaseSync } from 'node:sqlite';

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of its primary key. */
  readonly key: readonly string[];
  /** Its rows are counted through, so that two databases use the same number for different things. */
  readonly numbered: boolean;
}

const LIST = `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`;

export const tableNames = (db: DatabaseSync): readonly string[] =>
  db
    .prepare(LIST)
    .all()
    .map(({ name }) => String(name));

export const tablesOf = (db: DatabaseSync): readonly Table[] =>
  db
    .prepare(LIST)
    .all()
    .map(({ name, wr }) => {
      const columns = db.prepare('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid').all(String(name));
      return {
        name: String(name),
        columns: columns.map((column) => String(column['name'])),
        key: columns.filter(({ pk }) => Number(pk) > 0).map((column) => String(column['name'])),
        numbered: wr === 0,
      };
    });

/** As SQL; the names are Lifeline's own. */
export const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
