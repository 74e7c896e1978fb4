import { describe, expect, it } from 'vitest';
import { plainText } from '../../../src/chat/message/message.ts';
import { progressMessage, resultMessage } from '../../../src/chat/message/treatment-messages.ts';
import type { Missing, TreatmentRecord, TreatmentResult } from '../../../src/healing/treatment.ts';
import { gatewayVerdict, linkVerdict, NOW, treatment } from '../../commands/helpers.ts';

const VERDICTS = [
  gatewayVerdict('healthy'),
  linkVerdict('qqbot', 'up'),
  linkVerdict('feishu', 'connecting', { cause: 'start_in_progress', since: NOW + 30_000 }),
];

describe('a treatment that failed', () => {
  it.each<[TreatmentResult['remedy'], string, boolean]>([
    ['restart', '/restart main', true],
    ['start', '/start main', true],
    ['stop', '/stop main', false],
    ['restart_link', '/restart main qqbot', true],
  ])('is to be asked for again as what it was: %s', (remedy, again, hasButton) => {
    const { note, buttons = [] } = resultMessage(
      'main',
      treatment({ outcome: 'failed', remedy, missing: [{ what: 'process' }] }),
      [],
      'zh-CN',
      { links: remedy === 'restart_link' ? ['qqbot'] : [], target: null },
    );
    expect(note).toBe(`发 /logs main 看日志，改好后再发 ${again}`);
    expect(buttons.length > 0).toBe(hasButton);
  });

  it.each<[string, TreatmentResult['stepsTaken'], string, string]>([
    ['does not end', ['end'], '/end main 4711.9000', '/end main 4711.9000'],
    ['has ended, and the start after it fails', ['end', 'supervisor'], '/start main', '/restart main'],
  ])(
    'of a process beside the gateway that %s is to be asked for again as what is left of it',
    (_how, stepsTaken, again, tapped) => {
      const { note, buttons = [] } = resultMessage(
        'main',
        treatment({ outcome: 'failed', remedy: 'end_process', stepsTaken, missing: [] }),
        [],
        'zh-CN',
        { links: [], target: { pid: 4711, startTime: 9000 } },
      );
      expect(note).toBe(`发 /logs main 看日志，改好后再发 ${again}`);
      expect(buttons.map(({ command }) => command)).toEqual([tapped]);
    },
  );
});

describe('the result of a treatment', () => {
  const shown = (more: Partial<TreatmentResult> = {}, locale: 'zh-CN' | 'en' = 'zh-CN'): string =>
    plainText(resultMessage('main', treatment(more), VERDICTS, locale));

  it('says what was proven, and which links are not there yet', () => {
    expect(shown()).toBe(
      '🟢 main 已重启\n进程 123 → 456\n用时 37 秒\nQQ：已登录（09:31:05 起）\n飞书：正在连接（10:31:35 起），正在启动',
    );
    expect(shown({}, 'en')).toContain('🟢 main restarted\nprocess 123 → 456\ntook 37 s');
  });

  it('says of a start that there was nothing before', () => {
    expect(shown({ remedy: 'start', before: null })).toContain('🟢 main 已启动\n新进程 456');
  });

  it('says of a link that nobody has judged since that it is on its way', () => {
    const verdicts = [gatewayVerdict('stopping'), linkVerdict('qqbot', 'unknown', { cause: 'stop_in_progress' })];
    expect(resultMessage('main', treatment(), verdicts, 'zh-CN').lines).toEqual([
      '进程 123 → 456',
      '用时 37 秒',
      'QQ：正在连接',
    ]);
  });

  it('says when only force helped', () => {
    expect(shown({ stepsTaken: ['graceful', 'supervisor', 'hard'] })).toContain('平稳重启没有成功，是强制重启的');
    expect(shown({ stepsTaken: ['hard'] })).not.toContain('强制');
  });

  it('of a stop offers the start, and says nothing of links', () => {
    const message = resultMessage('main', treatment({ remedy: 'stop', after: null }), VERDICTS, 'zh-CN');
    expect(message).toMatchObject({
      tone: 'good',
      title: 'main 已停止',
      lines: ['进程 123 已结束', '用时 37 秒'],
      buttons: [{ label: '启动', command: '/start main' }],
    });
  });

  it.each<[Missing, string, string]>([
    [{ what: 'process' }, '没有等到进程起来', 'no process came up in time'],
    [{ what: 'new_process' }, '进程没有换过，还是原来那个', 'the process is still the old one'],
    [{ what: 'right_user' }, '新进程不是原来的用户启动的', 'the new process belongs to another user'],
    [{ what: 'memory' }, '内存没有降到上限以下', 'its memory did not stay below the limit'],
    [{ what: 'ready' }, '网关没有就绪', 'the gateway did not become ready'],
    [{ what: 'stopped' }, '进程还在运行', 'the process still runs'],
    [{ what: 'login', link: 'qqbot' }, 'QQ 没有登录', 'QQ did not log in'],
  ])('that could not prove %j says so and what to do', (missing, line, english) => {
    const failed = treatment({ outcome: 'failed', missing: [missing] });
    expect(resultMessage('main', failed, VERDICTS, 'zh-CN')).toEqual({
      tone: 'critical',
      title: 'main 重启没有成功',
      lines: [line, '进程 123 → 456', '用时 37 秒'],
      note: '发 /logs main 看日志，改好后再发 /restart main',
      buttons: [{ label: '重启', style: 'danger', command: '/restart main', confirm: '重启 main？' }],
    });
    expect(resultMessage('main', failed, VERDICTS, 'en').lines?.[0]).toBe(english);
  });

  it("passes on the supervisor's words, line by line and without secrets", () => {
    expect(
      shown({
        outcome: 'failed',
        remedy: 'start',
        after: null,
        problem: 'exit 78\ntoken=abcdefgh',
        missing: [{ what: 'process' }],
      }),
    ).toContain('🔴 main 启动没有成功\nexit 78\ntoken=***\n没有等到进程起来\n进程 123 已结束\n用时 37 秒');
  });

  it('has labels that every platform takes', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      for (const remedy of ['start', 'restart', 'stop', 'end_process'] as const) {
        for (const outcome of ['recovered', 'failed'] as const) {
          const { buttons = [], title } = resultMessage('main', treatment({ remedy, outcome }), [], locale);
          expect(title).toMatch(/^main/);
          for (const { label } of buttons) expect([...label].length).toBeLessThanOrEqual(10);
        }
      }
    }
  });
});

