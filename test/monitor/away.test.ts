import { expect, test } from 'vitest';
import { plainText } from '../../src/chat/message/message.ts';
import { awayMessage, type Away } from '../../src/monitor/alive.ts';

const at = (time: string): number => Date.parse(`2026-11-21T${time}+08:00`);
const NIGHT = { from: at('02:10:00'), to: at('02:31:30') };
const NOW = at('02:32:00');

test.each<[Away, string, string]>([
  [
    { ...NIGHT, why: 'crashed' },
    '🟠 我中断了 02:10:00 – 02:31:30（21 分 30 秒）：异常结束\n这段时间没有人看护网关；我现在全部重新检查\n\n原因看 Lifeline 自己的日志',
    "🟠 I was away 02:10:00 – 02:31:30 (21 min 30 s): ended abnormally\nNobody watched the gateways meanwhile; I look at all of them anew\n\nThe reason is in Lifeline's own log",
  ],
  [
    { ...NIGHT, why: 'stopped' },
    '我中断了 02:10:00 – 02:31:30（21 分 30 秒）：被正常停止\n这段时间没有人看护网关；我现在全部重新检查',
    'I was away 02:10:00 – 02:31:30 (21 min 30 s): stopped as asked\nNobody watched the gateways meanwhile; I look at all of them anew',
  ],
  [
    { ...NIGHT, why: 'rebooted' },
    '🟠 我中断了 02:10:00 – 02:31:30（21 分 30 秒）：本机重启过\n这段时间没有人看护网关；我现在全部重新检查',
    '🟠 I was away 02:10:00 – 02:31:30 (21 min 30 s): this machine was rebooted\nNobody watched the gateways meanwhile; I look at all of them anew',
  ],
  [
    { ...NIGHT, why: 'slept' },
    '我中断了 02:10:00 – 02:31:30（21 分 30 秒）：本机休眠\n这段时间没有人看护网关；我现在全部重新检查',
    'I was away 02:10:00 – 02:31:30 (21 min 30 s): this machine slept\nNobody watched the gateways meanwhile; I look at all of them anew',
  ],
  [
    { ...NIGHT, why: 'paused' },
    '🟠 我中断了 02:10:00 – 02:31:30（21 分 30 秒）：进程被暂停，或本机休眠\n这段时间没有人看护网关；我现在全部重新检查',
    '🟠 I was away 02:10:00 – 02:31:30 (21 min 30 s): my process was paused, or this machine slept\nNobody watched the gateways meanwhile; I look at all of them anew',
  ],
  [
    { ...NIGHT, why: 'clock' },
    '🟠 本机时钟向前跳了 21 分 30 秒（02:10:00 → 02:31:30）\n时钟被校正过，或者本机休眠过。如果是休眠，这段时间没有人看护网关',
    '🟠 The clock of this machine jumped ahead by 21 min 30 s (02:10:00 → 02:31:30)\nIt was set, or the machine slept. If it slept, nobody watched the gateways meanwhile',
  ],
  [
    { from: at('02:26:00'), to: at('02:31:30'), why: 'restarting', times: 5 },
    '🔴 我自己在反复重启：5 分 30 秒内异常结束 5 次\n02:26:00 – 02:31:30\n网关的看护时断时续，需要你处理\n\n原因看 Lifeline 自己的日志',
    "🔴 I keep restarting: ended abnormally 5 times within 5 min 30 s\n02:26:00 – 02:31:30\nThe gateways are watched with gaps only; this needs you\n\nThe reason is in Lifeline's own log",
  ],
])('$why', (away, chinese, english) => {
  expect(plainText(awayMessage(away, 'zh-CN', NOW))).toBe(chinese);
  expect(plainText(awayMessage(away, 'en', NOW))).toBe(english);
});

test('an absence that began on another day says so', () => {
  expect(
    awayMessage({ from: at('02:10:00') - 86_400_000, to: at('02:31:30'), why: 'stopped' }, 'zh-CN', NOW).title,
  ).toBe('我中断了 11月20日 02:10:00 – 02:31:30（1 天）：被正常停止');
});
