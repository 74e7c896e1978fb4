import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { plainText } from '../../src/chat/message.ts';
import { command } from '../chat/helpers.ts';
import { answerOf, context, named } from './helpers.ts';

const help = named('help');
const viewer = { name: 'guest', role: 'viewer', ids: {} } as const;

describe('/help', () => {
  it('says in full what matters in trouble, and of the rest the names, by what they do', async () => {
    const { lines = [], note } = await answerOf(help, context());
    expect(lines.slice(0, 4)).toEqual([
      '/status 状态：看网关、连接和 Lifeline 的状态',
      '/why 为什么：现在的判断依据是什么',
      '/logs 日志：看日志：可以按级别、时间、文字或 /正则/ 找',
      '/restart 重启：重启网关，并确认它真的恢复了；加 dry 只看会怎么做',
    ]);
    expect(lines.slice(4).map((line) => line.split('：')[0])).toEqual(['查看', '启停', '告警和维护', '管理员']);
    expect(lines[5]).toBe('启停：/start 启动、/stop 停止');
    expect(note).toBe('发 /help 加命令名看用法和例子，中文命令不用加斜杠');
  });

  it.each(['zh-CN', 'en'] as const)('fits a phone and forgets no command, in %s', async (locale) => {
    const answer = await answerOf(help, context({ locale }));
    expect(answer.lines?.length).toBeLessThanOrEqual(9);
    for (const { id } of commands) expect(plainText(answer)).toContain(`/${id}`);
  });

  it('leaves out what a viewer may not do', async () => {
    const shown = plainText(await answerOf(help, context({ operator: viewer })));
    for (const { id, role } of commands) expect(new RegExp(`/${id}(?![a-z])`).test(shown.replace(/^发 .*/m, '')), id).toBe(role === 'viewer');
  });

  it('is made from the registry', async () => {
    const mine = [command('dance', { aliases: ['跳舞'] }), command('burn', { effects: 'interrupts', role: 'admin' })];
    expect((await answerOf(help, context({ locale: 'en', commands: mine }))).lines).toEqual(['To look: /dance', 'For admins: /burn']);
    expect((await answerOf(help, context({ commands: mine }))).lines?.[0]).toBe('查看：/dance 跳舞');
  });

  it.each(['restart', '/restart', 'RESTART', '重启'])('explains one command, called %s', async (typed) => {
    expect(await answerOf(help, context(), typed)).toEqual({
      tone: 'info',
      title: '/restart [网关] [dry]',
      lines: ['重启网关，并确认它真的恢复了；加 dry 只看会怎么做', '也可以发：重启', '会中断网关时，先要你确认', '需要角色：操作员'],
      code: ['/restart', '/restart main', '/restart main dry'],
    });
  });

  it.each([
    ['restrat', '没有 /restrat 这个命令，是不是 restart？'],
    ['banana', '没有 /banana 这个命令'],
  ])('does not know %s', async (typed, message) => {
    await expect(answerOf(help, context(), typed)).rejects.toThrow(message);
  });
});
