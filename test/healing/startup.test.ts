import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Vitals } from '../../src/diagnosis/vitals.ts';
import { createStartups, startupLimit } from '../../src/healing/startups.ts';
import { openDatabase } from '../../src/store/database.ts';
import { ownFolder } from '../store/helpers.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const CONFIGURED = 3 * MINUTE;

describe('how long a start may take', () => {
  it.each<[string, readonly number[], number, number]>([
    ['nothing is known yet', [], CONFIGURED, CONFIGURED],
    ['two starts make no habit', [5 * SECOND, 5 * SECOND], CONFIGURED, CONFIGURED],
    ['three do: three times the slowest', [25 * SECOND, 30 * SECOND, 20 * SECOND], CONFIGURED, 90 * SECOND],
    ['a quick gateway still gets a minute', [2 * SECOND, 3 * SECOND, 2 * SECOND], CONFIGURED, MINUTE],
    ['a floor below that which is configured', [2 * SECOND, 3 * SECOND, 2 * SECOND], 20 * SECOND, 20 * SECOND],
    ['a slow one gets more than is configured', [2 * MINUTE, 2 * MINUTE, 4 * MINUTE], CONFIGURED, 12 * MINUTE],
    ['but never more than half an hour', [20 * MINUTE, 20 * MINUTE, 20 * MINUTE], CONFIGURED, 30 * MINUTE],
    [
      'times of a clock that jumped do not count',
      [-5 * SECOND, 0, 3_600 * SECOND, 20 * SECOND],
      CONFIGURED,
      CONFIGURED,
    ],
    [
      'beside three that do',
      [-5 * SECOND, 3_600 * SECOND, 20 * SECOND, 20 * SECOND, 21 * SECOND],
      CONFIGURED,
      63 * SECOND,
    ],
  ])('%s', (_what, durations, configured, limit) => expect(startupLimit(durations, configured)).toBe(limit));
});

describe('what is learned of starts', () => {
  const seen = (pid: number, startedAt: number, tookMs: number | null): Vitals => ({
    process: { pid, startTime: startedAt / 10, startedAt },
    readyAt: tookMs === null ? null : startedAt + tookMs,
    turns: null,
    uncleanStarts: [],
    links: new Map(),
  });
  const open = (path = join(ownFolder(), 'lifeline.db')): { readonly db: DatabaseSync; readonly path: string } => {
    const db = openDatabase(path);
    onTestFinished(() => {
      if (db.isOpen) db.close();
    });
    return { db, path };
  };

  it('is each process once, the newest first, and of each gateway its own', () => {
    const startups = createStartups(open().db);
    startups.seen('main', seen(1, 100_000, 5_000));
    startups.seen('main', seen(1, 100_000, 5_000));
    startups.seen('main', seen(2, 200_000, 7_000));
    startups.seen('test', seen(3, 300_000, 9_000));
    expect(startups.durations('main')).toEqual([7_000, 5_000]);
    expect(startups.durations('test')).toEqual([9_000]);
    expect(startups.durations('nobody')).toEqual([]);
  });

  it('outlives Lifeline, which learns nothing twice from it', () => {
    const { db, path } = open();
    createStartups(db).seen('main', seen(1, 100_000, 5_000));
    db.close();
    const startups = createStartups(open(path).db);
    startups.seen('main', seen(1, 100_000, 5_000));
    expect(startups.durations('main')).toEqual([5_000]);
  });

  it('is a new process with an old pid, as in a container', () => {
    const startups = createStartups(open().db);
    startups.seen('main', seen(7, 100_000, 5_000));
    startups.seen('main', seen(7, 200_000, 6_000));
    expect(startups.durations('main')).toEqual([6_000, 5_000]);
  });

  it.each<[string, Vitals]>([
    ['one that is not ready', seen(1, 100_000, null)],
    ['one that was ready before it began', seen(1, 100_000, -3_000)],
    ['no process', { ...seen(1, 100_000, 5_000), process: null }],
    ['what was never looked at', { ...seen(1, 100_000, 5_000), process: undefined }],
  ])('is nothing from %s', (_what, vitals) => {
    const startups = createStartups(open().db);
    startups.seen('main', vitals);
    expect(startups.durations('main')).toEqual([]);
  });

  it('learns of a process once it is ready, though it was seen before', () => {
    const startups = createStartups(open().db);
    startups.seen('main', seen(1, 100_000, null));
    startups.seen('main', seen(1, 100_000, 5_000));
    expect(startups.durations('main')).toEqual([5_000]);
  });

  it('is no more than the last ten', () => {
    const { db } = open();
    const startups = createStartups(db);
    for (let n = 1; n <= 25; n += 1) startups.seen('main', seen(n, n * 100_000, n * 1_000));
    startups.seen('test', seen(99, 100, 1_000));
    expect(startups.durations('main')).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16].map((n) => n * 1_000));
    expect(db.prepare(`SELECT count(*) AS n FROM startups WHERE gateway = 'main'`).get()).toEqual({ n: 10 });
    expect(startups.durations('test')).toEqual([1_000]);
  });
});
