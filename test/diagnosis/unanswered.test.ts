/** Messages that come in and get no answer: when that is told, with which cause, and what is no such thing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type {
  ConversationFact,
  ConversationStep,
  Evidence,
  GatewayFact,
  LinkFact,
  LinkName,
} from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { newLife } from '../../src/diagnosis/new-life.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { vitalsOf, type GatewayState } from '../../src/diagnosis/state.ts';
import { forbidsRestart, isOutage, type GatewayVerdict } from '../../src/diagnosis/verdict.ts';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import { openClawLogReader } from '../../src/gateways/openclaw/log-reader.ts';
import { instant } from '../instant.ts';
import { at, healthyStart, line, tell, type Chapter } from './story.ts';

const MINUTE = 60;

const evidence = (second: number, link: LinkName | null, fact: GatewayFact | LinkFact): Evidence =>
  ({ at: instant(at(second)), source: 'gateway.log', text: fact.kind, link, fact }) as Evidence;

/** `[second, step, link, more]` of a conversation. */
type Told = readonly [
  number,
  ConversationStep,
  (LinkName | null)?,
  Partial<Extract<GatewayFact, { kind: 'conversation' }>>?,
];
const conversation = ([second, step, on = 'feishu', more = {}]: Told): Evidence =>
  evidence(second, null, { kind: 'conversation', step, on, ...more });

const STARTED: GatewayState = tell(healthyStart());
/** A gateway that has answered three questions within ten seconds each. */
const PAIRS: readonly Told[] = [100, 300, 500].flatMap((second): readonly Told[] => [
  [second, 'asked'],
  [second + 5, 'works', null],
  [second + 10, 'answered'],
]);
const FROM = 1_000;

const after = (steps: readonly Told[], before: readonly Told[] = PAIRS): GatewayState =>
  [...before, ...steps].map(conversation).reduce(advance, STARTED);

const saidAt = (state: GatewayState, second: number): readonly string[] =>
  judge(state, { gateway: 'main', policy: DEFAULT_POLICY, now: at(second), links: null }).verdicts.flatMap(
    ({ link, condition, cause, remedy }) =>
      condition === 'unanswered' ? [`${link ?? 'gateway'} ${cause} ${remedy}`] : [],
  );

const row = (step: ConversationStep, times: readonly number[], more: Told[3] = {}): readonly Told[] =>
  times.map((second): Told => [FROM + second, step, 'feishu', more]);

