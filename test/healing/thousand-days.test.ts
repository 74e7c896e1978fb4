import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, live, MINUTE, most, TROUBLES, type Begun, type Episode, type History, type Setting, type Trouble } from './thousand-days.ts';

const span = fc.oneof(fc.integer({ min: 1_000, max: 10 * MINUTE }), fc.integer({ min: MINUTE, max: 6 * HOUR_MS }), fc.integer({ min: HOUR_MS, max: 2 * DAY_MS }));
const seldom = <T>(often: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> => fc.oneof({ weight: 9, arbitrary: fc.constant(often) }, { weight: 1, arbitrary: other });

const episode: fc.Arbitrary<Episode> = fc.record({
  trouble: fc.constantFrom(...(Object.keys(TROUBLES) as Trouble[]), 'none' as const, 'none' as const, 'one_link' as const, 'gone' as const),
  lastsMs: span,
  treatment: fc.constantFrom('cures', 'cures', 'login', 'process', 'cannot_act'),
  treatmentMs: fc.oneof(fc.integer({ min: 500, max: 30_000 }), fc.integer({ min: 500, max: 10 * MINUTE })),
  jumpMs: seldom(0, fc.oneof(fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }), fc.integer({ min: -3 * DAY_MS, max: 3 * DAY_MS }))),
  byHand: seldom(0, fc.integer({ min: 1, max: 6 })),
  awayMs: seldom<number | null>(null, fc.integer({ min: 1_000, max: 2 * HOUR_MS })),
});

const setting: fc.Arbitrary<Setting> = fc.record({
  budget: fc.record({
    perHour: fc.integer({ min: 0, max: 12 }),
    perDay: fc.integer({ min: 0, max: 20 }),
    pausesMs: fc.array(fc.integer({ min: 0, max: 30 * MINUTE }), { maxLength: 4 }),
  }),
  mode: fc.constantFrom('auto', 'auto', 'auto', 'auto', 'ask', 'off'),
  window: fc.option(fc.record({ atMs: fc.integer({ min: 0, max: DAY_MS - 1 }), durationMs: fc.integer({ min: MINUTE, max: 8 * HOUR_MS }) }), { nil: null }),
});

/** The same histories each time, so that a red build is never a matter of luck; ten times as many others when all is asked for. */
const EXTENT = process.env['LIFELINE_TEST_ALL'] === '1' ? { numRuns: 600 } : { numRuns: 60, seed: 1 };

/** It only counts; on a machine that is busy that takes long. */
const PATIENCE_MS = 600_000;

const QUIET: Episode = { trouble: 'none', lastsMs: DAY_MS, treatment: 'cures', treatmentMs: 1_000, jumpMs: 0, byHand: 0, awayMs: null };

const own = ({ begun }: History): readonly Begun[] => begun.filter(({ by }) => by === 'auto');
const isStart = ({ remedy }: Begun): boolean => remedy !== 'stop_strays';

/** What must be true of any history, whatever came. */
const RULES: Readonly<Record<string, (history: History, setting: Setting) => void>> = {
  'never more restarts than the budget allows, in any hour and any day, wherever the clock goes': (history, { budget }) => {
    const stamps = own(history).map(({ stamp }) => stamp);
    expect(most(stamps, HOUR_MS)).toBeLessThanOrEqual(budget.perHour);
    expect(most(stamps, DAY_MS)).toBeLessThanOrEqual(budget.perDay);
  },
  'never a treatment in a maintenance window, while another runs, or against the heal mode': (history, { mode }) => {
    expect(own(history).filter(({ inWindow, whileRunning }) => inWindow || whileRunning)).toEqual([]);
    if (mode !== 'auto') expect(own(history)).toEqual([]);
  },
  'never a treatment of what somebody else is at work on or of what none cures, and always the right remedy': (history) => {
    expect(own(history).filter(({ trouble, remedy }) => remedy !== TROUBLES[trouble].may)).toEqual([]);
  },
  'never a fifth start of ours after four of the last two minutes, whoever asked for those': ({ begun }) => {
    const starts = begun.filter(isStart);
    const tooSoon = starts.filter((one, index) => {
      const fourth = starts[index - 4];
      return one.by === 'auto' && fourth?.segment === one.segment && one.truly - fourth.truly < 120_000;
    });
    expect(tooSoon).toEqual([]);
  },
  'every incident is told of first, and its end is the last that is said of it': ({ incidents, notices, folded }) => {
    const said = Map.groupBy(notices, ({ incident }) => incident.id);
    const wrong = incidents.filter(({ id, link, closedAt, told }) => {
      const kinds = (said.get(id) ?? []).map(({ kind }) => kind);
      const most = (wanted: string): boolean => kinds.filter((kind) => kind === wanted).length <= 1;
      // What became part of another incident ends with that one, which is the whole gateway's.
      const ends = folded.has(id) ? link !== null : kinds.at(-1) === 'recovered' && told === 'recovered';
      return !(kinds[0] === 'opened' && most('recovered') && most('out_of_budget') && closedAt !== null && ends);
    });
    expect(wrong.map(({ id, verdict, told }) => ({ id, cause: verdict.cause, told }))).toEqual([]);
  },
};

