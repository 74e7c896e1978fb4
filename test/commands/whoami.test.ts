import { describe, expect, it } from 'vitest';
import { ROLES } from '../../src/config/config.ts';
import { scene, type } from './scene.ts';

describe('/whoami', () => {
  it.each<['zh-CN' | 'en', readonly string[]]>([
    ['zh-CN', ['你是 me，管理员', '通道：QQ', '你的 id：ME', '所有命令都可以用']],
    ['en', ['You are me, admin', 'Channel: QQ', 'Your id: ME', 'You may use every command']],
  ])('says who one is here (%s)', async (locale, [title, ...lines]) => {
    expect(await type('/whoami', scene({ locale }).context)).toEqual({ tone: 'info', title, lines });
  });

  it('says what each role may do, and that it was asked in a group', async () => {
    const answers = await Promise.all(
      ROLES.map((role) =>
        type('/whoami', scene({ role, origin: { channel: 'feishu', user: 'ou_me', group: 'oc_1' } }).context),
      ),
    );
    expect(new Set(answers.map(({ lines }) => lines?.[2])).size).toBe(ROLES.length);
    expect(answers[0]?.lines?.[0]).toBe('通道：飞书（群）');
  });

  it('takes nothing', async () => {
    await expect(async () => type('/whoami me', scene().context)).rejects.toMatchObject({ name: 'UserError' });
  });
});
