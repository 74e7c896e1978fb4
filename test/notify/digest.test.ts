import { describe, expect, it } from 'vitest';
import { digestMessage, together, type Item } from '../../src/notify/digest.ts';
import { entry, rung } from './entries.ts';

const NOW = Date.parse('2026-11-21T02:55:00+08:00');
const MINUTE = 60_000;

const item = (id: number, { channel = 'qq', tries = 1, unsure = false, agoMs = MINUTE, kind = 'opened' as const }: { channel?: string; tries?: number; unsure?: boolean; agoMs?: number; kind?: 'opened' | 'recovered' } = {}): Item => {
  const way = rung(channel, { state: 'open', tries, unsure });
  return { entry: entry(id, [way], { kind, at: NOW - agoMs, message: { tone: kind === 'opened' ? 'critical' : 'good', title: `gateway ${id}`, lines: [`cause ${id}`] } }), rung: way };
};

const idsOf = (items: readonly Item[]): readonly number[] => items.map((each) => each.entry.id);

describe('what goes out together', () => {
  it.each<[string, readonly Item[], readonly number[]]>([
    ['one alone', [item(1)], [1]],
    ['two are read as quickly one by one', [item(1), item(2)], [1]],
    ['three that were tried in vain, in the order in which they were written', [item(3), item(1), item(2)], [1, 2, 3]],
    ['three that are old, though never tried', [item(1, { tries: 0, agoMs: 11 * MINUTE }), item(2, { tries: 0, agoMs: 12 * MINUTE }), item(3, { tries: 0, agoMs: 10 * MINUTE })], [1, 2, 3]],
    ['fresh news goes out at once and alone', [item(1, { tries: 0 }), item(2), item(3), item(4)], [1]],
    ['old news does not take fresh news along', [item(1), item(2, { tries: 0 }), item(3), item(4)], [1, 3, 4]],
    ['another channel has its own', [item(1), item(2), item(3, { channel: 'feishu' })], [1]],
    ['what may have arrived already stays among itself', [item(1, { unsure: true }), item(2), item(3), item(4)], [1]],
    ['as do those that may have', [item(1, { unsure: true }), item(2, { unsure: true }), item(3, { unsure: true }), item(4)], [1, 2, 3]],
    ['of very many the oldest go first', Array.from({ length: 30 }, (_, at) => item(30 - at)), Array.from({ length: 20 }, (_, at) => at + 1)],
  ])('%s', (_what, due, expected) => {
    const [first] = due;
    if (!first) throw new Error('no item');
    // The last row's first item is its newest: a batch is the oldest ones, whoever is asked for.
    expect(idsOf(together(first, due, NOW))).toEqual(expected);
  });
});

describe('several messages as one', () => {
  const items = [item(1, { agoMs: 45 * MINUTE }), item(2, { agoMs: 20 * MINUTE, kind: 'recovered' }), item(3, { agoMs: 5 * MINUTE })];

  it('has their original times, the worst colour and the essential of each', () => {
    expect(digestMessage(items, 'zh-CN', NOW)).toEqual({
      tone: 'critical',
      title: '有 3 条消息之前没能送到你这里（02:10:00 – 02:50:00）',
      lines: ['02:10:00 🔴 gateway 1：cause 1', '02:35:00 🟢 gateway 2：cause 2', '02:50:00 🔴 gateway 3：cause 3'],
      note: '时间是当时的。现在的情况发 /status 看',
    });
    expect(digestMessage(items, 'en', NOW)).toMatchObject({ title: '3 messages while I could not reach you (02:10:00 – 02:50:00)' });
  });
});
