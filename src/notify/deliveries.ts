/** The worker's side of the outbox: what is unfinished, and what became of each try. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { createQuotes } from '../store/quotes.ts';
import { transaction } from '../store/transaction.ts';
import type { Fix } from '../text/channels/fixes.ts';
import type { Notification } from './notification.ts';
import type { Change } from './plan.ts';
import { createEntryRows } from './rows.ts';

/** What became of a try. `lost`: nobody knows. */
export type Outcome =
  | { readonly is: 'delivered'; readonly at: number; readonly messageId: string; readonly quoteIds?: readonly string[] }
  | { readonly is: 'refused'; readonly reason: string; readonly fix?: Fix }
  | { readonly is: 'lost' | 'put_off'; readonly reason: string; readonly nextAt: number };

export interface Deliveries {
  /** Everything in threads that have something unfinished, one list for each thread and person, oldest first. */
  threads(): readonly (readonly Notification[])[];
  apply(changes: readonly Change[], now: number, refusedPauseMs: number): void;
  /** Written before a try, so that one that a crash cuts short is known. */
  begin(notification: number, channel: string, batch: string | null): void;
  /** @returns whether it was still of interest: a late answer to a try that was given up may not be. */
  end(notification: number, channel: string, outcome: Outcome): boolean;
  /** What a channel refused for this person, and is not over, is open there again. */
  retry(channel: string, user: string, now: number): void;
  /** After a start of Lifeline: tries that were cut short are unsure, and all that is open is due. */
  resume(now: number): void;
}

/** @param onUnreadable hears of a letter that cannot be read; it is taken out of the way of the others. */
export const createDeliveries = (
  db: DatabaseSync,
  onUnreadable: (id: number, error: unknown) => void = () => undefined,
): Deliveries => {
  const rows = createEntryRows(db, (id, error) => {
    onUnreadable(id, error);
    setEntry.run('done', null, id);
  });
  const quotes = createQuotes(db);
  const threadOf = db.prepare('SELECT thread FROM outbox WHERE id = ?');
  const setEntry = db.prepare('UPDATE outbox SET state = ?, retry_at = ? WHERE id = ?');
  const choose = db.prepare(
    `UPDATE deliveries SET state = 'open', chosen_at = ?, next_at = ? WHERE entry = ? AND channel = ? AND state = 'idle'`,
  );
  const drop = db.prepare(
    `UPDATE deliveries SET state = 'dropped' WHERE entry = ? AND channel = ? AND state IN ('idle', 'open')`,
  );
  const dropRest = db.prepare(`UPDATE deliveries SET state = 'dropped' WHERE entry = ? AND state IN ('idle', 'open')`);
  const revive = db.prepare(
    `UPDATE deliveries SET state = 'idle', chosen_at = NULL WHERE entry = ? AND state = 'refused'`,
  );
  const add = db.prepare(`
    INSERT INTO deliveries (entry, rank, channel, user, key, state, next_at)
    SELECT ?, count(*), ?, ?, ?, 'idle', ? FROM deliveries WHERE entry = ?`);
  const begin = db.prepare(
    `UPDATE deliveries SET state = 'sending', tries = tries + 1, batch = ? WHERE entry = ? AND channel = ? AND state = 'open'`,
  );
  const delivered = db.prepare(`
    UPDATE deliveries SET state = 'delivered', delivered_at = ?, detail = ? WHERE entry = ? AND channel = ? AND state IN ('open', 'sending')`);
  const refused = db.prepare(
    `UPDATE deliveries SET state = 'refused', detail = ?, fix = ? WHERE entry = ? AND channel = ? AND state = 'sending'`,
  );
  const putOff = db.prepare(`
    UPDATE deliveries SET state = 'open', unsure = max(unsure, ?), next_at = ?, detail = ? WHERE entry = ? AND channel = ? AND state = 'sending'`);
  // Also of what has arrived elsewhere and is not over yet: where more copies are wanted, one is still missing.
  const refusedFor = db.prepare(`
    SELECT deliveries.entry FROM deliveries JOIN outbox ON outbox.id = deliveries.entry
    WHERE deliveries.state = 'refused' AND channel = ? AND user = ? AND (outbox.state <> 'done' OR (kind NOT IN ('result', 'reminder') AND NOT EXISTS (
      SELECT 1 FROM outbox AS later
      WHERE later.thread = outbox.thread AND later.person = outbox.person AND later.id > outbox.id
        AND (later.kind IN ('recovered', 'channel_up') OR outbox.kind IN ('recovered', 'channel_up')))))`);
  const reopen = db.prepare(
    `UPDATE deliveries SET state = 'open', chosen_at = ?, next_at = ?, fix = NULL WHERE entry = ? AND channel = ?`,
  );
  const markUnsure = db.prepare(`UPDATE deliveries SET state = 'open', unsure = 1 WHERE state = 'sending'`);
  const makeDue = db.prepare(`UPDATE deliveries SET chosen_at = ?, next_at = ? WHERE state = 'open'`);

  const applyOne = (change: Change, now: number, refusedPauseMs: number): void => {
    switch (change.do) {
      case 'choose':
        choose.run(now, now, change.notification, change.channel);
        return;
      case 'drop':
        drop.run(change.notification, change.channel);
        return;
      case 'add':
        add.run(change.notification, change.channel, change.user, randomUUID(), now, change.notification);
        return;
      case 'finish':
        dropRest.run(change.notification);
        setEntry.run('done', null, change.notification);
        return;
      case 'fail':
        setEntry.run('failed', now + refusedPauseMs, change.notification);
        return;
      case 'revive':
        revive.run(change.notification);
        setEntry.run('open', null, change.notification);
        return;
    }
  };

  return {
    threads: () => [...Map.groupBy(rows.unfinished(), ({ thread, person }) => `${thread} ${person}`).values()],
    apply: (changes, now, refusedPauseMs) =>
      transaction(db, () => {
        for (const change of changes) applyOne(change, now, refusedPauseMs);
      }),
    begin: (notification, channel, batch) => {
      begin.run(batch, notification, channel);
    },
    end: (notification, channel, outcome) => {
      switch (outcome.is) {
        case 'delivered':
          return transaction(db, () => {
            const counted = delivered.run(outcome.at, outcome.messageId, notification, channel).changes === 1;
            if (counted)
              quotes.remember(
                channel,
                outcome.quoteIds ?? [],
                Number(threadOf.get(notification)?.['thread']),
                outcome.at,
              );
            return counted;
          });
        case 'refused':
          return refused.run(outcome.reason, outcome.fix ?? null, notification, channel).changes === 1;
        case 'lost':
        case 'put_off':
          return (
            putOff.run(outcome.is === 'lost' ? 1 : 0, outcome.nextAt, outcome.reason, notification, channel).changes ===
            1
          );
      }
    },
    retry: (channel, user, now) =>
      transaction(db, () => {
        for (const { entry: notification } of refusedFor.all(channel, user)) {
          reopen.run(now, now, notification ?? null, channel);
          setEntry.run('open', null, notification ?? null);
        }
      }),
    resume: (now) =>
      transaction(db, () => {
        markUnsure.run();
        makeDue.run(now, now);
      }),
  };
};
