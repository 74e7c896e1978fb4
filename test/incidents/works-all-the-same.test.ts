/** A gateway that works in spite of what is wrong with it: with another configuration than the one that is written. */
import { expect, test } from 'vitest';
import type { Decision } from '../../src/healing/decision.ts';
import { createStory, gateway, link, MINUTE, result, SECOND, T0, tell, TREAT } from './helpers.ts';

const CANNOT = tell('not_curable');
const ALONE: Decision = { ...TREAT, remedy: 'restart_link' };
const reverted = gateway('misconfigured', { cause: 'config_reverted' });
const notTaken = gateway('misconfigured', { cause: 'config_not_taken' });

test.each([
  ['that went back to an older one', reverted],
  ['that goes on with the one it had', notTaken],
])('the links of a gateway %s are told by themselves, and recover by themselves', (_what, ill) => {
  const story = createStory();
  story.judged(T0, CANNOT, ill, link('qqbot', 'up'));
  story.judged(T0 + MINUTE, ALONE, ill, link('qqbot', 'down'));
  story.treated(T0 + 2 * MINUTE, result(T0 + MINUTE + SECOND, { remedy: 'restart_link' }));
  story.judged(T0 + 2 * MINUTE, CANNOT, ill, link('qqbot', 'up', { since: T0 + 2 * MINUTE - SECOND }));
  expect(story.said()).toEqual(['opened main', 'opened qqbot', 'recovered qqbot']);
  // Its own trouble has nothing to do with it.
  expect(story.open().map(({ treatments }) => treatments.length)).toEqual([0]);
});

test('both at once: the gateway is for the operator, its link is seen to', () => {
  const story = createStory();
  story.judged(T0, ALONE, reverted, link('qqbot', 'down'));
  expect(
    story.notices.map(({ kind, incident, ...notice }) => [
      kind,
      incident.link,
      'decision' in notice && notice.decision,
    ]),
  ).toEqual([
    ['opened', null, CANNOT],
    ['opened', 'qqbot', ALONE],
  ]);
});

test('that it no longer works is told, though the operator knew of the configuration', () => {
  const story = createStory();
  story.judged(T0, CANNOT, notTaken, link('qqbot', 'up'));
  story.judged(T0 + MINUTE, CANNOT, notTaken, link('qqbot', 'up'));
  story.judged(T0 + 2 * MINUTE, CANNOT, gateway('misconfigured'), link('qqbot', 'unknown'));
  story.judged(T0 + 3 * MINUTE, CANNOT, gateway('misconfigured'), link('qqbot', 'unknown'));
  expect(story.said()).toEqual(['opened main', 'needs_operator main']);
});
