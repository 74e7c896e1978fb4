import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { plainText } from '../../src/chat/message/message.ts';
import { command } from '../chat/helpers.ts';
import { answerOf, context, named, port } from './helpers.ts';

const help = named('help');
/** With a QQ group, without which one command has no use. */
const members = { groups: ['ops'], word: () => ({ word: '7K2QAC4D', until: 0 }), claim: () => null, of: () => [] };
const viewer = { name: 'guest', role: 'viewer', ids: {} } as const;

describe('/help', () => {
  it('says in full what matters in trouble, and of the rest the names, by what they do', async () => {
    const { lines = [], note } = await answerOf(help, context());
    expect(lines.slice(0, 4)).toEqual([
      '/status 状态：网关、连接和 Lifeline 怎么样',
      '/why 为什么：现在的判断依据是什么',
      '/logs 日志：最近的，或按级别、时间、文字、/正则/ 找',
      '/restart 重启：重启网关并确认恢复；加 dry 只看会怎么做，加 feishu 或 qq 只重启那个连接',
    ]);
    expect(lines.slice(4)).toEqual([
      '查看：/check 检查、/incident 事件',
      '/history 历史、/doctor 体检',
      '/whoami 我是谁、/version 版本',
      '/help 帮助',
      '启停：/start 启动、/stop 停止',
      '/end 结束',
      '告警和维护：/ack 知道了、/mute 静音',
      '/unmute 取消静音、/maintenance 维护',
      '管理员：/config 配置、/reload 重载',
      '/audit 审计',
    ]);
    expect(note).toBe('发 /help 加命令名看用法和例子，中文命令不用加斜杠');
  });

  it.each(['zh-CN', 'en'] as const)('fits a phone and forgets no command, in %s', async (locale) => {
    const answer = await answerOf(help, context({ locale, members }));
    expect(answer.lines?.length).toBeLessThanOrEqual(locale === 'en' ? 9 : 14);
    for (const { id } of commands) expect(plainText(answer)).toContain(`/${id}`);
  });

  it('leaves out what a viewer may not do', async () => {
    const shown = plainText(await answerOf(help, context({ operator: viewer, members })));
    for (const { id, role } of commands)
      expect(new RegExp(`/${id}(?![a-z])`).test(shown.replace(/^发 .*/m, '')), id).toBe(role === 'viewer');
  });

  it('has no place for what has no use here', async () => {
    expect(plainText(await answerOf(help, context()))).not.toContain('/bind');
    expect(plainText(await answerOf(help, context(), 'bind'))).toContain('/bind');
  });

  it('has the commands of the operator apart', async () => {
    const { lines = [] } = await answerOf(
      help,
      context({ commands: [...commands, { ...command('disk'), own: true }] }),
    );
    expect(lines[4]).toBe('自己的：/disk');
  });

  it('is made from the registry', async () => {
    const mine = [command('dance', { aliases: ['跳舞'] }), command('burn', { effects: 'interrupts', role: 'admin' })];
    expect((await answerOf(help, context({ locale: 'en', commands: mine }))).lines).toEqual([
      'To look: /dance',
      'For admins: /burn',
    ]);
    expect((await answerOf(help, context({ commands: mine }))).lines?.[0]).toBe('查看：/dance 跳舞');
  });

  it.each(['restart', '/restart', 'RESTART', '重启'])('explains one command, called %s', async (typed) => {
    expect(await answerOf(help, context(), typed)).toEqual({
      tone: 'info',
      title: '/restart [网关] [dry 或连接]',
      lines: [
        '重启网关并确认恢复；加 dry 只看会怎么做，加 feishu 或 qq 只重启那个连接',
        '也可以发：重启',
        '会中断网关时，先要你确认',
        '需要角色：操作员',
      ],
      code: ['/restart', '/restart main', '/restart main dry', '/restart main feishu'],
    });
  });

  it('offers no restart of one link where no gateway can do that', async () => {
    const gateways = [port('main', { restartsLinks: false }), port('test', { restartsLinks: false })];
    const { lines = [] } = await answerOf(help, context({ gateways }));
    expect(lines[3]).toBe('/restart 重启：重启网关并确认恢复；加 dry 只看会怎么做');
    const detail = plainText(await answerOf(help, context({ gateways }), 'restart'));
    expect(detail).not.toMatch(/feishu|飞书|连接/);
    expect(plainText(await answerOf(help, context({ gateways, locale: 'en' }), 'restart'))).not.toMatch(/feishu|link/);
    expect(plainText(await answerOf(help, context({ gateways: [...gateways, port('claw')] }), 'restart'))).toContain(
      '/restart main feishu',
    );
  });

  it.each([
    ['restrat', '没有 /restrat 这个命令，是不是 restart？'],
    ['banana', '没有 /banana 这个命令'],
  ])('does not know %s', async (typed, message) => {
    await expect(answerOf(help, context(), typed)).rejects.toThrow(message);
  });
});
