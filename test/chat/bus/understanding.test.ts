/** What is nearly a command through the bus: what is missing is asked for, what was meant is offered. */
import { describe, expect, it, vi } from 'vitest';
import type { Command, GatewayPort } from '../../../src/chat/command/command.ts';
import type { Inbound } from '../../../src/chat/inbound/inbound-message.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { command, harness, inbound, NOW } from '../helpers.ts';

const gateway = (name: string): GatewayPort => ({ name }) as GatewayPort;

const setUp = (names: readonly string[]) => {
  const run = vi.fn<Command['run']>(async () => ({ tone: 'good', title: 'did it' }));
  const args: Command['args'] = { gateway: { kind: 'gateway', missing: 'one' } };
  const commands = [
    command('status', { args, run, aliases: ['状态'] }),
    command('restart', {
      args: {
        ...args,
        mode: { kind: 'word', words: { dry: ['演习'] } },
        situation: { kind: 'pattern', pattern: /^@/, rule: 'be what a button says', hidden: true },
      },
      run,
      effects: 'interrupts',
      aliases: ['重启'],
    }),
    command('ack', { args, run, effects: 'changes' }),
    command('mute', {
      args: {
        duration: { kind: 'duration', leastMs: 60_000, mostMs: 86_400_000 },
        gateway: { kind: 'gateway', missing: 'all' },
      },
      run,
      role: 'operator',
      effects: 'changes',
    }),
  ];
  const { bus, sent, audited } = harness(commands, { gateways: names.map(gateway) });
  const hear = async (text: string, more: Partial<Inbound> = {}): Promise<Message> => {
    bus.receive(inbound(text, more));
    await bus.idle();
    return (sent.at(-1) as { message: Message }).message;
  };
  return { run, hear, audited };
};

