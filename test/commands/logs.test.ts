import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { OWN_FILES } from '../../src/base/open-foreign.ts';
import { RefusedFile } from '../../src/base/refused-file.ts';
import { UserError } from '../../src/base/errors.ts';
import type { GatewayPort } from '../../src/chat/command/command.ts';
import type { LogsAsked, LogsShown } from '../../src/chat/command/ports.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { searchLogs } from '../../src/sensors/logs/log-search.ts';
import { createLogPositions, signed } from '../../src/monitor/gateway/log-positions.ts';
import { ownFolder } from '../store/helpers.ts';
import { answerOf, context, HOUR, named, NOW, port } from './helpers.ts';

const logs = named('logs');
const MINUTE = 60_000;

/** Whatever the port gives: here it is carried, not understood. */
const POSITION = 'cGxhY2U_-';

const page = (texts: readonly string[], more: Partial<LogsShown> = {}): LogsShown => ({
  lines: texts.map((text) => ({ at: null, level: null, text, match: true })),
  older: null,
  scanned: { bytes: 4_096, lines: texts.length },
  cutOff: false,
  usedUp: false,
  refused: [],
  ...more,
});
const lines = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i + 1}`);
const withLogs = (read: GatewayPort['logs'], locale: 'zh-CN' | 'en' = 'zh-CN') =>
  context({ locale, gateways: [port('main', { logs: read })] });

const QUERY: LogsAsked = { count: 20, least: null, since: null, text: null, pattern: null, context: 0, before: null };

describe('/logs', () => {
  it('shows nothing of what others could have written, and says so', async () => {
    const refusal = { why: 'owner', path: '/srv/log.1', kind: 'file', uid: 7 } as const;
    expect(
      await answerOf(
        logs,
        withLogs(async () => page(['x'], { refused: [refusal] })),
      ),
    ).toMatchObject({
      code: ['x'],
      note: expect.stringMatching(/^没有读 \/srv\/log\.1：这个文件属于别的用户/) as string,
    });
    const whole = withLogs(() => Promise.reject(new RefusedFile(refusal)), 'en');
    await expect(answerOf(logs, whole)).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringMatching(/^Not read: \/srv\/log\.1/) as string,
    });
  });

  it('shows the lines as code, the newest last', async () => {
    expect(
      await answerOf(
        logs,
        withLogs(async () => page(lines(2))),
      ),
    ).toEqual({ tone: 'info', title: 'main 最近 2 行日志', code: ['line 1', 'line 2'] });
  });

  it.each<[string, Partial<LogsAsked>, string]>([
    ['', {}, 'main 最近 1 行日志'],
    ['50', { count: 50 }, 'main 最近 1 行日志'],
    ['main 200', { count: 200 }, 'main 最近 1 行日志'],
    ['50 main', { count: 50 }, 'main 最近 1 行日志'],
    ['error', { least: 'error' }, 'main 最近 1 行日志：错误及以上'],
    ['警告 50', { least: 'warning', count: 50 }, 'main 最近 1 行日志：警告及以上'],
    ['since 10m', { since: NOW - 10 * MINUTE }, 'main 最近 1 行日志：10 分内'],
    ['最近2小时 错误', { since: NOW - 2 * HOUR, least: 'error' }, 'main 最近 1 行日志：错误及以上，2 小时内'],
    ['timeout', { text: 'timeout', context: 2 }, 'main 最近 1 行日志：含「timeout」'],
    [
      'connection reset 30',
      { text: 'connection reset', count: 30, context: 2 },
      'main 最近 1 行日志：含「connection reset」',
    ],
    ['/code 4\\d+/', { pattern: 'code 4\\d+', context: 2 }, 'main 最近 1 行日志：含「/code 4\\d+/」'],
    ['"50"', { text: '50', context: 2 }, 'main 最近 1 行日志：含「50」'],
    ['"error"', { text: 'error', context: 2 }, 'main 最近 1 行日志：含「error」'],
    ['/', { text: '/', context: 2 }, 'main 最近 1 行日志：含「/」'],
  ])('with %j asks for that, and says so', async (typed, query, title) => {
    const read = vi.fn<GatewayPort['logs']>(async () => page(['x']));
    expect((await answerOf(logs, withLogs(read), typed)).title).toBe(title);
    expect(read.mock.calls).toEqual([[{ ...QUERY, ...query }]]);
  });

  it.each<[string, string]>([
    ['0', 'BAD_COUNT'],
    ['-5', 'BAD_COUNT'],
    ['201', 'BAD_COUNT'],
    ['since 99d', 'BAD_DURATION'],
  ])('with %j complains and reads nothing', async (typed, code) => {
    const read = vi.fn<GatewayPort['logs']>();
    await expect(answerOf(logs, withLogs(read), typed)).rejects.toMatchObject({ code });
    expect(read).not.toHaveBeenCalled();
  });

  it('asks which when there are several, and keeps what was asked for', async () => {
    expect(await answerOf(logs, context({ gateways: [port('main'), port('test')] }), '50 "reset by"')).toMatchObject({
      title: '哪个网关？',
      buttons: [{ command: '/logs main 50 "reset by"' }, { command: '/logs test 50 "reset by"' }],
    });
  });

  it.each<[string, string]>([
    ['', 'main 的日志是空的'],
    ['error', 'main 没有符合的日志：错误及以上'],
    ['timeout', 'main 没有符合的日志：含「timeout」'],
  ])('with %j says in words that there is nothing', async (typed, title) => {
    expect(
      await answerOf(
        logs,
        withLogs(async () => page([])),
        typed,
      ),
    ).toEqual({ tone: 'info', title });
  });

  it.each<[string]>([[''], ['50 error timeout'], ['/a b/ since 90m'], ['"50"'], ['"since 10m" 警告'], ['“不 "对"”']])(
    'after %j goes on to older lines by a button that asks for the same',
    async (typed) => {
      const read = vi.fn<GatewayPort['logs']>(async () => page(['x'], { older: POSITION }));
      const here = withLogs(read);
      const { buttons = [] } = await answerOf(logs, here, typed);
      expect(buttons).toEqual([
        { label: '更早', style: 'plain', command: expect.stringMatching(/^\/logs main /) as string },
      ]);
      const older = await answerOf(logs, here, buttons[0]?.command.replace('/logs ', '') ?? '');
      expect(read.mock.calls[1]).toEqual([{ ...read.mock.calls[0]?.[0], before: POSITION }]);
      expect(older.title).toContain('更早的 1 行');
      expect(older.buttons).toEqual(buttons);
    },
  );

  it('says how far it has looked when that was too far for once', async () => {
    const answer = await answerOf(
      logs,
      withLogs(async () =>
        page([], { older: POSITION, cutOff: true, scanned: { bytes: 64 * 1_024 * 1_024, lines: 9 } }),
      ),
      'rare',
    );
    expect(answer).toMatchObject({
      title: 'main 到目前为止没找到：含「rare」',
      note: '只翻了 64 MB，按「更早」接着翻',
      buttons: [{ label: '更早' }],
    });
  });

  it('says that there is nothing older', async () => {
    expect(
      await answerOf(
        logs,
        withLogs(async () => page([])),
        `main before:${POSITION}`,
      ),
    ).toEqual({ tone: 'info', title: 'main 没有更早的日志' });
  });

  it('marks what was found among the lines around it, and counts only that', async () => {
    const found = page(['before', 'timeout', 'after']);
    const around = { ...found, lines: found.lines.map((line) => ({ ...line, match: line.text === 'timeout' })) };
    expect(
      await answerOf(
        logs,
        withLogs(async () => around),
        'timeout',
      ),
    ).toMatchObject({ title: 'main 最近 1 行日志：含「timeout」', code: ['  before', '▸ timeout', '  after'] });
  });

  it.each([
    [60, false],
    [61, true],
  ])('of %d lines is a file as well: %s', async (count, file) => {
    const { attachment, code } = await answerOf(
      logs,
      withLogs(async () => page(lines(count))),
      String(count),
    );
    expect(code).toHaveLength(count);
    if (file) expect(attachment).toEqual({ name: 'main.log', text: `${lines(count).join('\n')}\n` });
    else expect(attachment).toBeUndefined();
  });

  it('passes failures on, with the words for people', async () => {
    const failing = (code: string) => () => Promise.reject(new UserError(code, 'There is no log file /x/gateway.log'));
    await expect(answerOf(logs, withLogs(failing('LOG_MISSING')))).rejects.toMatchObject({
      code: 'LOG_MISSING',
      message: 'main 没有日志文件\nThere is no log file /x/gateway.log',
    });
    await expect(answerOf(logs, withLogs(failing('LOG_MISSING'), 'en'))).rejects.toMatchObject({
      message: 'There is no log file /x/gateway.log',
    });
    await expect(
      answerOf(
        logs,
        withLogs(() => Promise.reject(new Error('EIO'))),
      ),
    ).rejects.toThrow('EIO');
  });

  it('goes through a real log page by page', async () => {
    const folder = ownFolder();
    const file = join(folder, 'gateway.log');
    writeFileSync(
      file,
      lines(45)
        .map((line) => `2026-11-21 10:00:00,000 INFO x: ${line}\n`)
        .join(''),
    );
    const here = withLogs(
      signed('main', createLogPositions(Buffer.alloc(32)), (query) =>
        searchLogs([file], query, hermes.parseLine, { trust: OWN_FILES }),
      ),
    );
    const seen: string[][] = [];
    for (let typed: string | undefined = ''; typed !== undefined;) {
      const { code = [], buttons = [] } = await answerOf(logs, here, typed);
      seen.unshift([...code]);
      typed = buttons[0]?.command.replace('/logs ', '');
    }
    expect(seen.map((each) => each.length)).toEqual([5, 20, 20]);
    expect(seen.flat().map((line) => line.replace(/^.*x: /, ''))).toEqual(lines(45));
  });

  it.each([
    ['2026-11-21 10:00:00,123 INFO x: y', '10:00:00 INFO x: y'],
    ['2026-11-20 10:00:00,123 INFO x: y', '11-20 10:00:00 INFO x: y'],
    ['2025-11-21T10:00:00.5 x', '2025-11-21 10:00:00 x'],
    ['2026-11-21 10:00:00', '2026-11-21 10:00:00'],
    ['at 2026-11-21 10:00:00,123 x', 'at 2026-11-21 10:00:00,123 x'],
  ])('shows of the time of %j what matters, and the file has it all', async (line, shown) => {
    const { code, attachment } = await answerOf(
      logs,
      withLogs(async () => page([line])),
      '100',
    );
    expect(code).toEqual([shown]);
    expect(attachment?.text).toBe(`${line}\n`);
  });

  it('cuts a line that no phone could show', async () => {
    const { code, attachment } = await answerOf(
      logs,
      withLogs(async () => page(['x'.repeat(2_000)])),
      '100',
    );
    expect(code?.[0]).toHaveLength(300);
    expect(code?.[0]?.endsWith('…')).toBe(true);
    expect(attachment?.text).toHaveLength(2_001);
  });

  it('speaks English', async () => {
    expect(
      await answerOf(
        logs,
        withLogs(async () => page(['x', 'y'], { older: POSITION }), 'en'),
        'error 1h reset',
      ),
    ).toMatchObject({
      title: 'main: the last 2 log lines, errors and above, within 1 h, with "reset"',
      buttons: [{ label: 'Earlier' }],
    });
  });
});
