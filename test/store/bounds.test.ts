/** The store stays small whatever happens: a noisy year, rows of any length, and room that was freed. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { createBlips } from '../../src/incidents/blips.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import type { Happening, Incident } from '../../src/incidents/incident.ts';
import { note } from '../../src/incidents/timeline.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { createAudit } from '../../src/store/audit.ts';
import { openDatabase, rowBytes, shrink } from '../../src/store/database.ts';
import { sizeOf } from '../../src/store/files.ts';
import { prune, type PruneOptions } from '../../src/store/retention.ts';
import { createProcessedMessages } from '../../src/store/processed-messages.ts';
import { transaction } from '../../src/store/transaction.ts';
import { gatewayVerdict } from '../commands/scene.ts';
import { ownFolder } from './helpers.ts';

const DAY = 86_400_000;
const MB = 1024 * 1024;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');

const inFolder = (): { readonly db: DatabaseSync; readonly path: string } => {
  const path = join(ownFolder(), 'lifeline.db');
  const db = openDatabase(path);
  onTestFinished(() => db.close());
  return { db, path };
};

const pruneAll = (db: DatabaseSync, now: number, options: PruneOptions = {}): void => {
  while (prune(db, now, options).more);
};

/** With the log beside it, as the disk has it. */
const bytesOf = (path: string): number => sizeOf(path) + sizeOf(`${path}-wal`);

const QUOTE =
  '2026-11-21 10:31:05,123 ERROR gateway.platforms.qqbot.adapter: [QQBot:102000000] WebSocket error: Session timed out, reconnecting '
    .repeat(2)
    .slice(0, 200);

const CHANNELS = ['feishu', 'qq'];
const PEOPLE = ['me', 'you', 'she'].map((person) => ({
  person,
  ways: CHANNELS.map((channel) => ({ channel, user: `${channel} ${person}` })),
}));

/** A day on which everything goes wrong all the time and strangers write to the bot as well. */
const noisyDay = (db: DatabaseSync): ((at: number) => void) => {
  const book = createIncidentBook(db);
  const outbox = createOutbox(db);
  const audit = createAudit(db);
  const seen = createProcessedMessages(db);
  const blips = createBlips(db);
  const delivered = db.prepare(`UPDATE outbox SET state = 'done' WHERE at < ?`);
  const end = db.prepare('UPDATE seen SET unfinished = NULL');
  return (at) =>
    transaction(db, () => {
      for (let n = 0; n < 3; n += 1) {
        const id = book.nextId();
        const quotes = [1, 2, 3].map(() => ({ at, source: 'logs/gateway.log', text: QUOTE }));
        const happenings = Array.from({ length: 300 }, (): Happening => ({
          at,
          what: 'changed',
          condition: 'stopped',
          cause: 'process_gone',
          evidence: quotes,
        }));
        const incident: Incident = {
          id,
          gateway: 'main',
          link: null,
          openedAt: at,
          since: at,
          closedAt: at + 60_000,
          verdict: gatewayVerdict('stopped'),
          severity: 'critical',
          wellSince: at,
          out: null,
          outages: 1,
          told: 'recovered',
          toldAt: at,
          toldTroubles: [],
          acknowledged: null,
          treatments: [],
          timeline: [],
        };
        book.save([note(incident, ...happenings)]);
        for (const kind of ['opened', 'treatment_failed', 'reminder', 'recovered'] as const) {
          outbox.enqueue(
            {
              topic: 'incident',
              subject: id,
              kind,
              at,
              message: { tone: 'critical', title: QUOTE, lines: Array.from({ length: 12 }, () => QUOTE) },
            },
            PEOPLE,
          );
        }
      }
      for (let n = 0; n < 60; n += 1) {
        audit.record({
          at,
          channel: 'qq',
          chat: null,
          sender: `s${n}`,
          operator: null,
          command: QUOTE,
          outcome: 'refused',
          detail: 'stranger',
          durationMs: null,
        });
        seen.first('qq', `${at} ${n}`, at);
        blips.record([{ gateway: 'main', link: 'qqbot', from: at, to: at }]);
      }
      delivered.run(at - 3_600_000);
      end.run();
    });
};

