import { expect, test } from 'vitest';
import { playStory } from '../../../sandbox/demo/play.ts';
import { STORY, type Step } from '../../../sandbox/demo/story.ts';
import { createFakeStage, type FakeStage } from '../page/fake-stage.ts';
import { answerLifelike } from './lifelike.ts';

const never = new AbortController().signal;

const play = async (
  steps: readonly Step[],
  stage: FakeStage,
): Promise<{ problems: readonly string[]; printed: string }> => {
  const printed: string[] = [];
  const problems = await playStory(steps, stage, { out: (text) => printed.push(text) }, never);
  return { problems, printed: printed.join('\n') };
};

const status: Step = {
  title: { zh: '问', en: 'a question' },
  act: { say: '/status', on: ['qq'], as: 'operator' },
  expect: [{ on: 'qq', to: 'operator', text: /main/, withinMs: 20_000 }],
};

/** Answers what the operator says on QQ with these texts. */
const answering = (...texts: readonly string[]): FakeStage => {
  const stage = createFakeStage();
  stage.qq.onMessage((_appId, message) => {
    if (message.from === 'user') for (const text of texts) stage.qq.botSays('op', text);
  });
  return stage;
};

test('the fixed story goes well with a bot that does what it should', async () => {
  const stage = createFakeStage({ group: true });
  answerLifelike(stage);
  const quick = STORY.map((step) => ({ ...step, quietMs: 0 }));
  expect((await play(quick, stage)).problems).toEqual([]);
  expect(stage.broken).toEqual(['qq_gives_up', 'killed', 'qq_4009']);
});

test.for([
  ['says nothing', []],
  ['says something else', ['hello']],
])('a bot that %s fails the story, which then says what was awaited', async ([, texts]) => {
  const impatient = { ...status, expect: status.expect.map((expectation) => ({ ...expectation, withinMs: 200 })) };
  const { problems } = await play(
    [impatient, { ...status, title: { zh: '到不了', en: 'never reached' } }],
    answering(...(texts as string[])),
  );
  expect(problems.join('\n')).toMatch(
    /Awaited on qq within 0.2 s, and it did not come: \/main\/|Nobody awaited this:\n.*hello/,
  );
});

test('the same message twice fails the story', async () => {
  const { problems } = await play([{ ...status, quietMs: 100 }], answering('main is fine', 'main is fine'));
  expect(problems).toEqual([expect.stringContaining('Nobody awaited this')]);
});

test('a message to somebody else, or on the other phone, is not the awaited one', async () => {
  const stage = createFakeStage();
  stage.qq.onMessage((_appId, message) => {
    if (message.from === 'user') stage.feishu.botSays('op', 'main is fine');
  });
  expect((await play([status], stage)).problems).toEqual([expect.stringContaining('飞书')]);
});

test('a text in several parts is one answer where the story allows it', async () => {
  const long = { ...status, expect: status.expect.map((expectation) => ({ ...expectation, several: true as const })) };
  expect((await play([{ ...long, quietMs: 100 }], answering('main 1/2', 'main 2/2'))).problems).toEqual([]);
});

test('an answer in several parts does not cover what comes in later steps', async () => {
  const long = { ...status, expect: status.expect.map((expectation) => ({ ...expectation, several: true as const })) };
  const stage = answering('main 1/2');
  const later: Step = { title: { zh: '后来', en: 'later' }, act: { break: 'killed' }, expect: [], quietMs: 100 };
  Object.assign(stage.gateway, { break: async () => void stage.qq.botSays('op', 'main again') });
  expect((await play([long, later], stage)).problems).toEqual([expect.stringContaining('main again')]);
});

test('an optional message may come late, in a later step', async () => {
  const stage = answering('main is fine');
  const steps: Step[] = [
    {
      title: { zh: '可有可无', en: 'optional' },
      act: { break: 'qq_4009' },
      expect: [{ on: 'feishu', to: 'operator', text: /later/, withinMs: 1, optional: true }],
    },
    status,
  ];
  stage.qq.onMessage((_appId, message) => {
    if (message.from === 'user') stage.feishu.botSays('op', 'later');
  });
  expect((await play(steps, stage)).problems).toEqual([]);
});

test('the story stops at once when it is interrupted', async () => {
  const stop = new AbortController();
  const playing = playStory([status], createFakeStage(), { out: () => undefined }, stop.signal);
  stop.abort(new Error('enough'));
  await expect(playing).rejects.toThrow();
});

test('nothing is broken before the gateway has both links: a restart is told sooner', async () => {
  const stage = createFakeStage();
  let looks = 0;
  const down = { ...stage.view, links: stage.view.links.map((link) => ({ ...link, connections: 0 })) };
  Object.assign(stage.gateway, { view: async () => ((looks += 1) < 4 ? down : stage.view) });
  expect(
    (await play([{ title: { zh: '故障', en: 'a fault' }, act: { break: 'qq_4009' }, expect: [] }], stage)).problems,
  ).toEqual([]);
  expect(stage.broken).toEqual(['qq_4009']);
  expect(looks).toBe(4);
});
