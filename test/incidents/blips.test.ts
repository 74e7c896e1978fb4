import { describe, expect, it, onTestFinished } from 'vitest';
import type { Evidence } from '../../src/diagnosis/evidence.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { blipsBetween, createBlips } from '../../src/incidents/blips.ts';
import { openDatabase } from '../../src/store/database.ts';
import { instant } from '../instant.ts';

const NOW = 1_000_000;
const base = { gateway: 'main', cause: 'fine', remedy: 'none', since: NOW - 20_000, at: NOW, evidence: [] } as const;
const WHY = {
  up: {},
  reconnecting: { cause: 'lost_within_grace', remedy: 'wait' },
  down: { cause: 'no_login', remedy: 'restart' },
} as const;
const link = (condition: 'up' | 'reconnecting' | 'down', more: object = {}): Verdict =>
  ({
    ...base,
    link: 'qqbot',
    condition,
    ...WHY[condition],
    ...more,
  }) as Verdict;
const stopping = (evidence: readonly Evidence[]): Verdict => ({
  ...base,
  link: null,
  condition: 'stopping',
  cause: 'stop_in_progress',
  remedy: 'wait',
  evidence,
});
const healthy: Verdict = { ...base, link: null, condition: 'healthy' };
const announced: Evidence = {
  at: instant(NOW),
  source: 'gateway.log',
  text: 'stopping',
  link: null,
  fact: { kind: 'gateway-stopping', planned: true, forRestart: true },
};

describe('a blip', () => {
  it.each<[string, readonly Verdict[], readonly Verdict[], number]>([
    ['is a link that was lost and is up again', [link('reconnecting')], [link('up', { since: NOW - 5_000 })], 1],
    ['is not over while it is lost', [link('reconnecting')], [link('reconnecting')], 0],
    ['is none when it became trouble', [link('reconnecting')], [link('down')], 0],
    ['is none when nothing was lost', [link('up')], [link('up')], 0],
    ['is a process that was gone, and is there again', [stopping([])], [healthy], 1],
    ['is none when its end was announced', [stopping([announced])], [healthy], 0],
    ['is none while nothing is known of it any more', [link('reconnecting')], [], 0],
  ])('%s', (_what, before, after, count) => {
    expect(blipsBetween(before, after, NOW)).toHaveLength(count);
  });

  it('lasted from the loss to the proof', () => {
    expect(blipsBetween([link('reconnecting')], [link('up', { since: NOW - 5_000 })], NOW)).toEqual([
      { gateway: 'main', link: 'qqbot', from: NOW - 20_000, to: NOW - 5_000 },
    ]);
  });

  it('is kept, the newest first', () => {
    const db = openDatabase(':memory:');
    onTestFinished(() => db.close());
    const blips = createBlips(db);
    blips.record([
      { gateway: 'main', link: 'qqbot', from: 1, to: 2 },
      { gateway: 'main', link: null, from: 5, to: 9 },
    ]);
    expect(blips.since(2, 10)).toEqual([
      { gateway: 'main', link: null, from: 5, to: 9 },
      { gateway: 'main', link: 'qqbot', from: 1, to: 2 },
    ]);
    expect(blips.since(3, 10)).toHaveLength(1);
    expect(blips.since(0, 1)).toHaveLength(1);
  });
});
