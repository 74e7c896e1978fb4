import { expect, test } from 'vitest';
import type { Decision } from '../../src/healing/decision.ts';
import {
  createStory,
  failed,
  gateway,
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
const START: Decision = { ...TREAT, remedy: 'start', links: [] };

test('one restart for two links: each is told by itself, and each recovers by itself', () => {
  const story = createStory();
  const both: Decision = { ...TREAT, links: ['qqbot', 'feishu'] };
  story.judged(T0, both, healthy, link('qqbot', 'down'), link('feishu', 'down'));
  story.treated(T0 + MINUTE, result(T0 + SECOND));
  story.judged(
    T0 + MINUTE,
    WELL,
    healthy,
    link('qqbot', 'up', { since: T0 + 20 * SECOND }),
    link('feishu', 'up', { since: T0 + 30 * SECOND }),
  );
  expect(story.said()).toEqual(['opened qqbot', 'opened feishu', 'recovered qqbot', 'recovered feishu']);
  expect(story.notices.map(({ incident }) => incident.id)).toEqual([1, 2, 1, 2]);
  expect(story.notices.slice(2).map(({ incident }) => incident.wellSince)).toEqual([
    T0 + 20 * SECOND,
    T0 + 30 * SECOND,
  ]);
});

test('of two links, only the one that the restart did not bring back is called failed; the other recovers at once', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, link('qqbot', 'down'), link('feishu', 'down'));
  story.treated(T0 + MINUTE, failed(T0 + SECOND, [{ what: 'login', link: 'feishu' }]), TREAT);
  story.judged(T0 + MINUTE, TREAT, healthy, link('qqbot', 'up', { since: T0 + 20 * SECOND }), link('feishu', 'down'));
  expect(story.said()).toEqual(['opened qqbot', 'opened feishu', 'treatment_failed feishu', 'recovered qqbot']);
});

test.each([
  ['the process did not come up', failed(T0 + SECOND, [{ what: 'process' }, { what: 'login', link: 'qqbot' }])],
  ['the supervisor could not act', failed(T0 + SECOND, [], { problem: 'hermes: command not found' })],
])('when %s, one message says it for both links', (_what, treatment) => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, link('qqbot', 'down'), link('feishu', 'down'));
  story.treated(T0 + MINUTE, treatment, tell('out_of_budget'));
  story.judged(T0 + 2 * MINUTE, tell('out_of_budget'), healthy, link('qqbot', 'down'), link('feishu', 'down'));
  expect(story.said()).toEqual(['opened qqbot', 'opened feishu', 'out_of_budget qqbot']);
  expect(story.open().map(({ treatments }) => treatments.length)).toEqual([1, 1]);
});

test('a link that no restart mends has no part in a restart for another', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, link('qqbot', 'down'), link('feishu', 'rejected'));
  expect(story.notices.map(({ kind, ...notice }) => [kind, 'decision' in notice && notice.decision])).toEqual([
    ['opened', TREAT],
    ['opened', tell('not_curable')],
  ]);
  story.treated(T0 + MINUTE, failed(T0 + SECOND, [{ what: 'process' }]), TREAT);
  expect(story.said()).toEqual(['opened qqbot', 'opened feishu', 'treatment_failed qqbot']);
  expect(story.open().map(({ treatments }) => treatments.length)).toEqual([1, 0]);
});

test('while the gateway as a whole is ill, its links have no incidents of their own', () => {
  const story = createStory();
  story.judged(T0, TREAT, gateway('frozen'), link('qqbot', 'down'), link('feishu', 'rejected'));
  story.judged(T0 + MINUTE, TREAT, gateway('frozen'), link('qqbot', 'down'));
  expect(story.said()).toEqual(['opened main']);
});

test('the incidents of its links become part of its own: closed without a word; when it began and how it was treated is its own', () => {
  const story = createStory();
  story.judged(
    T0,
    TREAT,
    healthy,
    link('qqbot', 'down', { since: T0 - 9 * MINUTE }),
    link('feishu', 'down', { since: T0 - 5 * MINUTE }),
  );
  story.treated(
    T0 + MINUTE,
    failed(T0 + SECOND, [
      { what: 'login', link: 'qqbot' },
      { what: 'login', link: 'feishu' },
    ]),
    TREAT,
  );
  const notices = story.judged(
    T0 + 2 * MINUTE,
    START,
    gateway('stopped', { since: T0 + MINUTE }),
    link('qqbot', 'unknown'),
  );
  expect(notices).toMatchObject([
    { kind: 'opened', decision: START, incident: { id: 3, link: null, since: T0 + MINUTE, treatments: [] } },
  ]);
  expect(story.incident(1)).toMatchObject({ since: T0 - 9 * MINUTE, treatments: [{ startedAt: T0 + SECOND }] });
  expect(story.folded).toEqual([
    { from: 1, into: 3 },
    { from: 2, into: 3 },
  ]);
  expect(story.open().map(({ id }) => id)).toEqual([3]);
  expect(story.incident(1)?.closedAt).toBe(T0 + 2 * MINUTE);
});

