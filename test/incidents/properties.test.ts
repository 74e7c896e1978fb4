import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTrouble } from '../../src/diagnosis/verdict.ts';
import type { Decision } from '../../src/healing/decision.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import type { Notice } from '../../src/incidents/incident.ts';
import { recheckIncidentsAt } from '../../src/incidents/incident-policy.ts';
import { DEFAULT_INCIDENT_POLICY } from './default-policy.ts';
import { openDatabase } from '../../src/store/database.ts';
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
  type Story,
  type StoryOptions,
} from './helpers.ts';
import { extent } from '../deep.ts';

const GATEWAYS = [
  'healthy',
  'healthy',
  'healthy',
  'starting',
  'stopped',
  'frozen',
  'misconfigured',
  'stopped_on_purpose',
  'unknown',
] as const;
const LINKS = [
  'up',
  'up',
  'up',
  'reconnecting',
  'down',
  'gave_up',
  'rejected',
  'unknown',
  'disabled',
  'connecting',
] as const;
const DECISIONS: readonly Decision[] = [
  WELL,
  WAITING,
  TREAT,
  hold('pause', T0),
  hold('treatment_running'),
  tell('not_curable'),
  tell('out_of_budget'),
  tell('heal_off'),
];

const event = fc.record({
  afterMs: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 3 * MINUTE }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 300 * MINUTE }) },
  ),
  own: fc.constantFrom(...GATEWAYS),
  qqbot: fc.constantFrom(...LINKS),
  feishu: fc.constantFrom(...LINKS),
  decision: fc.constantFrom(...DECISIONS),
  treatment: fc.constantFrom('none', 'none', 'none', 'recovered', 'login', 'process'),
  silence: fc.constantFrom('as before', 'as before', 'as before', 'as before', 'as before', 'begins', 'ends'),
  acknowledges: fc.boolean().map((yes) => yes && 'me'),
});

type Event = typeof event extends fc.Arbitrary<infer Each> ? Each : never;

const play = (
  events: readonly Event[],
  options: StoryOptions = {},
  look: (story: Story, event: Event) => void = () => undefined,
) => {
  const story = createStory(options);
  let at = T0;
  let silent = false;
  for (const each of events) {
    const { afterMs, own, qqbot, feishu, decision, treatment, silence, acknowledges } = each;
    at += afterMs;
    if (silence !== 'as before') silent = silence === 'begins';
    story.silence(silent);
    if (acknowledges) story.acknowledged(at, acknowledges, ...story.open().map(({ id }) => id));
    const before = story.notices.length;
    if (treatment === 'recovered') story.treated(at, result(at - SECOND, { endedAt: at }), decision);
    if (treatment === 'login') story.treated(at, failed(at - SECOND, [{ what: 'login', link: 'qqbot' }]), decision);
    if (treatment === 'process') story.treated(at, failed(at - SECOND, [{ what: 'process' }]), decision);
    story.judged(
      at,
      decision,
      gateway(own, { since: at }),
      link('qqbot', qqbot, { since: at }),
      link('feishu', feishu, { since: at }),
    );
    expect(new Set(story.open().map((incident) => incident.link)).size).toBe(story.open().length);
    // Links have incidents beside their gateway's only where that proves to be steady, or was about to.
    const whole = story.open().find((incident) => incident.link === null);
    const judged = decision.act !== 'hold' || decision.why !== 'treatment_running';
    if (whole && (whole.outages === 1 || (judged && isTrouble(gateway(own)(at))))) expect(story.open()).toHaveLength(1);
    if (silent) expect(story.notices.slice(before).filter(({ kind }) => kind !== 'recovered')).toEqual([]);
    for (const { timeline, treatments } of story.open()) {
      expect(timeline.length).toBeLessThanOrEqual(100);
      expect(timeline.flatMap((each) => (each.what === 'treated' ? [treatments[each.index]] : []))).not.toContain(
        undefined,
      );
    }
    look(story, each);
  }
  return { story, at, silent };
};

const ALERTS: ReadonlySet<Notice['kind']> = new Set([
  'opened',
  'again',
  'needs_operator',
  'out_of_budget',
  'treatment_failed',
  'reminder',
]);

test('whatever happens, nothing is said twice, and an end is told to whom an alert was, and to nobody else', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
      const { story } = play(events);
      const tookUp = Map.groupBy(story.folded, ({ into }) => into);
      for (const [id, said] of Map.groupBy(story.notices, ({ incident }) => incident.id)) {
        const kinds = said.map(({ kind }) => kind);
        // A gateway's end may stand for those of the links that it took up, and of which alerts were out.
        const first = kinds.findIndex((kind) => ALERTS.has(kind));
        const ends = kinds.slice(0, first === -1 ? undefined : first);
        expect(new Set(ends)).toEqual(new Set(ends.length > 0 ? ['recovered'] : []));
        expect(ends.length).toBeLessThanOrEqual(tookUp.get(id)?.length ?? 0);
        if (first !== -1) expect(['opened', 'again']).toContain(kinds[first]);
        expect(kinds.filter((kind) => kind === 'opened').length).toBeLessThanOrEqual(1);
        expect(kinds.filter((kind) => kind === 'again').length).toBeLessThanOrEqual(1);
        if (!tookUp.has(id)) expect(kinds.join(' ')).not.toContain('recovered recovered');
        for (const between of untilEnds(said)) {
          // Between two ends, of each trouble once that it is the operator's; and once that the budget is used up.
          const asked = between
            .filter(({ kind }) => kind === 'needs_operator')
            .map(({ incident }) => incident.verdict.cause);
          expect(asked).toEqual([...new Set(asked)]);
          expect(between.filter(({ kind }) => kind === 'out_of_budget').length).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: extent(500, 100) },
  );
});

