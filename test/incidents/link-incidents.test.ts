import { expect, test } from 'vitest';
import {
  createStory,
  failed,
  gateway,
  hold,
  link,
  MINUTE,
  result,
  SECOND,
  T0,
  tell,
  TREAT,
  WAITING,
  WELL,
} from './helpers.ts';

const healthy = gateway('healthy');
const down = link('qqbot', 'down');

test('nothing is said while all is well, on its way or lost within grace', () => {
  const story = createStory();
  story.judged(T0, WELL, healthy, link('qqbot', 'up'));
  story.judged(T0 + SECOND, WAITING, healthy, link('qqbot', 'reconnecting'));
  story.judged(T0 + 2 * SECOND, WAITING, gateway('starting'), link('qqbot', 'unknown'));
  story.judged(T0 + 3 * SECOND, WELL, gateway('stopped_on_purpose'), link('qqbot', 'unknown'));
  expect(story.said()).toEqual([]);
  expect(story.open()).toEqual([]);
});

test('a trouble opens one incident, dated by its evidence, and is told once with what is done', () => {
  const story = createStory();
  expect(story.judged(T0, TREAT, healthy, down)).toEqual([
    {
      kind: 'opened',
      decision: TREAT,
      incident: expect.objectContaining({
        id: 1,
        gateway: 'main',
        link: 'qqbot',
        openedAt: T0,
        since: T0 - MINUTE,
        closedAt: null,
        told: 'opened',
      }) as object,
    },
  ]);
  for (let round = 1; round <= 20; round += 1) story.judged(T0 + round * MINUTE, TREAT, healthy, down);
  expect(story.said()).toEqual(['opened qqbot']);
});

test('it stays one incident when its verdict changes, and keeps the earliest beginning', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.judged(T0 + MINUTE, TREAT, healthy, link('qqbot', 'gave_up', { since: T0 - 5 * MINUTE }));
  story.judged(T0 + 2 * MINUTE, TREAT, healthy, link('qqbot', 'flapping', { since: T0 + MINUTE }));
  expect(story.said()).toEqual(['opened qqbot']);
  expect(story.open()).toEqual([
    expect.objectContaining({
      id: 1,
      since: T0 - 5 * MINUTE,
      verdict: expect.objectContaining({ condition: 'flapping' }) as object,
    }),
  ]);
});

test('after a verified treatment it has recovered with the next good verdict, dated by the login', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.treated(T0 + 10 * SECOND, result(T0 + SECOND));
  expect(story.said()).toEqual(['opened qqbot']);
  story.judged(
    T0 + 10 * SECOND,
    WELL,
    gateway('healthy', { since: T0 + 4 * SECOND }),
    link('qqbot', 'up', { since: T0 + 6 * SECOND }),
  );
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot']);
  expect(story.notices[1]?.incident).toMatchObject({
    closedAt: T0 + 10 * SECOND,
    wellSince: T0 + 6 * SECOND,
    told: 'recovered',
    treatments: [{ outcome: 'recovered' }],
  });
  expect(story.open()).toEqual([]);
});

test('without a treatment it has recovered only when it has been well for a while', () => {
  const story = createStory();
  const up = link('qqbot', 'up', { since: T0 + 30 * SECOND });
  story.judged(T0, tell('heal_off'), healthy, down);
  story.judged(T0 + 40 * SECOND, WELL, healthy, up);
  story.judged(T0 + 89 * SECOND, WELL, healthy, up);
  expect(story.said()).toEqual(['opened qqbot']);
  story.judged(T0 + 90 * SECOND, WELL, healthy, up);
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot']);
});

test('well for a moment is not recovered, and is counted anew from the next good verdict', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.judged(T0 + 10 * SECOND, WELL, healthy, link('qqbot', 'up', { since: T0 + 10 * SECOND }));
  story.judged(T0 + 50 * SECOND, WAITING, healthy, link('qqbot', 'reconnecting'));
  story.judged(T0 + 60 * SECOND, WELL, healthy, link('qqbot', 'up', { since: T0 + 60 * SECOND }));
  story.judged(T0 + 119 * SECOND, WELL, healthy, link('qqbot', 'up', { since: T0 + 60 * SECOND }));
  expect(story.said()).toEqual(['opened qqbot']);
  story.judged(T0 + 120 * SECOND, WELL, healthy, link('qqbot', 'up', { since: T0 + 60 * SECOND }));
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot']);
});

