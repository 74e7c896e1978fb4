import { describe, expect, it } from 'vitest';
import { buttonsOf, NOW, port, scene, type } from './scene.ts';

const several = [port('main'), port('spare')];

describe('/unmute', () => {
  it.each<[string, readonly string[], string, string, number]>([
    ['the one for all', ['/mute 1h'], '/unmute', '全部网关已取消静音', 0],
    ['every single one', ['/mute 1h', '/mute 2h main', '/mute 3h spare'], '/unmute', '全部网关已取消静音', 0],
    ["one gateway's", ['/mute 2h main', '/mute 3h spare'], '/unmute main', 'main 已取消静音', 1],
    ['nothing where nothing is', [], '/unmute', '全部网关没有在静音', 0],
    ["nothing where it is another's", ['/mute 3h spare'], '/unmute main', 'main 没有在静音', 1],
    ['no maintenance', ['/maintenance 1h', '/mute 1h'], '/unmute', '全部网关已取消静音', 1],
  ])('ends %s', async (_what, before, line, title, left) => {
    const { context, silences } = scene({ gateways: several });
    for (const each of before) await type(each, context);
    expect((await type(line, context)).title).toBe(title);
    expect(silences.active(NOW)).toHaveLength(left);
  });

  it('says that what is still ill is told at once', async () => {
    const { context } = scene();
    await type('/mute 1h', context);
    expect(await type('/unmute', context)).toEqual({
      tone: 'good',
      title: 'main 已取消静音',
      lines: ['还没恢复的故障会马上告诉你'],
    });
  });

  it('cannot take one gateway out of a mute for all, and says so', async () => {
    const { context, silences } = scene({ gateways: several });
    await type('/mute 1h', context);
    const answer = await type('/unmute main', context);
    expect(answer).toMatchObject({
      tone: 'info',
      title: '全部网关都在静音，到 11:31:05，不能只取消一个',
      note: '要提前结束，发 /unmute',
    });
    expect(buttonsOf(answer)).toEqual(['取消静音 → /unmute']);
    expect(silences.active(NOW)).toHaveLength(1);

    await type('/mute 2h main', context);
    expect(await type('/unmute main', context)).toMatchObject({
      title: 'main 已取消静音',
      lines: ['全部网关都在静音，到 11:31:05，不能只取消一个'],
    });
  });

  it('ends a mute for all by the name of the only gateway', async () => {
    const { context, silences } = scene();
    await type('/mute 1h', context);
    expect((await type('/unmute main', context)).title).toBe('main 已取消静音');
    expect(silences.active(NOW)).toEqual([]);
  });

  it('ends what is left of a gateway that is not in the configuration any more', async () => {
    const { context, silences } = scene();
    silences.add({ kind: 'mute', gateway: 'gone', by: 'me', at: NOW, until: NOW + 1_000 });
    await type('/unmute', context);
    expect(silences.active(NOW)).toEqual([]);
  });

  it('says the same in English', async () => {
    const { context } = scene({ locale: 'en', gateways: several });
    await type('/mute 1h', context);
    expect((await type('/unmute main', context)).title).toBe(
      'The mute is for all gateways, until 11:31:05; one alone cannot be taken out',
    );
    expect(await type('/unmute', context)).toMatchObject({
      title: 'No longer muted: all gateways',
      lines: ['What is still ill is told at once'],
    });
    expect((await type('/unmute', context)).title).toBe('Not muted: all gateways');
  });

  it('refuses what it does not know', async () => {
    await expect(async () => type('/unmute elsewhere', scene().context)).rejects.toMatchObject({ name: 'UserError' });
    await expect(async () => type('/unmute main 2h', scene().context)).rejects.toMatchObject({ name: 'UserError' });
  });
});
