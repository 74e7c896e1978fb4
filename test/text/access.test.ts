import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/store/audit.ts';
import {
  accessText,
  auditLine,
  codeText,
  operatorLine,
  pairingEndText,
  revokedText,
  roleName,
  type PairingEnd,
} from '../../src/text/chat/access.ts';

const NOW = Date.parse('2026-11-21T10:31:05+08:00');

it('what a code is for stands beside it, and the line to send is complete', () => {
  const code = { code: 'ABCD-EFGH', expiresAt: NOW + 600_000, role: 'admin', channels: ['qq', 'feishu'] } as const;
  expect(codeText({ ...code, first: true }, 'zh-CN', NOW)).toBe(
    '还没有人能用命令。\n配对码 ABCD-EFGH，10:41:05 前有效，配对后是管理员\n在单聊里发给机器人（QQ / 飞书）：/pair ABCD-EFGH',
  );
  expect(codeText({ ...code, first: false }, 'en', NOW)).toBe(
    'Pairing code ABCD-EFGH, good until 10:41:05, for the role admin\nSend it to the bot one-to-one, on QQ or Feishu: /pair ABCD-EFGH',
  );
});

it.each<[PairingEnd, string]>([
  [{ kind: 'paired', name: 'bob', role: 'viewer', channel: 'feishu' }, '已配对：bob，只能查看（飞书）。'],
  [{ kind: 'expired' }, '配对码已过期，没有人配对。'],
  [{ kind: 'replaced' }, '又生成了新的配对码，这一个已作废。'],
  [{ kind: 'out_of_tries', nextAt: null }, '错了 5 次，配对码已作废。请再运行一次 lifeline pair。'],
  [{ kind: 'out_of_tries', nextAt: NOW }, '错了 5 次，配对码已作废。10:31:05 显示新的。'],
  [{ kind: 'left', until: NOW }, '没有等到配对。配对码到 10:31:05 前仍然有效。'],
])('the end %j', (end, text) => expect(pairingEndText(end, 'zh-CN', NOW)).toBe(text));

it.each<[Partial<AuditEntry>, string]>([
  [{ outcome: 'done', durationMs: 37_000 }, '10:31:05  me  QQ  /restart main  已执行，37 秒'],
  [{ outcome: 'failed', durationMs: 100, detail: 'BAD_COUNT' }, '10:31:05  me  QQ  /restart main  失败，BAD_COUNT'],
  [{ outcome: 'refused', detail: 'role', chat: 'G1' }, '10:31:05  me  QQ 群 G1  /restart main  拒绝，权限不够'],
  [
    { outcome: 'refused', detail: 'wrong_code', operator: null, command: '/pair' },
    '10:31:05  陌生人 ME  QQ  /pair  拒绝，配对码不对',
  ],
  [{ outcome: 'done', durationMs: 999 }, '10:31:05  me  QQ  /restart main  已执行'],
  [{ outcome: 'allowed' }, '10:31:05  me  QQ  /restart main  正在执行'],
  [{ outcome: 'allowed', at: NOW - 360_000 }, '10:25:05  me  QQ  /restart main  没有执行完'],
])('the audit shows %j', (more, text) => {
  const entry: AuditEntry = {
    at: NOW,
    channel: 'qq',
    chat: null,
    sender: 'ME',
    operator: 'me',
    command: '/restart main',
    outcome: 'done',
    detail: null,
    durationMs: null,
    ...more,
  };
  expect(auditLine(entry, 'zh-CN', NOW)).toBe(text);
});

it('the list says where each one stands', () => {
  expect(
    operatorLine({ name: 'me', role: 'admin', ids: { feishu: 'ou_1', qq: 'Q' }, pairedAt: null }, 'zh-CN', NOW),
  ).toBe('me  管理员  飞书 ou_1  QQ Q  配置文件');
  expect(operatorLine({ name: 'bob', role: 'operator', ids: { qq: 'Q' }, pairedAt: NOW }, 'zh-CN', NOW)).toBe(
    'bob  操作员  QQ Q  10:31:05 配对',
  );
  expect(revokedText('bob', 'qq', 'zh-CN')).toBe('已移除：bob（QQ）。下一条消息起不再有权限。');
});

describe('the answers on the phone', () => {
  it('fit into a notification', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      const text = accessText(locale);
      const titles = [
        text.paired('bob', roleName('operator', locale)),
        text.alreadyPaired('bob', roleName('viewer', locale)),
        text.wrongCode(4),
        text.wrongCode(0),
        text.noCode(),
        text.malformedCode(),
        text.tooFast(1),
        text.tooFast(12),
        text.wereTooFast(12),
      ];
      for (const title of titles) expect(title.length).toBeLessThanOrEqual(60);
      expect(new Set(titles).size).toBe(titles.length);
    }
  });

  it('have a role that nobody knows as it is stored', () => expect(roleName('god', 'zh-CN')).toBe('god'));
});
