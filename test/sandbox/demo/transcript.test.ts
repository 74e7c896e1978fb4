import { expect, test } from 'vitest';
import { listen, transcriptOf } from '../../../sandbox/demo/transcript.ts';
import { createFakeStage, type FakeStage } from '../page/fake-stage.ts';
import { ALERT, PLAIN, RECOVERED } from '../page/sample-cards.ts';

/** What is printed while `act` goes on, without the times. */
const printed = (act: (stage: FakeStage) => void, before: (stage: FakeStage) => void = () => undefined): string[] => {
  const stage = createFakeStage();
  before(stage);
  const lines: string[] = [];
  const end = listen(stage, (heard) => lines.push(transcriptOf(heard)));
  act(stage);
  end();
  stage.feishu.botSays('op', 'after the end');
  return lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));
};

test('a message says who wrote it, and on which phone', () => {
  expect(
    printed(({ feishu, qq }) => {
      feishu.say('bot', 'op', '/status');
      qq.botSays('who', 'no\nsecond line');
      qq.botSays('somebody else', 'not shown');
    }),
  ).toEqual(['飞书 → /status', `QQ   ← (陌生人) no\n${' '.repeat(16)}second line`]);
});

test('a card shows its buttons', () => {
  expect(printed(({ qq }) => void qq.botSendsCard('op', PLAIN))).toEqual([
    `QQ   ← 需要你确认\n${' '.repeat(16)}[重启] [取消]`,
  ]);
});

test('an edit and a buzz are told apart from a new message, also of one that was there before', () => {
  let id = '';
  const lines = printed(
    ({ feishu }) => {
      const { id: another } = feishu.botSendsCard('op', PLAIN);
      feishu.change(id, { buzzes: 1, text: `${ALERT.title}\nmore` });
      feishu.change(id, { card: RECOVERED, text: RECOVERED.title, editedAt: Date.now() });
      feishu.change(another, { buzzes: 1 });
      feishu.change(another, { buzzes: 2 });
    },
    ({ feishu }) => (id = feishu.botSendsCard('op', ALERT).id),
  );
  expect(lines).toEqual([
    expect.stringMatching(/^飞书 ← 需要你确认/),
    `飞书 ⚡ ${ALERT.title}`,
    '飞书 ✎ 🟢 main：QQ 已恢复',
    '飞书 ⚡ 需要你确认',
    '飞书 ⚡ 需要你确认',
  ]);
});

test('a long message is counted rather than shown to its end', () => {
  const [text] = printed(
    ({ feishu }) => void feishu.botSays('op', Array.from({ length: 30 }, (_, n) => `line ${n}`).join('\n')),
  );
  expect(text?.split('\n')).toHaveLength(12);
  expect(text).toContain('… 还有 19 行');
});
