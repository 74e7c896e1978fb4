import { expect, test } from 'vitest';
import { recheckIncidentsAt } from '../../src/incidents/incident-policy.ts';
import { DEFAULT_INCIDENT_POLICY } from './default-policy.ts';
import {
  createStory,
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
  type Story,
  type VerdictAt,
} from './helpers.ts';

const { againMs, steadyMs, settleMs } = DEFAULT_INCIDENT_POLICY;
const healthy = gateway('healthy');
const down = link('qqbot', 'down');
const up = (since: number): VerdictAt => link('qqbot', 'up', { since });

/** Down at `at`, and recovered twenty seconds later by a restart. */
const outage = (story: Story, at: number): number => {
  story.judged(at, TREAT, healthy, down);
  story.treated(at + 20 * SECOND, result(at + SECOND, { endedAt: at + 20 * SECOND }));
  story.judged(at + 20 * SECOND, WELL, healthy, up(at + 10 * SECOND));
  return at + 20 * SECOND;
};

test.each([
  ['the last moment', againMs, 'again qqbot'],
  ['a moment too late', againMs + 1, 'opened qqbot'],
])('what falls ill again within the time for that is the same incident once more: %s', (_when, afterMs, said) => {
  const story = createStory();
  const over = outage(story, T0);
  story.judged(over + afterMs, TREAT, healthy, down);
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot', said]);
  expect(story.open()).toMatchObject(
    said.startsWith('again')
      ? [{ id: 1, outages: 2, closedAt: null, wellSince: null, since: T0 - MINUTE, openedAt: T0 }]
      : [{ id: 2, outages: 1 }],
  );
});

test('only of the very same link, and of the same gateway', () => {
  const story = createStory();
  const over = outage(story, T0);
  story.judged(over + MINUTE, TREAT, healthy, up(T0), link('feishu', 'down'));
  story.judged(
    over + 2 * MINUTE,
    TREAT,
    (at) => ({ ...healthy(at), gateway: 'other' }),
    (at) => ({ ...down(at), gateway: 'other' }),
  );
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot', 'opened feishu', 'opened qqbot']);
});

test('while the gateway itself is ill, no link of it comes back', () => {
  const story = createStory();
  const over = outage(story, T0);
  story.judged(over + MINUTE, TREAT, gateway('frozen'), down);
  expect(story.open()).toMatchObject([{ id: 2, link: null, outages: 1 }]);
});

test.each([
  [
    'gone',
    (story: Story) => [1, 61].forEach((minute) => story.judged(T0 + minute * MINUTE, WELL, healthy)),
    61 * MINUTE,
  ],
  ['taken out of the configuration', (story: Story) => story.unwatched(T0 + MINUTE), MINUTE],
  [
    'over without a word',
    (story: Story) => {
      story.silence(true);
      story.judged(T0 + MINUTE, WELL, healthy, up(T0 + MINUTE));
      story.judged(T0 + 2 * MINUTE, WELL, healthy, up(T0 + MINUTE));
      story.silence(false);
    },
    2 * MINUTE,
  ],
])('one that was closed because it was %s does not come back: the next is another', (what, close, at) => {
  const story = createStory();
  story.silence(what.startsWith('over'));
  story.judged(T0, TREAT, healthy, down);
  close(story);
  expect(story.open()).toEqual([]);
  story.judged(T0 + at + MINUTE, TREAT, healthy, down);
  expect(story.open()).toMatchObject([{ id: 2, outages: 1, told: 'opened' }]);
});

test('of several that are over, the latest comes back', () => {
  const story = createStory({ policy: { againMs: 0 } });
  const first = outage(story, T0);
  outage(story, first + SECOND);
  const closed = story.all();
  expect(closed.map(({ id }) => id)).toEqual([1, 2]);
  const later = createStory({
    book: { open: () => [], closedSince: () => closed, nextId: () => 3, save: () => undefined } as never,
  });
  later.judged(first + MINUTE, TREAT, healthy, down);
  expect(later.notices).toMatchObject([{ kind: 'again', incident: { id: 2 } }]);
});

test.each([
  ['set back by days', -3 * 24 * 60 * MINUTE, 'opened qqbot'],
  ['set back by seconds', -5 * SECOND, 'again qqbot'],
])('a clock that was %s', (_what, jumpMs, said) => {
  const story = createStory();
  const over = outage(story, T0);
  story.judged(over + jumpMs, TREAT, healthy, down);
  expect(story.said().at(-1)).toBe(said);
});

