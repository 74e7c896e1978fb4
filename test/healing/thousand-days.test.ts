import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY } from '../incidents/default-policy.ts';
import { openDatabase } from '../../src/store/database.ts';
import {
  DAY_MS,
  HOUR_MS,
  live,
  MINUTE,
  most,
  TROUBLES,
  type Begun,
  type Episode,
  type History,
  type Setting,
  type Trouble,
} from './thousand-days.ts';
import { extent } from '../deep.ts';

const span = fc.oneof(
  fc.integer({ min: 1_000, max: 10 * MINUTE }),
  fc.integer({ min: MINUTE, max: 6 * HOUR_MS }),
  fc.integer({ min: HOUR_MS, max: 2 * DAY_MS }),
);
const seldom = <T>(often: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(often) }, { weight: 1, arbitrary: other });

const episode: fc.Arbitrary<Episode> = fc.record({
  trouble: fc.constantFrom(
    ...(Object.keys(TROUBLES) as Trouble[]),
    'none' as const,
    'none' as const,
    'one_link' as const,
    'gone' as const,
  ),
  lastsMs: span,
  treatment: fc.constantFrom('cures', 'cures', 'login', 'process', 'cannot_act'),
  treatmentMs: fc.oneof(fc.integer({ min: 500, max: 30_000 }), fc.integer({ min: 500, max: 10 * MINUTE })),
  jumpMs: seldom(
    0,
    fc.oneof(fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }), fc.integer({ min: -3 * DAY_MS, max: 3 * DAY_MS })),
  ),
  byHand: seldom(0, fc.integer({ min: 1, max: 6 })),
  awayMs: seldom<number | null>(null, fc.integer({ min: 1_000, max: 2 * HOUR_MS })),
  times: seldom(1, fc.integer({ min: 2, max: 30 })),
  mutedMs: seldom<number | null>(null, span),
  knownAfterMs: seldom<number | null>(null, span),
});

const setting: fc.Arbitrary<Setting> = fc.record({
  budget: fc.record({
    perHour: fc.integer({ min: 0, max: 12 }),
    perDay: fc.integer({ min: 0, max: 20 }),
    pausesMs: fc.array(fc.integer({ min: 0, max: 30 * MINUTE }), { maxLength: 4 }),
  }),
  mode: fc.constantFrom('auto', 'auto', 'auto', 'auto', 'ask', 'off'),
  window: fc.option(
    fc.record({
      atMs: fc.integer({ min: 0, max: DAY_MS - 1 }),
      durationMs: fc.integer({ min: MINUTE, max: 8 * HOUR_MS }),
    }),
    { nil: null },
  ),
  windowIsSilent: fc.boolean(),
});

/**
 * The same histories each time, so that a red build is never a matter of luck; ten times as many others when all is
 * asked for.
 */
const EXTENT = process.env['LIFELINE_TEST_ALL'] === '1' ? { numRuns: 600 } : { numRuns: extent(60, 4), seed: 1 };

/** It only counts; on a machine that is busy that takes long. */
const PATIENCE_MS = 600_000;

const QUIET: Episode = {
  trouble: 'none',
  lastsMs: DAY_MS,
  treatment: 'cures',
  treatmentMs: 1_000,
  jumpMs: 0,
  byHand: 0,
  awayMs: null,
  times: 1,
  mutedMs: null,
  knownAfterMs: null,
};

const REMIND_MS = DEFAULT_INCIDENT_POLICY.remindMs ?? Infinity;

const own = ({ begun }: History): readonly Begun[] => begun.filter(({ by }) => by === 'auto');

