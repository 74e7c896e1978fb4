/**
 * How long something was out of service: outages count, the well times between them do not, nor does trouble beside a
 * gateway that works.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { figuresOf } from '../../src/incidents/figures.ts';
import { latestSince, outMs, outSpans } from '../../src/incidents/out-spans.ts';
import {
  createStory,
  gateway,
  link,
  MINUTE,
  result,
  SECOND,
  T0,
  TREAT,
  WELL,
  tell,
  type Story,
  type VerdictAt,
} from './helpers.ts';

const healthy = gateway('healthy');
const down = (since: number): VerdictAt => link('qqbot', 'down', { since });
const up = (since: number): VerdictAt => link('qqbot', 'up', { since });
const frozen = (since: number): VerdictAt => gateway('frozen', { since });
const beside = (since: number): VerdictAt => {
  const make = gateway('duplicate', { cause: 'several_processes', remedy: 'alert', since });
  return (at) => ({
    ...make(at),
    evidence: make(at).evidence.map((each) => ({ ...each, link: null, fact: { kind: 'duplicates', processes: [] } })),
  });
};
const refused = (since: number): VerdictAt =>
  gateway('duplicate', { cause: 'another_instance', remedy: 'alert', since });

const only = (story: Story, id = 1): Incident => {
  const incident = story.incident(id);
  if (!incident) throw new Error('no incident');
  return incident;
};
/** In minutes of the story. */
const spans = (incident: Incident): readonly (readonly [number, number | null])[] =>
  outSpans(incident).map(({ from, to }) => [(from - T0) / MINUTE, to === null ? null : (to - T0) / MINUTE]);
const minutes = (incident: Incident, now: number): number => outMs(incident, now) / MINUTE;

describe('an outage', () => {
  test('counts from what began it, and not from when that was seen', () => {
    const story = createStory();
    story.judged(T0 + 2 * MINUTE, TREAT, frozen(T0));
    story.judged(T0 + 3 * MINUTE, WELL, gateway('healthy', { since: T0 + 3 * MINUTE }));
    expect(spans(only(story))).toEqual([[0, 3]]);
  });

  test('does not go on while it is well for less than it takes to be over', () => {
    const story = createStory({ policy: { settleMs: 10 * MINUTE } });
    story.judged(T0, TREAT, healthy, down(T0));
    story.judged(T0 + MINUTE, WELL, healthy, up(T0 + MINUTE));
    story.judged(T0 + 9 * MINUTE, TREAT, healthy, down(T0 + 8 * MINUTE));
    expect(minutes(only(story), T0 + 10 * MINUTE)).toBe(3);
    expect(latestSince(only(story))).toBe(T0 + 8 * MINUTE);
    story.judged(T0 + 11 * MINUTE, WELL, healthy, up(T0 + 11 * MINUTE));
    expect(spans(only(story))).toEqual([
      [0, 1],
      [8, 11],
    ]);
    expect(figuresOf(only(story), T0 + 30 * MINUTE)).toEqual({ detectMs: 0, healMs: 4 * MINUTE, outMs: 4 * MINUTE });
  });

  test('that comes back is counted by itself, and a reminder says since when it is this time', () => {
    const story = createStory();
    story.judged(T0, TREAT, healthy, down(T0));
    story.treated(T0 + 20 * SECOND, result(T0 + SECOND, { endedAt: T0 + 20 * SECOND }));
    story.judged(T0 + 20 * SECOND, WELL, healthy, up(T0 + 10 * SECOND));
    expect(only(story).closedAt).not.toBeNull();
    story.judged(T0 + 6 * MINUTE, TREAT, healthy, down(T0 + 5 * MINUTE));
    story.judged(T0 + 7 * MINUTE, WELL, healthy, up(T0 + 7 * MINUTE));
    expect(only(story)).toMatchObject({ outages: 2 });
    expect(outMs(only(story), T0 + 9 * MINUTE)).toBe(10 * SECOND + 2 * MINUTE);
    expect(latestSince(only(story))).toBe(T0 + 5 * MINUTE);
  });

  test('has a loss within grace after a recovery in it only when that becomes one', () => {
    const story = createStory();
    const wavering = link('qqbot', 'reconnecting', { since: T0 + 2 * MINUTE });
    story.judged(T0, TREAT, healthy, down(T0));
    story.judged(T0 + MINUTE, WELL, healthy, up(T0 + MINUTE));
    story.judged(T0 + 2 * MINUTE, WELL, healthy, wavering);
    story.judged(T0 + 4 * MINUTE, TREAT, healthy, down(T0 + 2 * MINUTE));
    expect(spans(only(story))).toEqual([
      [0, 1],
      [2, null],
    ]);
  });

  test('of a gateway does not count from when one of its links was lost', () => {
    const story = createStory();
    story.judged(T0, TREAT, healthy, down(T0));
    story.judged(T0 + 3 * MINUTE, TREAT, frozen(T0 + 2 * MINUTE), down(T0));
    expect(spans(only(story, 1))).toEqual([[0, 3]]);
    expect(spans(only(story, 2))).toEqual([[2, null]]);
    story.judged(T0 + 5 * MINUTE, WELL, gateway('healthy', { since: T0 + 5 * MINUTE }), up(T0 + 5 * MINUTE));
    expect(minutes(only(story, 2), T0 + 9 * MINUTE)).toBe(3);
  });
});

