import { expect, test } from 'vitest';
import type { Cause } from '../../src/diagnosis/verdict.ts';
import type { Decision } from '../../src/healing/decision.ts';
import { adviceText } from '../../src/text/common/advice.ts';
import { decisionText } from '../../src/text/common/decisions.ts';
import { remedyText } from '../../src/text/common/conditions.ts';

const ALL_CAUSES: readonly Cause[] = [
  'start_too_slow',
  'process_gone',
  'killed_by_signal',
  'restart_never_came_back',
  'loop_not_answering',
  'executor_shut_down',
  'config_rejected',
  'no_login_after_loss',
  'no_login_after_start',
  'reconnected_without_login',
  'attempts_exhausted',
  'keeps_dropping',
  'platform_refuses',
  'platform_errors',
  'platform_unreachable',
  'network_unreachable',
  'silent_connection',
  'loop_blocked',
  'starts_again_and_again',
  'held_by_respawn_brake',
  'another_instance',
  'several_processes',
  'stop_hangs',
  'reconnecter_dead',
  'failing_for_hours',
  'held_by_breaker',
  'config_reverted',
  'config_not_taken',
  'no_platform_enabled',
  'check_fails',
];

const NOW = Date.parse('2026-09-26T10:31:05+08:00');
const treat = { act: 'treat', remedy: 'restart', links: [], attempt: 1, perHour: 3 } as const;

test.each<[Decision, string, string]>([
  [treat, '正在重启（1 小时内第 1/3 次）', 'Restarting it now (1 of 3 within an hour)'],
  [
    { ...treat, remedy: 'start', attempt: 2 },
    '正在启动（1 小时内第 2/3 次）',
    'Starting it now (2 of 3 within an hour)',
  ],
  [
    { act: 'hold', why: 'pause', until: NOW + 120_000 },
    '10:33:05 再重启，避免连续重启',
    'Restarting it at 10:33:05, after a pause',
  ],
  [{ act: 'hold', why: 'update_in_progress', until: null }, '它正在更新，先等着', 'It is being updated, waiting'],
  [{ act: 'hold', why: 'pause', until: null }, '稍后再重启，避免连续重启', 'Restarting it after a pause'],
  [
    { act: 'hold', why: 'maintenance', until: NOW + 60_000 },
    '维护时段内先不动它，10:32:05 结束后再处理',
    'A maintenance window; leaving it alone until 10:32:05',
  ],
  [
    { act: 'hold', why: 'storm_brake', until: NOW + 60_000 },
    '刚重启过好几次，先缓一缓',
    'Several restarts just now; giving it time',
  ],
  [{ act: 'tell', why: 'heal_ask' }, '要不要重启，由你决定', 'You decide whether to restart it'],
  [{ act: 'tell', why: 'dry_run', commands: ['x'] }, '演习模式：只说不做', 'Dry run: I only say what I would do'],
  [
    { act: 'tell', why: 'supervisor_out_of_reach', problem: 'x' },
    '管理它的服务现在用不了，需要你处理',
    'Its service manager cannot be used now; this needs you',
  ],
  [
    { act: 'tell', why: 'lookalike', problem: 'x' },
    '旁边有一个看起来像它的进程，等那个没了再重启',
    'A process that looks like it stands beside it; I restart it once that is gone',
  ],
  [
    { act: 'tell', why: 'not_again', problem: 'x' },
    '启动命令让它到了看不见的地方，不会再运行这个命令，需要你处理',
    'Its command puts it where I cannot see it, so I do not run it again; this needs you',
  ],
  [{ act: 'tell', why: 'out_of_budget' }, '我已停止自动重启，需要你处理', 'I have stopped restarting; this needs you'],
  [
    { act: 'tell', why: 'tried' },
    '已经处理过，没有新的迹象，不再自动重试',
    'I have tried once; I try again only when something new is seen',
  ],
  [{ act: 'tell', why: 'not_curable' }, '重启解决不了，需要你处理', 'A restart would not help; this needs you'],
  [{ act: 'nothing', why: 'waiting' }, '先观察', 'Watching'],
])('%j reads %s', (decision, zh, en) => {
  expect(decisionText(decision, ['attempts_exhausted'], 'zh-CN', NOW)).toBe(zh);
  expect(decisionText(decision, ['attempts_exhausted'], 'en', NOW)).toBe(en);
});

test.each<[readonly Cause[], string, string]>([
  [
    ['platform_errors'],
    '重启没有用，等它自己过去，不用处理',
    'A restart would not help; it passes by itself, and you need do nothing',
  ],
  [
    ['held_by_respawn_brake', 'platform_errors'],
    '重启没有用，等它自己过去，不用处理',
    'A restart would not help; it passes by itself, and you need do nothing',
  ],
  [['platform_errors', 'platform_refuses'], '重启解决不了，需要你处理', 'A restart would not help; this needs you'],
  [['turn_hangs'], '需要你处理，我没有自动重启它', 'This needs you; I have not restarted it'],
  [['never_seen', 'ended_cleanly'], '需要你处理，我没有自动重启它', 'This needs you; I have not restarted it'],
  [['turn_hangs', 'provider_key'], '重启解决不了，需要你处理', 'A restart would not help; this needs you'],
  [['platform_refuses'], '重启解决不了，需要你处理', 'A restart would not help; this needs you'],
  [[], '重启解决不了，需要你处理', 'A restart would not help; this needs you'],
])('what needs nobody does not need you: %j', (causes, zh, en) => {
  expect(decisionText({ act: 'tell', why: 'not_curable' }, causes, 'zh-CN', NOW)).toBe(zh);
  expect(decisionText({ act: 'tell', why: 'not_curable' }, causes, 'en', NOW)).toBe(en);
});

test.each(['zh-CN', 'en'] as const)('what is advised agrees with whom it needs, for every cause (%s)', (locale) => {
  for (const cause of ALL_CAUSES) {
    const advice = adviceText(cause, 'main', locale);
    const waits = /^(?:平台那边的故障，等它|等它自己|The fault is with the platform: wait|Let it start by itself)/.test(
      advice,
    );
    expect([
      cause,
      decisionText({ act: 'tell', why: 'not_curable' }, [cause], locale, NOW).includes(
        locale === 'en' ? 'needs you' : '需要你',
      ),
    ]).toEqual([cause, !waits]);
    expect([
      cause,
      remedyText({ remedy: 'alert', cause }, locale).includes(locale === 'en' ? 'human' : '需要人'),
    ]).toEqual([cause, !waits]);
  }
});
