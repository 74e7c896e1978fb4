import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import type { CommandContext, GatewayPort } from '../../src/chat/command/command.ts';
import type { GatewayCondition } from '../../src/diagnosis/verdict.ts';
import type { TreatmentPlan } from '../../src/healing/treatment.ts';
import { answerOf, context, HOUR, named, NOW, plan, port, report, supervisor, type } from './helpers.ts';

const restart = named('restart');
const start = named('start');
const stop = named('stop');

/** A gateway with this plan, which remembers what was begun on it. */
const set = (
  planned: Partial<TreatmentPlan> = {},
  more: Partial<GatewayPort> = {},
  here: Partial<CommandContext> = {},
) => {
  const treat = vi.fn<GatewayPort['treat']>(() => true);
  const ask = vi.fn<GatewayPort['plan']>(async (remedy) => plan({ remedy, ...planned }));
  return { treat, ask, here: context({ gateways: [port('main', { plan: ask, treat, ...more })], ...here }) };
};
const DOWN = { before: null, turns: null } as const;
const by = (how: CommandContext['by']): Partial<CommandContext> => ({ by: how });

describe('/restart', () => {
  it('typed asks first while the gateway runs, and does nothing on silence', async () => {
    const { here, treat, ask } = set();
    expect(await type(restart, here)).toEqual({
      tone: 'warning',
      title: '重启 main？',
      lines: ['main 正在运行（pid 123），会中断'],
      buttons: [{ label: '重启', style: 'danger', command: '/restart main @123.1' }],
    });
    expect(ask.mock.calls).toEqual([['restart']]);
    expect(treat).not.toHaveBeenCalled();
  });

  it('begins at once when it is confirmed; how it goes and its result are told by whoever carries it out', async () => {
    const planned = plan();
    const { here, treat } = set(planned, {}, by('confirmed'));
    expect(await type(restart, here, 'main @123.1')).toBeNull();
    expect(treat.mock.calls).toEqual([[planned, 'me', { channel: 'qq', user: 'ME', replyTo: 'm1' }]]);
    expect(here.said).toEqual([]);
  });

  it('begins at once when there is nothing to interrupt', async () => {
    const { here, treat } = set({ ...DOWN, remedy: 'start', condition: 'stopped' });
    expect(await type(restart, here)).toBeNull();
    expect(treat).toHaveBeenCalledOnce();
  });

  it('by a tap begins at once on an idle gateway: the tap said so', async () => {
    const { here, treat } = set({ turns: 0 }, {}, by('tapped'));
    expect(await type(restart, here, 'main')).toBeNull();
    expect(treat).toHaveBeenCalledOnce();
  });

  it.each(['typed', 'tapped'] as const)('%s asks once more while turns are in flight', async (how) => {
    const { here, treat } = set({ turns: 2 }, {}, by(how));
    expect(await type(restart, here)).toEqual({
      tone: 'warning',
      title: '重启 main？',
      lines: ['main 有 2 个对话正在进行'],
      buttons: [{ label: '仍要重启', style: 'danger', command: '/restart main @123.1+turns' }],
    });
    expect(treat).not.toHaveBeenCalled();
  });

  it.each([
    ['stop_in_progress', '有人正在停止或重启 main'],
    ['update_in_progress', 'main 正在更新'],
    ['storm_brake', 'main 刚刚重启过好几次，再来一次它会自己延后启动'],
  ] as const)('asks once more when held by %s, typed or tapped, and names every reason', async (held, reason) => {
    for (const how of ['typed', 'tapped'] as const) {
      const { here, treat } = set({ held, turns: 1 }, {}, by(how));
      expect(await type(restart, here)).toMatchObject({
        title: '重启 main？',
        lines: [reason, 'main 有 1 个对话正在进行'],
        buttons: [{ command: `/restart main @123.1+${held}+turns` }],
      });
      expect(treat).not.toHaveBeenCalled();
    }
  });

  it('asks once more during maintenance, even where nothing runs', async () => {
    const { here, treat } = set(
      { ...DOWN, remedy: 'start', condition: 'stopped', maintenanceUntil: NOW + HOUR },
      {},
      { by: 'tapped' },
    );
    expect(await type(restart, here)).toMatchObject({
      title: '启动 main？',
      lines: ['main 在维护中，到 11:31:05 为止'],
      buttons: [{ label: '仍要启动', command: '/restart main @none+maintenance' }],
    });
    expect(treat).not.toHaveBeenCalled();
  });

  it.each<[string, string, Partial<TreatmentPlan>, readonly string[] | null]>([
    ['all is as it was', '@123.1+turns', { turns: 5 }, null],
    ['what held it is gone', '@123.1+update_in_progress+turns', {}, null],
    ['the process has ended meanwhile', '@123.1', { ...DOWN, remedy: 'start', condition: 'stopped' }, null],
    ['it is another process', '@122.1', {}, ['进程 122 → 123']],
    ['the same pid has a new process', '@123.9', {}, ['进程 123 → 123']],
    ['it has started meanwhile', '@none', {}, ['新进程 123']],
    ['turns have begun', '@123.1', { turns: 3 }, ['main 有 3 个对话正在进行']],
    [
      'an update has begun',
      '@123.1+turns',
      { turns: 3, held: 'update_in_progress' },
      ['main 正在更新', 'main 有 3 个对话正在进行'],
    ],
    ['nobody knows what it was', '', {}, ['新进程 123']],
  ])('confirmed when %s', async (_what, situation, planned, told) => {
    const { here, treat } = set(planned, {}, by('confirmed'));
    const answer = await type(restart, here, `main ${situation}`);
    expect(treat).toHaveBeenCalledTimes(told === null ? 1 : 0);
    if (told === null) expect(answer).toBeNull();
    else
      expect(answer).toMatchObject({
        title: '情况变了，还没有执行',
        lines: told,
        buttons: [{ command: expect.stringMatching(/^\/restart main @123\.1/) as string }],
      });
  });

  it('is said to be busy when a treatment is under way, and begins no second', async () => {
    const { here } = set({}, { treat: () => false }, by('tapped'));
    expect(await type(restart, here)).toEqual({
      tone: 'info',
      title: 'main 正在处理中，没有再来一次',
      note: '发 /status main 看进展',
    });
  });

  it('knows the word "confirm" no more: a word that stands for everything confirms too much', async () => {
    const { here, treat } = set();
    await expect(type(restart, here, 'main confirm')).rejects.toMatchObject({ code: 'BAD_WORD' });
    expect(treat).not.toHaveBeenCalled();
  });

  it('starts what was stopped on purpose without asking: nobody else is at work', async () => {
    const { here, treat } = set({
      ...DOWN,
      remedy: 'start',
      condition: 'stopped_on_purpose',
      held: 'stop_in_progress',
    });
    expect(await type(restart, here)).toBeNull();
    expect(treat).toHaveBeenCalledOnce();
  });

  it.each([['dry'], ['--dry-run'], ['演习']])(
    'says with "%s" each rung, its exact command and who holds the gateway, and neither asks nor does anything',
    async (word) => {
      const { here, treat } = set(
        {
          turns: 3,
          choice: {
            supervisor: supervisor('systemd-user', 'hermes-gateway.service'),
            why: 'holds_process',
            rivals: [supervisor('launchd', 'ai.hermes.gateway')],
          },
        },
        { report: () => Promise.resolve(report({ decision: { act: 'tell', why: 'out_of_budget' } })) },
      );
      expect(await type(restart, here, `main ${word}`)).toEqual({
        tone: 'info',
        title: '演习：重启 main 会这样做',
        lines: [
          '1. 等它处理完手上的对话再重启',
          '2. 直接重启',
          '由 systemd-user（hermes-gateway.service）管理：现在的进程归它管',
          '注意：launchd（ai.hermes.gateway）也在启动它，两者会冲突',
          '如果由我自动处理：我已停止自动重启，需要你处理',
        ],
        code: ['1. hermes gateway restart', '2. systemctl --user restart hermes-gateway.service'],
        note: '每一步都会验证，失败才走下一步。什么都还没做',
      });
      expect(treat).not.toHaveBeenCalled();
    },
  );

  it('shows its plan even when the gateway cannot be looked at, and no secret of its command', async () => {
    const { here } = set(
      { steps: [{ step: 'hard', commands: ['gateway --token=abcdefghijkl run'] }] },
      { report: () => Promise.reject(new Error('EACCES')) },
    );
    expect(await type(restart, here, 'dry')).toMatchObject({
      code: ['1. gateway --token=*** run'],
      lines: ['1. 强制结束再启动', expect.any(String) as string],
    });
  });

  it('only says its plan when Lifeline was started to do nothing', async () => {
    const { here, treat } = set({ dryRun: true }, {}, by('confirmed'));
    expect(await type(restart, here, 'main @123.1')).toMatchObject({ title: '演习：重启 main 会这样做' });
    expect(treat).not.toHaveBeenCalled();
  });

  it('passes on why its supervisor cannot be asked', async () => {
    const { here, treat } = set(
      {},
      { plan: () => Promise.reject(new UserError('NO_BUS', 'systemd cannot be asked.\nRun: loginctl enable-linger')) },
    );
    await expect(type(restart, here)).rejects.toThrow('loginctl enable-linger');
    expect(treat).not.toHaveBeenCalled();
  });

  it('asks which when there are several, and touches none', async () => {
    const ask = vi.fn<GatewayPort['plan']>();
    const here = context({ gateways: [port('main', { plan: ask }), port('test', { plan: ask })] });
    expect(await type(restart, here, 'dry')).toMatchObject({
      title: '哪个网关？',
      lines: ['现有：main、test'],
      note: '点按钮，或者发 /restart main dry',
      buttons: [
        { label: 'main', command: '/restart main dry', confirm: '/restart main dry' },
        { label: 'test', command: '/restart test dry' },
      ],
    });
    await expect(type(restart, here, 'nope')).rejects.toThrow('没有叫「nope」的网关');
    await expect(type(restart, here, 'main test')).rejects.toThrow('不认识「test」');
    expect(ask).not.toHaveBeenCalled();
    expect(here.said).toEqual([]);
  });

  it('speaks English', async () => {
    const { here } = set({ turns: 1 }, {}, { locale: 'en' });
    expect(await answerOf(restart, here)).toMatchObject({
      title: 'Restart main?',
      lines: ['main is at work: 1 turn in flight'],
      buttons: [{ label: 'Do it' }],
    });
    expect(await answerOf(restart, set({}, {}, { locale: 'en' }).here)).toMatchObject({
      title: 'Restart main?',
      lines: ['main is running (pid 123) and would be interrupted'],
      buttons: [{ label: 'Restart' }],
    });
  });
});