describe('is told', () => {
  test.each<[string, readonly Told[], number, readonly string[]]>([
    ['three failed turns in a row', row('failed', [0, 60, 120]), 121, ['gateway turns_fail alert']],
    ['a refused key', row('failed', [0, 60, 120], { fault: 'provider_key' }), 121, ['gateway provider_key alert']],
    [
      'a used-up quota',
      row('failed', [0, 60, 120], { fault: 'provider_quota' }),
      121,
      ['gateway provider_quota alert'],
    ],
    [
      'an overload',
      row('failed', [0, 60, 120], { fault: 'provider_overloaded' }),
      121,
      ['gateway provider_overloaded alert'],
    ],
    [
      'a failure that is told to the asker each time',
      [0, 60, 120].flatMap((second): readonly Told[] => [
        [FROM + second, 'asked'],
        [FROM + second + 5, 'failed', null, { fault: 'provider_quota' }],
        [FROM + second + 6, 'answered'],
      ]),
      130,
      ['gateway provider_quota alert'],
    ],
    ['replies that cannot be sent', row('unsent', [0, 60, 120]), 121, ['feishu sends_fail alert']],
    [
      'replies that are made and cannot be sent',
      [0, 90, 180].flatMap((second): readonly Told[] => [
        [FROM + second, 'asked'],
        [FROM + second + 9, 'answered'],
        [FROM + second + 10, 'unsent'],
      ]),
      200,
      ['feishu sends_fail alert'],
    ],
    ['messages that are dropped', row('dropped', [0, 60, 120]), 121, ['feishu messages_dropped alert']],
    ['a session that is stalled', row('stalled', [0], { ms: 601_000 }), 10, ['gateway turn_hangs alert']],
    ['silence', row('asked', [0, 120]), 10 * MINUTE, ['gateway no_reply alert']],
    [
      'sends that fail on a platform that is not judged',
      row('unsent', [0, 60, 120]).map(([second, step]): Told => [second, step, 'telegram']),
      121,
      ['gateway sends_fail alert'],
    ],
  ])('%s', (_, steps, second, expected) => expect(saidAt(after(steps), FROM + second)).toEqual(expected));

  test('when the longest answer that was seen has passed twice', () => {
    const slow: readonly Told[] = [...PAIRS, [600, 'asked'], [600 + 8 * MINUTE, 'answered']];
    const state = after(
      [
        [2_000, 'asked'],
        [2_100, 'asked'],
      ],
      slow,
    );
    expect(saidAt(state, 2_000 + 16 * MINUTE - 1)).toEqual([]);
    expect(saidAt(state, 2_000 + 16 * MINUTE)).toEqual(['gateway no_reply alert']);
  });

  test('when four turns of a private chat end in silence, ten minutes after the first', () => {
    expect(saidAt(after(row('silent', [0, 200, 400, 600])), FROM + 600)).toEqual(['gateway no_reply alert']);
  });

  test('not of silent turns in a life that has answered nothing: its answers may go other ways', () => {
    const anew = newLife(after([]), at(FROM - 10));
    const state = { ...anew, process: { pid: 7, startTime: 7, startedAt: instant(at(FROM - 10)) } };
    const told = row('silent', [0, 200, 400, 600]).map(conversation).reduce(advance, state);
    expect(saidAt(told, FROM + 600)).toEqual([]);
  });

  const sixSilent = row('silent', [0, 240, 480, 720, 960, 1_200]);

  test.each<[string, readonly Told[]]>([
    ['where no answer was ever to be seen', []],
    ['where answers were seen in an earlier life', PAIRS],
  ])('of six silent turns over twenty minutes, %s', (_, before) => {
    const anew = newLife(after([], before), at(FROM - 10));
    const state = { ...anew, process: { pid: 7, startTime: 7, startedAt: instant(at(FROM - 10)) } };
    const told = sixSilent.map(conversation);
    expect(saidAt(told.slice(0, -1).reduce(advance, state), FROM + 1_200)).toEqual([]);
    expect(saidAt(told.reduce(advance, state), FROM + 1_200)).toEqual(['gateway no_reply alert']);
  });

  test('of messages that are put into a turn that does nothing more, and not of one at work', () => {
    const queued = row('silent', [0, 240, 480, 720, 960, 1_200], { queued: true });
    expect(saidAt(after(queued), FROM + 1_200)).toEqual(['gateway no_reply alert']);
    expect(saidAt(after(queued.slice(0, 5)), FROM + 1_200)).toEqual([]);
    expect(saidAt(after([...queued, [FROM + 700, 'works', null]]), FROM + 1_200)).toEqual([]);
  });

  test('when two replies in a row are lost and none goes out for ten minutes more', () => {
    const two = row('unsent', [0, 200]);
    expect(saidAt(after(two), FROM + 799)).toEqual([]);
    expect(saidAt(after(two), FROM + 800)).toEqual(['feishu sends_fail alert']);
    expect(saidAt(after(row('unsent', [0, 100])), FROM + 7_200)).toEqual([]);
    expect(saidAt(after([...two, [FROM + 400, 'asked'], [FROM + 410, 'answered']]), FROM + 7_200)).toEqual([]);
  });

  test('of the main conversation while no question was ever seen, once it has been said for a quarter of an hour', () => {
    const words = Array.from({ length: 16 }, (_, minute): Told => [
      FROM + 60 * minute,
      'stalled',
      null,
      { chat: 'main', ms: (3_600 + 60 * minute) * 1_000 },
    ]);
    expect(saidAt(after(words.slice(0, -1), []), FROM + 840)).toEqual([]);
    expect(saidAt(after(words, []), FROM + 900)).toEqual(['gateway turn_hangs alert']);
  });

  test('later where the agent is never seen at work', () => {
    const blind = PAIRS.filter(([, step]) => step !== 'works');
    const state = after(row('asked', [0, 120]), blind);
    expect(saidAt(state, FROM + 30 * MINUTE - 1)).toEqual([]);
    expect(saidAt(state, FROM + 30 * MINUTE)).toEqual(['gateway no_reply alert']);
  });

  test.each([5, 59])('where the agent began on a single question and fell silent, %i s later', (began) => {
    const named = PAIRS.map(([second, step, on = 'feishu', more]): Told => [
      second,
      step,
      on,
      { chat: 'friend', ...more },
    ]);
    const state = after(
      [
        [FROM, 'asked', 'feishu', { chat: 'friend' }],
        [FROM + began, 'works', null],
      ],
      named,
    );
    expect(saidAt(state, FROM + began + 35 * MINUTE - 1)).toEqual([]);
    expect(saidAt(state, FROM + began + 35 * MINUTE)).toEqual(['gateway no_reply alert']);
  });

  test('of an account of which nothing else is known: by its link', () => {
    const unsent = row('unsent', [0, 60, 120]).map(([second, step]): Told => [second, step, 'feishu:boob']);
    expect(saidAt(after(unsent), FROM + 121)).toEqual(['feishu:boob sends_fail alert']);
  });

  describe('where no answer was ever to be seen, what the gateway itself says for a quarter of an hour', () => {
    const words = (everyS: number, forS: number, more: (second: number) => Told[3]): readonly Told[] =>
      Array.from({ length: Math.floor(forS / everyS) + 1 }, (_, each): Told => {
        const second = each * everyS;
        return [FROM + second, 'stalled', 'telegram', { chat: 'a', ...more(second) }];
      });
    const growing = (second: number): Told[3] => ({ ms: (120 + second) * 1_000 });

    test('of a session without progress, whatever the period of its words', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 299 }), fc.boolean(), (everyS, grows) => {
          const of = grows ? growing : (): Told[3] => ({ ms: 240_000 });
          const steps = words(everyS, 20 * MINUTE, of);
          const first = steps.find(([second]) => second - FROM >= 15 * MINUTE)?.[0] ?? Infinity;
          const upTo = (end: number): GatewayState =>
            after(
              steps.filter(([second]) => second <= end),
              [],
            );
          expect(saidAt(upTo(first - 1), first - 1)).toEqual([]);
          expect(saidAt(upTo(first), first)).toEqual(['gateway turn_hangs alert']);
          expect(saidAt(upTo(first), first + 5 * MINUTE)).toEqual([]);
        }),
        { numRuns: 40 },
      );
    });

    test('of one that is called stuck for the time alone: after half an hour, and since the agent was last at work', () => {
      const steps = words(30, 3_600, (second) => ({ ...growing(second), byTime: true }));
      const upTo = (forS: number, more: readonly Told[] = []): readonly string[] =>
        saidAt(
          after(
            [...steps.filter(([second]) => second <= FROM + forS), ...more].toSorted(([one], [other]) => one - other),
            [],
          ),
          FROM + forS,
        );
      expect(upTo(1_650)).toEqual([]);
      expect(upTo(1_680)).toEqual(['gateway turn_hangs alert']);
      expect(upTo(2_400, [[FROM + 900, 'works', null]])).toEqual([]);
      expect(upTo(2_700, [[FROM + 900, 'works', null]])).toEqual(['gateway turn_hangs alert']);
    });

    test('of turns that run into its time limit, one after the other', () => {
      const hung = (everyS: number, ms: number): readonly Told[] =>
        [0, 1, 2].flatMap((turn): readonly Told[] => [
          [FROM + turn * everyS, 'typing', 'telegram'],
          [FROM + turn * everyS + 480, 'failed', null, { ms }],
        ]);
      const said = (steps: readonly Told[]): readonly string[] => saidAt(after(steps, []), FROM + 3_600);
      expect(said(hung(780, 600_000))).toEqual(['gateway turns_fail alert']);
      expect(said(hung(780, 600_000).slice(0, -2))).toEqual([]);
      // An error that comes at once may stand between any number of answers.
      expect(said(hung(780, 0))).toEqual([]);
      expect(said(hung(1_800, 600_000))).toEqual([]);
      // Nobody waits for a job.
      expect(said(hung(780, 600_000).filter(([, step]) => step === 'failed'))).toEqual([]);
    });
  });

  describe('where no answer was ever to be seen', () => {
    /** Questions each five minutes, and how the first of them end. */
    const questions = (ends: readonly (ConversationStep | null)[]): readonly Told[] =>
      ends.flatMap((step, turn): readonly Told[] => [
        [FROM + turn * 300, 'asked', 'feishu', { chat: `c${turn}` }],
        ...(step === null ? [] : [[FROM + turn * 300 + 20, step, 'feishu'] as const]),
      ]);
    test.each<[string, readonly Told[], readonly string[]]>([
      ['each question that fails', questions(['failed', 'failed', 'failed', 'failed']), ['gateway turns_fail alert']],
      [
        'the same while the next one is at work',
        questions(['failed', 'failed', 'failed', 'failed', null]),
        ['gateway turns_fail alert'],
      ],
      ['a quarter of an hour that is not over', questions(['failed', 'failed', 'failed']), []],
      ['one between that may have been answered', questions(['failed', null, 'failed', 'failed', 'failed']), []],
      ['one between that was answered', questions(['failed', 'failed', 'answered', 'failed', 'failed']), []],
      [
        'failures without a question',
        questions(['failed', 'failed', 'failed', 'failed']).filter(([, step]) => step === 'failed'),
        [],
      ],
    ])('%s', (_, steps, expected) => expect(saidAt(after(steps, []), FROM + 1_300)).toEqual(expected));

    const refused = (everyS: number, fault: 'provider_key' | 'provider_overloaded', forAsker = true): readonly Told[] =>
      [0, 1, 2].map((turn): Told => [
        FROM + turn * everyS,
        'failed',
        null,
        { fault, ...(forAsker ? { forAsker: true as const } : {}) },
      ]);
    const LAST = FROM + 2 * 1_800;
    test.each<[string, readonly Told[], number, readonly string[]]>([
      [
        'turns that the provider refuses for an hour',
        refused(1_800, 'provider_key'),
        LAST,
        ['gateway provider_key alert'],
      ],
      ['the same six hours after the last of them', refused(1_800, 'provider_key'), LAST + 6 * 3_600, []],
      ['such turns within less than an hour', refused(1_790, 'provider_key'), LAST, []],
      ['an overload, which passes', refused(1_800, 'provider_overloaded'), LAST, []],
      ['refusals that nobody waits for', refused(1_800, 'provider_key', false), LAST, []],
    ])('%s', (_, steps, second, expected) => expect(saidAt(after(steps, []), second)).toEqual(expected));

    const busy = (
      everyS: number,
      times: number,
      step: Partial<ConversationFact> = { forAsker: true },
    ): readonly Told[] =>
      Array.from({ length: times }, (_, turn): Told => [
        FROM + turn * everyS,
        'failed',
        null,
        { fault: 'provider_overloaded', ...step },
      ]);
    test.each<[string, readonly Told[], number, readonly string[]]>([
      ['an overload that goes on for an hour', busy(720, 6), FROM + 3_600, ['gateway provider_overloaded alert']],
      ['the same an hour after the last of it', busy(720, 6), FROM + 2 * 3_600, []],
      ['an overload for less than an hour', busy(700, 6), FROM + 3_500, []],
      ['five of them', busy(900, 5), FROM + 3_600, []],
      ['some that lie further apart', busy(901, 6), FROM + 4_505, []],
      ['an overload of jobs', busy(720, 6, {}), FROM + 3_600, []],
    ])('%s', (_, steps, second, expected) => expect(saidAt(after(steps, []), second)).toEqual(expected));

    test.each<[string, readonly Told[], readonly string[]]>([
      ['sends that fail for a quarter of an hour', row('unsent', [0, 300, 600, 900]), ['feishu sends_fail alert']],
      ['three of them', row('unsent', [0, 450, 900]), []],
      ['four in a shorter time', row('unsent', [0, 200, 400, 899]), []],
      ['four on one day', row('unsent', [0, 3_600, 7_200, 10_800]), []],
      [
        'one between that went out',
        [...row('unsent', [0, 300]), [FROM + 400, 'sent'], ...row('unsent', [600, 900])],
        [],
      ],
      ['one that is lost after five minutes', row('dropped', [0], { ms: 300_000 }), ['feishu messages_dropped alert']],
      [
        'one of which it says that all are lost',
        row('dropped', [0], { forGood: true }),
        ['feishu messages_dropped alert'],
      ],
      ['one that is lost after one', row('dropped', [0], { ms: 60_000 }), []],
      ['messages that are thrown away', row('dropped', [0, 100, 300]), ['feishu messages_dropped alert']],
      ['two of them', row('dropped', [0, 300]), []],
      ['three at once', row('dropped', [0, 30, 60]), []],
      ['three on one day', row('dropped', [0, 3_600, 7_200]), []],
    ])('plainly: %s', (_, steps, expected) => {
      const second = (steps.at(-1)?.[0] ?? FROM) + 1;
      expect(saidAt(after(steps, []), second)).toEqual(expected);
    });

    const drained = (everyS: number): readonly Told[] =>
      [0, 1, 2].map((turn): Told => [FROM + turn * everyS, 'failed', null, { fault: 'turns_fail', draining: true }]);
    test('work that it refuses for a quarter of an hour because it is about to restart', () => {
      expect(saidAt(after(drained(450), []), FROM + 900)).toEqual(['gateway turns_fail alert']);
      expect(saidAt(after(drained(449), []), FROM + 900)).toEqual([]);
      expect(saidAt(newLife(after(drained(450), []), FROM + 901), FROM + 960)).toEqual([]);
    });

    const stale = (everyS: number, times: number): readonly Told[] =>
      Array.from({ length: times }, (_, turn): Told => [
        FROM + turn * everyS,
        'failed',
        null,
        { fault: 'turns_fail', stale: true },
      ]);
    test.each<[string, readonly Told[], string[]]>([
      ['six within a quarter of an hour', stale(180, 6), ['gateway turns_fail alert']],
      ['six within less than that', stale(179, 6), []],
      ['five', stale(225, 5), []],
      ['those of its rounds, each half hour', stale(1_800, 8), []],
    ])('turns that it ended because nothing went on in them: %s', (_, steps, expected) => {
      expect(saidAt(after(steps, []), (steps.at(-1)?.[0] ?? FROM) + 1)).toEqual(expected);
    });

    test('no more once something was answered', () => {
      const steps: readonly Told[] = [...refused(1_800, 'provider_key'), [LAST + 1, 'answered', 'feishu']];
      expect(saidAt(after(steps, []), LAST + 2)).toEqual([]);
    });

    test('until the time that the verdict announced', () => {
      const { recheckAt } = judge(after(refused(1_800, 'provider_key'), []), {
        gateway: 'main',
        policy: DEFAULT_POLICY,
        now: at(LAST),
        links: null,
      });
      expect(recheckAt).toBe(at(LAST + 6 * 3_600));
    });
  });

  test('at the time that the verdict announced', () => {
    const { recheckAt } = judge(after(row('asked', [0, 120])), {
      gateway: 'main',
      policy: DEFAULT_POLICY,
      now: at(FROM + 130),
      links: null,
    });
    expect(recheckAt).toBe(at(FROM + 10 * MINUTE));
  });

  test('as an outage, and nothing is kept from being restarted by it', () => {
    const [own] = judge(after(row('failed', [0, 60, 120])), {
      gateway: 'main',
      policy: DEFAULT_POLICY,
      now: at(FROM + 121),
      links: null,
    }).verdicts;
    expect(isOutage(own!)).toBe(true);
    expect(forbidsRestart(own as GatewayVerdict)).toBe(false);
  });
});

