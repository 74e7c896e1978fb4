import { describe, expect, it } from 'vitest';
import { answerOf, context, gatewayVerdict, linkVerdict, named, NOW, port, report } from './helpers.ts';
import { instant } from '../instant.ts';

const why = named('why');

describe('/why', () => {
  it('says what each verdict rests on, with the line, its time and where it stands', async () => {
    const verdicts = [
      gatewayVerdict('healthy', {
        evidence: [
          {
            at: instant(NOW - 3_600_000),
            source: 'gateway.log',
            text: 'INFO Gateway running with 2 platform(s)',
            link: null,
            fact: { kind: 'gateway-ready' },
          },
        ],
      }),
      linkVerdict('qqbot', 'gave_up', {
        cause: 'attempts_exhausted',
        remedy: 'restart',
        since: NOW - 65_000,
        evidence: [
          {
            at: instant(NOW - 5_000),
            source: 'gateway.log',
            text: `ERROR ${'x'.repeat(300)}`,
            link: 'qqbot',
            fact: { kind: 'link-gave-up' },
          },
        ],
      }),
    ];
    const answer = await answerOf(
      why,
      context({ gateways: [port('main', { report: () => Promise.resolve(report({ verdicts })) })] }),
    );
    expect(answer).toMatchObject({ tone: 'critical', title: 'main：QQ 失联，网关已放弃重连' });
    expect(answer.lines).toEqual([
      '🟢 运行正常（09:31:05 起）',
      '  09:31:05 gateway.log: INFO Gateway running with 2 platform(s)',
      '🔴 QQ 失联，网关已放弃重连（10:30:00 起），多次重连都没成功',
      '  对策：重启',
      expect.stringMatching(/^ {2}10:31:00 gateway\.log: ERROR x+…$/),
    ]);
    expect(Math.max(...(answer.lines ?? []).map((line) => line.length))).toBeLessThanOrEqual(200);
  });

  it('asks which gateway when there are several, and refuses what makes no sense', async () => {
    expect(await answerOf(why, context({ gateways: [port('a'), port('b')] }))).toMatchObject({
      title: '哪个网关？',
      buttons: [{ command: '/why a' }, { command: '/why b' }],
    });
    await expect(answerOf(why, context(), 'main now')).rejects.toMatchObject({ code: 'TOO_MANY_ARGUMENTS' });
  });

  it('says so when nothing can be seen', async () => {
    const blind = port('main', { report: () => Promise.reject(new Error('disk gone')) });
    expect(await answerOf(why, context({ gateways: [blind] }))).toMatchObject({
      tone: 'warning',
      title: expect.stringContaining('disk gone') as string,
    });
  });
});
