import { expect, test } from 'vitest';
import type { Happening } from '../../src/incidents/incident.ts';
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
  type VerdictAt,
} from './helpers.ts';
import { instant } from '../instant.ts';

const healthy = gateway('healthy');
const down = link('qqbot', 'down');
const up = (since: number): VerdictAt => link('qqbot', 'up', { since });

/** Each with its second, and what is worth a look of it. */
const inShort = (timeline: readonly Happening[]): string[] =>
  timeline.map((each) => {
    const more = {
      opened: 'cause',
      changed: 'cause',
      again: 'outage',
      told: 'kind',
      treated: 'index',
      acknowledged: 'by',
      closed: 'why',
    } as Record<string, string>;
    const field = more[each.what];
    return [
      (each.at - T0) / SECOND,
      each.what,
      ...(field ? [(each as unknown as Record<string, string | number>)[field]] : []),
    ].join(' ');
  });

const withEvidence =
  (...texts: readonly string[]): VerdictAt =>
  (at) => ({
    ...down(at),
    evidence: texts.map((text, index) => ({
      at: instant(at - texts.length + index),
      source: 'gateway.log',
      text,
      link: 'qqbot',
      fact: { kind: 'link-lost' },
    })),
  });

test('everything that happens is written down once, in order', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.judged(T0 + SECOND, TREAT, healthy, down);
  story.judged(T0 + 2 * SECOND, TREAT, healthy, link('qqbot', 'gave_up'));
  story.acknowledged(T0 + 3 * SECOND, 'me', 1);
  story.treated(T0 + 10 * SECOND, failed(T0 + 4 * SECOND, [{ what: 'login', link: 'qqbot' }]), TREAT);
  story.judged(T0 + 20 * SECOND, WELL, healthy, up(T0 + 15 * SECOND));
  story.judged(T0 + 25 * SECOND, WELL, healthy, up(T0 + 15 * SECOND));
  story.judged(T0 + 30 * SECOND, TREAT, healthy, link('qqbot', 'gave_up'));
  story.treated(T0 + 40 * SECOND, result(T0 + 31 * SECOND, { endedAt: T0 + 40 * SECOND }));
  story.judged(T0 + 40 * SECOND, WELL, healthy, up(T0 + 35 * SECOND));
  story.judged(T0 + 100 * SECOND, TREAT, healthy, link('qqbot', 'down'));
  story.judged(T0 + 110 * SECOND, WELL, healthy, up(T0 + 110 * SECOND));
  story.judged(T0 + 2_000 * SECOND, WELL, healthy, up(T0 + 110 * SECOND));
  expect(inShort(story.incident(1)?.timeline ?? [])).toEqual([
    '0 opened no_login_after_loss',
    '0 told opened',
    '2 changed attempts_exhausted',
    '3 acknowledged me',
    '10 treated 0',
    '10 told treatment_failed',
    '15 well',
    '30 ill',
    '40 treated 1',
    '40 well',
    '40 closed recovered',
    '40 told recovered',
    '100 again 2',
    '100 changed no_login_after_loss',
    '100 told again',
    '110 well',
    '2000 closed recovered',
    '2000 told recovered',
  ]);
  expect(story.open()).toEqual([]);
});

test.each<readonly [string, (story: ReturnType<typeof createStory>) => void, string]>([
  [
    'gone',
    (story) => [1, 61].forEach((minute) => story.judged(T0 + minute * MINUTE, WELL, healthy)),
    '3660 closed gone',
  ],
  ['folded', (story) => story.judged(T0 + MINUTE, TREAT, gateway('frozen')), '60 closed folded'],
  ['unwatched', (story) => story.unwatched(T0 + MINUTE), '60 closed unwatched'],
])('why it was closed without a word is written down: %s', (_why, close, last) => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  close(story);
  expect(inShort(story.incident(1)?.timeline ?? [])).toEqual(['0 opened no_login_after_loss', '0 told opened', last]);
});

test('a look at which nothing is new writes nothing down', () => {
  const story = createStory();
  for (let round = 0; round < 50; round += 1) story.judged(T0 + round * SECOND, TREAT, healthy, down);
  for (let round = 50; round < 100; round += 1)
    story.judged(
      T0 + round * SECOND,
      round % 2 ? WAITING : WELL,
      healthy,
      round % 2 ? link('qqbot', 'connecting') : up(T0 + round * SECOND),
    );
  expect(inShort(story.incident(1)?.timeline ?? [])).toEqual([
    '0 opened no_login_after_loss',
    '0 told opened',
    '50 well',
    '51 waiting',
  ]);
});

