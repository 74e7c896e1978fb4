import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TreatmentResult } from '../../src/healing/decision.ts';
import { createRestartLedger } from '../../src/healing/ledger.ts';
import { openDatabase } from '../../src/store/database.ts';

let dir: string;
let db: DatabaseSync;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lifeline-ledger-'));
  db = openDatabase(join(dir, 'lifeline.db'));
});
afterEach(async () => {
  db.close();
  await rm(dir, { recursive: true });
});

/** As after a crash: nothing is left but the file. */
const reopen = () => {
  db.close();
  db = openDatabase(join(dir, 'lifeline.db'));
  return createRestartLedger(db);
};

const RESULT: TreatmentResult = {
  outcome: 'failed',
  remedy: 'restart',
  requestedBy: 'auto',
  startedAt: 100,
  endedAt: 900,
  before: { pid: 1_230, startTime: 1, startedAt: 2 },
  after: null,
  steps: [{ at: 150, action: 'sigterm', pid: 1_230 }],
  missing: [{ what: 'process' }],
  problem: 'no such program',
};

it('counts a restart from the moment it begins, even when a crash cuts it short', () => {
  const id = createRestartLedger(db).begin('main', 'restart', 'auto', 100);
  const ledger = reopen();
  expect(ledger.times('main', 0)).toEqual([100]);
  expect(ledger.unfinished()).toEqual([{ id, gateway: 'main', remedy: 'restart', requestedBy: 'auto', at: 100 }]);
});

it('keeps how a restart ended', () => {
  const ledger = createRestartLedger(db);
  const first = ledger.begin('main', 'restart', 'auto', 100);
  const second = ledger.begin('main', 'start', 'me', 200);
  ledger.finish(first, RESULT);
  expect(reopen().unfinished()).toEqual([{ id: second, gateway: 'main', remedy: 'start', requestedBy: 'me', at: 200 }]);
  const row = db.prepare('SELECT outcome, ended_at, detail FROM restarts WHERE id = ?').get(first);
  expect(row).toMatchObject({ outcome: 'failed', ended_at: 900 });
  const { before, after, steps, missing, problem } = RESULT;
  expect(JSON.parse(String(row?.['detail']))).toEqual({ before, after, steps, missing, problem });
  expect(db.prepare('SELECT outcome FROM restarts WHERE id = ?').get(second)).toEqual({ outcome: null });
});

it('tells the times of one gateway since then, oldest first, those in the future too', () => {
  const ledger = createRestartLedger(db);
  for (const at of [400, 100, 9_000_000_000_000, 300]) ledger.begin('main', 'restart', 'auto', at);
  ledger.begin('other', 'restart', 'auto', 350);
  expect(ledger.times('main', 300)).toEqual([300, 400, 9_000_000_000_000]);
  expect(ledger.times('other', 0)).toEqual([350]);
  expect(ledger.times('nobody', 0)).toEqual([]);
});
