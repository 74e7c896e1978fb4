/** The band of the last 24 hours and the up time beside it, in /status and /history. */
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import type { Span } from '../../src/store/watched.ts';
import { DAY, HOUR, incident, MINUTE, NOW, port, scene, type } from './scene.ts';

const past = (fromAgo: number, toAgo: number, more: Partial<Incident> = {}): Incident =>
  incident(1, { since: NOW - fromAgo, closedAt: NOW - toAgo, ...more });

const blockOf = async (
  incidents: readonly Incident[],
  watched: readonly Span[],
  locale: 'zh-CN' | 'en' = 'zh-CN',
): Promise<readonly string[] | undefined> =>
  (await type('/history', scene({ incidents, locale, watched: () => watched }).context)).code;

const since = (ago: number): readonly Span[] => [{ from: NOW - ago, to: NOW }];

describe('the band', () => {
  it('has one sign an hour, the oldest first: well, partly out, mostly out, out, not watched', async () => {
    const incidents = [
      past(5 * HOUR, 4 * HOUR),
      past(3 * HOUR, 3 * HOUR - 10 * MINUTE, { id: 2 }),
      past(2 * HOUR, HOUR + 10 * MINUTE, { id: 3 }),
    ];
    expect(await blockOf(incidents, since(8 * HOUR))).toEqual([
      '░░░░░░░░░░░░░░░░▇▇▇▁▇▅▂▇ 24 小时',
      '正常：24 小时 75.00%（看护了 8 小时）',
    ]);
  });

  it('is that of the time that was watched: what nobody has seen counts neither as well nor as ill', async () => {
    const seen = [
      { from: NOW - 24 * HOUR, to: NOW - 20 * HOUR },
      { from: NOW - 2 * HOUR, to: NOW },
    ];
    expect(await blockOf([past(22 * HOUR, HOUR)], seen)).toEqual([
      '▇▇▁▁░░░░░░░░░░░░░░░░░░▁▇ 24 小时',
      '正常：24 小时 50.00%（看护了 6 小时）',
    ]);
  });

  it('stands nowhere before anybody has watched', async () => {
    expect(await blockOf([], [])).toBeUndefined();
  });

  it.each<['zh-CN' | 'en', number, string]>([
    ['zh-CN', 30 * DAY, '正常：24 小时 100%，7 天 99.40%，30 天 99.86%'],
    ['en', 30 * DAY, 'Well: 24 h 100%, 7 d 99.40%, 30 d 99.86%'],
    ['zh-CN', 3 * DAY, '正常：24 小时 100%，7 天 98.61%（看护了 3 天）'],
    ['en', 3 * DAY, 'Well: 24 h 100%, 7 d 98.61% (of 3 d watched)'],
  ])(
    'has the up time of a day, a week and a month, and of how long it was watched (%s, %d)',
    async (locale, ago, line) => {
      expect((await blockOf([past(2 * DAY + HOUR, 2 * DAY)], since(ago), locale))?.[1]).toBe(line);
    },
  );

  it('says the longest window alone where nothing was ever out', async () => {
    expect((await blockOf([], since(30 * DAY)))?.[1]).toBe('正常：30 天 100%');
    expect((await blockOf([], since(5 * HOUR)))?.[1]).toBe('正常：24 小时 100%（看护了 5 小时）');
  });

  it('of several gateways is one line each, of many none', async () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => port(`gw${index}`));
    const blockFor = async (count: number) =>
      (await type('/history', scene({ gateways: names(count), watched: () => since(DAY) }).context)).code;
    expect(await blockFor(2)).toEqual([`${'▇'.repeat(24)} gw0`, `${'▇'.repeat(24)} gw1`]);
    expect(await blockFor(5)).toBeUndefined();
  });
});