test('a start that is proven ends the incident of the gateway as soon as its links are quiet', () => {
  const story = createStory();
  story.judged(T0, START, gateway('stopped'), link('qqbot', 'unknown'));
  story.treated(T0 + 10 * SECOND, result(T0 + SECOND, { remedy: 'start', before: null }));
  const back = gateway('healthy', { since: T0 + 5 * SECOND });
  story.judged(T0 + 10 * SECOND, WAITING, back, link('qqbot', 'connecting'));
  expect(story.said()).toEqual(['opened main']);
  story.judged(T0 + 12 * SECOND, WELL, back, link('qqbot', 'up', { since: T0 + 12 * SECOND }));
  expect(story.said()).toEqual(['opened main', 'recovered main']);
});

test('a link that takes its time does not hold up the recovery of its gateway for long', () => {
  const story = createStory();
  story.judged(T0, START, gateway('stopped'), link('feishu', 'unknown'));
  story.treated(T0 + 10 * SECOND, result(T0 + SECOND, { remedy: 'start', before: null }));
  const back = gateway('healthy', { since: T0 + 5 * SECOND });
  story.judged(T0 + 10 * SECOND, WAITING, back, link('feishu', 'connecting'));
  story.judged(T0 + 65 * SECOND, WAITING, back, link('feishu', 'connecting'));
  expect(story.said()).toEqual(['opened main', 'recovered main']);
});

test('a gateway that thaws by itself is dated from then, not from its start long ago', () => {
  const story = createStory();
  story.judged(T0, tell('heal_off'), gateway('frozen'), link('qqbot', 'unknown'));
  const well = gateway('healthy', { since: T0 - 600 * MINUTE });
  story.judged(T0 + MINUTE, WELL, well, link('qqbot', 'up'));
  expect(story.said()).toEqual(['opened main']);
  story.judged(T0 + 2 * MINUTE, WELL, well, link('qqbot', 'up'));
  expect(story.said()).toEqual(['opened main', 'recovered main']);
  expect(story.notices[1]?.incident.wellSince).toBe(T0 + MINUTE);
});

test('a link that is still ill when the gateway is back gets its own incident, after the recovery of the gateway', () => {
  const story = createStory();
  story.judged(T0, START, gateway('stopped'), link('qqbot', 'unknown'));
  story.treated(T0 + 10 * SECOND, result(T0 + SECOND, { remedy: 'start', before: null }));
  const back = gateway('healthy', { since: T0 + 5 * SECOND });
  story.judged(T0 + 10 * SECOND, tell('not_curable'), back, link('feishu', 'rejected'));
  expect(story.said()).toEqual(['opened main']);
  story.judged(T0 + 70 * SECOND, tell('not_curable'), back, link('feishu', 'rejected'));
  expect(story.said()).toEqual(['opened main', 'recovered main', 'opened feishu']);
  expect(story.open()).toMatchObject([{ id: 2, link: 'feishu' }]);
});

test('a failed start that turns out to be incurable needs the operator, and says what it is once', () => {
  const story = createStory();
  story.judged(T0, START, gateway('stopped'));
  story.treated(T0 + MINUTE, failed(T0 + SECOND, [{ what: 'process' }], { remedy: 'start' }), tell('not_curable'));
  story.judged(T0 + MINUTE, tell('not_curable'), gateway('misconfigured'));
  story.judged(T0 + 2 * MINUTE, tell('not_curable'), gateway('misconfigured'));
  expect(story.said()).toEqual(['opened main', 'treatment_failed main', 'needs_operator main']);
});

test('a check that fails is over when it has succeeded, and not when the gateway was started anew', () => {
  const story = createStory();
  const unwell = gateway('unwell', { cause: 'check_fails', remedy: 'restart' });
  const owed = gateway('healthy', { cause: 'check_fails', remedy: 'wait' });
  story.judged(T0, { ...TREAT, links: [] }, unwell);
  story.treated(T0 + 3 * MINUTE, failed(T0 + SECOND, [{ what: 'check', check: 'http' }]));
  story.judged(T0 + 3 * MINUTE, WAITING, owed);
  story.judged(T0 + 60 * MINUTE, WAITING, owed);
  expect(story.said()).not.toContain('recovered main');
  story.judged(T0 + 61 * MINUTE, WELL, gateway('healthy', { since: T0 + 61 * MINUTE }));
  story.judged(T0 + 80 * MINUTE, WELL, gateway('healthy', { since: T0 + 61 * MINUTE }));
  expect(story.said()).toContain('recovered main');
});
