import { describe, expect, it } from 'vitest';
import { buttonsOf, DAY, gatewayVerdict, HOUR, incident, MINUTE, NOW, port, scene, type } from './scene.ts';

const several = [port('main'), port('spare')];

describe('/mute', () => {
  it('says what happens meanwhile, until when, and how to end it', async () => {
    const { context, silences } = scene();
    expect(await type('/mute 2h', context)).toEqual({
      tone: 'info',
      title: 'main 已静音，到 12:31:05',
      lines: ['照常自动恢复，但不发告警；到时还没好的会告诉你'],
      note: '要提前结束，发 /unmute',
      buttons: [{ label: '取消静音', style: 'plain', command: '/unmute' }],
    });
    expect(silences.active(NOW)).toEqual([
      { id: 1, kind: 'mute', gateway: null, by: 'me', at: NOW, until: NOW + 2 * HOUR },
    ]);
    expect(silences.until('mute', 'main', NOW)).toBe(NOW + 2 * HOUR);
    expect(silences.until('maintenance', 'main', NOW)).toBeNull();
  });

  it('says the same in English', async () => {
    expect(await type('/mute 30m spare', scene({ locale: 'en', gateways: several }).context)).toMatchObject({
      title: 'Muted spare until 11:01:05',
      note: 'To end it early, send /unmute spare',
      buttons: [{ label: 'Unmute', command: '/unmute spare' }],
    });
  });

  it.each<[string, string, string | null, string]>([
    ['one of several', '/mute 2h spare', 'spare', 'spare 已静音，到 12:31:05'],
    ['all of several', '/mute 2h', null, '全部网关已静音，到 12:31:05'],
    ['until another day', '/mute 7d', null, '全部网关已静音，到 11月28日 10:31:05'],
  ])('mutes %s', async (_what, line, gateway, title) => {
    const { context, silences } = scene({ gateways: several });
    expect((await type(line, context)).title).toBe(title);
    expect(silences.active(NOW).map((each) => each.gateway)).toEqual([gateway]);
  });

  it.each(['/mute 59s', '/mute 8d', '/mute 0m', '/mute -2h', '/mute 2', '/mute 2h 3h', '/mute 2h elsewhere'])(
    'refuses %s and mutes nothing',
    async (line) => {
      const { context, silences } = scene({ gateways: several });
      await expect(async () => type(line, context)).rejects.toMatchObject({ name: 'UserError' });
      expect(silences.active(NOW)).toEqual([]);
    },
  );

  it('works while something critical is open, and says that it is open', async () => {
    const { context, silences } = scene({
      incidents: [incident(3), incident(4, { severity: 'warning', gateway: 'spare' })],
      gateways: several,
    });
    expect(await type('/mute 2h', context)).toMatchObject({
      tone: 'warning',
      lines: ['注意，main：没有在运行，10:11:05 起还没恢复', expect.any(String) as string],
    });
    expect(silences.active(NOW)).toHaveLength(1);
    expect((await type('/mute 2h spare', context)).tone).toBe('info');
  });

  it('names three of many that are open', async () => {
    const incidents = Array.from({ length: 40 }, (_, index) =>
      incident(index + 1, { gateway: `g${index}`, verdict: gatewayVerdict('frozen') }),
    );
    const { lines } = await type(
      '/mute 2h',
      scene({ incidents, gateways: incidents.map(({ gateway }) => port(gateway)) }).context,
    );
    expect(lines).toHaveLength(5);
    expect(lines?.[3]).toBe('还有 37 个没恢复的，发 /incident 看');
  });

  it.each<[string, readonly string[], string, string, readonly string[]]>([
    [
      'a longer one after a shorter',
      ['/mute 1h main'],
      '/mute 2h main',
      'main 已静音，到 12:31:05',
      ['和之前设的（到 11:31:05）重叠，以较晚的为准'],
    ],
    [
      'a shorter one after a longer',
      ['/mute 2h main'],
      '/mute 1h main',
      'main 已静音，到 12:31:05',
      ['和之前设的（到 12:31:05）重叠，以较晚的为准'],
    ],
    [
      'one of a gateway under one for all',
      ['/mute 2h'],
      '/mute 1h main',
      'main 已静音，到 12:31:05',
      ['和之前设的（到 12:31:05）重叠，以较晚的为准'],
    ],
    [
      'one for all over a longer one of a gateway',
      ['/mute 8h main'],
      '/mute 1h',
      '全部网关已静音，到 11:31:05',
      ['main 另有一个，到 18:31:05'],
    ],
    ['one for all over a shorter one of a gateway', ['/mute 30m main'], '/mute 1h', '全部网关已静音，到 11:31:05', []],
    ['those of other gateways', ['/mute 8h spare'], '/mute 1h main', 'main 已静音，到 11:31:05', []],
    ['a maintenance window', ['/maintenance 8h main'], '/mute 1h main', 'main 已静音，到 11:31:05', []],
  ])('lets the later end count: %s', async (_what, before, line, title, overlaps) => {
    const { context, silences } = scene({ gateways: several });
    for (const each of before) await type(each, context);
    const { title: said, lines = [] } = await type(line, context);
    expect(said).toBe(title);
    expect(lines.slice(1)).toEqual(overlaps);
    // What is said is what holds.
    const until = silences.until('mute', 'main', NOW) ?? 0;
    if (line.endsWith('main')) expect(title).toContain(new Date(until).toTimeString().slice(0, 8));
  });
});