describe('/start', () => {
  it('starts what is down', async () => {
    const { here, treat, ask } = set({ ...DOWN, condition: 'stopped' });
    expect(await type(start, here)).toBeNull();
    expect(ask.mock.calls).toEqual([['start']]);
    expect(treat).toHaveBeenCalledOnce();
  });

  it.each(['typed', 'tapped', 'confirmed'] as const)('%s leaves alone what runs already', async (how) => {
    const { here, treat } = set({}, {}, by(how));
    expect(await type(start, here, 'main')).toMatchObject({ title: 'main 已经在运行（pid 123）' });
    expect(treat).not.toHaveBeenCalled();
  });

  it('starts what an operator stopped without asking again', async () => {
    const { here, treat } = set({ ...DOWN, condition: 'stopped_on_purpose', held: 'stop_in_progress' });
    expect(await type(start, here)).toBeNull();
    expect(treat).toHaveBeenCalledOnce();
  });

  it('asks before it starts into an update', async () => {
    const { here, treat } = set({ ...DOWN, condition: 'updating', held: 'update_in_progress' });
    expect(await type(start, here)).toMatchObject({
      title: '启动 main？',
      lines: ['main 正在更新'],
      buttons: [{ command: '/start main @none+update_in_progress' }],
    });
    expect(treat).not.toHaveBeenCalled();
  });
});

