/** The hubs' log: who takes over has what its predecessor had, and two can never write. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { LogTaken, PART_BYTES, type LogEntry, type LogStream } from '../../src/fleet/log-stream.ts';
import { createStoreCopy, LogUnreadable } from '../../src/fleet/log-reader.ts';
import { createLogWriter } from '../../src/fleet/log-writer.ts';
import { openDatabase } from '../../src/store/database.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { extent } from '../deep.ts';

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'lifeline-log-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

/** A stream as NATS has it. @param fails whether the answer to the n-th append is lost. */
const createStream = (fails: (n: number) => boolean = () => false) => {
  let entries: LogEntry[] = [];
  let last = 0;
  let appends = 0;
  const ids = new Map<string, number>();
  const stream: LogStream = {
    end: async () => ({ last, isEmpty: entries.length === 0 }),
    append: async (entry, expectedLast, id) => {
      const known = ids.get(id);
      if (known !== undefined) return known;
      if (expectedLast !== last) throw new LogTaken('taken');
      last += 1;
      ids.set(id, last);
      entries.push({ ...entry, sequence: last, bytes: Uint8Array.from(entry.bytes) });
      if (fails(appends++)) throw new Error('timeout');
      return last;
    },
    forgetBefore: async (sequence) => {
      entries = entries.filter((entry) => entry.sequence >= sequence);
    },
    read: () => Promise.reject(new Error('unused')),
  };
  return { stream, entries: () => entries, last: () => last };
};

const writerOn = (path: string, { stream, last }: ReturnType<typeof createStream>, onLost = (): void => undefined) => {
  const db = openDatabase(path);
  const writer = createLogWriter({
    db,
    folder: join(path, '..'),
    stream,
    last: last(),
    onLost,
    logger: silentLogger(),
  });
  onTestFinished(() => {
    writer.stop();
    db.close();
  });
  return { db, writer };
};

const content = (db: DatabaseSync): unknown =>
  ['meta', 'outbox', 'deliveries', 'seen', 'fleet_hosts'].map((table) =>
    db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all(),
  );

const copyOf = (entries: readonly LogEntry[]): DatabaseSync => {
  const path = join(folder(), 'copy.db');
  const copy = createStoreCopy(path);
  for (const entry of entries) copy.take(entry);
  copy.close();
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  return db;
};

const change = fc.oneof(
  fc.record({
    do: fc.constant('meta' as const),
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.string({ maxLength: 20 }),
  }),
  fc.record({ do: fc.constant('forget' as const), key: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ do: fc.constant('tell' as const), person: fc.constantFrom('x', 'y') }),
  fc.record({ do: fc.constant('drop' as const) }),
  fc.record({ do: fc.constant('seen' as const), id: fc.string({ minLength: 1, maxLength: 3 }) }),
  fc.record({ do: fc.constant('flush' as const) }),
  fc.record({ do: fc.constant('snapshot' as const) }),
);

test('a copy has whatever the store has, after any changes and snapshots', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 30 }), fc.nat(7), async (changes, every) => {
      const log = createStream((n) => every > 0 && n % (every + 1) === every);
      const { db, writer } = writerOn(join(folder(), 'a.db'), log);
      for (const each of changes) {
        if (each.do === 'meta')
          db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
            each.key,
            each.value,
          );
        if (each.do === 'forget') db.prepare('DELETE FROM meta WHERE key = ?').run(each.key);
        if (each.do === 'tell') {
          const { lastInsertRowid } = db
            .prepare(
              `INSERT INTO outbox (topic, subject, kind, person, message, at, state) VALUES ('host', 1, 'opened', ?, '{}', 1, 'open')`,
            )
            .run(each.person);
          db.prepare(
            `INSERT INTO deliveries (entry, rank, channel, user, key, state, next_at) VALUES (?, 0, 'qq', 'u', 'k', 'idle', 0)`,
          ).run(lastInsertRowid);
        }
        // Deletes its deliveries, too.
        if (each.do === 'drop') db.exec('DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox)');
        if (each.do === 'seen')
          db.prepare('INSERT OR IGNORE INTO seen (channel, id, at) VALUES (?, ?, 1)').run('qq', each.id);
        if (each.do === 'flush') await writer.flush();
        if (each.do === 'snapshot') await writer.snapshot();
      }
      await writer.flush();
      expect(content(copyOf(log.entries()))).toEqual(content(db));
      writer.stop();
    }),
    { numRuns: extent(25, 8) },
  );
});

test('who takes over ends the writing of who was there before', async () => {
  const log = createStream();
  const lost: string[] = [];
  const first = writerOn(join(folder(), 'a.db'), log, () => lost.push('first'));
  await first.writer.flush();
  const second = writerOn(join(folder(), 'b.db'), log, () => lost.push('second'));
  await second.writer.flush();
  first.db.prepare('INSERT INTO meta VALUES (?, ?)').run('late', '1');
  await expect(first.writer.flush()).rejects.toThrow(LogTaken);
  expect(lost).toEqual(['first']);
  expect(JSON.stringify(content(copyOf(log.entries())))).not.toContain('late');
});

test('a store that is larger than one message goes in parts, and a beginning without an end is no store', async () => {
  const log = createStream();
  const { db, writer } = writerOn(join(folder(), 'a.db'), log);
  const random = (length: number): string =>
    Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
  for (let n = 0; n < 40; n += 1) db.prepare('INSERT INTO meta VALUES (?, ?)').run(`k${n}`, random(40_000));
  await writer.flush();
  await writer.snapshot();
  const entries = log.entries();
  expect(entries.filter(({ is }) => is === 'snapshot').length).toBeGreaterThan(2);
  for (const { bytes } of entries) expect(bytes.length).toBeLessThanOrEqual(PART_BYTES);
  expect(content(copyOf(entries))).toEqual(content(db));
  const copy = createStoreCopy(join(folder(), 'copy.db'));
  for (const entry of entries.slice(0, 1)) copy.take(entry);
  expect(copy.layout).toBe(null);
  copy.close();
});

test('what does not fit, cannot be read or is of a newer Lifeline is told', async () => {
  const log = createStream();
  const { db, writer } = writerOn(join(folder(), 'a.db'), log);
  await writer.flush();
  const [snapshot] = log.entries();
  if (snapshot?.is !== 'snapshot') throw new Error('no snapshot');
  db.prepare('INSERT INTO meta VALUES (?, ?)').run('a', '1');
  await writer.flush();
  db.prepare('DELETE FROM meta WHERE key = ?').run('a');
  await writer.flush();
  const [, , removal] = log.entries();
  if (removal === undefined) throw new Error('no change');
  const open = () => createStoreCopy(join(folder(), 'copy.db'));
  const skipping = open();
  skipping.take(snapshot);
  expect(() => skipping.take(removal)).toThrow(LogUnreadable);
  const damaged = open();
  expect(() => damaged.take({ ...snapshot, bytes: new Uint8Array(10) })).toThrow(LogUnreadable);
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  await writer.snapshot();
  const newer = open();
  expect(() => log.entries().forEach((entry) => newer.take(entry))).toThrow(/layout/);
  for (const each of [skipping, damaged, newer]) each.close();
});
