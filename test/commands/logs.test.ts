import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import type { GatewayPort } from '../../src/chat/command.ts';
import { answerOf, context, named, port } from './helpers.ts';

const logs = named('logs');
const lines = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i + 1}`);
const withLogs = (read: GatewayPort['logs']) => context({ gateways: [port('main', { logs: read })] });

describe('/logs', () => {
  it('shows the lines as code', async () => {
    expect(await logs.run(withLogs(async () => lines(2)), [])).toEqual({ tone: 'info', title: 'main 最近 2 行日志', code: ['line 1', 'line 2'] });
  });

  it.each<[readonly string[], number, string | undefined]>([
    [[], 20, undefined],
    [['50'], 50, undefined],
    [['main'], 20, undefined],
    [['main', '50'], 50, undefined],
    [['50', 'main'], 50, undefined],
    [['200'], 200, undefined],
    [['201'], 200, '一次最多 200 行'],
    [['99999999999'], 200, '一次最多 200 行'],
  ])('with %j reads %d lines', async (args, count, note) => {
    const read = vi.fn<GatewayPort['logs']>(async (wanted) => lines(wanted));
    const message = await answerOf(logs, withLogs(read), args);
    expect(read.mock.calls).toEqual([[count]]);
    expect(message.code).toHaveLength(count);
    expect(message.note).toBe(note);
  });

  it.each<[readonly string[], string]>([
    [['0'], '行数要在 1 到 200 之间，不能是「0」'],
    [['-5'], '行数要在 1 到 200 之间，不能是「-5」'],
    [['1.5'], '行数要在 1 到 200 之间，不能是「1.5」'],
    [['1', '2'], '参数太多，用法：/logs [网关] [行数]'],
    [['a', 'b'], '参数太多，用法：/logs [网关] [行数]'],
    [['nope'], '没有叫「nope」的网关'],
  ])('with %j complains', async (args, message) => {
    const read = vi.fn<GatewayPort['logs']>();
    await expect(logs.run(withLogs(read), args)).rejects.toThrow(message);
    expect(read).not.toHaveBeenCalled();
  });

  it('asks which when there are several', async () => {
    await expect(logs.run(context({ gateways: [port('main'), port('test')] }), ['50'])).rejects.toThrow('哪个网关？有 main、test\n例如：/logs main');
  });

  it('says in words that the log is empty', async () => {
    expect(await logs.run(withLogs(async () => []), [])).toEqual({ tone: 'info', title: 'main 的日志是空的' });
  });

  it('says in words that there is no file', async () => {
    const read = async (): Promise<string[]> => [await readFile('/nowhere/gateway.log', 'utf8')];
    expect(await logs.run(withLogs(read), [])).toEqual({ tone: 'warning', title: 'main 没有日志文件：/nowhere/gateway.log' });
  });

  it('passes other failures on', async () => {
    await expect(logs.run(withLogs(() => Promise.reject(new Error('EIO'))), [])).rejects.toThrow('EIO');
  });

  it('cuts a line that no phone could show', async () => {
    const { code } = await answerOf(logs, withLogs(async () => ['x'.repeat(1_000_000)]), []);
    expect(code?.[0]).toHaveLength(500);
    expect(code?.[0]?.endsWith('…')).toBe(true);
  });
});
