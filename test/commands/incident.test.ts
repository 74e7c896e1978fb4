import { describe, expect, it } from 'vitest';
import type { Happening, Incident } from '../../src/incidents/incident.ts';
import {
  buttonsOf,
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

const at = (minutesAgo: number): number => NOW - minutesAgo * MINUTE;

const STORY: readonly Happening[] = [
  {
    at: at(19),
    what: 'opened',
    condition: 'down',
    cause: 'no_login_after_loss',
    evidence: [{ at: at(20), source: 'gateway.log', text: 'WARNING qqbot: connection lost, token=abcdef123456' }],
  },
  { at: at(19), what: 'told', kind: 'opened' },
  { at: at(15), what: 'changed', condition: 'gave_up', cause: 'attempts_exhausted', evidence: [] },
  { at: at(12), what: 'treated', index: 0 },
  { at: at(9), what: 'treated', index: 1 },
  { at: at(9), what: 'well' },
  { at: at(8), what: 'ill' },
  { at: at(7), what: 'acknowledged', by: 'ann' },
  { at: at(6), what: 'again', outage: 2, cause: 'no_login_after_loss' },
  { at: at(5), what: 'closed', why: 'recovered' },
];

const told: Partial<Incident> = {
  link: 'qqbot',
  verdict: linkVerdict('qqbot', 'gave_up'),
  closedAt: at(5),
  outages: 2,
  acknowledged: { by: 'ann', at: at(7) },
  treatments: [treatment({ outcome: 'failed', after: null, missing: [{ what: 'login', link: 'qqbot' }] }), treatment()],
  timeline: STORY,
};

describe('/incident', () => {
  it('tells one that is over from its first sign to its end', async () => {
    const answer = await type('/incident 12', scene({ incidents: [incident(12, told)] }).context);
    expect(answer).toMatchObject({
      tone: 'info',
      title: '#12 main：QQ 失联，网关已放弃重连，已恢复',
      lines: [
        '严重，共 15 分（10:11:05 – 10:26:05）',
        '发现用了 1 分，恢复用了 14 分',
        '第 2 次重启后恢复',
        '反复出了 2 次',
        'ann 已确认（7 分钟前）',
        '10:12:05 发现：失联，断线后一直没有重新登录',
        expect.stringMatching(/^ {2}gateway\.log: WARNING qqbot: connection lost/) as string,
        '10:12:05 已告警',
        '10:16:05 变成：失联，网关已放弃重连，多次重连都没成功',
        '10:19:05 main 重启没有成功，QQ 没有登录，用时 37 秒',
        '10:22:05 main 已重启，进程 123 → 456，用时 37 秒',
        '10:22:05 看起来好了，继续观察',
        '10:23:05 又出问题了',
        '10:24:05 ann 已确认',
        '10:25:05 第 2 次出问题：断线后一直没有重新登录',
        '10:26:05 已恢复',
      ],
    });
    expect(answer.lines?.join()).not.toContain('abcdef123456');
    expect(buttonsOf(answer)).toEqual(['历史 → /history']);
  });

  it('says the same in English', async () => {
    const { title, lines } = await type(
      '/incident #12',
      scene({ locale: 'en', incidents: [incident(12, told)] }).context,
    );
    expect(title).toBe('#12 main: QQ offline, the gateway gave up, recovered');
    expect(lines?.slice(0, 5)).toEqual([
      'critical, for 15 min (10:11:05 – 10:26:05)',
      'noticed within 1 min, healed within 14 min',
      'Recovered by the 2nd restart',
      'went down 2 times',
      'acknowledged by ann (7 min ago)',
    ]);
    expect(lines?.at(-2)).toBe('10:25:05 ill for the 2nd time: lost, and not logged in since');
  });

  it('offers to acknowledge and to restart one that is open', async () => {
    const answer = await type('/incident 3', scene({ incidents: [incident(3)] }).context);
    expect(answer).toMatchObject({
      tone: 'critical',
      title: '#3 main：没有在运行',
      lines: ['严重，10:11:05 起，已 20 分', '发现用了 1 分，还没恢复'],
    });
    expect(buttonsOf(answer)).toEqual(['知道了 → /ack 3', '重启 → /restart main']);
  });

  it('offers no more than is left to do, and to nobody what they may not do', async () => {
    const acknowledged = incident(3, { acknowledged: { by: 'ann', at: NOW - HOUR } });
    expect(buttonsOf(await type('/incident 3', scene({ incidents: [acknowledged] }).context))).toEqual([
      '重启 → /restart main',
    ]);
    expect(
      buttonsOf(await type('/incident 3', scene({ incidents: [incident(3)], role: 'operator' }).context)),
    ).toHaveLength(2);
    expect(buttonsOf(await type('/incident 3', scene({ incidents: [incident(3)], role: 'viewer' }).context))).toEqual(
      [],
    );
  });

  it.each<[string, readonly Incident[], number]>([
    ['the one that is open', [incident(1), incident(2, { closedAt: at(1) })], 1],
    ['the last when none is open', [incident(1, { closedAt: at(9) }), incident(2, { closedAt: at(1) })], 2],
    ['the critical one of several', [incident(1), incident(2, { severity: 'warning' })], 1],
    ['the newest of several that weigh the same', [incident(1), incident(2)], 2],
  ])('shows %s without a number', async (_what, incidents, id) => {
    expect((await type('/incident', scene({ incidents }).context)).title).toMatch(new RegExp(`^#${id} `));
  });

  it('leads to the others that are open', async () => {
    const answer = await type(
      '/incident',
      scene({ incidents: Array.from({ length: 9 }, (_, index) => incident(index + 1)) }).context,
    );
    expect(answer.lines).toContain('还没恢复的还有 #8、#7、#6、#5、#4');
    expect(buttonsOf(answer).slice(2)).toEqual([8, 7, 6, 5, 4].map((id) => `#${id} → /incident ${id}`));
  });

  it('says so when there has been none, and names the last for a number that there is not', async () => {
    expect(await type('/incident', scene().context)).toEqual({ tone: 'good', title: '还没有过故障' });
    await expect(async () => type('/incident 5', scene().context)).rejects.toMatchObject({
      code: 'NO_SUCH_INCIDENT',
      message: '没有 #5，还没有过故障',
    });
    await expect(async () => type('/incident 5', scene({ incidents: [incident(4)] }).context)).rejects.toMatchObject({
      message: expect.stringContaining('#4') as string,
    });
  });

  it.each(['/incident x', '/incident 1.5', '/incident -1', '/incident 1 2'])('refuses %s', async (line) => {
    await expect(async () => type(line, scene({ incidents: [incident(1)] }).context)).rejects.toMatchObject({
      name: 'UserError',
    });
  });

  it.each<['gone' | 'folded' | 'unwatched', string]>([
    ['gone', '这个连接不在了，不再看护'],
    ['folded', '并入网关自己的故障'],
    ['unwatched', '配置里没有它了，不再看护'],
  ])('does not call it recovered when it is %s', async (why, words) => {
    const { title, lines } = await type(
      '/incident 1',
      scene({ incidents: [incident(1, { closedAt: at(1), timeline: [{ at: at(1), what: 'closed', why }] })] }).context,
    );
    expect(title).toBe('#1 main：没有在运行，已结束');
    expect(lines).toContain(words);
  });

  it.each(['zh-CN', 'en'] as const)('fits a phone with the longest story there can be (%s)', async (locale) => {
    const evidence = Array.from({ length: 3 }, () => ({
      at: at(20),
      source: 'gateway.log',
      text: `ERROR ${'很长'.repeat(90)}`,
    }));
    const timeline = Array.from({ length: 100 }, (_, index): Happening => ({
      at: at(20) + index,
      what: index ? 'changed' : 'opened',
      condition: 'stopped',
      cause: 'process_gone',
      evidence,
    }));
    // The log line of a test may be Chinese in an English message.
    const chosen =
      locale === 'en'
        ? timeline.map(
            (each) =>
              ({ ...each, evidence: evidence.map((quote) => ({ ...quote, text: 'x'.repeat(200) })) }) as Happening,
          )
        : timeline;
    const { lines = [] } = await type(
      '/incident 1',
      scene({
        locale,
        incidents: [incident(1, { timeline: [...chosen.slice(0, 99), { at: NOW, what: 'told', kind: 'reminder' }] })],
        gateways: [port('main')],
      }).context,
    );
    const skipped = lines.find((line) => line.startsWith('…')) ?? '';
    const shown = lines.filter((line) => /^\d\d:/.test(line)).length;
    expect(Number(/\d+/.exec(skipped)?.[0])).toBe(100 - shown);
    expect(lines[2]).toContain(locale === 'en' ? 'noticed:' : '发现：');
    // The end of the story says most: it must not be what is cut.
    expect(lines.at(-1)).toContain(locale === 'en' ? 'reminder sent' : '已提醒');
  });

  it('keeps going when a treatment of the story is not there', async () => {
    const { lines } = await type(
      '/incident 1',
      scene({ incidents: [incident(1, { timeline: [{ at: at(1), what: 'treated', index: 7 }] })] }).context,
    );
    expect(lines?.at(-1)).toBe('10:30:05 …');
  });

  it('names the gateway itself where it is ill', async () => {
    expect(
      (await type('/incident 1', scene({ incidents: [incident(1, { verdict: gatewayVerdict('frozen') })] }).context))
        .title,
    ).toBe('#1 main：卡死了');
  });
});
