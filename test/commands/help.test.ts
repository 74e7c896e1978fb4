import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { command } from '../chat/helpers.ts';
import { answerOf, context, named } from './helpers.ts';

const help = named('help');

describe('/help', () => {
  it('lists every command that the operator may use', async () => {
    expect(await help.run(context(), [])).toEqual({
      tone: 'info',
      title: 'Lifeline 的命令',
      lines: [
        '/status [网关]：看网关、连接和 Lifeline 的状态',
        '/why [网关]：现在的判断依据是什么',
        '/logs [网关] [行数]：看最近的日志',
        '/restart [网关] [dry|confirm]：重启网关，并确认它真的恢复了；加 dry 只看会怎么做',
        '/start [网关] [dry|confirm]：启动停着的网关；加 dry 只看会怎么做',
        '/stop [网关] [dry|confirm]：停止网关，直到有人再启动它；加 dry 只看会怎么做',
        '/help [命令]：看有哪些命令',
      ],
      note: '发 /help 加命令名看详情',
    });
  });

  it('leaves out what a viewer may not do', async () => {
    const { lines } = await answerOf(help, context({ operator: { name: 'guest', role: 'viewer', ids: {} } }), []);
    expect(lines?.some((line) => /\/(restart|start|stop)/.test(line))).toBe(false);
    expect(lines).toHaveLength(commands.filter(({ role }) => role === 'viewer').length);
  });

  it('is made from the registry', async () => {
    const { lines } = await answerOf(help, context({ locale: 'en', commands: [command('dance', { usage: ['song', 'n?'] })] }), []);
    expect(lines).toEqual(['/dance <song> [n]: dance']);
  });

  it.each(['restart', '/restart', 'RESTART', '重启'])('explains one command, called %s', async (typed) => {
    expect(await help.run(context(), [typed])).toEqual({
      tone: 'info',
      title: '/restart [网关] [dry|confirm]',
      lines: ['重启网关，并确认它真的恢复了；加 dry 只看会怎么做', '也可以发：重启', '需要角色：operator'],
      code: ['/restart', '/restart main', '/restart main dry'],
    });
  });

  it.each([
    ['restrat', '没有 /restrat 这个命令，是不是 /restart？'],
    ['banana', '没有 /banana 这个命令，发 /help 看全部'],
  ])('does not know %s', async (typed, message) => {
    await expect(help.run(context(), [typed])).rejects.toThrow(message);
  });
});
