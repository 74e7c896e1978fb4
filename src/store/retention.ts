/** Deletes what is old, so that the store stays small, and what exceeds the limits, whatever has happened. */
import type { DatabaseSync } from 'node:sqlite';
import { rowBytes, shrink } from './database.ts';
import { transaction } from './transaction.ts';

const DAY_MS = 86_400_000;
const KEEP_MS = 90 * DAY_MS;
/** The limit for all rows together. The limits in numbers keep far below it, unless rows are unusually long. */
const MOST_BYTES = 256 * 1024 * 1024;
/** When even that is too much: half of the time and of the numbers, then a quarter, and so on. */
const SHARES = [1, 2, 4, 8, 16, 32, 64];
/** Rows of one table in one call: a few milliseconds. */
const STEP = 500;

interface Rule {
  readonly table: string;
  readonly key: string;
  /** The order of deletion. */
  readonly order: string;
  /** Rows that go once this holds; `:old` is the time before which things are old. */
  readonly old?: string;
  /** Beyond this many rows the oldest go, however young. */
  readonly most: number;
  /** Rows that stay in any case. */
  readonly but?: string;
}

/** The last rows stay: they are shown, and a number that is used again would mean two things. */
const last = (table: string): string => `${table}.id > (SELECT max(id) - 50 FROM ${table})`;

const RULES: readonly Rule[] = [
  { table: 'seen', key: 'channel, id', order: 'at', old: 'at < :old', most: 100_000, but: 'unfinished IS NOT NULL' },
  { table: 'audit', key: 'id', order: 'id', old: 'at < :old', most: 50_000, but: last('audit') },
  // Before the incidents: the notifications of an open incident say to whom its end must be told.
  {
    table: 'outbox',
    key: 'id',
    order: 'id',
    // An incident that stays open for months loses its old reminders: the alert says who was alerted.
    old: `at < :old AND ((kind = 'reminder' AND state = 'done')
      OR NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.topic = outbox.topic AND other.subject = outbox.subject AND other.person = outbox.person AND (other.state <> 'done' OR other.at >= :old)))`,
    most: 10_000,
    but: `${last('outbox')}
      OR (topic = 'incident' AND EXISTS (SELECT 1 FROM incidents WHERE incidents.id = outbox.subject AND closed_at IS NULL) AND NOT (kind = 'reminder' AND state = 'done'))
      OR (kind = 'channel_down' AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.topic = outbox.topic AND other.subject = outbox.subject AND other.kind = 'channel_up'))`,
  },
  {
    table: 'incidents',
    key: 'id',
    order: 'id',
    old: 'closed_at < :old',
    most: 5_000,
    but: `closed_at IS NULL OR ${last('incidents')} OR EXISTS (SELECT 1 FROM outbox WHERE topic = 'incident' AND outbox.subject = incidents.id AND state <> 'done')`,
  },
  {
    table: 'restarts',
    key: 'id',
    order: 'id',
    old: 'at < :old',
    most: 5_000,
    // The last of each gateway: whether it was stopped on purpose stands there.
    but: 'outcome IS NULL OR id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY gateway ORDER BY id DESC) AS n FROM restarts) WHERE n <= 50)',
  },
  { table: 'blips', key: 'id', order: 'id', old: 'ended_at < :old', most: 20_000 },
  { table: 'watched', key: 'gateway, from_at', order: 'to_at', old: 'to_at < :old', most: 20_000 },
  { table: 'memory_samples', key: 'gateway, at', order: 'at', old: 'at < :old', most: 100_000 },
  { table: 'startups', key: 'gateway, pid, start_time', order: 'at', old: 'at < :old', most: 5_000 },
  { table: 'watch_memory', key: 'gateway', order: 'at', old: 'at < :old', most: 1_000 },
  { table: 'silences', key: 'id', order: 'id', old: 'until < :old', most: 5_000, but: last('silences') },
  {
    table: 'planned_maintenance',
    key: 'id',
    order: 'id',
    // A weekly one that nobody cancelled goes on for ever.
    old: 'ifnull(ended_at, iif(weekly = 0, starts_at + duration_ms, NULL)) < :old',
    most: 5_000,
    but: `(weekly = 1 AND ended_at IS NULL) OR ${last('planned_maintenance')}`,
  },
  { table: 'escalations', key: 'incident, outage, step', order: 'at', old: 'at < :old', most: 20_000 },
  { table: 'quotes', key: 'channel, quote, incident', order: 'at', old: 'at < :old', most: 20_000 },
  { table: 'buttons', key: 'token', order: 'expires_at', old: 'expires_at < :old', most: 20_000 },
  { table: 'confirmations', key: 'channel, user, nonce', order: 'expires_at', old: 'expires_at < :old', most: 5_000 },
  // Rows of bots that are not in the configuration any more. A configured bot removes its own old rows.
  { table: 'qq_sessions', key: 'app', order: 'alive_at', old: 'alive_at < :old', most: 100 },
  { table: 'qq_tickets', key: 'app, id', order: 'at', old: 'at < :old', most: 20_000 },
  { table: 'qq_pushes', key: 'id', order: 'id', old: 'at < :old', most: 20_000 },
  { table: 'qq_parts', key: 'key, part', order: 'at', old: 'at < :old', most: 20_000 },
  { table: 'qq_lacks', key: 'app, feature', order: 'until', old: 'until < :old', most: 1_000 },
  {
    table: 'feishu_calls',
    key: 'app, month',
    order: 'month',
    old: `month < strftime('%Y-%m', :old / 1000, 'unixepoch')`,
    most: 1_000,
  },
  // Anybody may write to the bot and stands here then. No age: whether QQ lets it push is known from nowhere else.
  {
    table: 'qq_people',
    key: 'app, user',
    order: 'max(ifnull(last_message_at, 0), ifnull(refused_at, 0), ifnull(switched_at, 0))',
    most: 20_000,
  },
  { table: 'feishu_chats', key: 'app, chat', order: 'app, chat', most: 20_000 },
  // A host that is gone for good is forgotten by an operator.
  { table: 'fleet_hosts', key: 'host', order: 'first_at', most: 20_000 },
  {
    table: 'fleet_threads',
    key: 'subject',
    order: 'subject',
    old: 'at < :old',
    most: 20_000,
    but: `EXISTS (SELECT 1 FROM outbox WHERE topic = 'host' AND outbox.subject = fleet_threads.subject AND state <> 'done')`,
  },
  { table: 'fleet_notices', key: 'host, id', order: 'at', old: 'at < :old', most: 50_000, but: 'settled_at IS NULL' },
  { table: 'fleet_silences', key: 'id', order: 'id', old: 'ended_at < :old', most: 5_000, but: 'ended_at IS NULL' },
  { table: 'fleet_commands', key: 'id', order: 'at', old: 'at < :old', most: 5_000, but: 'ended = 0' },
];

