import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { plainText } from '../../src/chat/message/message.ts';
import type { CommandContext, GatewayPort } from '../../src/chat/command/command.ts';
import type { TreatmentPlan } from '../../src/healing/plan.ts';
import { answerOf, context, named, plan, port, suspect, type } from './helpers.ts';

const end = named('end');
const TARGET = suspect(4_711, 9_000);
const ALONE = [{ rung: 'end', commands: ['kill -TERM 4711'] }] as const;
const BLOCKING = [
  ...ALONE,
  { rung: 'supervisor', commands: ['systemctl --user start hermes-gateway.service'] },
] as const;

/** A gateway beside which one process looks like it, and which remembers what was begun. */
const set = (
  planned: Partial<TreatmentPlan> = {},
  more: Partial<GatewayPort> = {},
  here: Partial<CommandContext> = {},
) => {
  const treat = vi.fn<GatewayPort['treat']>(() => true);
  const ask = vi.fn<GatewayPort['planEnd']>(async () =>
    plan({ remedy: 'end_process', target: TARGET, rungs: ALONE, links: [], ...planned }),
  );
  return { treat, ask, here: context({ gateways: [port('main', { planEnd: ask, treat, ...more })], ...here }) };
};

describe('/end', () => {
  it('typed asks first, names the process, and does nothing on silence', async () => {
    const { here, treat, ask } = set();
    expect(await type(end, here, 'main 4711')).toEqual({
      tone: 'warning',
      title: '要结束进程 4711 吗？',
      lines: ['hermes gateway run'],
      buttons: [{ label: '结束 4711', style: 'danger', command: '/end main 4711.9000' }],
    });
    expect(ask.mock.calls).toEqual([[4_711, null]]);
    expect(treat).not.toHaveBeenCalled();
  });

  it('says that the gateway is started after it, where the process is in its way', async () => {
    const { here } = set({ rungs: BLOCKING, before: null });
    expect(await type(end, here, 'main 4711')).toMatchObject({ lines: ['hermes gateway run', '之后会启动 main'] });
    expect(plainText(await answerOf(end, { ...here, locale: 'en' }, 'main 4711'))).toContain(
      'End process 4711?\nhermes gateway run\nmain is started after that',
    );
  });

  it('typed without a gateway is of the only one', async () => {
    const { here, ask } = set();
    expect(await type(end, here, '4711')).toMatchObject({ buttons: [{ command: '/end main 4711.9000' }] });
    expect(ask).toHaveBeenCalledOnce();
  });

  it.each(['tapped', 'confirmed'] as const)('%s is for that very process, and begins at once', async (how) => {
    const { here, treat, ask } = set({}, {}, { by: how });
    expect(await type(end, here, 'main 4711.9000')).toBeNull();
    expect(ask.mock.calls).toEqual([[4_711, 9_000]]);
    expect(treat.mock.calls).toMatchObject([
      [{ remedy: 'end_process', target: TARGET }, 'me', { channel: 'qq', user: 'ME', replyTo: 'm1' }],
    ]);
  });

  it('tapped asks all the same, where something speaks against the start that follows', async () => {
    const { here, treat } = set(
      { rungs: BLOCKING, before: null, maintenanceUntil: 2_000_000_000_000 },
      {},
      { by: 'tapped' },
    );
    expect(await type(end, here, 'main 4711.9000')).toMatchObject({
      tone: 'warning',
      buttons: [{ command: '/end main 4711.9000' }],
    });
    expect(treat).not.toHaveBeenCalled();
    const confirmed = set(
      { rungs: BLOCKING, before: null, maintenanceUntil: 2_000_000_000_000 },
      {},
      { by: 'confirmed' },
    );
    expect(await type(end, confirmed.here, 'main 4711.9000')).toBeNull();
    expect(confirmed.treat).toHaveBeenCalledOnce();
  });

  it('knows a start time with a fraction, as where there is no /proc', async () => {
    const { here, ask } = set({}, {}, { by: 'tapped' });
    await type(end, here, 'main 4711.179526240000.5');
    expect(ask.mock.calls).toEqual([[4_711, 179_526_240_000.5]]);
  });

  it('of a process that is none of them says so', async () => {
    const { here, treat } = set(
      {},
      {
        planEnd: () =>
          Promise.reject(new UserError('END_UNKNOWN', 'pid 1 is not one of the processes that look like main')),
      },
    );
    await expect(type(end, here, 'main 1')).rejects.toMatchObject({ code: 'END_UNKNOWN' });
    expect(treat).not.toHaveBeenCalled();
  });

  it('says so when another treatment is under way', async () => {
    const { here } = set({}, { treat: () => false }, { by: 'tapped' });
    expect(await type(end, here, 'main 4711.9000')).toMatchObject({
      tone: 'info',
      title: expect.stringContaining('main') as string,
    });
  });

  it('in a dry run only says what it would do', async () => {
    const { here, treat } = set({ dryRun: true }, {}, { by: 'tapped' });
    expect(plainText(await answerOf(end, here, 'main 4711.9000'))).toContain('kill -TERM 4711');
    expect(treat).not.toHaveBeenCalled();
  });

  it.each(['', 'main', 'main abc', 'main -1', 'main 4711;reboot', 'main 4711.x', 'main 12345678901'])(
    'typed as "%s" is not understood, and nothing is asked',
    async (typed) => {
      const { here, ask } = set();
      await expect(type(end, here, typed)).rejects.toBeInstanceOf(UserError);
      expect(ask).not.toHaveBeenCalled();
    },
  );

  it('is for operators', () => {
    expect([end.role, end.effects]).toEqual(['operator', 'interrupts']);
  });
});