/** What must be true of any history, whatever came. */
const RULES: Readonly<Record<string, (history: History, setting: Setting) => void>> = {
  'never more restarts than the budget allows, in any hour and any day, wherever the clock goes': (
    history,
    { budget },
  ) => {
    const stamps = own(history).map(({ stamp }) => stamp);
    expect(most(stamps, HOUR_MS)).toBeLessThanOrEqual(budget.perHour);
    expect(most(stamps, DAY_MS)).toBeLessThanOrEqual(budget.perDay);
  },
  'never a treatment in a maintenance window, while another runs, or against the heal mode': (history, { mode }) => {
    expect(own(history).filter(({ inWindow, whileRunning }) => inWindow || whileRunning)).toEqual([]);
    if (mode !== 'auto') expect(own(history)).toEqual([]);
  },
  'never a treatment of what somebody else is at work on or of what none cures, and always the right remedy': (
    history,
  ) => {
    expect(own(history).filter(({ trouble, remedy }) => remedy !== TROUBLES[trouble].may)).toEqual([]);
  },
  'never a treatment for what was seen before the last one began, whoever asked for that': (history) => {
    // One that lies in the future is from before the clock was set back, and says nothing of what is seen now.
    expect(
      own(history).filter(({ seenAt, lastAt, stamp }) => lastAt !== null && lastAt <= stamp && seenAt <= lastAt),
    ).toEqual([]);
  },
  'never a fifth start of ours after four of the last two minutes, whoever asked for those': ({ begun }) => {
    const tooSoon = begun.filter((one, index) => {
      const fourth = begun[index - 4];
      return one.by === 'auto' && fourth?.segment === one.segment && one.truly - fourth.truly < 120_000;
    });
    expect(tooSoon).toEqual([]);
  },
  'every incident that is not over within a silence is told, and in a silence only ends are': ({
    incidents,
    notices,
    folded,
    untold,
  }) => {
    expect([...untold]).toEqual([]);
    expect(notices.filter(({ silent, kind }) => silent && kind !== 'recovered')).toEqual([]);
    const said = new Set(notices.map(({ incident }) => incident.id));
    expect(incidents.filter(({ id, told }) => !said.has(id) && told !== 'nothing')).toEqual([]);
    expect(incidents.filter(({ id, closedAt }) => closedAt === null && !folded.has(id))).toEqual([]);
  },
  'an end is told to whom an alert was, to nobody else, and nothing after it unless it came back': ({
    notices,
    baseless,
    unended,
  }) => {
    expect(baseless).toEqual([]);
    expect(unended).toEqual([]);
    for (const said of Map.groupBy(notices, ({ incident }) => incident.id).values()) {
      const afterEnd = said.filter(
        ({ incident }, index) =>
          said[index - 1]?.kind === 'recovered' && incident.outages <= (said[index - 1]?.incident.outages ?? 0),
      );
      expect(afterEnd).toEqual([]);
    }
  },
  'nothing is said twice: of each incident that it is there and that it came back once, and between two ends of each trouble once that it is theirs':
    ({ notices }) => {
      for (const said of Map.groupBy(notices, ({ incident }) => incident.id).values()) {
        const kinds = said.map(({ kind }) => kind);
        const times = (wanted: string, among: readonly string[] = kinds): number =>
          among.filter((kind) => kind === wanted).length;
        expect(times('opened')).toBeLessThanOrEqual(1);
        expect(times('again')).toBeLessThanOrEqual(1);
        const asked = said.map(({ kind, incident }) => {
          if (kind === 'recovered') return kind;
          return kind === 'needs_operator' ? incident.verdict.cause : '';
        });
        for (const between of asked.join(' ').split('recovered')) {
          const troubles = between.split(' ').filter((trouble) => trouble !== '');
          expect(troubles).toEqual([...new Set(troubles)]);
        }
        for (const between of kinds.join(' ').split('recovered')) {
          expect(times('out_of_budget', between.split(' '))).toBeLessThanOrEqual(1);
        }
      }
    },
  'reminders come no oftener than asked for, and none to whom knows': ({ notices }) => {
    for (const said of Map.groupBy(notices, ({ incident }) => incident.id).values()) {
      // What is wrong is counted: an `expect` for each of so many reminders takes as long as all the days.
      const reminders = said.flatMap((notice, index) => (notice.kind === 'reminder' ? [{ notice, index }] : []));
      const known = reminders.filter(
        ({ notice: { incident } }) =>
          incident.acknowledged !== null || incident.wellSince !== null || incident.closedAt !== null,
      );
      expect(known).toEqual([]);
      const tooSoon = reminders.filter(({ notice: { truly, segment }, index }) => {
        const before = said[index - 1];
        // A clock that was set forward is right as far as anybody can tell.
        return before?.segment === segment && truly - before.truly < REMIND_MS;
      });
      expect(tooSoon).toEqual([]);
    }
  },
  'however it comes and goes, an incident rings no oftener than it is steady in between, beside reminders and what failed':
    ({ notices, spans, begun }) => {
      const failures = begun.filter(({ by }) => by === 'auto').length;
      const said = Map.groupBy(notices, ({ incident }) => incident.id);
      for (const [id, { from, to }] of spans) {
        const kinds = (said.get(id) ?? []).map(({ kind }) => kind);
        const count = (...wanted: readonly string[]): number => kinds.filter((kind) => wanted.includes(kind)).length;
        const lasted = to.truly - from.truly;
        const jumps = to.segment - from.segment;
        // The first end comes soon; each after it takes its steady time.
        const ends = 2 + Math.floor(lasted / DEFAULT_INCIDENT_POLICY.steadyMs) + jumps;
        expect(count('recovered')).toBeLessThanOrEqual(ends);
        expect(count('opened', 'again', 'needs_operator', 'out_of_budget')).toBeLessThanOrEqual(
          2 + 2 * (count('recovered') + 1),
        );
        expect(count('reminder')).toBeLessThanOrEqual(Math.floor(lasted / REMIND_MS) + jumps);
        expect(count('treatment_failed')).toBeLessThanOrEqual(failures);
      }
    },
};

