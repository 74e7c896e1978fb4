import { expect, test } from 'vitest';
import { pingBody, type RoundReport } from '../../../src/monitor/ping/ping-body.ts';
import { gateway, link, T0 } from '../../incidents/helpers.ts';

const WELL: RoundReport = {
  version: '0.1.0',
  startedAt: T0 - 3 * 86_400_000 - 7_200_000,
  gateways: [{ name: 'main', verdicts: [gateway('healthy')(T0), link('qqbot', 'up')(T0)] }],
  undelivered: 0,
  stuck: { count: 0, oldestAt: null },
  storeProblem: null,
  failing: [],
};

test('when all is well it has a line for Lifeline and one for each gateway', () => {
  expect(pingBody(WELL, 'zh-CN', T0)).toBe('Lifeline 0.1.0，已运行 3 天 2 小时\nmain：运行正常');
  expect(pingBody(WELL, 'en', T0)).toBe('Lifeline 0.1.0, running for 3 d 2 h\nmain: running well');
});

test('what is wrong comes first', () => {
  const report: RoundReport = {
    ...WELL,
    gateways: [
      ...WELL.gateways,
      { name: 'other', verdicts: [gateway('healthy')(T0), link('qqbot', 'down')(T0), link('feishu', 'rejected')(T0)] },
      { name: 'third', verdicts: [] },
    ],
    undelivered: 3,
    stuck: { count: 2, oldestAt: T0 - 900_000 },
    storeProblem: 'database or disk is full',
  };
  expect(pingBody(report, 'zh-CN', T0)).toBe(
    [
      '有 2 条告警一直送不出去，最早的一条是 10:15:00',
      '数据目录有问题：database or disk is full',
      'Lifeline 0.1.0，已运行 3 天 2 小时',
      '还有 3 条消息没送到',
      'main：运行正常',
      'other：QQ 失联、飞书 被平台拒绝',
      'third：状态不明',
    ].join('\n'),
  );
  expect(pingBody(report, 'en', T0)).toContain('3 messages are not delivered yet\n');
});

test('no secret leaves the machine in it, and every line stays one line', () => {
  const body = pingBody(
    {
      ...WELL,
      gateways: [
        { name: 'a\nb', verdicts: [] },
        { name: 'token=abcdefgh', verdicts: [] },
      ],
      storeProblem: 'cannot write: secret=abcdefgh\r\n\u001b[31mred',
    },
    'en',
    T0,
  );
  expect(body).toBe(
    'The data folder has a problem: cannot write: secret=*** red\nLifeline 0.1.0, running for 3 d 2 h\na b: state unknown\ntoken=*** state unknown',
  );
});

test('it fits into 10 kB whatever there is to say, cut by whole lines', () => {
  const many = Array.from({ length: 2_000 }, (_, n) => ({ name: `网关${n}`, verdicts: [] }));
  const body = pingBody({ ...WELL, gateways: many, storeProblem: '满'.repeat(9_000) }, 'zh-CN', T0);
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(10_000);
  expect(Buffer.byteLength(body)).toBeGreaterThan(9_500);
  const lines = body.split('\n');
  expect(lines.at(-1)).toBe(`… 还有 ${2_002 - (lines.length - 1)} 行`);
  expect(lines.at(-2)).toMatch(/^网关\d+：状态不明$/u);
});
