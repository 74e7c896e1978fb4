/** The outbox as the delivery sees it: what is unfinished, and what became of each try. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { createQuotes } from '../../store/quotes.ts';
import { transaction } from '../../store/transaction.ts';
import type { Change } from './delivery-plan.ts';
import type { Notification } from './notification.ts';
import { createNotificationReader } from './queue.ts';
import type { DeliveryOutcome } from './send.ts';

export interface DeliveryRecord {
  /** Everything in threads that have something unfinished, one list for each thread, oldest first. */
  threads(): readonly (readonly Notification[])[];
  apply(changes: readonly Change[], now: number, refusedPauseMs: number): void;
  /** Written before a try, so that one that a crash cuts short is known. */
  begin(notification: number, channel: string, batch: string | null): void;
  /** @returns whether the outcome counts: a late answer to a try that was given up may not. */
  end(notification: number, channel: string, outcome: DeliveryOutcome): boolean;
  /** What a channel refused for this person, and is not over, is open there again. */
  retry(channel: string, user: string, now: number): void;
  /** What waits for another try on this channel is due. */
  channelBack(channel: string, now: number): void;
  /** After a start of Lifeline: tries that were cut short are unsure, and all that is open is due. */
  resume(now: number): void;
}

/** @param onUnreadable hears of a notification that cannot be read; it is taken out of the way of the others. */
export const createDeliveryRecord = (
  db: DatabaseSync,
  onUnreadable: (id: number, error: unknown) => void = () => undefined,
): DeliveryRecord => {
  const reader = createNotificationReader(db, (id, error) => {
    onUnreadable(id, error);
    setState.run('done', null, id);
  });
  const quotes = createQuotes(db);
  // At a hub a host's matter has a number of its own, and there are no other incidents.
  const incident = db.prepare(`SELECT subject FROM outbox WHERE id = ? AND topic IN ('incident', 'host')`);
  const setState = db.prepare('UPDATE outbox SET state = ?, retry_at = ? WHERE id = ?');
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
    INSERT INTO deliveries (entry, rank, channel, user, place, key, state, next_at)
    SELECT ?, count(*), ?, ?, ?, ?, 'idle', ? FROM deliveries WHERE entry = ?`);
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
      WHERE later.topic = outbox.topic AND later.subject = outbox.subject AND later.person = outbox.person AND later.id > outbox.id
        AND (later.kind IN ('recovered', 'channel_up') OR outbox.kind IN ('recovered', 'channel_up')))))`);
  const reopen = db.prepare(
    `UPDATE deliveries SET state = 'open', chosen_at = ?, next_at = ?, fix = NULL WHERE entry = ? AND channel = ?`,
  );
  const markUnsure = db.prepare(`UPDATE deliveries SET state = 'open', unsure = 1 WHERE state = 'sending'`);
  const dueOn = db.prepare(`UPDATE deliveries SET next_at = ? WHERE state = 'open' AND channel = ? AND next_at > ?`);
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
        add.run(
          change.notification,
          change.channel,
          change.user,
          change.group === undefined ? null : JSON.stringify({ group: change.group }),
          randomUUID(),
          now,
          change.notification,
        );
        return;
      case 'finish':
        dropRest.run(change.notification);
        setState.run('done', null, change.notification);
        return;
      case 'fail':
        setState.run('failed', now + refusedPauseMs, change.notification);
        return;
      case 'revive':
        revive.run(change.notification);
        setState.run('open', null, change.notification);
        return;
    }
  };

  const endDelivered = (
    notification: number,
    channel: string,
    { at, messageId, quoteIds = [] }: Extract<DeliveryOutcome, { is: 'delivered' }>,
  ): boolean =>
    transaction(db, () => {
      const counts = delivered.run(at, messageId, notification, channel).changes === 1;
      const about = incident.get(notification)?.['subject'];
      if (counts && about !== undefined) quotes.remember(channel, quoteIds, Number(about), at);
      return counts;
    });

  return {
    threads: () => [
      ...Map.groupBy(reader.unfinished(), ({ topic, subject, person }) => `${topic} ${subject} ${person}`).values(),
    ],
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
          return endDelivered(notification, channel, outcome);
        case 'refused':
          return refused.run(outcome.reason, outcome.fix ?? null, notification, channel).changes === 1;
        case 'lost':
        case 'put_off': {
          const unsure = outcome.is === 'lost' ? 1 : 0;
          return putOff.run(unsure, outcome.nextAt, outcome.reason, notification, channel).changes === 1;
        }
      }
    },
    retry: (channel, user, now) =>
      transaction(db, () => {
        for (const { entry: notification } of refusedFor.all(channel, user)) {
          reopen.run(now, now, notification ?? null, channel);
          setState.run('open', null, notification ?? null);
        }
      }),
    channelBack: (channel, now) => {
      dueOn.run(now, channel, now);
    },
    resume: (now) =>
      transaction(db, () => {
        markUnsure.run();
        makeDue.run(now, now);
      }),
  };
};