test('a verified treatment does not vouch for a later recovery, once it was ill again', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.treated(T0 + 10 * SECOND, result(T0 + SECOND));
  story.judged(T0 + 11 * SECOND, hold('pause', T0 + 2 * MINUTE), healthy, link('qqbot', 'gave_up'));
  story.judged(T0 + 30 * SECOND, WELL, healthy, link('qqbot', 'up', { since: T0 + 30 * SECOND }));
  expect(story.said()).toEqual(['opened qqbot']);
});

test.each([
  ['the gateway is starting', gateway('starting'), link('qqbot', 'unknown')],
  ['the gateway was stopped on purpose', gateway('stopped_on_purpose'), link('qqbot', 'unknown')],
  ['nothing is known of the link yet', healthy, link('qqbot', 'unknown')],
  ['the gateway is starting and an old proof is still there', gateway('starting'), link('qqbot', 'up')],
])('it stays open, without a word, while %s', (_what, own, its) => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  for (let round = 1; round <= 200; round += 1) story.judged(T0 + round * MINUTE, WELL, own, its);
  expect(story.said()).toEqual(['opened qqbot']);
  expect(story.open()).toHaveLength(1);
});

test.each([
  ['the gateway closed it deliberately', [healthy, link('qqbot', 'disabled')]],
  ['nobody knows of it any more', [healthy, link('feishu', 'up')]],
])('it is closed without a word when for an hour %s', (_what, verdicts) => {
  const story = createStory();
  story.judged(T0, tell('not_curable'), healthy, link('qqbot', 'rejected'));
  story.judged(T0 + MINUTE, WELL, ...verdicts);
  story.judged(T0 + 60 * MINUTE, WELL, ...verdicts);
  expect(story.open()).toHaveLength(1);
  story.judged(T0 + 61 * MINUTE, WELL, ...verdicts);
  expect(story.open()).toEqual([]);
  expect(story.said()).toEqual(['opened qqbot']);
});

test.each([
  ['heal_ask', down],
  ['heal_off', down],
  ['not_curable', link('qqbot', 'rejected')],
] as const)('with %s it is told once that it needs the operator, and then that it recovered', (why, ill) => {
  const story = createStory();
  expect(story.judged(T0, tell(why), healthy, ill)).toMatchObject([{ kind: 'opened', decision: { act: 'tell', why } }]);
  for (let round = 1; round <= 10; round += 1) story.judged(T0 + round * MINUTE, tell(why), healthy, ill);
  story.judged(T0 + 20 * MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + 11 * MINUTE }));
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot']);
});

test('what is ill during a treatment opens nothing and folds nothing', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.judged(T0 + SECOND, hold('treatment_running'), gateway('stopped'), link('qqbot', 'unknown'));
  story.judged(T0 + 2 * SECOND, hold('treatment_running'), healthy, link('feishu', 'down'), down);
  expect(story.said()).toEqual(['opened qqbot']);
  expect(story.open()).toEqual([
    expect.objectContaining({ link: 'qqbot', verdict: expect.objectContaining({ at: T0 }) as object }),
  ]);
});

test('a clock that was set back does not keep it open for ever', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.judged(T0 + MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + MINUTE }));
  const back = T0 - 600 * MINUTE;
  story.judged(back, WELL, healthy, link('qqbot', 'up', { since: T0 + MINUTE }));
  story.judged(back + MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + MINUTE }));
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot']);
});

test('another gateway is not touched', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.judged(T0 + SECOND, TREAT, (at) => ({ ...healthy(at), gateway: 'other' }));
  expect(story.open()).toHaveLength(1);
});

test('the failure of a treatment names what is next, every time it fails', () => {
  const story = createStory();
  const next = hold('pause', T0 + 5 * MINUTE);
  const missing = [{ what: 'login', link: 'qqbot' }] as const;
  story.judged(T0, TREAT, healthy, down);
  expect(story.treated(T0 + MINUTE, failed(T0 + SECOND, missing), next)).toMatchObject([
    { kind: 'treatment_failed', decision: next, result: { startedAt: T0 + SECOND } },
  ]);
  story.judged(T0 + MINUTE, next, healthy, down);
  story.judged(T0 + 5 * MINUTE, { ...TREAT, attempt: 2 }, healthy, down);
  expect(story.said()).toEqual(['opened qqbot', 'treatment_failed qqbot']);
  story.treated(T0 + 6 * MINUTE, failed(T0 + 5 * MINUTE, missing), next);
  expect(story.said()).toEqual(['opened qqbot', 'treatment_failed qqbot', 'treatment_failed qqbot']);
});