/** What was said from one end to the next. */
const untilEnds = (said: readonly Notice[]): readonly (readonly Notice[])[] =>
  said.reduce<Notice[][]>(
    (parts, notice) =>
      notice.kind === 'recovered' ? [...parts, []] : [...parts.slice(0, -1), [...(parts.at(-1) ?? []), notice]],
    [[]],
  );

test('whatever happens, each trouble that needs somebody has rung since the last end, also when another one was told before', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40, size: 'max' }), (events) => {
      const rung = new Map<number, Set<string>>();
      let heard = 0;
      play(events, {}, (story, { decision }) => {
        for (const notice of story.notices.slice(heard)) {
          const { id, verdict } = notice.incident;
          if (notice.kind === 'recovered') rung.delete(id);
          else if (notice.kind === 'out_of_budget' || notice.decision.act === 'tell')
            rung.set(id, (rung.get(id) ?? new Set()).add(verdict.cause));
        }
        heard = story.notices.length;
        if (story.isSilent() || decision.act !== 'tell') return;
        for (const { id, verdict, wellSince } of story.open())
          if (wellSince === null && isTrouble(verdict) && verdict.at === story.lastAt())
            expect(rung.get(id) ?? new Set()).toContain(verdict.cause);
      });
    }),
    { numRuns: extent(500, 100) },
  );
});

test('whatever happens, reminders keep their distance from the last word, and end with an acknowledgement', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
      const remindMs = 20 * MINUTE;
      const { story } = play(events, { policy: { remindMs } });
      for (const said of Map.groupBy(story.notices, ({ incident }) => incident.id).values()) {
        said.forEach(({ kind, at, incident }, index) => {
          if (kind !== 'reminder') return;
          expect(incident).toMatchObject({ acknowledged: null, wellSince: null, closedAt: null });
          expect(at - (said[index - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(remindMs);
        });
      }
    }),
    { numRuns: extent(300, 60) },
  );
});

test('whatever happened, once all has been well for long enough nothing is open, and no alert is without its end', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30, size: 'max' }), (events) => {
      const { story, at } = play(events);
      const since = at + MINUTE;
      for (const later of [since, since + DEFAULT_INCIDENT_POLICY.steadyMs]) {
        story.judged(
          later,
          WELL,
          gateway('healthy', { since }),
          link('qqbot', 'up', { since }),
          link('feishu', 'up', { since }),
        );
      }
      expect(story.open()).toEqual([]);
      // What was folded ends with the gateway's, and what was gone for an hour without a word.
      const heirOf = (id: number): number => story.folded.findLast(({ from }) => from === id)?.into ?? id;
      const threads = Map.groupBy(story.notices, ({ incident }) => heirOf(incident.id));
      for (const [id, said] of threads) {
        const end = story.incident(id)?.timeline.findLast(({ what }) => what === 'closed');
        if (end?.what === 'closed' && end.why !== 'gone') expect(said.at(-1)?.kind).toBe('recovered');
      }
    }),
    { numRuns: extent(500, 100) },
  );
});

test('whatever happened, what is still ill when a silence ends is told then', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30, size: 'max' }), (events) => {
      const { story, at } = play(events);
      story.silence(false);
      story.judged(at + SECOND, WAITING, gateway('frozen'));
      expect(story.open()).toHaveLength(1);
      expect(story.open()[0]?.told).not.toBe('nothing');
      const [{ id, timeline } = { id: 0, timeline: [] }] = story.open();
      // A third time, which is being healed, is silent by intent.
      if (!timeline.some(({ what }) => what === 'again'))
        expect(story.notices.some(({ incident }) => incident.id === id)).toBe(true);
    }),
    { numRuns: extent(300, 60) },
  );
});

test('Lifeline may end and begin again at every step: what is on the disk says the same as what was never forgotten', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40, size: 'max' }), (events) => {
      const db = openDatabase(':memory:');
      const { story: remembered } = play(events);
      const { story: restarted } = play(events, { book: createIncidentBook(db) });
      expect(restarted.notices).toEqual(remembered.notices);
      expect(restarted.all()).toEqual(remembered.all());
      db.close();
    }),
    { numRuns: extent(100, 20) },
  );
});

test('the time to look again is when the first of them may have recovered', () => {
  const story = createStory();
  story.judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down'), link('feishu', 'down'));
  expect(recheckIncidentsAt(story.open(), DEFAULT_INCIDENT_POLICY, T0)).toBeNull();
  story.judged(
    T0 + MINUTE,
    TREAT,
    gateway('healthy'),
    link('qqbot', 'up', { since: T0 + MINUTE }),
    link('feishu', 'down'),
  );
  expect(recheckIncidentsAt(story.open(), DEFAULT_INCIDENT_POLICY, T0 + MINUTE)).toBe(T0 + 2 * MINUTE);
  expect(recheckIncidentsAt(story.open(), DEFAULT_INCIDENT_POLICY, T0 + 3 * MINUTE)).toBeNull();
});
