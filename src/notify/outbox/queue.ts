/** The outbox on the disk: what is in it is delivered, whatever becomes of this process in between. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Message } from '../../chat/message/message.ts';
import { transaction } from '../../store/transaction.ts';
import type { ChannelFix } from '../../text/channels/fixes.ts';
import type { Addressee, AddresseeWay, ReplyPlace } from '../recipients/addressees.ts';
import { GATHER_MS, type Hold } from '../hold.ts';
import { pipeline, type Reason } from '../pipeline.ts';
import { isEnding, type Delivery, type Notification, type NotificationKind, type Subject } from './notification.ts';

/** What is to be told, before it is known to whom. */
export interface NewNotification extends Subject {
  readonly kind: NotificationKind;
  readonly message: Message;
  readonly at: number;
  /** All that it waits for; the longest counts. */
  readonly holds?: readonly Hold[];
}

export interface Outbox {
  /**
   * Stores a notification for each of these people; one of an end goes instead to whoever gets the alerts of its
   * subject. What still waits there for the same person is replaced by it.
   * Within a transaction it belongs to that, so that an incident and its notifications are stored together.
   * @returns what was stored, one for each person.
   */
  enqueue(news: NewNotification, to: readonly Addressee[]): readonly Queued[];
  /** One incident has become part of another: its notifications belong to that one now. */
  fold(from: number, into: number): void;
  /** How many notifications have not reached their person on any channel. */
  undelivered(): number;
  /** What could have gone out for `afterMs` and has reached nobody: the outside must hear of it some other way. */
  stuck(now: number, afterMs: number): Stuck;
}

export interface Queued {
  readonly id: number;
  readonly person: string;
  /** What it waits for; null: nothing. */
  readonly hold: Hold | null;
  readonly why: Reason<'supersede'>;
}

export interface Stuck {
  readonly count: number;
  /** When the oldest of them was written, or was free to go; null: there is none. */
  readonly oldestAt: number | null;
}

export const createOutbox = (db: DatabaseSync): Outbox => {
  const insert = db.prepare(
    `INSERT INTO outbox (topic, subject, kind, person, message, at, state, not_before, held) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?)`,
  );
  const insertDelivery = db.prepare(
    `INSERT INTO deliveries (entry, rank, channel, user, place, key, state, next_at) VALUES (?, ?, ?, ?, ?, ?, 'idle', ?)`,
  );
  const people = db.prepare('SELECT DISTINCT person FROM outbox WHERE topic = ? AND subject = ?');
  const refile = db.prepare(`UPDATE outbox SET subject = ? WHERE topic = 'incident' AND subject = ?`);
  const finish = db.prepare(`UPDATE outbox SET state = 'done', retry_at = NULL WHERE id = ?`);
  const drop = db.prepare(
    `UPDATE deliveries SET state = 'dropped' WHERE entry = ? AND (state = 'idle' OR (state = 'open' AND unsure = 0))`,
  );
  const gathering = db.prepare(`
    SELECT min(not_before) AS until FROM outbox
    WHERE state = 'open' AND person = ? AND held = ? AND not_before > ? AND (kind = 'recovered') = ?`);
  const leftAtOnce = db.prepare(
    `SELECT max(at) AS at FROM outbox WHERE person = ? AND kind = 'opened' AND held IS NULL AND at > ? AND at <= ?`,
  );
  const count = db.prepare(`
    SELECT count(*) AS count FROM outbox WHERE state <> 'done'
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE entry = outbox.id AND deliveries.state = 'delivered')`);
  // The same news has the same subject, kind and time for all people; it is stuck when none of them has got it.
  const countStuck = db.prepare(`
    SELECT count(*) AS count, min(since) AS oldest FROM (
      SELECT max(max(at, ifnull(not_before, at))) AS since FROM outbox
      WHERE kind <> 'result' AND state <> 'done' AND NOT EXISTS (
        SELECT 1 FROM deliveries JOIN outbox AS same ON same.id = deliveries.entry
        WHERE same.topic = outbox.topic AND same.subject = outbox.subject AND same.kind = outbox.kind AND same.at = outbox.at
          AND deliveries.state = 'delivered')
      GROUP BY topic, subject, kind, at)
    WHERE since <= ?`);
  const reader = createNotificationReader(db);

  const recipients = ({ topic, subject, kind }: NewNotification, to: readonly Addressee[]): readonly Addressee[] =>
    isEnding(kind)
      ? people
          .all(topic, subject)
          .map(({ person }) => to.find((each) => each.person === person) ?? { person: String(person), ways: [] })
      : to;

  /**
   * All that wait together go together, when the first of them may. The first alert waits for nobody: those that come
   * within `GATHER_MS` of it wait for each other. A longer wait is that of a storm, in which none is the first.
   */
  const withOthers = (hold: Hold | null, person: string, { kind, at }: NewNotification): Hold | null => {
    if (hold === null || hold.why === 'quiet') return hold;
    const until = gathering.get(person, hold.why, at, kind === 'recovered' ? 1 : 0)?.['until'];
    if (typeof until === 'number') return until < hold.until ? { ...hold, until } : hold;
    if (hold.why !== 'gathering' || kind !== 'opened' || hold.until - at > GATHER_MS) return hold;
    const first = leftAtOnce.get(person, at - GATHER_MS, at)?.['at'];
    return typeof first === 'number' ? { ...hold, until: first + GATHER_MS } : null;
  };

  const enqueueFor = (addressee: Addressee, news: NewNotification): Queued => {
    const { person } = addressee;
    const { topic, subject, kind, message, at } = news;
    const earlier = reader.thread(news, person);
    const { replaced, givenUp, standsIn, hold: own, why } = pipeline.supersede(kind, earlier, news.holds ?? []);
    for (const id of [...replaced, ...givenUp]) drop.run(id);
    for (const id of replaced) finish.run(id);
    const hold = withOthers(own, person, news);
    const id = Number(
      insert.run(topic, subject, kind, person, JSON.stringify(message), at, hold?.until ?? null, hold?.why ?? null)
        .lastInsertRowid,
    );
    const ways = isEnding(kind) ? waysOfEnd(addressee, earlier, standsIn) : addressee.ways;
    ways.forEach(({ channel, user, place, key }, rank) =>
      insertDelivery.run(id, rank, channel, user, place ? JSON.stringify(place) : null, key ?? randomUUID(), at),
    );
    return { id, person, hold, why };
  };

  return {
    enqueue: (news, to) => transaction(db, () => recipients(news, to).map((addressee) => enqueueFor(addressee, news))),
    fold: (from, into) => {
      refile.run(into, from);
    },
    undelivered: () => Number(count.get()?.['count']),
    stuck: (now, afterMs) => {
      const row = countStuck.get(now - afterMs);
      return {
        count: Number(row?.['count'] ?? 0),
        oldestAt: typeof row?.['oldest'] === 'number' ? row['oldest'] : null,
      };
    },
  };
};

