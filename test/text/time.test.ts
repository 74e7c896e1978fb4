import { expect, test } from 'vitest';
import { formatAgo, formatDuration, formatTime } from '../../src/text/common/time.ts';

test.each([
  [0, '1 秒不到', 'under 1 s'],
  [-5_000, '1 秒不到', 'under 1 s'],
  [999, '1 秒不到', 'under 1 s'],
  [1_000, '1 秒', '1 s'],
  [37_900, '37 秒', '37 s'],
  [60_000, '1 分', '1 min'],
  [200_000, '3 分 20 秒', '3 min 20 s'],
  [3_600_000, '1 小时', '1 h'],
  [3_605_000, '1 小时', '1 h'],
  [3_720_000, '1 小时 2 分', '1 h 2 min'],
  [86_400_000, '1 天', '1 d'],
  [2 * 86_400_000 + 3 * 3_600_000 + 59 * 60_000, '2 天 3 小时', '2 d 3 h'],
])('%d ms reads %s', (ms, zh, en) => {
  expect(formatDuration(ms, 'zh-CN')).toBe(zh);
  expect(formatDuration(ms, 'en')).toBe(en);
});

// The tests run in the zone of Shanghai (vitest.config.ts).
const NOW = Date.parse('2026-09-26T10:31:05+08:00');

test.each([
  ['2026-09-26T10:31:05+08:00', '10:31:05', '10:31:05'],
  ['2026-09-26T00:00:00+08:00', '00:00:00', '00:00:00'],
  ['2026-09-25T23:59:59+08:00', '9月25日 23:59:59', '25 Sep 23:59:59'],
  ['2026-01-01T08:05:09+08:00', '1月1日 08:05:09', '1 Jan 08:05:09'],
  ['2025-12-31T23:00:00+08:00', '2025年12月31日 23:00:00', '31 Dec 2025 23:00:00'],
])('%s reads %s', (at, zh, en) => {
  expect(formatTime(Date.parse(at), 'zh-CN', NOW)).toBe(zh);
  expect(formatTime(Date.parse(at), 'en', NOW)).toBe(en);
});

test.each([
  [-3_600_000, '刚刚', 'just now'],
  [59_999, '刚刚', 'just now'],
  [60_000, '1 分钟前', '1 min ago'],
  [3_599_999, '59 分钟前', '59 min ago'],
  [3_600_000, '1 小时前', '1 h ago'],
  [86_399_999, '23 小时前', '23 h ago'],
  [86_400_000, '1 天前', '1 d ago'],
  [400 * 86_400_000, '400 天前', '400 d ago'],
])('%d ms ago reads %s', (ms, zh, en) => {
  expect(formatAgo(NOW - ms, 'zh-CN', NOW)).toBe(zh);
  expect(formatAgo(NOW - ms, 'en', NOW)).toBe(en);
});
