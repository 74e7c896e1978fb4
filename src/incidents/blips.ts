/**
 * Blips: links and processes that were lost and came back within their grace. Nobody is told of them; `/history` lists
 * them.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { LinkName } from '../diagnosis/evidence.ts';
import { isTrouble, type Verdict } from '../diagnosis/verdict.ts';

export interface Blip {
  readonly gateway: string;
  /** Null for the gateway itself: its process was gone. */
  readonly link: LinkName | null;
  readonly from: number;
  readonly to: number;
}

export interface Blips {
  record(blips: readonly Blip[]): void;
  /** Those that ended at or after this time, the newest first; at most so many. */
  since(at: number, most: number): readonly Blip[];
}

/** Returns whether the gateway or link is gone for now, and nobody has announced that. */
const isLost = ({ cause, evidence }: Verdict): boolean =>
  cause === 'lost_within_grace' ||
  (cause === 'stop_in_progress' && evidence.every(({ fact }) => fact.kind !== 'gateway-stopping'));

/** Returns what was lost before, and is neither lost nor in trouble now. */
export const blipsBetween = (before: readonly Verdict[], after: readonly Verdict[], now: number): readonly Blip[] =>
  before.filter(isLost).flatMap(({ gateway, link, since }): Blip[] => {
    const current = after.find((each) => each.link === link);
    const back =
      current !== undefined &&
      !isLost(current) &&
      !isTrouble(current) &&
      (link === null
        ? current.condition === 'healthy' || current.condition === 'starting'
        : current.condition === 'up');
    return back
      ? [
          {
            gateway,
            link,
            from: since,
            to: Math.max(since, Math.min(now, current.since > since ? current.since : now)),
          },
        ]
      : [];
  });

export const createBlips = (db: DatabaseSync): Blips => {
  const insert = db.prepare('INSERT INTO blips (gateway, link, began_at, ended_at) VALUES (?, ?, ?, ?)');
  const select = db.prepare('SELECT * FROM blips WHERE ended_at >= ? ORDER BY id DESC LIMIT ?');
  return {
    record: (blips) => {
      for (const { gateway, link, from, to } of blips) insert.run(gateway, link, from, to);
    },
    since: (at, most) =>
      select.all(at, most).map((row) => ({
        gateway: String(row['gateway']),
        link: row['link'] === null ? null : String(row['link']),
        from: Number(row['began_at']),
        to: Number(row['ended_at']),
      })),
  };
};