describe('the progress of a treatment', () => {
  const RECORD: TreatmentRecord = {
    id: 1,
    gateway: 'main',
    remedy: 'restart',
    requestedBy: 'me',
    at: NOW,
    links: ['qqbot'],
    before: { pid: 123, startTime: 1, startedAt: NOW },
    planned: ['graceful', 'supervisor', 'hard'],
    stepIndex: -1,
    stepBefore: null,
    phase: 'planned',
    actions: [],
    target: null,
    answer: { channel: 'qq', user: 'ME' },
    progress: null,
  };
  const shown = (more: Partial<TreatmentRecord>, result: TreatmentResult | null = null): string =>
    plainText(progressMessage({ ...RECORD, ...more }, result, 'zh-CN'));

  it.each<[string, Partial<TreatmentRecord>, TreatmentResult | null, string]>([
    ['planned', {}, null, '正在重启 main（pid 123）…\n▸ 等它处理完手上的对话再重启'],
    [
      'the first step',
      { stepIndex: 0, phase: 'acting' },
      null,
      '正在重启 main（pid 123）…\n▸ 等它处理完手上的对话再重启',
    ],
    [
      'its proof',
      { stepIndex: 0, phase: 'proving' },
      null,
      '正在重启 main（pid 123）…\n▸ 等它处理完手上的对话再重启\n等它就绪并登录',
    ],
    [
      'the second step',
      { stepIndex: 1, phase: 'acting' },
      null,
      '正在重启 main（pid 123）…\n✗ 等它处理完手上的对话再重启\n▸ 直接重启',
    ],
    [
      'a good end',
      { stepIndex: 1, phase: 'proving' },
      treatment(),
      '🟢 main 已重启\n✗ 等它处理完手上的对话再重启\n✓ 直接重启\n\n结果见下一条消息',
    ],
    [
      'a bad end',
      { stepIndex: 2, phase: 'proving' },
      treatment({ outcome: 'failed' }),
      '🔴 main 重启没有成功\n✗ 等它处理完手上的对话再重启\n✗ 直接重启\n✗ 强制结束再启动\n\n结果见下一条消息',
    ],
    [
      'a start',
      { remedy: 'start', before: null, planned: ['supervisor', 'hard'], stepIndex: 0, phase: 'acting' },
      null,
      'main 没有在运行，正在启动…\n▸ 直接启动',
    ],
    [
      'a stop',
      { remedy: 'stop', planned: ['supervisor', 'hard'], stepIndex: 0, phase: 'proving' },
      null,
      '正在停止 main（pid 123）…\n▸ 直接停止\n等它退出',
    ],
  ])('at %s', (_when, more, result, text) => expect(shown(more, result)).toBe(text));

  describe('that ends another process', () => {
    const ENDS: Partial<TreatmentRecord> = {
      remedy: 'end_process',
      planned: ['end'],
      stepIndex: 0,
      phase: 'acting',
      target: { pid: 777, startTime: 1 },
    };

    it('names that one, and never the gateway as if that were to end', () => {
      expect(shown(ENDS)).toContain('777');
      expect(shown(ENDS)).not.toContain('123');
    });

    it('says of an end that was done that it was, and that a start follows', () => {
      expect(shown({ ...ENDS, before: null, planned: ['end', 'supervisor', 'hard'], stepIndex: 1 })).toMatch(
        /✓ 结束这个进程\n▸ .*启动/,
      );
    });
  });
});