describe('messages of a conversation that was never answered', () => {
  const asked = (second: number, more: Told[3] = {}): Told => [
    FROM + second,
    'asked',
    'feishu',
    { chat: 'new', ...more },
  ];
  test.each<[string, readonly Told[], readonly string[]]>([
    ['which the agent has', [asked(0, { taken: true }), asked(120, { taken: true })], ['gateway no_reply alert']],
    ['which may be chatter', [asked(0), asked(120)], []],
    ['one alone that the agent has', [asked(0, { taken: true })], []],
    [
      'of which one came to its end',
      [asked(0, { taken: true }), asked(120, { taken: true }), [FROM + 500, 'settled', 'feishu']],
      [],
    ],
    [
      'on which it is at work',
      [asked(0, { taken: true }), asked(120, { taken: true }), [FROM + 1_700, 'works', null]],
      [],
    ],
  ])('%s', (_, steps, expected) => {
    const answered = PAIRS.map(([second, step, on = 'feishu', more]): Told => [
      second,
      step,
      on,
      { chat: 'old', ...more },
    ]);
    expect(saidAt(after(steps, answered), FROM + 1_801)).toEqual(expected);
  });
});

describe('is not told', () => {
  test.each<[string, readonly Told[], number]>([
    ['two failed turns', row('failed', [0, 300]), 3_600],
    ['a burst of failures', row('failed', [0, 30, 60, 90]), 3_600],
    [
      'failures with an answer between',
      [...row('failed', [0, 60]), [FROM + 90, 'answered'], ...row('failed', [120, 200])],
      3_600,
    ],
    [
      'failures from which another provider rescues',
      row('failed', [0, 60, 120]).flatMap((each): readonly Told[] => [each, [each[0] + 1, 'rescued']]),
      3_600,
    ],
    [
      'failures of jobs that nobody asked for',
      row('failed', [0, 600, 1_200]).map(([second]): Told => [second, 'failed', null]),
      3_600,
    ],
    [
      'one turn that fails again and again',
      [[FROM, 'asked'], ...[10, 300, 600].map((second): Told => [FROM + second, 'failed', null])],
      620,
    ],
    ['one question', row('asked', [0]), 7_200],
    ['one question in several messages', row('asked', [0, 20, 40]), 7_200],
    [
      'a long turn that works',
      [...row('asked', [0, 120]), ...Array.from({ length: 60 }, (_, each): Told => [FROM + 60 * each, 'works', null])],
      3_600,
    ],
    ['a turn that waits for approval', [...row('asked', [0, 120]), [FROM + 130, 'waits', null]], 7_200],
    ['silence by choice', [...row('asked', [0, 120]), [FROM + 130, 'settled']], 7_200],
    ['chatter where nobody was ever answered', row('asked', [0, 120, 300], { chat: 'group' }), 7_200],
    ['a session that is stalled for a short time', row('stalled', [0], { ms: 599_000 }), 10],
    ['a session that was freed', [...row('stalled', [0], { ms: 700_000 }), [FROM + 1, 'freed', null]], 10],
    ['a session of which nothing is said any more', row('stalled', [0], { ms: 700_000 }), 301],
    [
      'turns that each take long, with messages waiting all the while',
      Array.from({ length: 60 }, (_, each): Told => [
        FROM + 60 * each,
        'stalled',
        'feishu',
        { ms: (120 + 60 * (each % 5)) * 1_000 },
      ]),
      3_600,
    ],
    ['a question long before the agent worked', [...row('asked', [0]), [FROM + 60, 'works', null]], 7_200],
    ['replies that go out again', [...row('unsent', [0, 60, 120]), [FROM + 200, 'answered']], 261],
    ['two dropped messages', row('dropped', [0, 300]), 3_600],
    ['three silent turns', row('silent', [0, 600, 1_200]), 7_200],
    ['many silent turns within ten minutes', row('silent', [0, 150, 300, 450, 599]), 7_200],
    [
      'silent turns with an answer between them',
      [...row('silent', [0, 600]), [FROM + 700, 'asked'], [FROM + 710, 'answered'], ...row('silent', [1_200, 1_800])],
      7_200,
    ],
  ])('%s', (_, steps, second) => {
    // With a conversation of its own, so that others are known not to be it.
    const amongFriends = ([at, step, on = 'feishu', more = {}]: Told): Told => [
      at,
      step,
      on,
      step === 'works' ? more : { chat: 'friend', ...more },
    ];
    const [before, own] = [PAIRS.map(amongFriends), steps.map(amongFriends)];
    expect(saidAt(after(own, before), FROM + second)).toEqual([]);
  });

  test.each([0, 1, 2])('with %d answers seen', (pairs) => {
    const few = PAIRS.slice(0, 3 * pairs);
    for (const step of ['failed', 'unsent', 'dropped', 'asked'] as const)
      expect(saidAt(after(row(step, [0, 100, 200]), few), FROM + 7_200), step).toEqual([]);
    expect(saidAt(after(row('stalled', [0], { ms: 9_000_000 }), few), FROM + 1)).toEqual([]);
  });

  test('what was heard and answered last is known of each link, also where nothing is wrong', () => {
    const state = after([
      [FROM, 'asked', 'feishu'],
      [FROM + 5, 'asked', 'telegram'],
      [FROM + 6, 'settled', 'telegram'],
    ]);
    expect(vitalsOf(newLife(state, at(FROM + 1), at(FROM))).talk).toEqual(
      new Map([
        ['feishu', { askedAt: at(FROM), answeredAt: at(510), waits: true }],
        ['telegram', { askedAt: at(FROM + 5), answeredAt: null, waits: false }],
      ]),
    );
  });

  test('of a link that is lost: its own verdict tells that', () => {
    const lost = advance(
      after(row('asked', [0, 120])),
      evidence(FROM + 130, 'feishu', { kind: 'link-lost', reason: 'x' }),
    );
    expect(saidAt(lost, FROM + 7_200)).toEqual([]);
  });

  test('of what waited before a restart; how long answers take is remembered', () => {
    const state = newLife(after(row('asked', [0, 120])), at(FROM + 300));
    expect(saidAt(state, FROM + 7_200)).toEqual([]);
    expect(state.answers.get('feishu')).toMatchObject({ pairs: 3, longestMs: 10_000, asked: [] });
  });
});