describe('/stop', () => {
  it('typed asks first, by a tap and confirmed stops', async () => {
    const typed = set();
    expect(await type(stop, typed.here)).toMatchObject({
      title: '停止 main？',
      buttons: [{ label: '停止', command: '/stop main @123.1' }],
    });
    expect(typed.treat).not.toHaveBeenCalled();
    for (const [how, words] of [
      ['tapped', 'main'],
      ['confirmed', 'main @123.1'],
    ] as const) {
      const { here, treat } = set({}, {}, by(how));
      expect(await type(stop, here, words)).toBeNull();
      expect(treat).toHaveBeenCalledOnce();
    }
  });

  it('says so when turns are in flight', async () => {
    const { here, treat } = set({ turns: 1 });
    expect(await type(stop, here)).toMatchObject({
      buttons: [{ label: '仍要停止', command: '/stop main @123.1+turns' }],
    });
    expect(treat).not.toHaveBeenCalled();
  });

  it.each<[GatewayCondition, boolean, boolean?]>([
    ['stopped_on_purpose', false],
    ['unknown', false],
    ['unknown', true, true],
    ['stopped', true],
    ['crash_looping', true],
    ['starting', true],
  ])(
    'of a gateway without a process that is %s tells its supervisor: %s',
    async (condition, told, hasSurvivors = false) => {
      const { here, treat } = set({
        ...DOWN,
        hasSurvivors,
        condition,
        held: condition === 'stopped_on_purpose' ? 'stop_in_progress' : null,
      });
      const answer = await type(stop, here);
      if (told) expect(answer).toBeNull();
      else expect(answer).toMatchObject({ title: 'main 没有在运行' });
      expect(treat).toHaveBeenCalledTimes(told ? 1 : 0);
    },
  );
});

