import { afterEach, describe, expect, it, vi } from 'vitest';
import type { GatewayReport } from '../../src/chat/command/command.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { fewAtOnce, saying } from '../../commands/shared/slow.ts';
import { buttonsOf, gatewayVerdict, linkVerdict, MINUTE, NOW, port, report, scene, type } from './scene.ts';

const seen = (name: string, verdicts: readonly Verdict[], more: Partial<GatewayReport> = {}) =>
  port(name, { report: () => Promise.resolve(report({ verdicts, ...more })) });
const well = [gatewayVerdict('healthy'), linkVerdict('qqbot', 'up')];
const deaf = [
  gatewayVerdict('healthy'),
  linkVerdict('qqbot', 'down', { since: NOW - 3 * MINUTE }),
  linkVerdict('feishu', 'up'),
];
const dead = [gatewayVerdict('stopped', { since: NOW - 3 * MINUTE }), linkVerdict('qqbot', 'down')];

afterEach(() => void vi.useRealTimers());

describe('/check of one gateway', () => {
  it('is short when all is well', async () => {
    expect(await type('/check', scene().context)).toEqual({
      tone: 'good',
      title: 'main：运行正常',
      lines: ['QQ 已登录'],
    });
  });

  it('says what is wrong, why, since when, and what is done about it', async () => {
    const decision = { act: 'treat', remedy: 'restart', links: ['qqbot'], attempt: 1, perHour: 3 } as const;
    const answer = await type('/check main', scene({ gateways: [seen('main', deaf, { decision })] }).context);
    expect(answer).toMatchObject({
      tone: 'critical',
      title: 'main：QQ 失联',
      lines: [
        '🔴 QQ 失联，断线后一直没有重新登录（10:28:05，3 分钟前）',
        '正在重启（1 小时内第 1/3 次）',
        '飞书 已登录',
      ],
    });
    expect(buttonsOf(answer)).toEqual(['为什么 → /why main', '重启 → /restart main']);
  });

  it('says the same in English', async () => {
    expect(await type('/check', scene({ locale: 'en', gateways: [seen('main', deaf)] }).context)).toMatchObject({
      title: 'main: QQ offline',
      lines: ['🔴 QQ offline: lost, and not logged in since (10:28:05, 3 min ago)', 'Feishu logged in'],
    });
  });

  it('leaves the links of a dead gateway out', async () => {
    expect((await type('/check', scene({ gateways: [seen('main', dead)] }).context)).lines).toEqual([
      '🔴 没有在运行，进程不在了，没有人要求停止它（10:28:05，3 分钟前）',
    ]);
  });

  it('offers a restart only where it helps, and to whom may ask for it', async () => {
    const refused = [
      gatewayVerdict('healthy'),
      linkVerdict('qqbot', 'rejected', { cause: 'platform_refuses', remedy: 'alert' }),
    ];
    expect(buttonsOf(await type('/check', scene({ gateways: [seen('main', refused)] }).context))).toEqual([
      '为什么 → /why main',
    ]);
    expect(buttonsOf(await type('/check', scene({ gateways: [seen('main', deaf)], role: 'viewer' }).context))).toEqual([
      '为什么 → /why main',
    ]);
  });

  it('says so when it cannot be looked at', async () => {
    const blind = port('main', { report: () => Promise.reject(new Error(`disk gone ${'x'.repeat(500)}`)) });
    expect(await type('/check', scene({ gateways: [blind] }).context)).toMatchObject({
      tone: 'warning',
      title: expect.stringContaining('main：查看失败，状态不明：disk gone') as string,
    });
  });
});

