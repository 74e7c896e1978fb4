import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import type { GatewayPort } from '../../src/chat/command.ts';
import type { GatewayCondition } from '../../src/diagnosis/verdict.ts';
import type { TreatmentPlan } from '../../src/healing/plan.ts';
import { answerOf, context, named, plan, port, report, supervisor } from './helpers.ts';

const restart = named('restart');
const start = named('start');
const stop = named('stop');

/** A gateway with this plan, which remembers what was begun on it. */
const set = (planned: Partial<TreatmentPlan> = {}, more: Partial<GatewayPort> = {}) => {
  const treat = vi.fn<GatewayPort['treat']>(() => true);
  const ask = vi.fn<GatewayPort['plan']>(async (remedy) => plan({ remedy, ...planned }));
  return { treat, ask, here: context({ gateways: [port('main', { plan: ask, treat, ...more })] }) };
};
const DOWN = { before: null, turns: null } as const;

describe('/restart', () => {
  it('begins at once on an idle gateway; how it goes and its result are told by whoever carries it out', async () => {
    const planned = plan();
    const { here, treat, ask } = set(planned);
    expect(await restart.run(here, [])).toBeNull();
    expect(ask.mock.calls).toEqual([['restart']]);
    expect(treat.mock.calls).toEqual([[planned, 'me', { channel: 'qq', user: 'ME', replyTo: 'm1' }]]);
    expect(here.said).toEqual([]);
  });

  it('is said to be busy when a treatment is under way, and begins no second', async () => {
    const { here } = set({}, { treat: () => false });
    expect(await restart.run(here, [])).toEqual({ tone: 'info', title: 'main 正在处理中，没有再来一次', note: '发 /status main 看进展' });
  });

  it('asks once more while turns are in flight, by a button and by a typed way, and does nothing on silence', async () => {
    const { here, treat } = set({ turns: 2 });
    expect(await restart.run(here, [])).toEqual({
      tone: 'warning',
      title: 'main 正在干活：2 个对话进行中',
      lines: [],
      note: '要继续，发 /restart main confirm',
      buttons: [{ label: '仍要重启', style: 'danger', command: '/restart main confirm' }],
    });
    expect(treat).not.toHaveBeenCalled();
  });

  it.each([['confirm'], ['YES'], ['确认']])('goes on with turns in flight after "%s"', async (word) => {
    const { here, treat } = set({ turns: 2, held: 'update_in_progress' });
    expect(await restart.run(here, ['main', word])).toBeNull();
    expect(treat).toHaveBeenCalledOnce();
  });

  it.each([
    ['stop_in_progress', '有人正在停止或重启 main'],
    ['update_in_progress', 'main 正在更新'],
    ['storm_brake', 'main 刚刚重启过好几次，再来一次它会自己延后启动'],
  ] as const)('asks once more when held by %s, and names every reason', async (held, title) => {
    const { here, treat } = set({ held, turns: 1 });
    expect(await restart.run(here, [])).toMatchObject({ title, lines: ['main 正在干活：1 个对话进行中'] });
    expect(treat).not.toHaveBeenCalled();
  });

  it('needs no confirmation for what is known to be idle', async () => {
    const { here, treat } = set({ turns: 0 });
    expect(await restart.run(here, [])).toBeNull();
    expect(treat).toHaveBeenCalledOnce();
  });

  it('starts what was stopped on purpose without asking: nobody else is at work', async () => {
    const { here, treat } = set({ ...DOWN, remedy: 'start', condition: 'stopped_on_purpose', held: 'stop_in_progress' });
    expect(await restart.run(here, [])).toBeNull();
    expect(treat).toHaveBeenCalledOnce();
  });

  it.each([['dry'], ['--dry-run'], ['演习']])('says with "%s" each rung, its exact command and who holds the gateway, and does nothing', async (word) => {
    const { here, treat } = set({
      turns: 3,
      choice: { supervisor: supervisor('systemd-user', 'hermes-gateway.service'), why: 'holds_process', rivals: [supervisor('launchd', 'ai.hermes.gateway')] },
    }, { report: () => Promise.resolve(report({ decision: { act: 'tell', why: 'out_of_budget' } })) });
    expect(await restart.run(here, ['main', word])).toEqual({
      tone: 'info',
      title: '演习：重启 main 会这样做',
      lines: [
        '1. 请它做完手上的活再重启',
        '2. 直接重启',
        '由 systemd-user（hermes-gateway.service）管理：现在的进程归它管',
        '注意：launchd（ai.hermes.gateway）也在启动它，两个会打架',
        '现在自动的话：我已停止自动重启，需要你处理',
      ],
      code: ['1. hermes gateway restart', '2. systemctl --user restart hermes-gateway.service'],
      note: '每一步都会验证，失败才走下一步。什么都还没做',
    });
    expect(treat).not.toHaveBeenCalled();
  });

  it('shows its plan even when the gateway cannot be looked at, and no secret of its command', async () => {
    const { here } = set({ rungs: [{ rung: 'hard', commands: ['gateway --token=abcdefghijkl run'] }] }, { report: () => Promise.reject(new Error('EACCES')) });
    expect(await restart.run(here, ['dry'])).toMatchObject({ code: ['1. gateway --token=*** run'], lines: ['1. 强制结束再启动', expect.any(String) as string] });
  });

  it('only says its plan when Lifeline was started to do nothing', async () => {
    const { here, treat } = set({ dryRun: true });
    expect(await restart.run(here, ['main', 'confirm'])).toMatchObject({ title: '演习：重启 main 会这样做' });
    expect(treat).not.toHaveBeenCalled();
  });

  it('passes on why its supervisor cannot be asked', async () => {
    const { here, treat } = set({}, { plan: () => Promise.reject(new UserError('NO_BUS', 'systemd cannot be asked.\nRun: loginctl enable-linger')) });
    await expect(restart.run(here, [])).rejects.toThrow('loginctl enable-linger');
    expect(treat).not.toHaveBeenCalled();
  });

  it('gives up on a plan that never comes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { here, treat } = set({}, { plan: () => new Promise(() => undefined) });
      const answer = expect(restart.run(here, [])).rejects.toThrow('could not be looked at in time');
      await vi.advanceTimersByTimeAsync(20_000);
      await answer;
      expect(treat).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('asks which when there are several, and touches none', async () => {
    const ask = vi.fn<GatewayPort['plan']>();
    const here = context({ gateways: [port('main', { plan: ask }), port('test', { plan: ask })] });
    await expect(restart.run(here, [])).rejects.toThrow('哪个网关？有 main、test');
    await expect(restart.run(here, ['nope'])).rejects.toThrow('没有叫「nope」的网关');
    await expect(restart.run(here, ['main', 'test'])).rejects.toThrow('参数太多');
    expect(ask).not.toHaveBeenCalled();
    expect(here.said).toEqual([]);
  });

  it('speaks English', async () => {
    const { here } = set({ turns: 1 });
    expect(await answerOf(restart, { ...here, locale: 'en' })).toMatchObject({ title: 'main is at work: 1 turn in flight', note: 'To go on, send /restart main confirm' });
  });
});

describe('/start', () => {
  it('starts what is down', async () => {
    const { here, treat, ask } = set({ ...DOWN, condition: 'stopped' });
    expect(await start.run(here, [])).toBeNull();
    expect(ask.mock.calls).toEqual([['start']]);
    expect(treat).toHaveBeenCalledOnce();
  });

  it('leaves alone what runs already', async () => {
    const { here, treat } = set();
    expect(await start.run(here, ['main', 'confirm'])).toMatchObject({ title: 'main 已经在运行（pid 123）' });
    expect(treat).not.toHaveBeenCalled();
  });

  it('starts what an operator stopped without asking again', async () => {
    const { here, treat } = set({ ...DOWN, condition: 'stopped_on_purpose', held: 'stop_in_progress' });
    expect(await start.run(here, [])).toBeNull();
    expect(treat).toHaveBeenCalledOnce();
  });

  it('asks before it starts into an update', async () => {
    const { here, treat } = set({ ...DOWN, condition: 'updating', held: 'update_in_progress' });
    expect(await start.run(here, [])).toMatchObject({ title: 'main 正在更新', buttons: [{ command: '/start main confirm' }] });
    expect(treat).not.toHaveBeenCalled();
  });
});

describe('/stop', () => {
  it('stops what runs, and asks first when turns are in flight', async () => {
    const idle = set();
    expect(await stop.run(idle.here, [])).toBeNull();
    expect(idle.treat).toHaveBeenCalledOnce();
    const busy = set({ turns: 1 });
    expect(await stop.run(busy.here, [])).toMatchObject({ buttons: [{ label: '仍要停止', command: '/stop main confirm' }] });
    expect(busy.treat).not.toHaveBeenCalled();
  });

  it.each<[GatewayCondition, boolean]>([
    ['stopped_on_purpose', false],
    ['unknown', false],
    ['stopped', true],
    ['crash_looping', true],
    ['starting', true],
  ])('of a gateway without a process that is %s tells its supervisor: %s', async (condition, told) => {
    const { here, treat } = set({ ...DOWN, condition, held: condition === 'stopped_on_purpose' ? 'stop_in_progress' : null });
    const answer = await stop.run(here, []);
    if (told) expect(answer).toBeNull();
    else expect(answer).toMatchObject({ title: 'main 没有在运行' });
    expect(treat).toHaveBeenCalledTimes(told ? 1 : 0);
  });
});