const check = (what: (history: History, setting: Setting) => void, last: fc.Arbitrary<Episode>, settings = setting): void => {
  fc.assert(
    fc.property(settings, fc.array(episode, { minLength: 5, maxLength: 60 }), last, (its, episodes, end) => {
      const history = live(its, episodes, end);
      expect(history.days).toBeGreaterThanOrEqual(1_000);
      what(history, its);
    }),
    EXTENT,
  );
};

it.each(Object.entries(RULES))('in a thousand days: %s', (_rule, holds) => check(holds, fc.constant(QUIET)), PATIENCE_MS);

it('in a thousand days no trouble that lasts is left with a promise: in the end the operator knows that it needs them', () => {
  const lasting = fc.record({
    ...Object.fromEntries(Object.entries(QUIET).map(([key, value]) => [key, fc.constant(value)])),
    trouble: fc.constantFrom('one_link', 'two_links', 'frozen', 'gone', 'banned', 'misconfigured', 'unreachable', 'network', 'strays'),
    treatment: fc.constantFrom('login', 'process', 'cannot_act'),
    lastsMs: fc.constant(3 * DAY_MS),
  }) as fc.Arbitrary<Episode>;
  check(
    ({ incidents, notices }) => {
      const open = incidents.filter(({ closedAt }) => closedAt === null);
      expect(open.length).toBeGreaterThan(0);
      for (const { id, told } of open) {
        const opened = notices.findIndex(({ incident }) => incident.id === id);
        const tells = notices.slice(opened).filter((notice) => notice.kind === 'out_of_budget' || notice.kind === 'treatment_failed' || (notice.kind === 'opened' && notice.decision.act === 'tell'));
        // Where nothing came up at all, one message says it for every link.
        expect(tells.some(({ incident, kind }) => incident.id === id || (kind !== 'opened' && told === kind))).toBe(true);
      }
    },
    lasting,
    setting.map((its) => ({ ...its, mode: 'auto' })),
  );
}, PATIENCE_MS);

it('what is checked does come about: a history has treatments, holds and all kinds of endings', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(episode, { minLength: 60, maxLength: 60 }), (episodes) => {
      const { begun, notices } = live({ budget: { perHour: 4, perDay: 8, pausesMs: [] }, mode: 'auto', window: { atMs: 3 * HOUR_MS, durationMs: 6 * HOUR_MS } }, episodes, QUIET);
      for (const { by, remedy } of begun) seen.add(`${by} ${remedy}`);
      for (const notice of notices) seen.add('decision' in notice && notice.decision.act !== 'treat' ? `${notice.kind} ${notice.decision.act} ${notice.decision.why}` : notice.kind);
    }),
    { numRuns: 5 },
  );
  for (const what of ['auto start', 'auto restart', 'auto stop_strays', 'me restart', 'opened', 'opened hold maintenance', 'opened tell not_curable', 'out_of_budget', 'recovered']) expect(seen).toContain(what);
  expect([...seen].some((what) => what.startsWith('treatment_failed'))).toBe(true);
});
