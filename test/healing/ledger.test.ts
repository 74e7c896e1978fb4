import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Treatment, TreatmentRecord, TreatmentResult } from '../../src/healing/decision.ts';
import { createRestartLedger } from '../../src/healing/ledger.ts';
import { openDatabase } from '../../src/store/database.ts';
import { NEW, recordOf } from './fake-supervisor.ts';

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

const fresh = (changed: Partial<TreatmentRecord> = {}): Omit<TreatmentRecord, 'id'> => {
  const { id: _id, ...record } = recordOf({ at: 100, ...changed });
  return record;
};
const begin = (remedy: Treatment, requestedBy: string, at: number, gateway = 'main'): TreatmentRecord =>
  createRestartLedger(db).begin(fresh({ remedy, requestedBy, at, gateway }));

const RESULT: TreatmentResult = {
  outcome: 'failed',
  remedy: 'restart',
  requestedBy: 'auto',
  startedAt: 100,
  endedAt: 900,
  before: { pid: 1_230, startTime: 1, startedAt: 2 },
  after: null,
  rungs: ['graceful', 'supervisor'],
  steps: [{ at: 150, action: 'sigterm', pid: 1_230 }],
  missing: [{ what: 'process' }],
  problem: 'no such program',
};

it('counts a restart from the moment it begins, even when a crash cuts it short', () => {
  const record = begin('restart', 'auto', 100);
  const ledger = reopen();
  expect(ledger.times('main', 0)).toEqual([100]);
  expect(ledger.allTimes('main', 0)).toEqual([100]);
  expect(ledger.unfinished()).toEqual([record]);
});

it('gives a treatment that was cut short back exactly as it stood', () => {
  const ledger = createRestartLedger(db);
  const record = ledger.begin(
    fresh({
      requestedBy: 'me',
      links: ['qqbot', 'feishu'],
      before: { ...NEW, uid: 1_000 },
      planned: ['graceful', 'supervisor', 'hard'],
      target: { pid: 7, startTime: 8 },
      answer: { channel: 'qq', user: 'ME', group: 'G', replyTo: 'm1' },
    }),
  );
  const later: TreatmentRecord = {
    ...record,
    stepIndex: 1,
    phase: 'proving',
    rungBefore: NEW,
    steps: [{ at: 5, action: 'command', pid: null, command: 'systemctl restart x' }],
  };
  ledger.save(later);
  expect(reopen().unfinished()).toEqual([later]);
  createRestartLedger(db).shownIn(record.id, { channel: 'qq', messageId: 'M' });
  expect(reopen().unfinished()).toEqual([{ ...later, progress: { channel: 'qq', messageId: 'M' } }]);
  // What the treatment saves does not know of the message; it must not undo it.
  createRestartLedger(db).save({ ...later, stepIndex: 2 });
  expect(reopen().unfinished()).toEqual([{ ...later, stepIndex: 2, progress: { channel: 'qq', messageId: 'M' } }]);
});

it('keeps how a restart ended, and changes nothing of it any more', () => {
  const first = begin('restart', 'auto', 100);
  const second = begin('start', 'me', 200);
  const ledger = createRestartLedger(db);
  ledger.finish(first.id, RESULT);
  ledger.save({ ...first, stepIndex: 2 });
  expect(reopen().unfinished()).toEqual([second]);
  const row = db.prepare('SELECT outcome, ended_at, detail, record FROM restarts WHERE id = ?').get(first.id);
  expect(row).toMatchObject({ outcome: 'failed', ended_at: 900 });
  const { before, after, rungs, steps, missing, problem } = RESULT;
  expect(JSON.parse(String(row?.['detail']))).toEqual({ before, after, rungs, steps, missing, problem });
  expect(JSON.parse(String(row?.['record']))).toMatchObject({ rung: -1 });
  expect(db.prepare('SELECT outcome FROM restarts WHERE id = ?').get(second.id)).toEqual({ outcome: null });
});

it('tells the times of one gateway since then, oldest first, those in the future too', () => {
  for (const at of [400, 100, 9_000_000_000_000, 300]) begin('restart', 'auto', at);
  begin('restart', 'auto', 350, 'other');
  const ledger = reopen();
  expect(ledger.times('main', 300)).toEqual([300, 400, 9_000_000_000_000]);
  expect(ledger.times('other', 0)).toEqual([350]);
  expect(ledger.times('nobody', 0)).toEqual([]);
});

