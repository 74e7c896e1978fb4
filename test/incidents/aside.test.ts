/** Severity, figures, what people say about an incident, reminders by a wrong clock. */
import { expect, test } from 'vitest';
import { toneOf } from '../../src/chat/message/tone.ts';
import type { GatewayCondition, LinkCondition } from '../../src/diagnosis/verdict.ts';
import { figuresOf } from '../../src/incidents/figures.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { severityOf } from '../../src/incidents/severity.ts';
import { createStory, gateway, link, MINUTE, SECOND, T0, tell, TREAT, WELL } from './helpers.ts';

const healthy = gateway('healthy');
const down = link('qqbot', 'down');
const HOUR = 60 * MINUTE;

test.each<[GatewayCondition, string]>([
  ['stopped', 'critical'],
  ['frozen', 'critical'],
  ['misconfigured', 'critical'],
  ['duplicate', 'critical'],
  ['network_down', 'critical'],
  ['unknown', 'warning'],
  ['healthy', 'warning'],
])('a gateway that is %s is %s', (condition, severity) => {
  expect(severityOf(gateway(condition)(T0))).toBe(severity);
});

test.each<[LinkCondition, string]>([
  ['down', 'critical'],
  ['deaf', 'critical'],
  ['rejected', 'critical'],
  ['flapping', 'warning'],
  ['reconnecting', 'warning'],
])('a link that is %s is %s, in the colour of an answer as well', (condition, severity) => {
  expect(severityOf(link('qqbot', condition)(T0))).toBe(severity);
  expect(toneOf(link('qqbot', condition)(T0))).toBe(severity);
});

test('an incident is as bad as it has been at its worst', () => {
  const story = createStory();
  const severity = (): string | undefined => story.open()[0]?.severity;
  story.judged(T0, TREAT, healthy, link('qqbot', 'flapping'));
  expect(severity()).toBe('warning');
  story.judged(T0 + SECOND, TREAT, healthy, down);
  expect(severity()).toBe('critical');
  story.judged(T0 + 2 * SECOND, TREAT, healthy, link('qqbot', 'flapping'));
  expect(severity()).toBe('critical');
});

test('a gateway that is hardly ill is as bad as the link that it takes up', () => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, down);
  story.judged(T0 + SECOND, TREAT, gateway('unknown', { remedy: 'restart' }));
  expect(story.open()).toMatchObject([{ link: null, severity: 'critical' }]);
});

test('the first who says that they know is remembered; of what is over or unknown nothing is', () => {
  const story = createStory();
  story.judged(T0, tell('heal_off'), healthy, down, link('feishu', 'down'));
  story.judged(T0 + MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + SECOND }), link('feishu', 'down'));
  expect(story.open().map(({ id }) => id)).toEqual([1, 2]);
  story.acknowledged(T0 + MINUTE, 'me', 2, 99);
  story.acknowledged(T0 + 2 * MINUTE, 'you', 2);
  expect(story.incident(2)?.acknowledged).toEqual({ by: 'me', at: T0 + MINUTE });
  expect(story.incident(2)?.timeline.filter(({ what }) => what === 'acknowledged')).toHaveLength(1);
  story.judged(T0 + 3 * MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + SECOND }), link('feishu', 'down'));
  const over = story.incident(1);
  expect(over?.closedAt).not.toBeNull();
  story.acknowledged(T0 + 4 * MINUTE, 'me', 1);
  expect(story.incident(1)).toBe(over);
});

test('a gateway that is watched no more takes all its incidents along, without a word, and no others', () => {
  const story = createStory();
  story.judged(T0, tell('heal_off'), healthy, down, link('feishu', 'down'));
  story.judged(T0, tell('heal_off'), (at) => ({ ...gateway('frozen')(at), gateway: 'other' }));
  expect(story.unwatched(T0 + MINUTE)).toEqual([]);
  expect(story.open()).toMatchObject([{ gateway: 'other' }]);
  expect(story.incident(1)).toMatchObject({ closedAt: T0 + MINUTE, told: 'asked' });
});

test.each<[string, Partial<Incident>, number, ReturnType<typeof figuresOf>]>([
  ['is ill', {}, 10 * MINUTE, { detectMs: 2 * MINUTE, healMs: null, outMs: 12 * MINUTE }],
  [
    'is coming back',
    { wellSince: T0 + 5 * MINUTE },
    10 * MINUTE,
    { detectMs: 2 * MINUTE, healMs: 5 * MINUTE, outMs: 7 * MINUTE },
  ],
  [
    'is over',
    { wellSince: T0 + 5 * MINUTE, closedAt: T0 + 6 * MINUTE },
    HOUR,
    { detectMs: 2 * MINUTE, healMs: 5 * MINUTE, outMs: 7 * MINUTE },
  ],
  [
    'became part of another',
    { closedAt: T0 + 6 * MINUTE },
    HOUR,
    { detectMs: 2 * MINUTE, healMs: 6 * MINUTE, outMs: 8 * MINUTE },
  ],
  ['is ill, by a clock that was set back', {}, -HOUR, { detectMs: 2 * MINUTE, healMs: null, outMs: 0 }],
])('how long it took, when it %s', (_how, change, afterMs, figures) => {
  const story = createStory();
  story.judged(T0, TREAT, healthy, link('qqbot', 'down', { since: T0 - 2 * MINUTE }));
  const [incident] = story.open();
  if (!incident) throw new Error('no incident');
  expect(figuresOf({ ...incident, ...change }, T0 + afterMs)).toEqual(figures);
});

test('a clock that was set back reminds neither at once nor never, but as long after as ever', () => {
  const story = createStory();
  const back = T0 - 100 * HOUR;
  story.judged(T0, tell('heal_off'), healthy, down);
  for (let at = back; at <= back + 4 * HOUR; at += MINUTE) story.judged(at, tell('heal_off'), healthy, down);
  expect(story.notices.map(({ kind, at }) => [kind, at - back])).toEqual([
    ['opened', 100 * HOUR],
    ['reminder', 2 * HOUR],
    ['reminder', 4 * HOUR],
  ]);
});
