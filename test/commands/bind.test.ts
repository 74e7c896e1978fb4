import { describe, expect, it, vi } from 'vitest';
import { bind } from '../../commands/bind.ts';
import type { CommandContext, CommandEffects, MembersPort, SeenMember } from '../../src/chat/command/command.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { answerOf, context, NOW } from './helpers.ts';

const KEY = '0123456789abcdef';
const SEEN: SeenMember = { key: KEY, group: 'ops', id: 'ABCDEF012345', at: NOW - 60_000 };

const scene = (
  claim: SeenMember | 'several' | null = SEEN,
  more: Partial<CommandContext> = {},
  port: Partial<MembersPort> = {},
) => {
  const effects = { bind: vi.fn(() => true), forget: vi.fn(() => true) };
  const carryOut = (work: (changes: CommandEffects) => Message): Message =>
    work({ members: effects } as unknown as CommandEffects);
  const members: MembersPort = {
    groups: ['ops'],
    word: () => ({ word: '7K2QAC4D', until: NOW + 600_000 }),
    claim: () => claim,
    of: () => [],
    ...port,
  };
  return { here: context({ members, carryOut, ...more }), effects };
};

const labels = ({ buttons = [] }: Message): readonly string[] =>
  buttons.map(({ label, command }) => `${label} → ${command}`);

describe('/bind', () => {
  it('shows a word, and once it was written asks before it binds', async () => {
    const shown = await answerOf(bind, scene(null).here);
    expect([shown.title, shown.lines]).toEqual([
      '在 QQ 群里 @ 我，只发这个词：7K2QAC4D',
      ['10:41:05 前有效，只对你有效，只能用一次'],
    ]);
    expect(labels(shown)).toEqual(['发好了 → /bind']);
    const { here, effects } = scene();
    const question = await answerOf(bind, here);
    expect(question).toMatchObject({ tone: 'warning', title: '10:30:05 ops 里有人发了你的词，是你吗？' });
    expect(question.note).toContain('照抄');
    expect(labels(question)).toEqual([`是我发的 → /bind ${KEY}`]);
    expect(effects.bind).not.toHaveBeenCalled();
    const confirmed = scene(SEEN, { by: 'confirmed' });
    expect(await answerOf(bind, confirmed.here, KEY)).toMatchObject({ tone: 'good', title: '在 ops 里你现在是 me' });
    expect(confirmed.effects.bind).toHaveBeenCalledExactlyOnceWith(KEY, here.origin, NOW);
  });

  it('says in English what it says in Chinese, and that a word which two have written is void', async () => {
    const shown = await answerOf(bind, scene('several', { locale: 'en' }).here);
    expect([shown.title, shown.lines?.[0]]).toEqual([
      'Mention me in the QQ group with exactly this: 7K2QAC4D',
      'Two people have written the last word, so it is void. Here is a new one.',
    ]);
    expect(labels(shown)).toEqual(['I have written it → /bind']);
  });

  it.each([
    ['who has not written the word', null],
    ['when two have written it', 'several'],
    ['but the one who has written it', { ...SEEN, key: 'fedcba9876543210' }],
  ] as const)('binds nobody %s, confirmed or not', async (_what, claim) => {
    for (const by of ['typed', 'tapped', 'confirmed'] as const) {
      const { here, effects } = scene(claim, { by });
      expect((await answerOf(bind, here, KEY)).title).toBe('这个词已经失效');
      expect(effects.bind).not.toHaveBeenCalled();
    }
  });

  it('binds in private alone, and only the one who asks', async () => {
    for (const origin of [
      { channel: 'qq', user: 'ME', group: 'G1' },
      { channel: 'qq', user: 'SOMEBODY' },
      { channel: 'local', user: 'root' },
    ]) {
      const { here, effects } = scene(SEEN, { by: 'confirmed', origin });
      expect((await answerOf(bind, here, KEY)).title).toBe('请在私聊里绑定');
      expect(effects.bind).not.toHaveBeenCalled();
    }
  });

  it('says as whom one is known, and takes it back', async () => {
    const of = () => [{ key: KEY, group: 'ops', id: 'ABCDEF012345', boundAt: NOW - 60_000 }];
    const { here, effects } = scene(null, {}, { of });
    const list = await answerOf(bind, here);
    expect(list.lines).toContain('你在 ops 已绑定为 …012345，10:30:05 起');
    expect(labels(list)).toContain(`解绑 → /bind forget ${KEY}`);
    expect((await answerOf(bind, here, `forget ${KEY}`)).title).toBe('已解绑：在那个群里不再认得你');
    expect(effects.forget).toHaveBeenCalledExactlyOnceWith(KEY, here.origin);
  });

  it('has nothing to do where there is no QQ group', async () => {
    const { here } = scene(null, {}, { groups: [] });
    expect((await answerOf(bind, here)).title).toBe('没有可以绑定的 QQ 群');
    expect((await answerOf(bind, context())).title).toBe('没有可以绑定的 QQ 群');
  });

  it.each([`x ${KEY}`, 'me', '0123'])('does not take %s for a person', async (typed) => {
    const { here } = scene();
    await expect(answerOf(bind, here, typed)).rejects.toMatchObject({ name: 'UserError' });
  });
});
