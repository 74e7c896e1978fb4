import { describe, expect, it, vi } from 'vitest';
import { bind } from '../../commands/bind.ts';
import type { CommandContext, CommandEffects, MembersPort, SeenMember } from '../../src/chat/command/command.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { answerOf, context, NOW } from './helpers.ts';

const KEY = '0123456789abcdef';
const SEEN: SeenMember = {
  key: KEY,
  group: 'ops',
  id: 'ABCDEF012345',
  text: '今天风大',
  at: NOW - 60_000,
  alone: true,
};

const scene = (
  seen: readonly SeenMember[] = [SEEN],
  more: Partial<CommandContext> = {},
  port: Partial<MembersPort> = {},
) => {
  const effects = { bind: vi.fn(() => true), forget: vi.fn(() => true) };
  const carryOut = (work: (changes: CommandEffects) => Message): Message =>
    work({ members: effects } as unknown as CommandEffects);
  const members: MembersPort = { groups: ['ops'], seen: () => seen, of: () => [], ...port };
  return { here: context({ members, carryOut, ...more }), effects };
};

const labels = ({ buttons = [] }: Message): readonly string[] =>
  buttons.map(({ label, command }) => `${label} → ${command}`);

describe('/bind', () => {
  it('shows who was seen, and asks once more before it binds', async () => {
    const { here, effects } = scene();
    const list = await answerOf(bind, here);
    expect([list.title, list.lines]).toEqual(['QQ 群里哪个是你？', ['1. 10:30:05 ops：「今天风大」（…012345）']]);
    expect(labels(list)).toEqual([`1 是我 → /bind ${KEY}`, '再看看 → /bind']);
    const question = await answerOf(bind, here, KEY);
    expect(question).toMatchObject({ tone: 'warning', title: 'ops 里这句话是你说的吗？' });
    expect(question.note).toContain('照抄');
    expect(labels(question)).toEqual([`是我说的 → /bind ${KEY}`]);
    expect(effects.bind).not.toHaveBeenCalled();
    const confirmed = scene([SEEN], { by: 'confirmed' });
    expect(await answerOf(bind, confirmed.here, KEY)).toMatchObject({ tone: 'good', title: '在 ops 里你现在是 me' });
    expect(confirmed.effects.bind).toHaveBeenCalledExactlyOnceWith(KEY, here.origin, NOW);
  });

  it('says in English what it says in Chinese', async () => {
    const { here } = scene([{ ...SEEN, text: 'windy today', alone: false }], { locale: 'en' });
    const list = await answerOf(bind, here);
    expect(list.lines).toEqual([
      '1. 10:30:05 in ops: “windy today” (…012345): somebody else wrote the same, so nobody can be chosen',
    ]);
    expect(labels(list)).toEqual(['Look again → /bind']);
  });

  it.each([
    ['who is gone', []],
    ['whom somebody has copied', [{ ...SEEN, alone: false }]],
    ['who is somebody else', [{ ...SEEN, key: 'fedcba9876543210' }]],
  ])('binds nobody %s, confirmed or not', async (_what, seen) => {
    for (const by of ['typed', 'tapped', 'confirmed'] as const) {
      const { here, effects } = scene(seen, { by });
      expect((await answerOf(bind, here, KEY)).title).toBe('这句话已经不能选了');
      expect(effects.bind).not.toHaveBeenCalled();
    }
  });

  it('binds in private alone, and only the one who asks', async () => {
    for (const origin of [
      { channel: 'qq', user: 'ME', group: 'G1' },
      { channel: 'qq', user: 'SOMEBODY' },
      { channel: 'local', user: 'root' },
    ]) {
      const { here, effects } = scene([SEEN], { by: 'confirmed', origin });
      expect((await answerOf(bind, here, KEY)).title).toBe('请在私聊里绑定');
      expect(effects.bind).not.toHaveBeenCalled();
    }
  });

  it('says as whom one is known, and takes it back', async () => {
    const of = () => [{ key: KEY, group: 'ops', id: 'ABCDEF012345', boundAt: NOW - 60_000 }];
    const { here, effects } = scene([], {}, { of });
    const list = await answerOf(bind, here);
    expect(list.lines).toContain('你在 ops 已绑定为 …012345，10:30:05 起');
    expect(labels(list)).toContain(`解绑 → /bind forget ${KEY}`);
    expect((await answerOf(bind, here, `forget ${KEY}`)).title).toBe('已解绑：在那个群里不再认得你');
    expect(effects.forget).toHaveBeenCalledExactlyOnceWith(KEY, here.origin);
  });

  it('has nothing to do where there is no QQ group', async () => {
    const { here } = scene([], {}, { groups: [] });
    expect((await answerOf(bind, here)).title).toBe('没有可以绑定的 QQ 群');
    expect((await answerOf(bind, context())).title).toBe('没有可以绑定的 QQ 群');
  });

  it.each([`x ${KEY}`, 'me', '0123'])('does not take %s for a person', async (typed) => {
    const { here } = scene();
    await expect(answerOf(bind, here, typed)).rejects.toMatchObject({ name: 'UserError' });
  });
});
