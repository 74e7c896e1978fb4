import { arch } from 'node:os';
import { describe, expect, it } from 'vitest';
import { HOUR, LIFELINE, NOW, scene, type } from './scene.ts';

describe('/version', () => {
  it.each<['zh-CN' | 'en', readonly string[]]>([
    ['zh-CN', [`Node ${process.version}`, expect.stringContaining(arch()) as string, '08:31:05 启动，已运行 2 小时']],
    ['en', [`Node ${process.version}`, expect.stringContaining(arch()) as string, 'Up since 08:31:05, for 2 h']],
  ])('says what runs, on what, and since when (%s)', async (locale, lines) => {
    expect(await type('/version', scene({ locale }).context)).toEqual({ tone: 'info', title: 'Lifeline 0.1.0', lines });
  });

  it.each<[number, string]>([
    [0, '0 B'],
    [655_360, '640 KB'],
    [12_345_678, '12 MB'],
  ])('says how big its store of %d bytes is', async (storeBytes, size) => {
    const lifeline = () => ({ ...LIFELINE, startedAt: NOW - HOUR, storeBytes });
    expect((await type('/version', scene({ lifeline }).context)).lines?.at(-1)).toBe(`数据：${size}`);
  });
});