describe('/mute without a duration', () => {
  it('says that nothing is muted and offers three durations', async () => {
    const { context, silences } = scene({ gateways: several });
    const answer = await type('/mute main', context);
    expect(answer).toMatchObject({ title: '现在没有静音，也没有维护', lines: [], note: '要开始，发 /mute 2h main' });
    expect(buttonsOf(answer)).toEqual(['30 分 → /mute 30m main', '2 小时 → /mute 2h main', '8 小时 → /mute 8h main']);
    expect(silences.active(NOW)).toEqual([]);
  });

  it('lists what is active with its end, both kinds, each scope once', async () => {
    const { context } = scene({ gateways: several });
    for (const line of ['/mute 30m main', '/mute 2h main', '/mute 1h main', '/maintenance 1d spare', '/mute 1h'])
      await type(line, context);
    const answer = await type('/mute', context);
    expect(answer).toMatchObject({
      title: '静音和维护：3 个生效中',
      lines: [
        '静音 main：到 12:31:05，还有 2 小时（me 设的）',
        '维护 spare：到 11月22日 10:31:05，还有 1 天（me 设的）',
        '静音 全部网关：到 11:31:05，还有 1 小时（me 设的）',
      ],
    });
    expect(buttonsOf(answer).at(-1)).toBe('取消静音 → /unmute');
    expect((await type('/mute main', context)).lines).toHaveLength(2);
  });

  it('leaves out what is over', async () => {
    const { context, silences } = scene();
    silences.add({ kind: 'mute', gateway: null, by: 'me', at: NOW - DAY, until: NOW - MINUTE });
    expect((await type('/mute', context)).title).toBe('现在没有静音，也没有维护');
  });

  it.each(['zh-CN', 'en'] as const)('fits a phone with a hundred of them (%s)', async (locale) => {
    const gateways = Array.from({ length: 100 }, (_, index) => port(`gateway-with-quite-a-name-${index}`));
    const { context, silences } = scene({ locale, gateways });
    for (const { name } of gateways)
      silences.add({ kind: 'mute', gateway: name, by: 'me', at: NOW, until: NOW + HOUR });
    const { lines } = await type('/mute', context);
    expect(lines).toHaveLength(13);
    expect(lines?.at(-1)).toContain('88');
  });

  it('works with no gateway at all', async () => {
    expect((await type('/mute', scene({ gateways: [] }).context)).title).toBe('现在没有静音，也没有维护');
    expect((await type('/mute 1h', scene({ gateways: [] }).context)).title).toBe('全部网关已静音，到 11:31:05');
  });
});