test('one that came back is over only after it was well for long, whatever a restart has proven', () => {
  const story = createStory();
  const first = outage(story, T0);
  const second = outage(story, first + MINUTE);
  const well = second - 10 * SECOND;
  expect(recheckIncidentsAt(story.open(), DEFAULT_INCIDENT_POLICY, second)).toBe(well + settleMs);
  expect(recheckIncidentsAt(story.open(), DEFAULT_INCIDENT_POLICY, well + settleMs)).toBe(well + steadyMs);
  story.judged(well + steadyMs - 1, WELL, healthy, up(well));
  expect(story.open()).toHaveLength(1);
  story.judged(well + steadyMs, WELL, healthy, up(well));
  expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot', 'again qqbot', 'recovered qqbot']);
  expect(story.incident(1)).toMatchObject({ outages: 2, wellSince: well, closedAt: well + steadyMs });
});

test('a proof that is older than the latest outage does not date its end', () => {
  const story = createStory();
  const frozen = gateway('frozen');
  const back = gateway('healthy', { since: T0 + 10 * SECOND });
  story.judged(T0, TREAT, frozen);
  story.treated(T0 + 20 * SECOND, result(T0 + SECOND, { endedAt: T0 + 20 * SECOND }));
  story.judged(T0 + 20 * SECOND, WELL, back);
  story.judged(T0 + 5 * MINUTE, tell('heal_off'), frozen);
  story.judged(T0 + 30 * MINUTE, WELL, back);
  expect(story.open()).toMatchObject([{ outages: 2, wellSince: T0 + 30 * MINUTE }]);
});

test.each([
  ['well for long enough to be over', settleMs, 3],
  ['well for a moment', settleMs - SECOND, 2],
])('an outage counts when it was %s in between, with or without a loss within grace', (_what, wellMs, outages) => {
  for (const wavers of [false, true]) {
    const story = createStory();
    const again = outage(story, T0) + MINUTE;
    story.judged(again, hold('pause'), healthy, down);
    story.judged(again + MINUTE, WELL, healthy, up(again + MINUTE));
    if (wavers) story.judged(again + MINUTE + wellMs - SECOND, WAITING, healthy, link('qqbot', 'reconnecting'));
    story.judged(again + MINUTE + wellMs, TREAT, healthy, down);
    story.judged(again + MINUTE + wellMs + SECOND, TREAT, healthy, down);
    expect(story.open()).toMatchObject([{ id: 1, outages, told: 'opened' }]);
    expect(story.said()).toEqual(['opened qqbot', 'recovered qqbot', 'again qqbot']);
  }
});

test('what came back has to be acknowledged once more; what is still open has not', () => {
  const story = createStory();
  story.judged(T0, tell('heal_off'), healthy, down);
  story.acknowledged(T0 + SECOND, 'me', 1);
  story.judged(T0 + MINUTE, WELL, healthy, up(T0 + MINUTE));
  story.judged(T0 + 2 * MINUTE, WELL, healthy, up(T0 + MINUTE));
  story.judged(T0 + 3 * MINUTE, tell('heal_off'), healthy, down);
  expect(story.incident(1)).toMatchObject({ outages: 2, acknowledged: null });
  story.acknowledged(T0 + 4 * MINUTE, 'you', 1);
  story.judged(T0 + 5 * MINUTE, WELL, healthy, up(T0 + 5 * MINUTE));
  story.judged(T0 + 10 * MINUTE, tell('heal_off'), healthy, down);
  expect(story.incident(1)).toMatchObject({ outages: 3, acknowledged: { by: 'you' } });
});

test('a gateway that comes back takes up what is open about its links', () => {
  const story = createStory();
  const back = gateway('healthy', { since: T0 + 10 * SECOND });
  story.judged(T0, TREAT, gateway('frozen'));
  story.treated(T0 + 20 * SECOND, result(T0 + SECOND, { endedAt: T0 + 20 * SECOND }));
  story.judged(T0 + 20 * SECOND, WELL, back);
  story.judged(
    T0 + MINUTE,
    tell('not_curable'),
    back,
    link('qqbot', 'rejected', { since: T0 - 9 * MINUTE }),
    link('feishu', 'down'),
  );
  story.judged(T0 + 2 * MINUTE, TREAT, gateway('frozen'), link('qqbot', 'unknown'));
  expect(story.open()).toMatchObject([{ id: 1, outages: 2, since: T0 - MINUTE }]);
  expect(story.folded).toEqual([
    { from: 2, into: 1 },
    { from: 3, into: 1 },
  ]);
  expect(story.said()).toEqual(['opened main', 'recovered main', 'opened qqbot', 'opened feishu', 'again main']);
  expect(story.incident(2)?.closedAt).toBe(T0 + 2 * MINUTE);
});