it('counts for the budget what nobody asked for, and for the storm brake what makes it start', () => {
  begin('restart', 'auto', 100);
  begin('restart', 'me', 200);
  begin('start', 'me', 300);
  begin('stop', 'me', 400);
  begin('end_process', 'me', 500);
  begin('restart_link', 'auto', 600);
  const ledger = reopen();
  expect(ledger.times('main', 0)).toEqual([100]);
  expect(ledger.allTimes('main', 0)).toEqual([100, 200, 300, 500]);
});

it('tells when the last treatment of the gateway, and of each of its links alone, began', () => {
  const ledger = createRestartLedger(db);
  expect(ledger.lastOf('main')).toEqual({ gateway: null, links: new Map() });
  const alone = (at: number, links: readonly string[], gateway = 'main') =>
    ledger.begin(fresh({ remedy: 'restart_link', requestedBy: 'auto', at, links, gateway }));
  alone(100, ['qqbot']);
  alone(300, ['feishu', 'qqbot']);
  alone(200, ['telegram']);
  alone(900, ['qqbot'], 'other');
  expect(ledger.lastOf('main')).toEqual({
    gateway: null,
    links: new Map([
      ['feishu', 300],
      ['qqbot', 300],
      ['telegram', 200],
    ]),
  });
  // The links that a restart of the whole is to bring back are no treatment of a link alone.
  begin('restart', 'auto', 400);
  begin('start', 'me', 350);
  begin('stop', 'me', 500);
  begin('restart', 'auto', 800, 'other');
  expect(reopen().lastOf('main')).toEqual({
    gateway: 400,
    links: new Map([
      ['feishu', 300],
      ['qqbot', 300],
      ['telegram', 200],
    ]),
  });
  begin('end_process', 'me', 600);
  expect(reopen().lastOf('main').gateway).toBe(600);
});

it('tells when the gateway was ended by force, and no other process', () => {
  const killed = (remedy: Treatment, at: number, gateway = 'main'): void => {
    const target = remedy === 'end_process' ? { pid: 1, startTime: 1 } : null;
    const record = createRestartLedger(db).begin(fresh({ remedy, at, gateway, target }));
    createRestartLedger(db).save({
      ...record,
      steps: [
        { at, action: 'sigterm', pid: 1 },
        { at: at + 10, action: 'sigkill', pid: 1 },
        { at: at + 20, action: 'start', pid: 2 },
      ],
    });
  };
  killed('restart', 100);
  killed('end_process', 200);
  killed('start', 300);
  killed('restart', 400, 'other');
  const ledger = reopen();
  expect(ledger.kills('main', 0)).toEqual([110, 310]);
  expect(ledger.kills('main', 111)).toEqual([310]);
});

describe('who had it stopped', () => {
  type Act = readonly [Treatment, string, 'recovered' | 'failed' | null];
  it.each<[string, readonly Act[], string | null]>([
    ['nothing was ever done', [], null],
    ['an operator stopped it', [['stop', 'me', 'recovered']], 'me'],
    [
      'it was stopped, and then started',
      [
        ['stop', 'me', 'recovered'],
        ['start', 'you', 'recovered'],
      ],
      null,
    ],
    [
      'it was started, and then stopped',
      [
        ['start', 'me', 'recovered'],
        ['stop', 'you', 'recovered'],
      ],
      'you',
    ],
    [
      'it was stopped, and a start failed: it is wanted up',
      [
        ['stop', 'me', 'recovered'],
        ['start', 'me', 'failed'],
      ],
      null,
    ],
    [
      'it was stopped, and a start is under way',
      [
        ['stop', 'me', 'recovered'],
        ['start', 'me', null],
      ],
      null,
    ],
    ['the stop failed', [['stop', 'me', 'failed']], null],
    ['the stop is under way', [['stop', 'me', null]], null],
    [
      'it was stopped, and a link was to be restarted',
      [
        ['stop', 'me', 'recovered'],
        ['restart_link', 'auto', 'failed'],
      ],
      'me',
    ],
    [
      'it was stopped, and another process was ended',
      [
        ['stop', 'me', 'recovered'],
        ['end_process', 'me', 'recovered'],
      ],
      'me',
    ],
  ])('when %s', (_when, acts, by) => {
    for (const [remedy, requestedBy, outcome] of acts) {
      const { id } = begin(remedy, requestedBy, 100);
      if (outcome !== null) createRestartLedger(db).finish(id, { ...RESULT, outcome, remedy, requestedBy });
    }
    begin('start', 'me', 100, 'other');
    expect(reopen().stoppedBy('main')).toBe(by);
  });
});
