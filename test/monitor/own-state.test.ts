import { expect, test } from 'vitest';
import { exitCodeOf, exitText, type OwnState } from '../../src/monitor/own-state.ts';

const NOW = Date.parse('2026-11-21T10:31:00+08:00');
const NONE = { count: 0, oldestAt: null };

test.each<[string, OwnState, 0 | 1, string, string]>([
  ['all is well', { stuck: NONE, storeProblem: null, failing: [] }, 0, '', ''],
  [
    'an alert is stuck',
    { stuck: { count: 1, oldestAt: NOW - 720_000 }, storeProblem: null, failing: [] },
    1,
    'Lifeline：有 1 条告警一直送不出去，最早的一条是 10:19:00\n',
    'Lifeline: No channel takes 1 alert, the oldest of 10:19:00\n',
  ],
  [
    'several, nobody knows since when',
    { stuck: { count: 3, oldestAt: null }, storeProblem: null, failing: [] },
    1,
    'Lifeline：有 3 条告警一直送不出去\n',
    'Lifeline: No channel takes 3 alerts\n',
  ],
  [
    'the store cannot be used either',
    { stuck: { count: 2, oldestAt: NOW - 86_400_000 }, storeProblem: 'disk full, token=abcdefgh', failing: [] },
    1,
    'Lifeline：有 2 条告警一直送不出去，最早的一条是 11月20日 10:31:00\nLifeline：数据目录有问题：disk full, token=***\n',
    'Lifeline: No channel takes 2 alerts, the oldest of 20 Nov 10:31:00\nLifeline: The data folder has a problem: disk full, token=***\n',
  ],
  [
    'a stage fails',
    { stuck: NONE, storeProblem: null, failing: ['judgement main', 'outbox'] },
    1,
    'Lifeline：内部出错：judgement main、outbox\n',
    'Lifeline: It fails inside: judgement main, outbox\n',
  ],
])('%s', (_what, state, code, chinese, english) => {
  expect(exitCodeOf(state)).toBe(code);
  expect(exitText(state, 'zh-CN', NOW)).toBe(chinese);
  expect(exitText(state, 'en', NOW)).toBe(english);
});
