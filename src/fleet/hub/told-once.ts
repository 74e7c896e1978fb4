/** Of which hosts a matter was told, also by the hubs before this one. */
import type { DatabaseSync } from 'node:sqlite';
import { createMeta } from '../../store/meta.ts';

export interface ToldOnce {
  has(host: string): boolean;
  /** @returns of how many it was told by now. */
  add(host: string): number;
  /** The matter is over: another time is told again. */
  end(host: string): void;
}

export const createToldOnce = (db: DatabaseSync, key: string): ToldOnce => {
  const meta = createMeta(db);
  const told = new Set(JSON.parse(meta.get(key) ?? '[]') as readonly string[]);
  const note = (): void => meta.set(key, told.size === 0 ? null : JSON.stringify([...told]));
  return {
    has: (host) => told.has(host),
    add: (host) => {
      told.add(host);
      note();
      return told.size;
    },
    end: (host) => {
      if (told.delete(host)) note();
    },
  };
};