/**
 * The channels of an end are added as its alerts arrive (`delivery-plan.ts`), but where it stands for alerts that nobody
 * got. Somebody who is in the configuration no more has only the channels of those.
 */
const waysOfEnd = (
  { ways }: Addressee,
  earlier: readonly Notification[],
  standsIn: boolean,
): readonly AddresseeWay[] => {
  if (!standsIn) return [];
  return ways.length > 0 ? ways : (earlier.findLast(({ deliveries }) => deliveries.length > 0)?.deliveries ?? []);
};

export interface NotificationReader {
  /** Everything in threads that have something unfinished, oldest first. */
  unfinished(): readonly Notification[];
  /** All that one person gets about one subject, oldest first. */
  thread(subject: Subject, person: string): readonly Notification[];
}

/** @param onUnreadable hears of a row that is not Lifeline's, or damaged; the others are read. */
export const createNotificationReader = (
  db: DatabaseSync,
  onUnreadable: (id: number, error: unknown) => void = () => undefined,
): NotificationReader => {
  const notifications = `
    SELECT outbox.*, ifnull(incidents.gateway, fleet_threads.host || '/' || fleet_threads.gateway) AS gateway FROM outbox
    LEFT JOIN incidents ON outbox.topic = 'incident' AND incidents.id = outbox.subject
    LEFT JOIN fleet_threads ON outbox.topic = 'host' AND fleet_threads.subject = outbox.subject`;
  const selectUnfinished = db.prepare(`
    ${notifications} WHERE (outbox.topic, outbox.subject, person) IN (SELECT topic, subject, person FROM outbox WHERE state <> 'done')
    ORDER BY outbox.id`);
  const selectThread = db.prepare(
    `${notifications} WHERE outbox.topic = ? AND outbox.subject = ? AND person = ? ORDER BY outbox.id`,
  );
  const selectDeliveries = db.prepare('SELECT * FROM deliveries WHERE entry = ? ORDER BY rank');
  const read = (row: Row): readonly Notification[] => {
    const id = Number(row['id']);
    try {
      return [toNotification(row, selectDeliveries.all(id).map(toDelivery))];
    } catch (error) {
      onUnreadable(id, error);
      return [];
    }
  };
  return {
    unfinished: () => selectUnfinished.all().flatMap(read),
    thread: ({ topic, subject }, person) => selectThread.all(topic, subject, person).flatMap(read),
  };
};

type Row = Record<string, SQLOutputValue>;

const toNotification = (row: Row, deliveries: readonly Delivery[]): Notification => ({
  id: Number(row['id']),
  topic: row['topic'] as Notification['topic'],
  subject: Number(row['subject']),
  kind: row['kind'] as Notification['kind'],
  person: String(row['person']),
  message: JSON.parse(String(row['message'])) as Message,
  at: Number(row['at']),
  state: row['state'] as Notification['state'],
  retryAt: row['retry_at'] === null ? null : Number(row['retry_at']),
  notBefore: row['not_before'] === null ? null : Number(row['not_before']),
  held: row['held'] === null ? null : (row['held'] as Notification['held']),
  gateway: row['gateway'] === null ? null : String(row['gateway']),
  deliveries,
});

const toDelivery = (row: Row): Delivery => ({
  channel: String(row['channel']),
  user: String(row['user']),
  place: row['place'] === null ? {} : (JSON.parse(String(row['place'])) as ReplyPlace),
  fix: row['fix'] === null ? null : (row['fix'] as ChannelFix),
  key: String(row['key']),
  state: row['state'] as Delivery['state'],
  chosenAt: row['chosen_at'] === null ? null : Number(row['chosen_at']),
  nextAt: Number(row['next_at']),
  tries: Number(row['tries']),
  batch: row['batch'] === null ? null : String(row['batch']),
  unsure: row['unsure'] === 1,
});