describe('what is beside a gateway that works', () => {
  test('is trouble, and no outage of it', () => {
    const story = createStory();
    story.judged(T0 + MINUTE, tell('not_curable'), beside(T0));
    story.judged(T0 + 30 * MINUTE, WELL, gateway('healthy', { since: T0 - MINUTE }));
    story.judged(T0 + 33 * MINUTE, WELL, gateway('healthy', { since: T0 - MINUTE }));
    expect(only(story)).toMatchObject({ severity: 'critical', told: 'recovered' });
    expect(spans(only(story))).toEqual([]);
    expect(figuresOf(only(story), T0 + 40 * MINUTE)).toMatchObject({ outMs: 0 });
  });

  test('holds up a start: from the end of the process it is one', () => {
    const story = createStory();
    story.judged(T0 + MINUTE, tell('not_curable'), beside(T0));
    story.judged(T0 + 10 * MINUTE, tell('not_curable'), refused(T0 + 9 * MINUTE));
    expect(minutes(only(story), T0 + 12 * MINUTE)).toBe(3);
    story.judged(T0 + 14 * MINUTE, tell('not_curable'), beside(T0));
    expect(spans(only(story))).toEqual([[9, 14]]);
  });
});

test('an incident of an earlier version counts from its beginning to its end', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down(T0));
  const old = { ...only(story), out: null };
  expect(minutes(old, T0 + 5 * MINUTE)).toBe(5);
  expect(minutes({ ...old, wellSince: T0 + 2 * MINUTE, closedAt: T0 + 3 * MINUTE }, T0 + 5 * MINUTE)).toBe(2);
});

test('however it comes and goes: as long as it was ill, and never more spans than can be kept', () => {
  const turn = fc.record({ ill: fc.boolean(), minutes: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 60 }), (turns) => {
      const story = createStory({ policy: { settleMs: 100_000 * MINUTE, steadyMs: 100_000 * MINUTE } });
      story.judged(T0, TREAT, healthy, down(T0));
      let at = T0 + MINUTE;
      let ill = 1;
      for (const next of turns) {
        // Looked at twice: what goes on adds nothing but its time.
        for (const look of [at, at + next.minutes * MINUTE - 1])
          story.judged(look, next.ill ? TREAT : WELL, healthy, next.ill ? down(at) : up(at));
        at += next.minutes * MINUTE;
        ill += next.ill ? next.minutes : 0;
      }
      expect(minutes(only(story), at)).toBe(ill);
      expect(outSpans(only(story)).length).toBeLessThanOrEqual(100);
    }),
    { numRuns: 200 },
  );
  const story = createStory({ policy: { settleMs: 100_000 * MINUTE, steadyMs: 100_000 * MINUTE } });
  for (let n = 0; n < 300; n += 1) {
    story.judged(T0 + 10 * n * MINUTE, TREAT, healthy, down(T0 + 10 * n * MINUTE));
    story.judged(T0 + (10 * n + 4) * MINUTE, WELL, healthy, up(T0 + (10 * n + 4) * MINUTE));
  }
  expect(outSpans(only(story))).toHaveLength(100);
  expect(outSpans(only(story)).at(-1)).toEqual({ from: T0 + 2_990 * MINUTE, to: T0 + 2_994 * MINUTE });
});