describe('a message without text, such as a picture', () => {
  it('is answered', async () => {
    const { run, hear } = setUp(['main']);
    expect((await hear('')).title).toBe((await hear('hello')).title);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('a command without its gateway', () => {
  it('goes to the only one', async () => {
    const { run, hear } = setUp(['main']);
    await hear('/restart');
    expect(run.mock.calls[0]?.[1]).toMatchObject({ gateway: { name: 'main' }, mode: null });
  });

  it('with several asks which, by a button each and by a typed way, and does nothing', async () => {
    const { run, hear } = setUp(['main', 'test']);
    expect(await hear('重启 演习')).toEqual({
      tone: 'info',
      title: 'Which gateway?',
      lines: ['There are: main, test'],
      note: 'Tap a button, or send /restart main 演习',
      buttons: [
        { label: 'main', style: 'danger', command: '/restart main 演习', confirm: '/restart main 演习' },
        { label: 'test', style: 'danger', command: '/restart test 演习', confirm: '/restart test 演习' },
      ],
    });
    expect(run).not.toHaveBeenCalled();
  });

  it('asks with labels that every platform takes, and with no more buttons than fit', async () => {
    const { hear } = setUp(Array.from({ length: 20 }, (_, index) => `hermes-production-${index}`));
    const { buttons = [] } = await hear('/status');
    expect(buttons.map(({ label, command: typed }) => [label, typed]).slice(0, 2)).toEqual([
      ['herm…ion-0', '/status hermes-production-0'],
      ['herm…ion-1', '/status hermes-production-1'],
    ]);
    expect(buttons).toHaveLength(6);
  });
});

describe('a typing mistake', () => {
  it.each<[string, Message['buttons']]>([
    ['/statsu main', [{ label: '/status', style: 'plain', command: '/status main' }]],
    ['/statu', [{ label: '/status', style: 'plain', command: '/status' }]],
    ['/status@bot main', [{ label: '/status', style: 'plain', command: '/status main' }]],
    ['/st\u0430tus', [{ label: '/status', style: 'plain', command: '/status' }]],
    ['/restrat', [{ label: '/restart', style: 'danger', command: '/restart', confirm: 'Run /restart?' }]],
    ['/acc', [{ label: '/ack', style: 'plain', command: '/ack' }]],
    ['/status mian', [{ label: 'main', style: 'plain', command: '/status main' }]],
    ['/restart mian', [{ label: 'main', style: 'danger', command: '/restart main', confirm: '/restart main' }]],
    ['/ack mian', [{ label: 'main', style: 'plain', command: '/ack main' }]],
    ['/mute 10', [{ label: '10m', style: 'plain', command: '/mute 10m' }]],
    ['/mute main 90', [{ label: '90m', style: 'plain', command: '/mute main 90m' }]],
  ])('in %s offers what was meant, asked once more where that interrupts, and runs nothing', async (text, buttons) => {
    const { run, hear } = setUp(['main', 'test']);
    const { buttons: offered, ...message } = await hear(text);
    expect(offered).toEqual(buttons);
    expect(JSON.stringify(message)).toContain('Did you mean');
    expect(run).not.toHaveBeenCalled();
  });

  it('is in the audit as what went wrong', async () => {
    const { hear, audited } = setUp(['main']);
    await hear('/status mian');
    expect(audited).toMatchObject([{ command: '/status mian', outcome: 'failed', detail: 'NO_SUCH_GATEWAY' }]);
  });
});

describe('what only buttons say', () => {
  it('is understood and kept out of the audit', async () => {
    const { run, hear, audited } = setUp(['main']);
    await hear('/restart main @123.4');
    expect(run.mock.calls[0]?.[1]).toMatchObject({ situation: '@123.4' });
    expect(audited).toMatchObject([{ command: '/restart main', outcome: 'done' }]);
  });
});

describe('several lines', () => {
  it('are one command and the word that the rest was left', async () => {
    const { run, hear } = setUp(['main']);
    expect(await hear('/status\n/restart')).toEqual({
      tone: 'good',
      title: 'did it',
      note: 'Only the first line of a message is carried out',
    });
    expect(run).toHaveBeenCalledOnce();
  });
});

describe('a wish in plain words', () => {
  it('is carried out where it only looks, and is in the audit as the command that it is', async () => {
    const { run, hear, audited } = setUp(['main']);
    expect(await hear('main 现在怎么样了？')).toEqual({ tone: 'good', title: 'did it' });
    expect(run.mock.calls[0]?.[0].by).toBe('typed');
    expect(run.mock.calls[0]?.[1]).toMatchObject({ gateway: { name: 'main' } });
    expect(audited).toMatchObject([{ command: '/status main', outcome: 'done' }]);
  });

  it('for a restart is answered with a button, and nothing is done', async () => {
    const { run, hear, audited } = setUp(['main']);
    expect(await hear('麻烦重启一下')).toEqual({
      tone: 'info',
      title: 'Did you mean /restart main?',
      note: 'Tap the button, or send the command',
      buttons: [{ label: '/restart', style: 'danger', command: '/restart main', confirm: 'Run /restart main?' }],
    });
    expect(run).not.toHaveBeenCalled();
    expect(audited).toEqual([]);
  });

  it('for one of several things offers each of them', async () => {
    const { hear } = setUp(['main', 'test']);
    expect(await hear('把 main 和 test 都重启一下')).toMatchObject({
      title: 'Which one did you mean?',
      lines: ['/restart main', '/restart test'],
      buttons: [{ command: '/restart main' }, { command: '/restart test' }],
    });
  });

  it('to be muted is carried out when all of it is clear', async () => {
    const { run, hear } = setUp(['main']);
    await hear('静音半小时');
    expect(run.mock.calls[0]?.[1]).toEqual({ duration: 1_800_000, gateway: null });
  });

  it('is refused to whoever may not, and offered nothing', async () => {
    const { run, hear } = setUp(['main']);
    expect(await hear('静音 10', { sender: 'GUEST' })).toMatchObject({
      title: 'Not allowed: /mute needs the role operator',
    });
    expect(await hear('静音半小时', { sender: 'GUEST' })).toMatchObject({
      title: 'Not allowed: /mute needs the role operator',
    });
    expect(run).not.toHaveBeenCalled();
  });

  it('gets no answer when it comes hours late and only offers', async () => {
    const { run, audited, hear } = setUp(['main']);
    await expect(hear('重启一下', { sentAt: NOW - 3_600_000 })).rejects.toThrow(TypeError);
    expect(run).not.toHaveBeenCalled();
    expect(audited).toEqual([]);
  });

  it('of an unknown sender means nothing', async () => {
    const { run, hear } = setUp(['main']);
    expect(await hear('网关怎么样了', { sender: 'YOU' })).toMatchObject({
      title: "You are not on Lifeline's list of operators",
    });
    expect(run).not.toHaveBeenCalled();
  });
});