describe('what cannot be restarted alone is said in the language of whoever asked', () => {
  it.each<['zh-CN' | 'en', string]>([
    ['zh-CN', 'main 不能单独重启一个连接\n要整个重启，发 /restart main'],
    ['en', 'main cannot restart one link alone\nTo restart all of it, send /restart main'],
  ])('a link of a gateway that offers no way (%s)', async (locale, message) => {
    const planLink = vi.fn<GatewayPort['planLink']>();
    const { here, treat } = set({}, { restartsLinks: false, planLink }, { locale });
    await expect(type(restart, here, 'qq')).rejects.toThrow(message);
    expect(planLink).not.toHaveBeenCalled();
    expect(treat).not.toHaveBeenCalled();
  });

  it.each<['zh-CN' | 'en', string]>([
    ['zh-CN', 'main 没有「飞书」这个连接\n发 /status main 看它有哪些'],
    ['en', 'main has no Feishu link\n/status main shows which it has'],
  ])('a link that there is not (%s)', async (locale, message) => {
    const { here } = set(
      {},
      { planLink: () => Promise.reject(new UserError('LINK_UNKNOWN', 'main has no link "feishu".')) },
      { locale },
    );
    await expect(type(restart, here, 'main feishu')).rejects.toThrow(message);
  });
});

describe('/restart of one link alone', () => {
  const alone = (more: Partial<GatewayPort> = {}, here: Partial<CommandContext> = {}) => {
    const planLink = vi.fn<GatewayPort['planLink']>(async (link) =>
      plan({ remedy: 'restart_link', links: [link], turns: 2 }),
    );
    return { planLink, ...set({}, { planLink, ...more }, here) };
  };

  it.each(['feishu', '飞书', 'lark'])(
    'with %s asks nothing where nothing speaks against it: the gateway goes on',
    async (word) => {
      const { here, treat, ask, planLink } = alone({
        planLink: vi.fn<GatewayPort['planLink']>(async (link) =>
          plan({ remedy: 'restart_link', links: [link], turns: 0 }),
        ),
      });
      expect(await type(restart, here, `main ${word}`)).toBeNull();
      expect(ask).not.toHaveBeenCalled();
      expect(planLink).not.toHaveBeenCalled();
      expect(treat.mock.calls[0]?.[0]).toMatchObject({ remedy: 'restart_link', links: ['feishu'] });
    },
  );

  it('asks once more while turns are in flight, and the button is for the link', async () => {
    const { here, treat } = alone();
    expect(await type(restart, here, 'qq')).toMatchObject({
      title: '单独重启 main：QQ？',
      buttons: [{ label: '仍要单独重启', command: '/restart main qqbot @123.1+turns' }],
    });
    expect(treat).not.toHaveBeenCalled();
  });

  it('is refused by a gateway that cannot, in its own words', async () => {
    const { here } = alone({ planLink: () => Promise.reject(new UserError('LINK_ALONE', 'main offers no way')) });
    await expect(type(restart, here, 'main qq')).rejects.toThrow('main offers no way');
  });

  it('is for /restart only', async () => {
    const { here } = alone();
    await expect(type(stop, here, 'main qq')).rejects.toMatchObject({ code: 'BAD_WORD' });
  });
});