test('a treatment that is reported twice is told and kept once', () => {
  const story = createStory();
  const treatment = failed(T0 + SECOND, [{ what: 'login', link: 'qqbot' }]);
  story.judged(T0, TREAT, healthy, down);
  story.treated(T0 + MINUTE, treatment, WAITING);
  story.treated(T0 + MINUTE, treatment, WAITING);
  expect(story.said()).toEqual(['opened qqbot', 'treatment_failed qqbot']);
  expect(story.open()[0]?.treatments).toHaveLength(1);
});

test('out of budget is told once, in place of the failure that led to it, and nothing after it but the recovery', () => {
  const story = createStory();
  const missing = [{ what: 'login', link: 'qqbot' }] as const;
  story.judged(T0, TREAT, healthy, down);
  story.treated(T0 + MINUTE, failed(T0 + SECOND, missing), tell('out_of_budget'));
  for (let round = 2; round <= 70; round += 1) story.judged(T0 + round * MINUTE, tell('out_of_budget'), healthy, down);
  story.treated(T0 + 80 * MINUTE, failed(T0 + 79 * MINUTE, missing), tell('out_of_budget'));
  story.judged(T0 + 81 * MINUTE, tell('out_of_budget'), healthy, down);
  expect(story.said()).toEqual(['opened qqbot', 'out_of_budget qqbot']);
  story.judged(T0 + 90 * MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + 85 * MINUTE }));
  expect(story.said()).toEqual(['opened qqbot', 'out_of_budget qqbot', 'recovered qqbot']);
});

test('an incident that opens without budget says so at once, and only once', () => {
  const story = createStory();
  story.judged(T0, tell('out_of_budget'), healthy, down);
  story.judged(T0 + MINUTE, tell('out_of_budget'), healthy, down);
  expect(story.notices).toMatchObject([{ kind: 'opened', decision: tell('out_of_budget') }]);
});

test('a budget that ends between two judgements is told', () => {
  const story = createStory();
  story.judged(T0, hold('pause', T0 + MINUTE), healthy, down);
  story.judged(T0 + MINUTE, tell('out_of_budget'), healthy, down);
  expect(story.said()).toEqual(['opened qqbot', 'out_of_budget qqbot']);
});

test('a trouble that was to be healed and turns out to be incurable is told again, once', () => {
  const story = createStory();
  story.judged(T0, hold('pause', T0 + MINUTE), healthy, down);
  const rejected = link('qqbot', 'rejected');
  expect(story.judged(T0 + MINUTE, tell('not_curable'), healthy, rejected)).toMatchObject([
    { kind: 'needs_operator', decision: tell('not_curable'), incident: { told: 'asked' } },
  ]);
  story.judged(T0 + 2 * MINUTE, TREAT, healthy, down);
  story.judged(T0 + 3 * MINUTE, tell('not_curable'), healthy, rejected);
  expect(story.said()).toEqual(['opened qqbot', 'needs_operator qqbot']);
});

test('a restart that an operator asked for is answered there: its failure is no notice, its success ends the incident at once', () => {
  const story = createStory();
  story.judged(T0, tell('heal_off'), healthy, down);
  story.treated(
    T0 + MINUTE,
    failed(T0 + SECOND, [{ what: 'login', link: 'qqbot' }], { requestedBy: 'me' }),
    tell('heal_off'),
  );
  expect(story.said()).toEqual(['opened qqbot']);
  story.treated(T0 + 3 * MINUTE, result(T0 + 2 * MINUTE, { requestedBy: 'me' }));
  story.judged(T0 + 3 * MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + 3 * MINUTE }));
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot']);
});

test('a treatment without an incident says nothing', () => {
  const story = createStory();
  expect(story.treated(T0, failed(T0, [{ what: 'process' }]), TREAT)).toEqual([]);
});

test('a treatment that failed its proof in time, but left all well, is not called a failure', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.treated(T0 + MINUTE, failed(T0 + SECOND, [{ what: 'login', link: 'qqbot' }]), WELL);
  story.judged(T0 + MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + MINUTE }));
  expect(story.said()).toEqual(['opened qqbot']);
  story.judged(T0 + 2 * MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + MINUTE }));
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot']);
});