test('of a verdict the last three pieces of evidence are kept: one line each, short and without secrets', () => {
  const story = createStory();
  const long = `code=4004 ${'😀'.repeat(150)}`;
  story.judged(
    T0,
    TREAT,
    healthy,
    withEvidence('the first', 'GET wss://x:y1234567@host/ failed', 'two\nlines\t\u0007here', long),
  );
  const [opened] = story.incident(1)?.timeline ?? [];
  if (opened?.what !== 'opened') throw new Error('not opened');
  expect(opened.evidence).toHaveLength(3);
  const [secret, lines, cut] = opened.evidence;
  expect(secret?.text).not.toContain('y1234567');
  expect(secret).toMatchObject({ at: T0 - 3, source: 'gateway.log' });
  expect(lines?.text).toBe('two lines here');
  expect(cut?.text).toMatch(/^code=4004 (😀)+…$/u);
  expect(cut?.text.length).toBeLessThanOrEqual(200);
  expect(cut?.text.length).toBeGreaterThan(195);
});

test('it keeps its beginning and its latest, and never more than a hundred', () => {
  const story = createStory();
  for (let round = 0; round < 300; round += 1)
    story.judged(T0 + round * SECOND, TREAT, healthy, round % 2 ? down : link('qqbot', 'gave_up'));
  const { timeline = [] } = story.incident(1) ?? {};
  expect(timeline).toHaveLength(100);
  expect(inShort(timeline.slice(0, 2))).toEqual(['0 opened attempts_exhausted', '0 told opened']);
  expect(timeline.map(({ at }) => (at - T0) / SECOND)).toEqual([
    0,
    ...Array.from({ length: 19 }, (_each, index) => index),
    ...Array.from({ length: 80 }, (_each, index) => 220 + index),
  ]);
});

test('what was done about its links before stays with their incidents, and the gateway that takes them up has its own story', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down, link('feishu', 'down'));
  story.treated(
    T0 + 10 * SECOND,
    failed(
      T0 + 5 * SECOND,
      [
        { what: 'login', link: 'qqbot' },
        { what: 'login', link: 'feishu' },
      ],
      { endedAt: T0 + 10 * SECOND },
    ),
    TREAT,
  );
  story.judged(T0 + 20 * SECOND, TREAT, gateway('frozen'));
  const taken = story.open()[0];
  expect(inShort(taken?.timeline ?? [])).toEqual(['20 opened loop_not_answering', '20 told opened']);
  expect(taken?.treatments).toEqual([]);
  expect(story.incident(1)?.treatments).toHaveLength(1);
});

test('a gateway that has come back takes up its links once more, and has its own treatments alone', () => {
  const story = createStory();
  const endings = (): number[] =>
    (story.incident(1)?.timeline ?? []).flatMap((each) =>
      each.what === 'treated' ? [(story.incident(1)?.treatments[each.index]?.endedAt ?? 0) - each.at] : [],
    );
  const back = gateway('healthy', { since: T0 + 5 * SECOND });
  const treated = (at: number): void => void story.treated(at, result(at - 5 * SECOND, { endedAt: at }));
  story.judged(T0, TREAT, gateway('frozen'));
  treated(T0 + 10 * SECOND);
  story.judged(T0 + 10 * SECOND, WELL, back);
  story.judged(T0 + MINUTE, TREAT, back, down);
  story.treated(
    T0 + 2 * MINUTE,
    failed(T0 + 2 * MINUTE - 5 * SECOND, [{ what: 'login', link: 'qqbot' }], { endedAt: T0 + 2 * MINUTE }),
    TREAT,
  );
  story.judged(T0 + 3 * MINUTE, TREAT, gateway('frozen'), down);
  treated(T0 + 4 * MINUTE);
  expect(story.open()).toMatchObject([{ id: 1, outages: 2 }]);
  expect(story.incident(1)?.treatments.map(({ endedAt }) => (endedAt - T0) / MINUTE)).toEqual([1 / 6, 4]);
  expect(endings()).toEqual([0, 0]);
  expect(inShort(story.incident(1)?.timeline ?? []).slice(5)).toEqual([
    '10 told recovered',
    '180 again 2',
    '180 told again',
    '240 treated 1',
  ]);
});

test.each([
  ['hold', hold('pause'), 'opened'],
  ['tell', tell('heal_off'), 'opened'],
] as const)('what was told is written down with its time: %s', (_what, decision, kind) => {
  const story = createStory();
  story.judged(T0, decision, healthy, down);
  expect(story.incident(1)).toMatchObject({
    toldAt: T0,
    timeline: [{ what: 'opened' }, { what: 'told', kind, at: T0 }],
  });
  story.judged(T0 + MINUTE, tell('out_of_budget'), healthy, down);
  expect(story.incident(1)).toMatchObject({ toldAt: T0 + MINUTE, told: 'out_of_budget' });
});
