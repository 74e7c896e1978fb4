import { describe, expect, it } from 'vitest';
import { buttonsOf, HOUR, incident, NOW, port, scene, type } from './scene.ts';

const several = [port('main'), port('spare')];

describe('/maintenance', () => {
  it('says that nothing is healed and nothing is told, and until when', async () => {
    const { context, silences } = scene({ gateways: several });
    expect(await type('/maintenance 1h main', context)).toEqual({
      tone: 'info',
      title: 'main 开始维护，到 11:31:05',
      lines: ['不自动处理，也不发告警；到时还没好的再处理、再告诉你'],
      note: '要提前结束，发 /maintenance end main',
      buttons: [{ label: '结束维护', style: 'plain', command: '/maintenance end main' }],
    });
    expect(silences.until('maintenance', 'main', NOW)).toBe(NOW + HOUR);
    expect(silences.until('maintenance', 'spare', NOW)).toBeNull();
    expect(silences.until('mute', 'main', NOW)).toBeNull();
  });

  it('says so when something critical is open: it will not be healed', async () => {
    expect(await type('/maintenance 1h', scene({ incidents: [incident(1)] }).context)).toMatchObject({
      tone: 'warning',
      lines: [expect.stringContaining('main：没有在运行') as string, expect.any(String) as string],
    });
  });

  it.each(['/maintenance end', '/maintenance 结束', '/maintenance off'])('ends by %s', async (line) => {
    const { context, silences } = scene({ gateways: several });
    await type('/maintenance 1h main', context);
    await type('/maintenance 2h', context);
    expect(await type(line, context)).toMatchObject({
      title: '全部网关已结束维护',
      lines: ['还没恢复的故障会马上处理，并告诉你'],
    });
    expect(silences.active(NOW)).toEqual([]);
  });

  it("ends one gateway's, and leaves mutes alone", async () => {
    const { context, silences } = scene({ gateways: several });
    for (const line of ['/maintenance 1h main', '/maintenance 1h spare', '/mute 1h main']) await type(line, context);
    expect((await type('/maintenance end main', context)).title).toBe('main 已结束维护');
    expect(silences.active(NOW).map(({ kind, gateway }) => `${kind} ${gateway ?? ''}`)).toEqual([
      'maintenance spare',
      'mute main',
    ]);
    expect((await type('/maintenance end main', context)).title).toBe('main 没有在维护');
  });

  it('shows what is active without a duration', async () => {
    const { context } = scene({ gateways: several });
    expect(buttonsOf(await type('/maintenance', context))).toEqual([
      '30 分 → /maintenance 30m',
      '2 小时 → /maintenance 2h',
      '8 小时 → /maintenance 8h',
    ]);
    await type('/maintenance 1h main', context);
    const answer = await type('/maintenance main', context);
    expect(answer.lines).toEqual(['维护 main：到 11:31:05，还有 1 小时（me 设的）']);
    expect(buttonsOf(answer).at(-1)).toBe('结束维护 → /maintenance end main');
  });

  it('does not guess whether to begin or to end', async () => {
    const { context, silences } = scene();
    await expect(async () => type('/maintenance end 1h', context)).rejects.toMatchObject({
      code: 'END_OR_DURATION',
      message: expect.stringContaining('/maintenance 1h') as string,
    });
    expect(silences.active(NOW)).toEqual([]);
  });

  it.each(['/maintenance 10s', '/maintenance 8d', '/maintenance never'])('refuses %s', async (line) => {
    await expect(async () => type(line, scene().context)).rejects.toMatchObject({ name: 'UserError' });
  });

  it('says the same in English', async () => {
    const { context } = scene({ locale: 'en' });
    expect((await type('/maintenance 1h', context)).title).toBe('Maintenance of main until 11:31:05');
    expect((await type('/maintenance', context)).lines).toEqual([
      'maintenance of main: until 11:31:05, 1 h left (by me)',
    ]);
    expect((await type('/maintenance end', context)).title).toBe('Maintenance over: main');
    await expect(async () => type('/maintenance end 1h', context)).rejects.toMatchObject({
      message: expect.stringContaining('End or begin?') as string,
    });
  });
});