export interface Pruned {
  /** How many rows went, for each table that lost any. */
  readonly deleted: Readonly<Record<string, number>>;
  /** There is more to delete: call again, after other work was done. */
  readonly more: boolean;
}

export interface PruneOptions {
  /** How old things may become. */
  readonly keepMs?: number;
  readonly mostBytes?: number;
}

/** Takes one short step. The last step, after which there is no more to delete, also makes the file smaller. */
export const prune = (
  db: DatabaseSync,
  now: number,
  { keepMs = KEEP_MS, mostBytes = MOST_BYTES }: PruneOptions = {},
): Pruned => {
  for (const share of SHARES) {
    if (share > 1 && rowBytes(db) <= mostBytes) break;
    const { deleted, more } = pruneAll(db, now - keepMs / share, share);
    if (Object.keys(deleted).length === 0) continue;
    if (more || rowBytes(db) > mostBytes) return { deleted, more: true };
    shrink(db);
    return { deleted, more: false };
  }
  shrink(db);
  return { deleted: {}, more: false };
};

const pruneAll = (db: DatabaseSync, before: number, share: number): Pruned => {
  const deleted: Record<string, number> = {};
  let more = false;
  for (const rule of RULES) {
    const count = transaction(db, () => pruneTable(db, { ...rule, most: Math.floor(rule.most / share) }, before));
    if (count > 0) deleted[rule.table] = count;
    if (count >= STEP) more = true;
  }
  return { deleted, more };
};

const pruneTable = (db: DatabaseSync, { table, key, order, old, most, but }: Rule, before: number): number => {
  const remove = (condition: string, limit: number): number => {
    const statement = db.prepare(`
      DELETE FROM ${table} WHERE (${key}) IN
      (SELECT ${key} FROM ${table} WHERE (${condition}) AND NOT (${but ?? 'false'}) ORDER BY ${order} LIMIT ${limit})`);
    return Number((condition.includes(':old') ? statement.run({ old: before }) : statement.run()).changes);
  };
  const aged = old === undefined ? 0 : remove(old, STEP);
  const surplus = Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']) - most;
  return aged + (surplus > 0 && aged < STEP ? remove('true', Math.min(surplus, STEP - aged)) : 0);
};
