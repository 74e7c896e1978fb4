/** Which changes belong to a trouble. */
import { describe, expect, test } from 'vitest';
import { changesBefore, worthTelling, type Change } from '../../src/incidents/change.ts';
import { beforeText } from '../../src/text/notices/changes-before.ts';

const HOUR = 3_600_000;
const SINCE = new Date(2026, 10, 22, 14, 0, 0).getTime();
const NOW = SINCE + 120_000;
const config = (at: number, file = 'config.yaml'): Change => ({ what: 'config', at, file });
const version = (at: number): Change => ({ what: 'version', at, from: '1', to: '2' });
const reboot = (at: number): Change => ({ what: 'reboot', at });

describe('what was changed before a trouble', () => {
  test.each<[string, readonly Change[], readonly Change[]]>([
    ['nothing', [], []],
    ['an edit shortly before', [config(SINCE - 1)], [config(SINCE - 1)]],
    [
      'an edit of a day ago, and one older',
      [config(SINCE - 24 * HOUR), config(SINCE - 24 * HOUR - 1, '.env')],
      [config(SINCE - 24 * HOUR)],
    ],
    ['what changed until it was noticed', [version(NOW)], [version(NOW)]],
    ['what is later than now', [version(NOW + 1)], []],
    ['a start of the machine within an hour', [reboot(SINCE - HOUR)], [reboot(SINCE - HOUR)]],
    ['a start of the machine longer ago', [reboot(SINCE - HOUR - 1)], []],
    ['the last edit of a file alone', [config(SINCE - 2), config(SINCE - 1)], [config(SINCE - 1)]],
    [
      'the three latest, the latest first',
      [reboot(SINCE - 4), config(SINCE - 3), version(SINCE - 2), config(SINCE - 1, '.env')],
      [config(SINCE - 1, '.env'), version(SINCE - 2), config(SINCE - 3)],
    ],
  ])('%s', (_, changes, told) => {
    expect(changesBefore(changes, SINCE, NOW)).toEqual(told);
  });

  test.each<[string, number | null, number | null]>([
    ['never seen well', null, null],
    ['seen well at its very beginning', SINCE - 59_999, null],
    ['seen well a minute before', SINCE - 60_000, SINCE - 60_000],
  ])('%s', (_, lastGoodAt, told) => {
    expect(worthTelling({ changes: [], lastGoodAt }, SINCE, NOW)?.lastGoodAt ?? null).toBe(told);
  });

  test('in words', () => {
    const before = {
      changes: [
        config(SINCE - 60_000),
        version(SINCE - 120_000),
        { what: 'plugin', at: SINCE - 180_000, name: 'weather', from: '1.0', to: '1.1' },
      ] as const,
      lastGoodAt: SINCE - 240_000,
    };
    expect(beforeText(before, 'zh-CN', NOW)).toBe(
      '最近的变动：13:59:00 config.yaml 有改动；13:58:00 网关 1 → 2；13:57:00 插件 weather 1.0 → 1.1；13:56:00 还正常',
    );
    expect(beforeText({ changes: [reboot(SINCE)], lastGoodAt: null }, 'en', NOW)).toBe(
      'Changed lately: 14:00:00 machine started',
    );
    expect(beforeText({ changes: [], lastGoodAt: SINCE }, 'en', NOW)).toBe('Last seen well at 14:00:00');
  });
});
