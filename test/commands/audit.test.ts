import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/store/audit.ts';
import { audit } from '../../commands/audit.ts';
import { MINUTE, NOW, scene, type } from './scene.ts';

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: NOW - MINUTE,
  channel: 'qq',
  chat: null,
  sender: 'ME',
  operator: 'me',
  command: '/status',
  outcome: 'done',
  detail: null,
  durationMs: 37_000,
  ...more,
});

const audited = (entries: readonly AuditEntry[], locale: 'zh-CN' | 'en' = 'zh-CN') => {
  const here = scene({ locale });
  for (const each of entries) here.audit.record(each);
  return here.context;
};

const STORY: readonly AuditEntry[] = [
  entry(),
  entry({ operator: 'ann', chat: 'GROUP', command: '/restart main', outcome: 'failed', detail: 'BUSY' }),
  entry({ operator: null, sender: 'STRANGER', outcome: 'refused', detail: 'stranger', durationMs: null }),
  entry({ at: NOW - 10 * MINUTE, command: '/stop', outcome: 'allowed', durationMs: null }),
];

describe('/audit', () => {
  it('says who asked what, where, how it ended and how long it took, and marks strangers; the newest first', async () => {
    expect(await type('/audit', audited(STORY))).toEqual({
      tone: 'info',
      title: '最近 4 条命令',
      lines: [
        '10:21:05  me  QQ  /stop  没有执行完',
        '🚫 10:30:05  陌生人 STRANGER  QQ  /status  拒绝，陌生人',
        '10:30:05  ann  QQ 群 GROUP  /restart main  失败，37 秒，BUSY',
        '10:30:05  me  QQ  /status  已执行，37 秒',
      ],
    });
    expect(audit).toMatchObject({ role: 'admin', effects: 'reads' });
  });

  it.each<[string, readonly string[]]>([
    ['/audit 1', ['/stop']],
    ['/audit 2 me', ['/stop', '/status']],
    ['/audit me 1', ['/stop']],
    ['/audit ann', ['/restart main']],
  ])('answers %s', async (line, commands) => {
    const { lines = [] } = await type(line, audited(STORY));
    expect(lines.map((each) => each.split('  ')[3])).toEqual(commands);
  });

  it('shows ten when nobody says how many', async () => {
    expect((await type('/audit', audited(Array.from({ length: 30 }, () => entry())))).lines).toHaveLength(10);
  });

  it.each(['zh-CN', 'en'] as const)(
    'fits a phone with what strangers wrote, and says what had no room (%s)',
    async (locale) => {
      const entries = Array.from({ length: 500 }, (_, index) =>
        entry({
          operator: null,
          sender: 'S'.repeat(200),
          command: `/${'x'.repeat(180)}\n${index}`,
          outcome: 'refused',
        }),
      );
      const { lines = [], title, note } = await type('/audit 50', audited(entries, locale));
      expect(title).toContain(String(lines.length));
      expect(note).toContain(String(50 - lines.length));
    },
  );

  it.each(['zh-CN', 'en'] as const)('says so when there is nothing (%s)', async (locale) => {
    expect((await type('/audit', audited([], locale))).title).toBe(
      locale === 'en' ? 'Nobody has sent a command yet.' : '还没有人发过命令。',
    );
    expect((await type('/audit bob', audited(STORY, locale))).title).toBe(
      locale === 'en' ? 'Nothing recorded of bob' : '没有 bob 的记录',
    );
  });

  it.each(['/audit 0', '/audit 51', '/audit -1', '/audit 1 me you', '/audit 1.5'])('refuses %s', async (line) => {
    await expect(async () => type(line, audited(STORY))).rejects.toMatchObject({ name: 'UserError' });
  });
});
