/** The commands that an agent has taken from its hub. What is written down here is never begun again. */
import type { DatabaseSync } from 'node:sqlite';

export interface TakenCommand {
  readonly id: string;
  readonly at: number;
  /** What was noted of it, for its stored answers and for the case that Lifeline ended meanwhile. JSON. */
  readonly note: string;
  readonly ended: boolean;
}

export interface FleetCommands {
  /** @returns false: it was taken before. That is on the disk before this returns. */
  take(id: string, at: number, note: string): boolean;
  find(id: string): TakenCommand | null;
  end(id: string, note: string): void;
  unended(): readonly TakenCommand[];
}

export const createFleetCommands = (db: DatabaseSync): FleetCommands => {
  const insert = db.prepare('INSERT INTO fleet_commands (id, at, answers) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const select = db.prepare('SELECT * FROM fleet_commands WHERE id = ?');
  const finish = db.prepare('UPDATE fleet_commands SET answers = ?, ended = 1 WHERE id = ?');
  const open = db.prepare('SELECT * FROM fleet_commands WHERE ended = 0 ORDER BY at');
  const toTaken = (row: Record<string, unknown>): TakenCommand => ({
    id: String(row['id']),
    at: Number(row['at']),
    note: String(row['answers']),
    ended: row['ended'] === 1,
  });
  return {
    take: (id, at, note) => insert.run(id, at, note).changes === 1,
    find: (id) => {
      const row = select.get(id);
      return row ? toTaken(row) : null;
    },
    end: (id, note) => {
      finish.run(note, id);
    },
    unended: () => open.all().map(toTaken),
  };
};