describe('a gateway that answers every message within its usual time', () => {
  /** Gaps between messages, and how long each answer takes. */
  const traffic = fc.array(
    fc.record({
      gapS: fc.integer({ min: 0, max: 7_200 }),
      answerS: fc.integer({ min: 1, max: 600 }),
      link: fc.constantFrom('feishu', 'qqbot', 'telegram'),
      chat: fc.constantFrom('a', 'b', undefined),
      retried: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  );
  test('is never told, whatever the traffic', () => {
    fc.assert(
      fc.property(traffic, (messages) => {
        let second = 700;
        const steps = messages.flatMap(({ gapS, answerS, link, chat, retried }): Told[] => {
          second += gapS;
          const of = chat === undefined ? {} : { chat };
          return [
            [second, 'asked', link, of],
            ...(retried ? [[second, 'works', null] as Told] : []),
            [second + answerS, 'answered', link, of],
          ];
        });
        let state = after([]);
        for (const step of steps.toSorted(([one], [other]) => one - other)) {
          const [now] = step;
          // Just before, and at, each step, as a round would look.
          expect(saidAt(state, now - 1)).toEqual([]);
          state = advance(state, conversation(step));
          expect(saidAt(state, now)).toEqual([]);
        }
        expect(saidAt(state, second + 100_000)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what scheduled jobs have to say', () => {
  const HOUR = 3_600;
  const lost = (times: readonly number[], chat = 'one', on: LinkName | null = 'feishu'): readonly Told[] =>
    times.map((second): Told => [FROM + second, 'undelivered', on, { chat }]);
  const told = ['gateway jobs_undelivered alert'];
  test.each<[string, readonly Told[], number, readonly string[]]>([
    ['three runs in a row that could not deliver', lost([0, 900, 1_800]), 1_801, told],
    ['three within minutes, as of a short outage', lost([0, 300, 600]), 1_801, []],
    ['the runs of two days', lost([0, 24 * HOUR]), 24 * HOUR + 1, told],
    ['two soon after one another', lost([0, HOUR]), HOUR + 1, []],
    ['of each job one', [...lost([0]), ...lost([6 * HOUR], 'two')], 6 * HOUR + 1, []],
    [
      'one whose next run could',
      [...lost([0, 900, 1_800]), [FROM + 2_700, 'delivered', 'feishu', { chat: 'one' }]],
      2_701,
      [],
    ],
    [
      'one beside another job that can',
      [...lost([0, 900, 1_800]), [FROM + 2_700, 'delivered', 'feishu', { chat: 'two' }]],
      2_701,
      told,
    ],
    [
      'while people are answered',
      [...lost([0, 900, 1_800]), [FROM + 2_000, 'asked'], [FROM + 2_010, 'answered']],
      2_020,
      told,
    ],
    ['of a job that nobody has heard of since the day before', lost([0, 900, 1_800]), 1_800 + 27 * HOUR, []],
    ['of a platform that is not judged', lost([0, 900, 1_800], 'one', 'sms'), 1_801, told],
    ['of a target that the line does not tell', lost([0, 900, 1_800], 'one', null), 1_801, told],
  ])('%s', (_what, steps, second, expected) => {
    expect(saidAt(after(steps), FROM + second)).toEqual(expected);
  });

  test('is no further trouble while its link is lost', () => {
    const without = advance(after([]), evidence(FROM, 'feishu', { kind: 'link-lost', reason: 'x' }));
    const state = lost([0, 900, 1_800]).map(conversation).reduce(advance, without);
    expect(state.undelivered).toEqual([]);
  });

  test('outlasts a restart of the gateway', () => {
    const state = after(lost([0, 900, 1_800]));
    expect(newLife(state, instant(at(FROM + 1_900))).undelivered).toEqual(state.undelivered);
  });

  test.each<[string, string, unknown]>([
    ['0.13 and 0.19', "ERROR Job 'j1': delivery to feishu:oc_1 failed: timed out", ['undelivered', 'feishu']],
    [
      'the same by an answer',
      "ERROR Job 'j1': delivery error: Feishu send failed: [99992402] x",
      ['undelivered', null],
    ],
    [
      'a try that is made anew',
      "WARNING Job 'j1': live adapter send to feishu:oc_1 failed (x), falling back to standalone",
      null,
    ],
    ['a job that delivered', "INFO Job 'j1': delivered to feishu:oc_1 via live adapter", ['delivered', 'feishu']],
    ['a job that had nothing to say', "INFO Job 'j1': agent returned [SILENT] — skipping delivery", null],
  ])('in the words of %s', (_which, text, expected) => {
    const [level = '', ...rest] = text.split(' ');
    const found = hermesLogReader('agent.log')
      .line(`2026-11-21 10:00:00,000 ${level} cron.scheduler: ${rest.join(' ')}`)
      ?.evidence.map(({ fact }) => (fact.kind === 'conversation' ? [fact.step, fact.on] : fact.kind));
    expect(found?.[0] ?? null).toEqual(expected);
  });
});

describe('from the logs', () => {
  const hermes = (chapters: readonly Chapter[], second: number): readonly string[] =>
    saidAt(tell([...healthyStart(), ...chapters]), second);
  const question = (second: number, msg = 'x'): readonly [number, string] => [
    second,
    `INFO inbound message: platform=feishu user=Lin chat=oc_1 msg='${msg}'`,
  ];
  const answer = (second: number): readonly [number, string] => [
    second,
    'INFO response ready: platform=feishu chat=oc_1 time=9.0s api_calls=1 response=9 chars',
  ];
  const talk = [100, 300, 500].flatMap((second) => [question(second), answer(second + 9)]);
  const each = (text: string): readonly Chapter[] =>
    [0, 90, 180].flatMap((second): readonly Chapter[] => [question(FROM + second), [FROM + second + 5, text]]);

  test.each<[string, readonly Chapter[], number, readonly string[]]>([
    [
      'an error of the agent',
      each("ERROR Agent error: ImportError: cannot import name 'x'"),
      200,
      ['gateway turns_fail alert'],
    ],
    // Its traceback stands in lines of its own.
    [
      'an error of the agent in a session that is named',
      each('ERROR Agent error in session agent:main:feishu:dm:oc_1'),
      200,
      ['gateway turns_fail alert'],
    ],
    [
      'turns that are ended for want of activity',
      [0, 90, 180].flatMap((second): readonly Chapter[] => [
        question(FROM + second),
        [
          FROM + second + 5,
          'ERROR Agent idle for 1801s (timeout 1800s) in session agent:main:feishu:dm:oc_1 | last_activity=x | iteration=1/90 | tool=none',
        ],
      ]),
      200,
      ['gateway turns_fail alert'],
    ],
    [
      'turns of a model that has no words',
      each(
        'WARNING Empty response (no content or reasoning) after 3 retries. No fallback available. model=m provider=p',
      ),
      200,
      ['gateway turns_fail alert'],
    ],
    [
      'turns of a model that another one takes over from',
      each('WARNING Empty response after 3 retries — attempting fallback (model=m, provider=p)'),
      200,
      [],
    ],
    [
      'turns that just stop behind a tool',
      each('WARNING Turn ended with pending tool result (agent may appear stuck). Turn ended: reason=x model=m'),
      200,
      ['gateway turns_fail alert'],
    ],
    [
      'turns that are given up since nothing goes on in them',
      each(
        'WARNING Evicting stale _running_agents entry for agent:main:feishu:dm:oc_1 (age: 1900s, idle: 1810s, timeout: 1800s)',
      ),
      200,
      ['gateway turns_fail alert'],
    ],
    [
      'turns that are kept, with an agent that is put out of the cache',
      each('INFO Agent cache idle-TTL evict: session=agent:main:feishu:dm:oc_1 (idle=3600s)'),
      200,
      [],
    ],
    [
      'turns that another gateway makes, and that cannot be reached',
      each('ERROR Proxy connection error to http://127.0.0.1:8642: ClientConnectorError'),
      200,
      ['gateway turns_fail alert'],
    ],
    [
      'messages behind too many others',
      each('WARNING Dropping busy-mode follow-up for session agent:main:feishu:dm:oc_1 — pending queue at cap (8).'),
      200,
      ['feishu messages_dropped alert'],
    ],
    [
      'messages of people without rights',
      each(
        'WARNING Dropping message from unauthorized user in active session: user=u (x), platform=feishu, session=agent:main:feishu:dm:oc_1',
      ),
      200,
      [],
    ],
    [
      'taps on cards before there is a loop',
      each('WARNING [Feishu] Dropping card action before adapter loop is ready'),
      200,
      ['feishu messages_dropped alert'],
    ],
    [
      'answers without a character, four in a row',
      [0, 250, 500, 750].flatMap((second): readonly Chapter[] => [
        question(FROM + second),
        [FROM + second + 9, 'INFO response ready: platform=feishu chat=oc_1 time=9.0s api_calls=1 response=0 chars'],
      ]),
      800,
      ['gateway no_reply alert'],
    ],
    [
      'turns that a further message has cut short',
      [0, 250, 500, 750].flatMap((second): readonly Chapter[] => [
        question(FROM + second),
        [FROM + second + 1, 'INFO response ready: platform=feishu chat=oc_1 time=0.9s api_calls=0 response=0 chars'],
      ]),
      800,
      [],
    ],
    [
      'a reply that goes out as plain text',
      [0, 90, 180].flatMap((second): readonly Chapter[] => [
        question(FROM + second),
        answer(FROM + second + 9),
        [FROM + second + 12, 'WARNING [Feishu] Send failed: 230001 invalid content — trying plain-text fallback'],
      ]),
      300,
      [],
    ],
    [
      'a reply that goes out at the second try',
      [0, 90, 180].flatMap((second): readonly Chapter[] => [
        question(FROM + second),
        answer(FROM + second + 9),
        [FROM + second + 12, 'WARNING [Feishu] Send failed (attempt 1/2, retrying in 2.4s): timed out'],
      ]),
      300,
      [],
    ],
    [
      'a reply that does not go out as plain text either',
      [0, 90, 180].flatMap((second): readonly Chapter[] => [
        question(FROM + second),
        answer(FROM + second + 9),
        [FROM + second + 12, 'ERROR [Feishu] Fallback send also failed: 230001 invalid content'],
      ]),
      200,
      ['feishu sends_fail alert'],
    ],
    [
      'a message behind a turn without progress',
      [
        question(FROM),
        [
          FROM + 1_000,
          'WARNING Session stall detected: session=agent:main:feishu:dm:oc_1 idle=900s (timeout=900s, ~15 min); pending inbound present | last_activity=x',
        ],
      ],
      1_001,
      ['gateway turn_hangs alert'],
    ],
    [
      'a provider without credentials',
      each('WARNING Primary provider auth failed: No Codex credentials stored.'),
      200,
      ['gateway provider_key alert'],
    ],
    [
      'sends that fail',
      each('ERROR [Feishu] Send error: 99991663 Invalid access token'),
      200,
      ['feishu sends_fail alert'],
    ],
    [
      'responses that are not delivered, by a logger that names no link',
      [0, 90, 180].flatMap((second): readonly Chapter[] => [
        question(FROM + second),
        [
          FROM + second + 5,
          `  ${line(FROM + second + 5, 'ERROR x').slice(0, 23)} ERROR gateway.platforms.base: Failed to deliver response after 3 retries: boom`,
        ],
      ]),
      200,
      ['feishu sends_fail alert'],
    ],
    [
      'dropped messages',
      each('WARNING [Feishu] Dropping inbound message before adapter loop is ready'),
      200,
      ['feishu messages_dropped alert'],
    ],
    [
      'turns that end in an error of an adapter',
      each('ERROR [Feishu] Error handling message: database is locked'),
      200,
      ['gateway turns_fail alert'],
    ],
    ...[
      'Context length exceeded: 210,044 tokens. Cannot compress further.',
      '413 payload too large. Cannot compress further.',
      'Context compression failed after 3 attempts.',
      'Context overflow (context_overflow) with auto-compaction disabled — not compressing.',
    ].map((text): [string, readonly Chapter[], number, readonly string[]] => [
      `a conversation that has grown too long: ${text}`,
      [0, 90, 180].flatMap((second): readonly Chapter[] => [
        question(FROM + second),
        [
          FROM + second + 5,
          `  ${line(FROM + second + 5, 'ERROR x').slice(0, 23)} ERROR agent.conversation_loop: ${text}`,
        ],
        // Its asker is told of it.
        answer(FROM + second + 6),
      ]),
      200,
      ['gateway turns_fail alert'],
    ]),
    ['silence', [question(FROM), question(FROM + 120)], 1_800, ['gateway no_reply alert']],
    ['commands', [question(FROM, '/status'), question(FROM + 120, '/new')], 7_200, []],
    [
      'a sender without rights',
      [question(FROM), question(FROM + 120), [FROM + 121, 'WARNING Unauthorized user: 7 (x) on feishu']],
      7_200,
      [],
    ],
  ])('of Hermes: %s', (_, chapters, second, expected) =>
    expect(hermes([...talk, ...chapters], FROM + second)).toEqual(expected),
  );

  test('a copy of each line in another file changes nothing', () => {
    const read = (source: string) => {
      const reader = hermesLogReader(source);
      return [...talk, question(FROM)].flatMap(([second, text]) => reader.line(line(second, text))?.evidence ?? []);
    };
    const once = read('gateway.log').reduce(advance, STARTED);
    const twice = read('agent.log').reduce(advance, once);
    expect(twice.answers.get('feishu')).toMatchObject({ pairs: 3 });
    expect(twice.answers.get('feishu')?.asked).toHaveLength(1);
  });

  test('no message, name or id stands in the evidence', () => {
    const reader = hermesLogReader('gateway.log');
    const told = [question(1, 'SECRETWORDS'), answer(10)].flatMap(
      ([second, text]) => reader.line(line(second, text))?.evidence ?? [],
    );
    const steps = told.filter(({ fact }) => fact.kind === 'conversation');
    expect(steps).toHaveLength(2);
    expect(JSON.stringify(steps)).not.toMatch(/SECRETWORDS|Lin|oc_1/);
  });

  const openClaw = (texts: readonly (readonly [string, string])[]): readonly unknown[] => {
    const reader = openClawLogReader('openclaw.log');
    return texts.flatMap(([subsystem, text], index) =>
      (
        reader.line(`2026-11-21T02:${String(index).padStart(2, '0')}:00.000Z [${subsystem}] ${text}`)?.evidence ?? []
      ).flatMap(({ fact }) =>
        fact.kind === 'conversation' ? [[fact.step, fact.on, fact.fault ?? fact.ms ?? null]] : [],
      ),
    );
  };
  const SESSION = 'sessionKey=agent:main:feishu:direct:ou_1';
  test.each<[string, string, string, unknown]>([
    [
      'a question',
      'feishu',
      'feishu[default]: dispatching to agent (session=agent:main:feishu:direct:ou_1)',
      ['asked', 'feishu', null],
    ],
    [
      'an answer',
      'feishu',
      'feishu[default]: dispatch complete (queuedFinal=true, replies=1)',
      ['answered', 'feishu', null],
    ],
    [
      'silence by choice',
      'feishu',
      'feishu[default]: dispatch complete (queuedFinal=false, replies=0)',
      ['settled', 'feishu', null],
    ],
    [
      'a failed turn',
      'feishu',
      'feishu[default]: failed to dispatch message: TypeError: x',
      ['failed', 'feishu', null],
    ],
    [
      'a reply that is not sent',
      'feishu',
      'feishu[default] final reply failed: Error: 99991663',
      ['unsent', 'feishu', null],
    ],
    [
      'a failed turn of QQ',
      'channels/qqbot',
      '[default] Message processor error for dm:1: x',
      ['failed', 'qqbot', null],
    ],
    [
      'a message that is lost before a turn',
      'feishu',
      'feishu[default]: error handling message: Error: disk I/O error',
      ['dropped', 'feishu', null],
    ],
    [
      'the same of several that were merged',
      'feishu',
      'feishu[default]: inbound debounce flush failed: Error: x',
      ['dropped', 'feishu', null],
    ],
    [
      'a failed turn of QQ in newer words',
      'channels/qqbot',
      '[default] Dispatch error: 402 insufficient balance',
      ['failed', 'qqbot', 'provider_quota'],
    ],
    [
      'a message of QQ whose processing failed',
      'channels/qqbot',
      '[default] Message processing failed: x',
      ['failed', 'qqbot', 'turns_fail'],
    ],
    [
      'a reply of QQ that is not sent',
      'channels/qqbot',
      '[default] Send failed: API Error [304023]',
      ['unsent', 'qqbot', null],
    ],
    [
      'a part of a reply of QQ that is not sent',
      'qqbot',
      '[qqbot:default] Failed to send text chunk: Error: API Error [/v2/users/u/messages]: x',
      ['unsent', 'qqbot', null],
    ],
    [
      'the same to a group, in older words',
      'qqbot',
      '[qqbot:default] Failed to send group message: API Error [/v2/groups/g/messages]: x (40034102)',
      ['unsent', 'qqbot', null],
    ],
    [
      'the same in those of version 2',
      'qqbot',
      '[qqbot:default] [text] sendText failed: API Error',
      ['unsent', 'qqbot', null],
    ],
    ['a notice of QQ that is not sent', 'qqbot', '[qqbot:default] Failed to send error message: x', null],
    [
      'a picture of QQ that is not sent',
      'qqbot',
      '[qqbot:default] Failed to send Base64 image via Rich Media API: x',
      null,
    ],
    [
      'a part of a reply of QQ that went out',
      'qqbot',
      '[qqbot:default] Sent text chunk (9/9 chars): x',
      ['sent', 'qqbot', null],
    ],
    [
      'a turn of QQ that ended in an error',
      'qqbot',
      '[qqbot:default] Dispatch failed: Error: Response timeout (no response received)',
      ['failed', 'qqbot', 'turns_fail'],
    ],
    [
      'a plugin of QQ that fits no gateway of this age',
      'qqbot',
      '[qqbot:default] runtime adapter dispatchReply not available (openclaw=2026.2.3)',
      ['dropped', 'qqbot', null],
    ],
    [
      'a message of QQ that openclaw-china makes no turn of',
      'qqbot',
      '[qqbot] [WARN] dispatcher not available, skipping reply',
      ['dropped', 'qqbot', null],
    ],
    [
      'the same of an event',
      'qqbot',
      '[qqbot] [ERROR] gateway dispatch error: TypeError: x',
      ['dropped', 'qqbot', null],
    ],
    [
      'a group that QQ takes nothing for',
      'qqbot',
      '[qqbot] [WARN] QQ group message interface is temporarily blocked by platform; suppressing extra sends',
      ['unsent', 'qqbot', null],
    ],
    ['a sign of typing that fails', 'qqbot', '[qqbot] [WARN] sendTyping failed: HTTP 401: Unauthorized', null],
    [
      'a tap on a card of Feishu that is lost',
      'feishu',
      'feishu[default]: error handling card action: Error: x',
      ['dropped', 'feishu', null],
    ],
    [
      'a comment on a document that openclaw-lark loses',
      'feishu',
      'feishu[default]: error handling comment event: Error: x',
      ['dropped', 'feishu', null],
    ],
    [
      'the same behind its look at the document',
      'feishu',
      'feishu[default]: error dispatching comment event: Error: x',
      ['dropped', 'feishu', null],
    ],
    [
      'an invitation to a meeting that it loses',
      'feishu',
      'feishu[default]: error handling vc invited event: Error: x',
      ['dropped', 'feishu', null],
    ],
    [
      'the same at its turn',
      'feishu',
      'feishu[default]: error dispatching vc invited synthetic inbound: Error: x',
      ['dropped', 'feishu', null],
    ],
    [
      'an answer to a comment that is not sent',
      'feishu',
      'feishu[default]: comment final reply failed: Error: x',
      ['unsent', 'feishu', null],
    ],
    [
      'an answer to a command that is not sent',
      'feishu',
      'feishu[default]: command block reply failed: Error: x',
      ['unsent', 'feishu', null],
    ],
    [
      'the result of a meeting that is not sent',
      'feishu',
      'feishu[default]: synthetic VC final delivery failed to sender=ou_1: Error: x',
      ['unsent', 'feishu', null],
    ],
    ['what it says to nobody', 'feishu', 'feishu[default]: synthetic tool reply failed: Error: x', null],
    ['a reaction that it loses', 'feishu', 'feishu[default]: error dispatching reaction event: Error: x', null],
    ['a bot that was added to a group', 'feishu', 'feishu[default]: error handling bot added event: Error: x', null],
    [
      'a turn of one of several agents of a group',
      'feishu',
      'feishu[default]: broadcast dispatch failed for agent=b: Error: x',
      ['failed', 'feishu', 'turns_fail'],
    ],
    [
      'groups that nobody is heard of any more',
      'feishu',
      'feishu[default]: bot identity background retry exhausted; requireMention group messages may be skipped until restart',
      ['dropped', 'feishu', null],
    ],
    ['a try to learn its name', 'feishu', 'feishu[default]: bot identity background retry 2/5 failed', null],
    [
      'the end of a streamed reply of Feishu',
      'feishu',
      'feishu[default] late reply finalization failed: Error: x',
      ['unsent', 'feishu', null],
    ],
    [
      'a channel without its settings',
      'feishu',
      'channel config missing, skipping dispatch',
      ['dropped', 'feishu', null],
    ],
    [
      'a message of QQ that a full queue drops',
      'channels/qqbot',
      '[default] Queue full for c2c:U1, dropping oldest message M1',
      ['dropped', 'qqbot', null],
    ],
    [
      'a message of another bot that a full queue drops',
      'channels/qqbot',
      '[default] Queue full for group:G1, dropping bot message M1',
      null,
    ],
    [
      'a session that its recovery leaves as it is',
      'diagnostic',
      `stuck session recovery skipped: reason=active_reply_work action=keep_lane sessionId=S1 ${SESSION} age=900s queueDepth=1 activeSessionId=S1`,
      ['stalled', 'feishu', 900_000],
    ],
    [
      'one that its recovery frees',
      'diagnostic',
      `stuck session recovery reclaiming stale active run: sessionId=S1 ${SESSION} age=900s queueDepth=1`,
      ['freed', null, null],
    ],
    [
      'one behind which nobody waits',
      'diagnostic',
      `stuck session recovery no-op: reason=no_active_work action=none sessionId=S1 ${SESSION} age=900s queueDepth=0`,
      null,
    ],
    [
      'a stalled session',
      'diagnostic',
      `stalled session: ${SESSION} state=processing age=700s queueDepth=1`,
      ['stalled', 'feishu', 700_000],
    ],
    [
      'one that nobody waits for',
      'diagnostic',
      `stalled session: ${SESSION} state=processing age=700s queueDepth=0`,
      null,
    ],
    [
      'one of a job',
      'diagnostic',
      'stuck session: sessionKey=agent:main:cron:C1 state=processing age=700s queueDepth=1',
      null,
    ],
    [
      'a model without quota',
      'agent/embedded',
      'embedded run agent end: runId=1 isError=true error=402 insufficient balance',
      ['failed', null, 'provider_quota'],
    ],
    [
      'a turn that ran into its time limit',
      'agent/embedded',
      'embedded run timeout: runId=1 timeoutMs=600000',
      ['failed', null, 'turns_fail'],
    ],
    [
      'somebody who waits',
      'telegram',
      'typing TTL reached (2m); stopping typing indicator',
      ['typing', 'telegram', null],
    ],
    ['a question on QQ', 'qqbot', '[qqbot:default] Processing message from U1: SECRETWORDS', ['asked', 'qqbot', null]],
    [
      'a streamed answer on QQ',
      'qqbot',
      '[qqbot:default:streaming] streaming completed, final text length: 9',
      ['answered', 'qqbot', null],
    ],
    [
      'a turn on QQ of which nothing was sent',
      'qqbot',
      '[qqbot:default:streaming] no chunk or media sent, marking fallback to static',
      ['unsent', 'qqbot', null],
    ],
    [
      'a session with a key of its own',
      'diagnostic',
      'stalled session: sessionKey=agent:main:user:u1:chat:c1 state=processing age=700s queueDepth=1',
      ['stalled', 'webchat', 700_000],
    ],
    [
      'the session of everybody and of its own rounds',
      'diagnostic',
      'stalled session: sessionKey=agent:main:main state=processing age=700s queueDepth=1',
      ['stalled', null, 700_000],
    ],
    [
      'the same with nobody behind it',
      'diagnostic',
      'stalled session: sessionKey=agent:main:main state=processing age=700s queueDepth=0',
      null,
    ],
    [
      'a message of Feishu that waits behind another (openclaw-lark)',
      'feishu',
      'feishu[default]: message om_1 in chat oc_1 — queued',
      ['asked', 'feishu', null],
    ],
    ['one that does not wait', 'feishu', 'feishu[default]: message om_1 in chat oc_1 thread omt_1 — immediate', null],
    [
      'a reply of openclaw-lark that failed',
      'feishu/card/reply-dispatcher',
      'feishu[default][msg:om_1]: final reply failed (error=AxiosError: Request failed with status code 500)',
      ['unsent', 'feishu', null],
    ],
    [
      'one of the plugin of openclaw-china for QQ',
      'qqbot',
      '[ERROR] sendText no-reply fallback failed: HTTP 400',
      ['unsent', 'qqbot', null],
    ],
    ['a picture of it, behind which words are sent', 'qqbot', '[ERROR] sendMedia failed: HTTP 400', null],
    [
      'what it says of the same elsewhere',
      'feishu/inbound/dispatch',
      'feishu[default][msg:om_1]: dispatching to agent (session=agent:main:feishu:direct:ou_1)',
      null,
    ],
    [
      'a failed turn, in the lane of its conversation',
      'diagnostic',
      'lane task error: lane=session:agent:main:telegram:direct:1 durationMs=21073 error="FailoverError: 402"',
      ['failed', 'telegram', 'provider_quota'],
    ],
    [
      'a failed turn, in the lane of all',
      'diagnostic',
      'lane task error: lane=main durationMs=65602 error="FailoverError: ⚠️ API rate limit reached."',
      ['failed', null, 'provider_overloaded'],
    ],
    [
      'work that is refused before a restart',
      'diagnostic',
      'lane task error: lane=main durationMs=2 error="GatewayDrainingError: Gateway is draining for restart; new tasks are not accepted"',
      ['failed', null, 'turns_fail'],
    ],
    [
      'a turn that was given up since nothing went on in it',
      'diagnostic',
      'reply run stale takeover: forced release sessionKey=agent:main:telegram:direct:1 reason=no_activity phase=running result=failed:run_stalled ageMs=300012 ranForMs=412000',
      ['failed', 'telegram', 'turns_fail'],
    ],
    [
      'the same of a job',
      'diagnostic',
      'reply run stale takeover: forced release sessionKey=agent:main:cron:C1 reason=no_activity phase=running result=failed:run_stalled ageMs=300012 ranForMs=412000',
      null,
    ],
    [
      'the end of one whose reply went out',
      'diagnostic',
      'reply run finalization settle: forced release sessionKey=agent:main:telegram:direct:1 phase=running result=none ageMs=1 ranForMs=2',
      null,
    ],
    [
      'the same in the words of the agent',
      'agent',
      'AbortError: Reply operation expired as stale',
      ['failed', null, 'turns_fail'],
    ],
    [
      'a turn that failed, in the words that leave out its time',
      'diagnostic',
      'lane task error: lane=session:agent:main:telegram:direct:1 error="Error: No available auth profile for x (all in cooldown or unavailable)."',
      ['failed', 'telegram', 'turns_fail'],
    ],
    [
      'a private question on Telegram',
      'telegram',
      'Inbound message telegram:1 -> @bot (direct, 5 chars)',
      ['asked', 'telegram', null],
    ],
    [
      'the same on WhatsApp, with a picture',
      'gateway/channels/whatsapp/inbound',
      'Inbound message +1 -> +2 (direct, image/jpeg, 40 chars)',
      ['asked', 'whatsapp', null],
    ],
    [
      'a message in a group, which nobody may have to answer',
      'telegram',
      'Inbound message telegram:group:-1 -> @bot (group, 5 chars)',
      null,
    ],
    [
      'a job that failed',
      'diagnostic',
      'lane task error: lane=session:agent:main:cron:C1 durationMs=65602 error="FailoverError: 402"',
      null,
    ],
    [
      'a turn that somebody ended',
      'diagnostic',
      'lane task error: lane=main durationMs=65602 error="AbortError: aborted"',
      null,
    ],
    [
      'a question in the words of before March 2026',
      'feishu',
      'feishu: dispatching to agent (session=agent:main:main)',
      ['asked', 'feishu', null],
    ],
    [
      'a message that no turn took',
      'telegram',
      'Channel ingress claim→adoption stalled for event E1 on lane telegram:1 after 300000ms; marking failed (handler-timeout).',
      ['dropped', 'telegram', 300_000],
    ],
    [
      'a message whose turn ran into the limit',
      'telegram',
      'Telegram isolated polling spool handler timed out behind update 7 on lane telegram:1 after 1500.31s; marking the update failed, aborting active reply work, and restarting isolated ingress so later updates can drain.',
      ['dropped', 'telegram', 1_500_310],
    ],
    [
      'what is only said more of it',
      'telegram',
      '[telegram][diag] timed out spooled update 7 did not stop within 5s after reply abort; keeping lane telegram:1 guarded.',
      null,
    ],
    [
      'one that is tried again',
      'telegram',
      'Channel ingress claim→adoption stalled for event E1 on lane telegram:1 after 300000ms; applying retry policy (handler-timeout).',
      null,
    ],
    [
      'a message that its handler has thrown away',
      'gateway/channels/telegram',
      'handler failed: Error: timeout acquiring session store lock: /home/u/sessions.json.lock',
      ['dropped', 'telegram', null],
    ],
    [
      'a reply that could not be sent',
      'telegram/api',
      "telegram sendMessage failed: Network request for 'sendMessage' failed!",
      ['unsent', 'telegram', null],
    ],
    [
      'the same on the console',
      'telegram',
      "sendMessage failed: Network request for 'sendMessage' failed!",
      ['unsent', 'telegram', null],
    ],
    ['one that went out, on the console', 'telegram', 'sendMessage ok chat=1 message=2', ['sent', 'telegram', null]],
    [
      'a message that is tried no more',
      'gateway/channels/telegram',
      'spooled update 7 on lane telegram:1 reached retry limit after 5 attempts; dead-lettered',
      ['dropped', 'telegram', null],
    ],
    [
      'one that another channel does not try again',
      'discord',
      'discord ingress: spooled update E1 failed with non-retryable invalid-event: x; dead-lettered',
      ['dropped', 'discord', null],
    ],
    ['one that is tried again after an error', 'telegram', 'spooled update 7 failed; retrying in 5s: x', null],
    ['a mention that is lost', 'slack', 'slack mention handler failed: Error: x', ['dropped', 'slack', null]],
    [
      'messages of WhatsApp that are lost',
      'whatsapp/inbound',
      'Messages upsert handler error: Error: x',
      ['dropped', 'whatsapp', null],
    ],
    ['the end of a long reply', 'telegram', 'terminal block delivery failed: x', ['unsent', 'telegram', null]],
    [
      'a turn whose program says nothing any more',
      'agent/cli-backend',
      'cli watchdog timeout: provider=claude-cli model=x session=s noOutputTimeoutMs=180000 pid=1',
      ['failed', null, 'turns_fail'],
    ],
    [
      'a turn whose model answers nothing',
      'agent/embedded',
      'empty response retries exhausted: runId=1 sessionId=s provider=x/y attempts=2/2 — surfacing incomplete-turn error',
      ['failed', null, 'turns_fail'],
    ],
    ['a message that went out', 'telegram', 'telegram sendMessage ok chat=1 message=2', ['sent', 'telegram', null]],
    [
      'a sign of typing that could not be sent',
      'telegram/api',
      "telegram sendChatAction failed: Network request for 'sendChatAction' failed!",
      null,
    ],
    // The console leaves the channel's name out.
    ['a message that is lost on another channel', 'discord', 'handler failed: Error: x', ['dropped', 'discord', null]],
    [
      'the same with its name',
      'gateway/channels/slack',
      'slack inbound debounce flush failed: Error: x',
      ['dropped', 'slack', null],
    ],
    ['a reply that another channel cannot send', 'slack', 'slack final reply failed: x', ['unsent', 'slack', null]],
    [
      'a turn of Telegram that failed',
      'telegram',
      'telegram dispatch failed: 402',
      ['failed', 'telegram', 'provider_quota'],
    ],
    [
      'a message that WhatsApp loses',
      'whatsapp/inbound',
      'Failed handling inbound web message: Error: x',
      ['dropped', 'whatsapp', null],
    ],
    ['a message that Teams loses', 'channels/msteams', 'msteams handler failed: Error: x', ['dropped', 'teams', null]],
    ['a reaction that is lost', 'discord', 'discord reaction handler failed: Error: x', null],
    ['a command that is lost', 'slack', 'slack slash handler failed: x', null],
    ['the words of one channel in the log of another', 'discord', 'slack handler failed: Error: x', null],
    ['words that a page shows', 'webchat', 'handler failed: Error: x', null],
    ['work', 'agent/embedded', 'embedded run start: runId=1', ['works', null, null]],
    ['a wait for approval', 'agent/embedded', 'exec approval requested', ['waits', null, null]],
  ])('of OpenClaw: %s', (_, subsystem, text, expected) =>
    expect(openClaw([[subsystem, text]])).toEqual(expected === null ? [] : [expected]),
  );

  test('of OpenClaw: a failed turn without the name of a part', () => {
    const [told] =
      openClawLogReader('openclaw.log').line(
        '2026-11-21T02:00:00.000Z Embedded agent failed before reply: All models failed (1): x: 429 rate limit',
      )?.evidence ?? [];
    expect(told?.fact).toEqual({
      kind: 'conversation',
      step: 'failed',
      forAsker: true,
      on: null,
      fault: 'provider_overloaded',
    });
  });

  const ASKED = 'feishu[default]: dispatching to agent (session=agent:main:feishu:';
  const ENDED = 'feishu[default]: dispatch complete (queuedFinal=false, replies=0)';
  const DIRECT = [`${ASKED}direct:ou_1)`, 0] as const;
  test.each<[string, readonly (readonly [string, number])[], string]>([
    ['in a private chat', [DIRECT, [ENDED, 20]], 'silent'],
    [
      'in the main session',
      [
        ['feishu[default]: dispatching to agent (session=agent:main:main)', 0],
        [ENDED, 20],
      ],
      'silent',
    ],
    [
      'in a group, by choice',
      [
        [`${ASKED}group:oc_1)`, 0],
        [ENDED, 20],
      ],
      'settled',
    ],
    ['that came back at once, into a queue', [DIRECT, [ENDED, 1]], 'silent'],
    ['behind another of its chat', [DIRECT, [`${ASKED}direct:ou_1)`, 5], [ENDED, 20]], 'settled'],
    [
      'while another is open, so that nobody knows which',
      [DIRECT, [`${ASKED}direct:ou_2)`, 5], [ENDED, 20]],
      'settled',
    ],
    ['after one whose end was never seen', [DIRECT, [`${ASKED}direct:ou_1)`, 1_900], [ENDED, 1_920]], 'silent'],
  ])('of OpenClaw: a dispatch without a reply %s', (_, texts, expected) => {
    const reader = openClawLogReader('openclaw.log');
    const steps = texts
      .flatMap(([text, second]) => {
        const time = new Date(Date.UTC(2026, 10, 21, 2) + second * 1_000).toISOString();
        return reader.line(`${time} [feishu] ${text}`)?.evidence ?? [];
      })
      .flatMap(({ fact }) => (fact.kind === 'conversation' ? [fact.step] : []));
    expect(steps.at(-1)).toBe(expected);
  });

  const received = (from: string): string => `feishu[default]: received message from ${from} in oc_1 (p2p)`;
  const answered = (from: string, second: number): readonly (readonly [string, number])[] => [
    [received(from), second],
    [`feishu[default]: Feishu[default] DM from ${from}: x`, second],
    [DIRECT[0], second + 1],
    ['feishu[default]: dispatch complete (queuedFinal=true, replies=1)', second + 20],
  ];
  test.each<[string, readonly (readonly [string, number])[], number]>([
    [
      'of somebody whose messages it had worked on',
      [...answered('ou_1', 0), ...[100, 400, 700].map((second) => [received('ou_1'), second] as const)],
      2,
    ],
    [
      'of somebody who was never let in',
      [...answered('ou_1', 0), ...[100, 400, 700].map((second) => [received('ou_2'), second] as const)],
      0,
    ],
    ['in pieces', [...answered('ou_1', 0), ...[100, 120, 140].map((second) => [received('ou_1'), second] as const)], 0],
    [
      'in groups',
      [
        ...answered('ou_1', 0),
        ...[100, 400, 700].map(
          (second) => ['feishu[default]: received message from ou_1 in oc_2 (group)', second] as const,
        ),
      ],
      0,
    ],
    [
      'while a turn runs',
      [
        ...answered('ou_1', 0),
        [DIRECT[0], 90],
        ...[100, 400, 700].map((second) => [received('ou_1'), second] as const),
      ],
      0,
    ],
    [
      'of which another line tells what became of them',
      [
        ...answered('ou_1', 0),
        ...[100, 400, 700].flatMap((second) => [
          [received('ou_1'), second] as const,
          ['feishu[default]: skipping empty message (no text, no media, no quoted) from ou_1', second] as const,
        ]),
      ],
      0,
    ],
  ])('of OpenClaw: private messages of which no turn begins, %s', (_, texts, expected) => {
    const reader = openClawLogReader('openclaw.log');
    const dropped = texts
      .flatMap(([text, second]) => {
        const time = new Date(Date.UTC(2026, 10, 21, 2) + second * 1_000).toISOString();
        return reader.line(`${time} [feishu] ${text}`)?.evidence ?? [];
      })
      .filter(({ fact }) => fact.kind === 'conversation' && fact.step === 'dropped');
    expect(dropped).toHaveLength(expected);
    expect(dropped.every(({ text }) => !text.includes('ou_'))).toBe(true);
  });

  /** What is told half a minute behind this second, by these lines of OpenClaw. */
  const saidOf = (lines: readonly (readonly [second: number, text: string])[], second: number) => {
    const reader = openClawLogReader('openclaw.log');
    let state = STARTED;
    for (const [begin, text] of lines)
      for (const piece of reader.line(`${new Date(at(begin)).toISOString()} ${text}`)?.evidence ?? [])
        state = advance(state, piece);
    return saidAt(state, second + 30);
  };
  /** What is told of turns that end so, each `apartS` behind the one before. */
  const ofRow = (error: string, times: number, apartS: number, also: readonly (readonly [number, string])[] = []) => {
    const failures = Array.from({ length: times }, (_, turn): readonly [number, string] => [
      100 + turn * apartS,
      `[diagnostic] lane task error: lane=session:agent:main:discord:channel:1 durationMs=9000 error="${error}"`,
    ]);
    return saidOf(
      [...failures, ...also].toSorted(([one], [other]) => one - other),
      100 + (times - 1) * apartS,
    );
  };
  const TAKEN_OVER =
    'EmbeddedAttemptSessionTakeoverError: session file changed while embedded prompt lock was released';
  test.each<[string, Parameters<typeof ofRow>, number]>([
    ['six within three quarters of an hour (#86508)', [TAKEN_OVER, 6, 540], 1],
    ['six within a quarter of an hour', [TAKEN_OVER, 6, 180], 1],
    ['five', [TAKEN_OVER, 5, 540], 0],
    ['six at once', [TAKEN_OVER, 6, 60], 0],
    ['now and then', [TAKEN_OVER, 12, 1_800], 0],
    ['errors of a provider, which another one takes over', ['FailoverError: LLM request timed out.', 6, 540], 0],
    [
      'with a job between them, which failed for itself',
      [
        TAKEN_OVER,
        5,
        540,
        [[1_200, '[diagnostic] lane task error: lane=session:agent:main:cron:C1 durationMs=9000 error="Error: x"']],
      ],
      0,
    ],
  ])('of OpenClaw: turns of a conversation that the gateway itself gets wrong: %s', (_, given, expected) => {
    expect(ofRow(...given)).toHaveLength(expected);
  });

  test.each([
    ['a mistake in its code (#88234)', "TypeError: Cannot read properties of undefined (reading 'run')", 1],
    ['an error that may pass', 'Error: Request failed with status code 503', 0],
  ])('of OpenClaw: Feishu messages of which no turn is made, for %s', (_, error, expected) => {
    const times = [100, 400, 700, 1_000, 1_300, 1_600];
    const lines = times.map(
      (second) => [second, `[feishu] feishu[default]: failed to dispatch message: ${error}`] as const,
    );
    expect(saidOf(lines, 1_600)).toHaveLength(expected);
  });

  test('of OpenClaw: an event that is lost in a library: of Feishu, of Matrix', () => {
    const steps = (text: string): unknown =>
      openClawLogReader('openclaw.log')
        .line(`2026-11-21T02:00:00.000Z ${text}`)
        ?.evidence.flatMap(({ fact }) => (fact.kind === 'conversation' ? [[fact.step, fact.on]] : []));
    expect(steps("[error]: [ '[ws]', 'invoke event failed, message_type: event; err: x' ]")).toEqual([
      ['dropped', 'feishu'],
    ]);
    expect(steps("[error]: [ '[ws]', 'ping failed' ]")).toEqual([]);
    const undecrypted =
      'Error decrypting event (id=$e1 type=m.room.encrypted sender=@u:example.org): DecryptionError[x]';
    expect(steps(undecrypted)).toEqual([['dropped', 'matrix']]);
    expect(steps(`[matrix] ${undecrypted}`)).toEqual([]);
  });

  test('of OpenClaw: whose turn it was that failed in the lane of all', () => {
    const failed = (lane: string): unknown =>
      openClawLogReader('openclaw.log')
        .line(
          `2026-11-21T02:00:00.000Z [diagnostic] lane task error: lane=${lane} durationMs=9 error="FailoverError: 402"`,
        )
        ?.evidence.map(({ fact }) => fact.kind === 'conversation' && fact.forAsker === true);
    expect(failed('main')).toEqual([true]);
    expect(failed('session:agent:main:main')).toEqual([false]);
    expect(failed('cron-nested')).toEqual([]);
  });

  test('of OpenClaw: whether it sees that a session makes no progress', () => {
    const waiting = `${SESSION} state=processing age=700s queueDepth=1`;
    const byTime = (text: string): unknown =>
      openClawLogReader('openclaw.log')
        .line(`2026-11-21T02:00:00.000Z [diagnostic] ${text}`)
        ?.evidence.map(({ fact }) => fact.kind === 'conversation' && fact.byTime === true);
    expect(byTime(`stuck session: ${waiting}`)).toEqual([true]);
    expect(byTime(`stuck session: ${waiting} classification=stalled_agent_run`)).toEqual([false]);
    expect(byTime(`stalled session: ${waiting}`)).toEqual([false]);
  });

  test('of OpenClaw: no message and no id stands in the evidence', () => {
    const [told] =
      openClawLogReader('openclaw.log').line(
        '2026-11-21T02:00:00.000Z [qqbot] [qqbot:default] Processing message from U1: SECRETWORDS',
      )?.evidence ?? [];
    expect(told?.text).toBe('Processing message');
    const [unsent] =
      openClawLogReader('openclaw.log').line(
        '2026-11-21T02:00:00.000Z [feishu] feishu[default]: synthetic VC final delivery failed to sender=ou_1: Error: x',
      )?.evidence ?? [];
    expect(unsent?.text).toBe('synthetic VC final delivery failed');
  });
});

describe('WhatsApp under OpenClaw, which has no connection to send on by its own word', () => {
  const LOGIN = ['whatsapp', 'Listening for personal WhatsApp inbound messages.'] as const;
  const LOST = ['whatsapp', 'WhatsApp Web connection closed (status 428). Retry 1/12 in 2s…'] as const;
  const NOBODY = 'No active WhatsApp Web listener';
  const UNSENT = `${NOBODY} (account: default). Start the gateway, then link WhatsApp with: x`;
  type Said = readonly [second: number, subsystem: string | null, message: string];
  const said = (lines: readonly Said[], second: number): readonly string[] => {
    const reader = openClawLogReader('openclaw.log');
    const told = lines.flatMap(([when, subsystem, message]) => {
      const time = new Date(at(when)).toISOString();
      const own = subsystem === null ? message : { 0: JSON.stringify({ subsystem }), 1: message };
      const fields = typeof own === 'string' ? { 0: own } : own;
      return (
        reader.line(JSON.stringify({ ...fields, _meta: { logLevelName: 'ERROR', date: time }, time }))?.evidence ?? []
      );
    });
    return saidAt(told.reduce(advance, STARTED), second);
  };
  const TOLD = ['whatsapp sends_fail alert'];

  test.each<[string, readonly Said[], number, readonly string[]]>([
    [
      'while it is up',
      [
        [100, ...LOGIN],
        [200, null, UNSENT],
      ],
      201,
      TOLD,
    ],
    [
      'in the words of a tool',
      [
        [100, ...LOGIN],
        [200, 'tools', `message failed: ${UNSENT}`],
      ],
      201,
      TOLD,
    ],
    [
      'in the answer to a request',
      [
        [100, ...LOGIN],
        [200, 'ws', `⇄ res ✗ send 3ms errorCode=UNAVAILABLE errorMessage=Error: ${UNSENT}`],
      ],
      201,
      TOLD,
    ],
    [
      'without its account',
      [
        [100, ...LOGIN],
        [200, 'whatsapp', NOBODY],
      ],
      201,
      TOLD,
    ],
    [
      'an hour later',
      [
        [100, ...LOGIN],
        [200, null, UNSENT],
      ],
      200 + 3_600,
      [],
    ],
    [
      'and before that hour is over',
      [
        [100, ...LOGIN],
        [200, null, UNSENT],
      ],
      199 + 3_600,
      TOLD,
    ],
    [
      'while it was lost',
      [
        [100, ...LOGIN],
        [200, ...LOST],
        [201, null, UNSENT],
        [203, ...LOGIN],
      ],
      300,
      [],
    ],
    [
      'right behind its login',
      [
        [100, ...LOGIN],
        [129, null, UNSENT],
      ],
      300,
      [],
    ],
    ['before it is heard of', [[200, null, UNSENT]], 300, []],
    [
      'and then it has made another connection',
      [
        [100, ...LOGIN],
        [200, null, UNSENT],
        [300, ...LOST],
        [303, ...LOGIN],
      ],
      400,
      [],
    ],
    [
      'of an account that is not up',
      [
        [100, ...LOGIN],
        [200, null, `${NOBODY} (account: work). x`],
      ],
      300,
      [],
    ],
    [
      'in the words of the command line',
      [
        [100, ...LOGIN],
        [200, null, `GatewayClientRequestError: Error: ${UNSENT}`],
      ],
      300,
      [],
    ],
    [
      'in words that quote it',
      [
        [100, ...LOGIN],
        [200, 'agent', `why do I read ${NOBODY}?`],
      ],
      300,
      [],
    ],
  ])('%s', (_, lines, second, expected) => expect(said(lines, second)).toEqual(expected));

  test('is told from half a minute after its login on, for an hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7_200 }), fc.integer({ min: 0, max: 7_200 }), (waited, later) => {
        const found = said(
          [
            [100, ...LOGIN],
            [100 + waited, null, UNSENT],
          ],
          100 + waited + later,
        );
        expect(found).toEqual(waited >= 30 && later < 3_600 ? TOLD : []);
      }),
    );
  });
});