const check = (
  what: (history: History, setting: Setting) => void,
  last: fc.Arbitrary<Episode>,
  settings = setting,
): void => {
  fc.assert(
    fc.property(settings, fc.array(episode, { minLength: 5, maxLength: 60 }), last, (its, episodes, end) => {
      const history = live(its, episodes, end);
      expect(history.days).toBeGreaterThanOrEqual(1_000);
      what(history, its);
    }),
    EXTENT,
  );
};

/** All of them of each history: it takes long to live one. */
it(
  'in a thousand days every rule holds',
  () =>
    check((history, its) => {
      for (const [rule, holds] of Object.entries(RULES)) {
        try {
          holds(history, its);
        } catch (error) {
          throw new Error(`this does not hold: ${rule}`, { cause: error });
        }
      }
    }, fc.constant(QUIET)),
  PATIENCE_MS,
);

it(
  'in a thousand days no trouble that lasts is left with a promise: in the end the operator knows that it needs them',
  () => {
    const lasting = fc.record({
      ...Object.fromEntries(Object.entries(QUIET).map(([key, value]) => [key, fc.constant(value)])),
      trouble: fc.constantFrom(
        'one_link',
        'two_links',
        'frozen',
        'gone',
        'banned',
        'misconfigured',
        'unreachable',
        'network',
        'strays',
      ),
      treatment: fc.constantFrom('login', 'process', 'cannot_act'),
      lastsMs: fc.constant(3 * DAY_MS),
    }) as fc.Arbitrary<Episode>;
    check(
      ({ incidents, notices }) => {
        const open = incidents.filter(({ closedAt }) => closedAt === null);
        expect(open.length).toBeGreaterThan(0);
        for (const { id, told } of open) {
          const opened = notices.findIndex(({ incident }) => incident.id === id);
          const tells = notices
            .slice(opened)
            .filter(
              (notice) =>
                notice.kind === 'out_of_budget' ||
                notice.kind === 'treatment_failed' ||
                notice.kind === 'needs_operator' ||
                ((notice.kind === 'opened' || notice.kind === 'again') && notice.decision.act === 'tell'),
            );
          // Where nothing came up at all, one message says it for every link.
          expect(
            tells.some(
              ({ incident, kind }) =>
                incident.id === id || (told !== 'opened' && ['out_of_budget', 'treatment_failed'].includes(kind)),
            ),
          ).toBe(true);
        }
      },
      lasting,
      setting.map((its) => ({ ...its, mode: 'auto' })),
    );
  },
  PATIENCE_MS,
);

it('what is checked does come about: a history has treatments, holds and all kinds of endings', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(episode, { minLength: 60, maxLength: 60 }), (episodes) => {
      const { begun, notices } = live(
        {
          budget: { perHour: 4, perDay: 8, pausesMs: [] },
          mode: 'auto',
          window: { atMs: 3 * HOUR_MS, durationMs: 6 * HOUR_MS },
          windowIsSilent: false,
        },
        episodes,
        QUIET,
      );
      for (const { by, remedy } of begun) seen.add(`${by} ${remedy}`);
      for (const notice of notices)
        seen.add(
          'decision' in notice && notice.decision.act !== 'treat'
            ? `${notice.kind} ${notice.decision.act} ${notice.decision.why}`
            : notice.kind,
        );
    }),
    { numRuns: extent(5, 1) },
  );
  for (const what of [
    'auto start',
    'auto restart',
    'me restart',
    'opened',
    'opened hold maintenance',
    'opened tell not_curable',
    'needs_operator tell not_curable',
    'out_of_budget',
    'treatment_failed tell tried',
    'recovered',
  ])
    expect(seen).toContain(what);
  expect([...seen].some((what) => what.startsWith('treatment_failed'))).toBe(true);
  for (const kind of ['again', 'reminder']) expect([...seen].some((what) => what.startsWith(kind))).toBe(true);
});

it(
  'Lifeline may begin anew at every step: with what is in its book it repeats nothing and forgets nothing',
  () => {
    fc.assert(
      fc.property(setting, fc.array(episode, { minLength: 5, maxLength: 60 }), (its, episodes) => {
        const db = openDatabase(':memory:');
        const anew = live(its, episodes, QUIET, { book: createIncidentBook(db), days: 30 });
        const throughout = live(its, episodes, QUIET, { days: 30 });
        // Word for word: to compare what is so large takes long, and to say where it differs longer.
        const [one, other] = [anew, throughout].map(({ notices, incidents }) =>
          [...notices, ...incidents].map((each) => JSON.stringify(each)),
        );
        const differs = one?.findIndex((text, index) => text !== other?.[index]) ?? 0;
        expect([anew.notices.length, anew.incidents.length]).toEqual([
          throughout.notices.length,
          throughout.incidents.length,
        ]);
        expect(differs === -1 ? null : [one?.[differs], other?.[differs]]).toBeNull();
        db.close();
      }),
      { numRuns: extent(10, 2), seed: 1, endOnFailure: true },
    );
  },
  PATIENCE_MS,
);
