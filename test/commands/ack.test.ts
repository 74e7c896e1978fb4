import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { gatewayVerdict, HOUR, incident, linkVerdict, MINUTE, NOW, port, scene, type } from './scene.ts';

const several = [port('main'), port('spare')];
const open: readonly Incident[] = [
  incident(1, { closedAt: NOW - HOUR }),
  incident(2),
  incident(3, { gateway: 'spare', link: 'qqbot', verdict: linkVerdict('qqbot', 'down') }),
  incident(4, {
    gateway: 'spare',
    verdict: gatewayVerdict('frozen'),
    acknowledged: { by: 'ann', at: NOW - 3 * MINUTE },
  }),
];

const acknowledged = (context: ReturnType<typeof scene>['context']): readonly string[] =>
  context.incidents.open().map(({ id, acknowledged: by }) => `${id} ${by?.by ?? '-'}`);

describe('/ack', () => {
  it('acknowledges all that is open, says which, and what is told from now on', async () => {
    const { context } = scene({ incidents: open, gateways: several });
    expect(await type('/ack', context)).toEqual({
      tone: 'info',
      title: '已确认 2 个故障',
      lines: ['#2 main：没有在运行（10:11:05 起）', '#3 spare：QQ 失联（10:11:05 起）'],
      note: '不再提醒；恢复了，或要你动手时，还会告诉你',
    });
    expect(acknowledged(context)).toEqual(['2 me', '3 me', '4 ann']);
  });

  it.each<[string, string, readonly string[]]>([
    ['/ack 3', '已确认：#3 spare：QQ 失联', ['2 -', '3 me', '4 ann']],
    ['/ack #3 spare', '已确认：#3 spare：QQ 失联', ['2 -', '3 me', '4 ann']],
    ['/ack main', '已确认：#2 main：没有在运行', ['2 me', '3 -', '4 ann']],
    ['/ack 4', 'ann 已经确认过了（3 分钟前），不会再提醒', ['2 -', '3 -', '4 ann']],
    ['/ack 1', '#1 已经恢复，不用确认', ['2 -', '3 -', '4 ann']],
  ])('answers %s with what it did', async (line, title, after) => {
    const { context } = scene({ incidents: open, gateways: several });
    expect((await type(line, context)).title).toBe(title);
    expect(acknowledged(context)).toEqual(after);
  });

  it('counts for the gateway where the trouble of a link has become part of it', async () => {
    const folded = incident(1, {
      link: 'qqbot',
      closedAt: NOW - MINUTE,
      timeline: [{ at: NOW - MINUTE, what: 'closed', why: 'folded' }],
    });
    const { context } = scene({
      incidents: [folded, incident(2), incident(3, { gateway: 'spare' })],
      gateways: several,
    });
    expect((await type('/ack 1', context)).title).toBe('已确认：#2 main：没有在运行');
    expect(acknowledged(context)).toEqual(['2 me', '3 -']);
  });

  it('has nothing to do where nothing is open', async () => {
    const { context } = scene({ incidents: [incident(1, { closedAt: NOW - HOUR })], gateways: several });
    expect(await type('/ack', context)).toEqual({ tone: 'good', title: '没有未恢复的故障，不用确认' });
    expect((await type('/ack main', context)).title).toBe('main 没有未恢复的故障，不用确认');
    expect((await type('/ack', scene({ gateways: [] }).context)).title).toBe('没有未恢复的故障，不用确认');
  });

  it('is the same said twice', async () => {
    const { context } = scene({ incidents: [incident(2)] });
    await type('/ack', context);
    expect((await type('/ack', context)).title).toBe('me 已经确认过了（刚刚），不会再提醒');
  });

  it('refuses a number that there is not, and one of another gateway', async () => {
    const { context } = scene({ incidents: open, gateways: several });
    await expect(async () => type('/ack 99', context)).rejects.toMatchObject({
      code: 'NO_SUCH_INCIDENT',
      message: expect.stringContaining('#4') as string,
    });
    await expect(async () => type('/ack 3 main', context)).rejects.toMatchObject({
      code: 'OTHER_GATEWAY',
      message: '#3 不是 main 的故障',
    });
    await expect(async () => type('/ack elsewhere', context)).rejects.toMatchObject({ name: 'UserError' });
    expect(acknowledged(context)).toEqual(['2 -', '3 -', '4 ann']);
  });

  it.each(['zh-CN', 'en'] as const)('fits a phone with five hundred (%s)', async (locale) => {
    const incidents = Array.from({ length: 500 }, (_, index) => incident(index + 1));
    const { context } = scene({ locale, incidents });
    const { title, lines = [] } = await type('/ack', context);
    expect(title).toContain('500');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toContain('490');
    expect(context.incidents.open().every(({ acknowledged: by }) => by?.by === 'me')).toBe(true);
  });

  it('says the same in English', async () => {
    const { context } = scene({ locale: 'en', incidents: open, gateways: several });
    expect(await type('/ack 3', context)).toMatchObject({
      title: 'Acknowledged: #3 spare: QQ offline',
      note: 'No more reminders; its end is told, and when it needs you',
    });
    expect((await type('/ack 4', context)).title).toBe('ann has acknowledged it (3 min ago); there are no reminders');
    expect((await type('/ack 1', context)).title).toBe('#1 is over; there is nothing to acknowledge');
  });
});