describe('/check of several gateways', () => {
  it('answers a line for each, the ill ones first and with their causes', async () => {
    const blind = port('blind', { report: () => Promise.reject(new Error('disk gone')) });
    const answer = await type('/check', scene({ gateways: [seen('a', well), blind, seen('b', deaf)] }).context);
    expect(answer).toEqual({
      tone: 'critical',
      title: '3 个网关里 2 个要留意：b、blind',
      lines: [
        '🔴 b：QQ 失联，断线后一直没有重新登录（10:28:05，3 分钟前）',
        '🟠 blind：查看失败，状态不明：disk gone',
        '🟢 a：运行正常',
      ],
    });
  });

  it('offers what to do when only one is ill', async () => {
    expect(buttonsOf(await type('/check', scene({ gateways: [seen('a', well), seen('b', dead)] }).context))).toEqual([
      '为什么 → /why b',
      '重启 → /restart b',
    ]);
  });

  it('is one line when all are well', async () => {
    expect(await type('/check', scene({ gateways: [seen('a', well), seen('b', well)] }).context)).toMatchObject({
      tone: 'good',
      title: '2 个网关都正常',
    });
  });

  it('looks at one alone when it is named', async () => {
    const unasked = port('a', { report: () => Promise.reject(new Error('nobody asked')) });
    expect((await type('/check b', scene({ gateways: [unasked, seen('b', well)] }).context)).title).toBe('b：运行正常');
  });

  it.each(['zh-CN', 'en'] as const)('fits a phone with a hundred that are ill in every way (%s)', async (locale) => {
    const bad = [
      gatewayVerdict('healthy'),
      ...Array.from({ length: 12 }, (_, index) => linkVerdict(`link${index}`, 'down')),
    ];
    const gateways = Array.from({ length: 100 }, (_, index) => seen(`gateway-with-quite-a-long-name-${index}`, bad));
    const { lines = [] } = await type('/check', scene({ locale, gateways }).context);
    expect(lines.at(-1)).toContain(String(100 - (lines.length - 1)));
  });

  it.each(['zh-CN', 'en'] as const)('says that there is none where none is (%s)', async (locale) => {
    expect(await type('/check', scene({ locale, gateways: [] }).context)).toEqual({
      tone: 'warning',
      title: locale === 'en' ? 'No gateway is configured' : '没有配置任何网关',
    });
  });

  it('refuses what it does not know', async () => {
    await expect(async () => type('/check elsewhere', scene().context)).rejects.toMatchObject({
      code: 'NO_SUCH_GATEWAY',
    });
    await expect(async () => type('/check main 5', scene().context)).rejects.toMatchObject({ name: 'UserError' });
  });

  it('says that it is at work when that takes long, and still answers of all', async () => {
    vi.useFakeTimers();
    const { context, said } = scene({
      gateways: [seen('a', well), port('slow', { report: () => new Promise(() => undefined) })],
    });
    const answer = type('/check', context);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(said).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(said.map(({ title }) => title)).toEqual(['正在检查 2 个网关…']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await answer).lines).toEqual(['🟠 slow：查看超时，状态不明', '🟢 a：运行正常']);
    expect(said).toHaveLength(1);
  });

  it('says nothing in between when it is quick', async () => {
    vi.useFakeTimers();
    const { context, said } = scene();
    await type('/check', context);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said).toEqual([]);
  });
});

describe('asking many', () => {
  it('asks a few at a time and keeps their order', async () => {
    let running = 0;
    let most = 0;
    const results = await fewAtOnce(
      Array.from({ length: 20 }, (_, index) => index),
      async (index) => {
        running += 1;
        most = Math.max(most, running);
        for (let turn = 0; turn < 3 + (index % 3); turn += 1) await Promise.resolve();
        running -= 1;
        return index * 2;
      },
    );
    expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
    expect(most).toBe(4);
    expect(await fewAtOnce([], () => Promise.resolve(1))).toEqual([]);
  });

  it('answers although nothing could be said in between', async () => {
    vi.useFakeTimers();
    const work = new Promise<string>((resolve) => setTimeout(resolve, 5_000, 'done'));
    const answer = saying({ say: () => Promise.reject(new Error('offline')) }, { tone: 'info', title: '…' }, work);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await answer).toBe('done');
  });
});