test.runIf(IN_DEPTH)('after a noisy year the file is no larger than after half of it, and within bounds', () => {
  const { db, path } = inFolder();
  // A year in seconds: what a power cut would leave of it is tested elsewhere.
  db.exec('PRAGMA synchronous = OFF');
  const pour = noisyDay(db);
  let halfYear = 0;
  for (let day = 0; day < 365; day += 2) {
    pour(BEGIN + day * DAY);
    pruneAll(db, BEGIN + day * DAY);
    if (day === 182) halfYear = bytesOf(path);
  }
  expect(halfYear).toBeGreaterThan(MB);
  expect(bytesOf(path)).toBeLessThan(halfYear * 1.2);
  expect(bytesOf(path)).toBeLessThan(64 * MB);
});

test('an incident that is open for a year keeps what was said at its beginning, and not every reminder', () => {
  const { db } = inFolder();
  const book = createIncidentBook(db);
  book.save([
    {
      id: 1,
      gateway: 'main',
      link: null,
      openedAt: BEGIN,
      since: BEGIN,
      closedAt: null,
      verdict: gatewayVerdict('stopped'),
      severity: 'critical',
      wellSince: null,
      out: null,
      outages: 1,
      told: 'opened',
      toldAt: BEGIN,
      toldTroubles: [],
      acknowledged: null,
      treatments: [],
      timeline: [],
    },
  ]);
  const insert = db.prepare(
    `INSERT INTO outbox (subject, kind, person, message, at, state) VALUES (1, ?, ?, '{}', ?, 'done')`,
  );
  const say = (kind: 'opened' | 'reminder', at: number): void =>
    PEOPLE.forEach(({ person }) => void insert.run(kind, person, at));
  transaction(db, () => {
    say('opened', BEGIN);
    for (let hour = 2; hour < 365 * 24; hour += 2) say('reminder', BEGIN + hour * 3_600_000);
  });
  pruneAll(db, BEGIN + 365 * DAY);
  const kept = (kind: string): number =>
    Number(db.prepare('SELECT count(*) AS n FROM outbox WHERE kind = ?').get(kind)?.['n']);
  expect(kept('opened')).toBe(PEOPLE.length);
  expect(kept('reminder')).toBeLessThanOrEqual(PEOPLE.length * 90 * 12);
  expect(kept('reminder')).toBeGreaterThan(PEOPLE.length * 80 * 12);
});

test('rows that are much longer than they should be go sooner, the oldest first, and the last ones stay', () => {
  const { db, path } = inFolder();
  const insert = db.prepare(
    `INSERT INTO audit (at, channel, sender, command, outcome) VALUES (?, 'qq', 's', ?, 'refused')`,
  );
  transaction(db, () => {
    for (let n = 0; n < 400; n += 1) insert.run(BEGIN - (400 - n) * 0.2 * DAY, 'x'.repeat(100_000));
  });
  pruneAll(db, BEGIN, { mostBytes: 16 * MB });
  expect(rowBytes(db)).toBeLessThanOrEqual(16 * MB);
  const { least, most, count } = db
    .prepare('SELECT min(id) AS least, max(id) AS most, count(*) AS count FROM audit')
    .get() as { least: number; most: number; count: number };
  expect(most).toBe(400);
  expect(count).toBe(most - least + 1);
  expect(count).toBeGreaterThanOrEqual(50);
  // And the disk has its room back.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(statSync(path).size).toBeLessThan(24 * MB);
});

test('what was deleted leaves room in the file, and it becomes smaller when that is more than half of it', () => {
  const { db, path } = inFolder();
  const insert = db.prepare(
    `INSERT INTO audit (at, channel, sender, command, outcome) VALUES (0, 'qq', 's', ?, 'refused')`,
  );
  transaction(db, () => {
    for (let n = 0; n < 300; n += 1) insert.run('x'.repeat(100_000));
  });
  db.exec('DELETE FROM audit WHERE id <= 100; PRAGMA wal_checkpoint(TRUNCATE)');
  expect(shrink(db)).toBe(false);
  expect(statSync(path).size).toBeGreaterThan(28 * MB);
  db.exec('DELETE FROM audit WHERE id <= 250');
  expect(shrink(db)).toBe(true);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(statSync(path).size).toBeLessThan(8 * MB);
  expect(db.prepare('SELECT count(*) AS n FROM audit').get()).toEqual({ n: 50 });
});

test('the retention is what is asked for', () => {
  const { db } = inFolder();
  const blips = createBlips(db);
  blips.record(
    [1, 5, 9].map((days) => ({ gateway: 'main', link: null, from: BEGIN - days * DAY, to: BEGIN - days * DAY })),
  );
  pruneAll(db, BEGIN, { keepMs: 6 * DAY });
  expect(
    blips
      .since(0, 10)
      .map(({ to }) => (BEGIN - to) / DAY)
      .sort(),
  ).toEqual([1, 5]);
});
