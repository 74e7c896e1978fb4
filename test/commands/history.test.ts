import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { availabilityOf, percentWell, spanOf } from '../../commands/shared/availability.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import {
  buttonsOf,
  DAY,
  gatewayVerdict,
  HOUR,
  incident,
  linkVerdict,
  MINUTE,
  NOW,
  port,
  scene,
  treatment,
  type,
} from './scene.ts';

const several = [port('main'), port('spare'), port('third')];

/** Closed `ago` before now, after `ms`. */
const past = (id: number, ago: number, ms: number, more: Partial<Incident> = {}): Incident =>
  incident(id, { since: NOW - ago - ms, closedAt: NOW - ago, ...more });

const qq = { link: 'qqbot', verdict: linkVerdict('qqbot', 'down') };

describe('/history', () => {
  it('has the figures first, then the incidents, the newest first: when, what, how long, what cured it', async () => {
    const incidents = [
      past(7, 3 * DAY, 130_000, { ...qq, treatments: [treatment()] }),
      past(8, 2 * DAY, HOUR, { treatments: [treatment({ outcome: 'failed' }), treatment({ requestedBy: 'ann' })] }),
      past(9, DAY, 90_000, { severity: 'warning', verdict: gatewayVerdict('starting'), outages: 3 }),
    ];
    const answer = await type('/history', scene({ incidents }).context);
    expect(answer).toMatchObject({
      tone: 'info',
      title: '最近 7 天：3 次故障',
      lines: [
        'main：正常 99.36%，故障 3 次，最长 1 小时',
        '#9 11月20日 10:29:35 正在启动，1 分 30 秒，自行恢复，反复出了 3 次',
        '#8 11月19日 09:31:05 没有在运行，1 小时，ann 第 2 次重启后恢复',
        '#7 11月18日 10:28:55 QQ 失联，2 分 10 秒，重启后恢复',
      ],
      code: ['▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇ 24 小时', '正常：24 小时 100%，7 天 99.36%，30 天 99.85%'],
      note: '看更久的，发 /history 30d\n正常：看护的时间里，没有中断的占比\n▇ 正常 ▅▂ 断过 ▁ 中断 ░ 没有看护，一格一小时',
    });
    expect(buttonsOf(answer)).toEqual([
      '#9 → /incident 9',
      '#8 → /incident 8',
      '#7 → /incident 7',
      '30 天 → /history 30d',
    ]);
  });

  it('calls strain no outage', async () => {
    const strained = past(9, DAY, 90_000, {
      severity: 'warning',
      verdict: gatewayVerdict('strained', { cause: 'memory_high', remedy: 'alert' }),
      outages: 4,
    });
    const linesOf = async (given: Incident) =>
      ((await type('/history', scene({ incidents: [given], locale: 'en' }).context)).lines ?? []).join('\n');
    expect(await linesOf(strained)).toContain('in trouble 4 times');
    expect(await linesOf({ ...strained, verdict: gatewayVerdict('stopped') })).toContain('went down 4 times');
  });

  it('has what was lost for a moment, of which nobody was told', async () => {
    const blips = [
      { gateway: 'main', link: 'qqbot', from: NOW - 3 * HOUR, to: NOW - 3 * HOUR + 4_000 },
      { gateway: 'main', link: null, from: NOW - 2 * HOUR, to: NOW - 2 * HOUR + 9_000 },
      { gateway: 'main', link: 'qqbot', from: NOW - HOUR, to: NOW - HOUR + 12_000 },
      { gateway: 'gone', link: 'qqbot', from: NOW - HOUR, to: NOW },
    ];
    const { context } = scene({ blips });
    expect(await type('/history', context)).toMatchObject({
      title: '最近 7 天：没有故障',
      lines: [
        'QQ 短暂断开 2 次，最长 12 秒，自行恢复（前后 2 小时，99.77% 的时间在线）',
        '进程 短暂断开 1 次，最长 9 秒，自行恢复',
      ],
    });
    const several = scene({ blips, gateways: [port('main'), port('spare')], locale: 'en' });
    expect((await type('/history', several.context)).lines?.[0]).toBe(
      'main QQ: 2 blips, at most 12 s, back by itself (over 2 h, up 99.77%)',
    );
    expect((await type('/history 90m', context)).lines).toEqual(['QQ 短暂断开 1 次，最长 12 秒，自行恢复']);
  });

  it('says the same in English', async () => {
    const incidents = [
      past(7, 3 * DAY, 130_000, {
        ...qq,
        treatments: [treatment({ outcome: 'failed' }), treatment({ requestedBy: 'ann' })],
      }),
      past(8, DAY, MINUTE),
    ];
    expect(await type('/history', scene({ locale: 'en', incidents }).context)).toMatchObject({
      title: 'Last 7 d: 2 incidents',
      lines: [
        'main: well 99.96% of the time, 2 incidents, the longest 2 min 10 s',
        '#8 20 Nov 10:30:05 not running, 1 min, recovered by itself',
        '#7 18 Nov 10:28:55 QQ offline, 2 min 10 s, recovered by the 2nd restart of ann',
      ],
    });
  });

  it('shows what is open, and what comes back, as such', async () => {
    const incidents = [incident(1), incident(2, { wellSince: NOW - MINUTE, ...qq })];
    expect(await type('/history 1d', scene({ incidents }).context)).toMatchObject({
      tone: 'warning',
      lines: [
        'main：正常 98.61%，故障 2 次，最长 20 分',
        '#2 10:11:05 QQ 失联，正在恢复，已 19 分',
        '#1 10:11:05 没有在运行，未恢复，已 20 分',
      ],
    });
  });

  it.each(['zh-CN', 'en'] as const)('is short where there was nothing (%s)', async (locale) => {
    const answer = await type('/history', scene({ locale }).context);
    expect(answer).toMatchObject({
      tone: 'good',
      title: locale === 'en' ? 'Last 7 d: no incidents' : '最近 7 天：没有故障',
      lines: [],
    });
    expect(buttonsOf(answer)).toEqual([locale === 'en' ? '30 d → /history 30d' : '30 天 → /history 30d']);
  });

  it('has no longer window than a year to offer', async () => {
    expect((await type('/history 365d', scene().context)).buttons).toBeUndefined();
  });

  it('names each of several gateways, the worst first, and counts the rest', async () => {
    const incidents = [past(1, DAY, MINUTE), past(2, DAY, HOUR, { gateway: 'spare' })];
    expect((await type('/history', scene({ incidents, gateways: several }).context)).lines).toEqual([
      'spare：正常 99.40%，故障 1 次，最长 1 小时',
      'main：正常 99.99%，故障 1 次，最长 1 分',
      '其余 1 个网关没有故障',
      expect.stringMatching(/^#2 .* spare 没有在运行/),
      expect.stringMatching(/^#1 .* main 没有在运行/),
    ]);
  });

  it('shows one gateway alone when it is named', async () => {
    const incidents = [past(1, DAY, MINUTE), past(2, DAY, HOUR, { gateway: 'spare' })];
    const answer = await type('/history spare 30d', scene({ incidents, gateways: several }).context);
    expect(answer).toMatchObject({
      title: 'spare 最近 30 天：1 次故障',
      lines: [expect.stringMatching(/^spare：/), expect.stringMatching(/^#2 [^ ]+ [^ ]+ 没有在运行/)],
    });
    expect(buttonsOf(answer)).toEqual(['#2 → /incident 2', '90 天 → /history 90d spare']);
  });

  it('leaves out what is older than the window, and has what became part of another incident, which tells nothing of it', async () => {
    const folded: Incident = past(3, DAY, MINUTE, { timeline: [{ at: NOW - DAY, what: 'closed', why: 'folded' }] });
    const incidents = [past(1, 8 * DAY, MINUTE), past(2, 2 * DAY, MINUTE), folded];
    const { lines, title } = await type('/history', scene({ incidents }).context);
    expect(title).toBe('最近 7 天：2 次故障');
    expect(lines?.slice(1)).toEqual([
      expect.stringMatching(/^#3 .*1 分，并入网关自己的故障$/),
      expect.stringMatching(/^#2 /),
    ]);
  });

  it.each<['gone' | 'unwatched', string]>([
    ['gone', '这个连接不在了，不再看护'],
    ['unwatched', '配置里没有它了，不再看护'],
  ])('does not call it recovered when it ended because it is %s', async (why, words) => {
    const { lines } = await type(
      '/history',
      scene({ incidents: [past(1, DAY, MINUTE, { timeline: [{ at: NOW - DAY, what: 'closed', why }] })] }).context,
    );
    expect(lines?.[1]).toMatch(new RegExp(`1 分，${words}$`));
  });

  it.each(['zh-CN', 'en'] as const)(
    'shows fifteen lines of five hundred, and all of them page by page (%s)',
    async (locale) => {
      const incidents = Array.from({ length: 500 }, (_, index) =>
        past(index + 1, (500 - index) * 20 * MINUTE, 5 * MINUTE, index % 2 ? qq : {}),
      );
      const { context } = scene({ locale, incidents });
      const seen: number[] = [];
      for (let line: string | undefined = '/history'; line !== undefined;) {
        const { lines = [], buttons = [], title } = await type(line, context);
        expect(lines.length).toBeLessThanOrEqual(15);
        expect(title).toContain('500');
        seen.push(...lines.flatMap((each) => (each.startsWith('#') ? [Number(/^#(\d+)/.exec(each)?.[1])] : [])));
        line = buttons.find(({ command }) => /#\d+$/.test(command))?.command;
      }
      expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => 500 - index));
    },
  );

  it.each(['zh-CN', 'en'] as const)('fits a phone with eighty gateways that were all ill (%s)', async (locale) => {
    const names = Array.from({ length: 80 }, (_, index) => `${'long-name-'.repeat(6)}${index}`);
    const incidents = names.map((gateway, index) => past(index + 1, DAY, (index + 1) * MINUTE, { gateway }));
    const { lines } = await type(
      '/history',
      scene({ locale, incidents, gateways: names.map((name) => port(name)) }).context,
    );
    expect(lines).toHaveLength(15);
    expect(lines?.[0]).toContain(names[79]);
  });

  it('tells of a gateway that is not in the configuration any more, and works with none', async () => {
    const { lines } = await type(
      '/history',
      scene({ incidents: [past(1, DAY, MINUTE, { gateway: 'gone' })], gateways: [] }).context,
    );
    expect(lines).toEqual([expect.stringMatching(/ gone 没有在运行/)]);
  });

  it.each(['/history 5s', '/history 400d', '/history elsewhere', '/history 7d 8d', '/history #x'])(
    'refuses %s',
    async (line) => {
      await expect(async () => type(line, scene({ gateways: several }).context)).rejects.toMatchObject({
        name: 'UserError',
      });
    },
  );
});

describe('the time that was well', () => {
  const window = { from: NOW - 100 * MINUTE, to: NOW };
  const span = (fromAgo: number, toAgo: number): Incident =>
    incident(1, { since: NOW - fromAgo * MINUTE, closedAt: NOW - toAgo * MINUTE });

  it.each<[string, readonly Incident[], number, string]>([
    ['nothing happened', [], 0, '100%'],
    ['one was open', [span(30, 20)], 10, '90.00%'],
    ['two did not overlap', [span(30, 20), span(60, 55)], 15, '85.00%'],
    ['two overlapped', [span(30, 20), span(25, 10)], 20, '80.00%'],
    ['one lay within another', [span(50, 10), span(30, 20)], 40, '60.00%'],
    ['one began before the window', [span(500, 90)], 10, '90.00%'],
    ['one is still open', [incident(1, { since: NOW - 10 * MINUTE })], 10, '90.00%'],
    ['all of it was ill', [span(500, 0)], 100, '0%'],
    ['a moment of it was ill', [incident(1, { since: NOW - 1_000, closedAt: NOW - 999 })], 1 / 60_000, '99.99%'],
    [
      'a moment of it was well',
      [incident(1, { since: NOW - 200 * MINUTE, closedAt: NOW - 1 })],
      100 - 1 / 60_000,
      '0.01%',
    ],
    ['the clock was set back', [incident(1, { since: NOW + HOUR })], 0, '100%'],
  ])('is right when %s', (_what, incidents, minutes, percent) => {
    const found = availabilityOf(incidents, [window], window);
    expect(found.outMs).toBeCloseTo(minutes * MINUTE, 3);
    expect(percentWell(found)).toBe(percent);
  });

  it.each<[string, readonly (readonly [number, number])[], number, number, string | null]>([
    ['it was watched for 25 minutes, 15 of them ill', [[25, 0]], 25, 15, '40.00%'],
    [
      'Lifeline was away for a part of the trouble',
      [
        [100, 12],
        [5, 0],
      ],
      93,
      8,
      '91.39%',
    ],
    [
      'Lifeline was away for all of it',
      [
        [100, 16],
        [0.5, 0],
      ],
      84.5,
      0.5,
      '99.40%',
    ],
    ['the trouble began before anybody watched', [[5, 0]], 5, 5, '0%'],
    [
      'two spans overlap, by a clock that was set back',
      [
        [25, 5],
        [20, 0],
      ],
      25,
      15,
      '40.00%',
    ],
    ['nobody watched', [], 0, 0, null],
    ['somebody watched long before', [[500, 400]], 0, 0, null],
  ])('is divided by the time watched: %s', (_what, watched, minutes, ill, percent) => {
    const found = availabilityOf(
      [incident(1, { since: NOW - 15 * MINUTE })],
      watched.map(([from, to]) => ({ from: NOW - from * MINUTE, to: NOW - to * MINUTE })),
      window,
    );
    expect(found).toEqual({ watchedMs: minutes * MINUTE, outMs: ill * MINUTE });
    expect(percentWell(found)).toBe(percent);
  });

  it.each<['zh-CN' | 'en', number, string]>([
    ['zh-CN', 25, 'main：正常 40.00%（看护了 25 分），故障 1 次，最长 15 分'],
    ['en', 25, 'main: well 40.00% of the 25 min watched, 1 incident, the longest 15 min'],
    ['zh-CN', 0, 'main：这段时间没有看护，故障 1 次，最长 15 分'],
    ['en', 0, 'main: not watched, 1 incident, the longest 15 min'],
    ['zh-CN', 7 * 24 * 60 - 5, 'main：正常 99.85%，故障 1 次，最长 15 分'],
  ])(
    'says how long that was, where it was not nearly all of the time (%s, %d minutes)',
    async (locale, minutes, line) => {
      const watched = () => [{ from: NOW - minutes * MINUTE, to: NOW }];
      const { lines } = await type(
        '/history',
        scene({ locale, incidents: [incident(1, { since: NOW - 15 * MINUTE })], watched }).context,
      );
      expect(lines?.[0]).toBe(line);
    },
  );

  it('ends when all was well again, not when that was certain', () => {
    expect(spanOf({ since: NOW - HOUR, wellSince: NOW - 2 * MINUTE, closedAt: NOW - MINUTE }, NOW)).toEqual({
      from: NOW - HOUR,
      to: NOW - 2 * MINUTE,
    });
  });

  it('counts each minute once, whatever overlaps', () => {
    const minutes = fc.array(fc.tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 150 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(minutes, (spans) => {
        const ordered = spans.map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const);
        const naive = Array.from({ length: 100 }, (_, minute) => minute + 0.5).filter((minute) =>
          ordered.some(([from, to]) => from > minute && to < minute),
        ).length;
        expect(
          availabilityOf(
            ordered.map(([from, to]) => span(from, to)),
            [window],
            window,
          ).outMs,
        ).toBe(naive * MINUTE);
      }),
    );
  });
});
