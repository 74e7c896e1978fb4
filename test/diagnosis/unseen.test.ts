/** A gateway of which no process is ever looked for: a log and links are all that tells of it. */
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import { judge, type Judgement } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState } from '../../src/diagnosis/state.ts';
import { genericKind } from '../../src/gateways/generic/generic.ts';
import type { GenericSettings } from '../../src/gateways/generic/settings.ts';
import { decide } from '../../src/healing/decision.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { DEFAULT_INCIDENT_POLICY } from '../incidents/default-policy.ts';
import { stepIncidents } from '../../src/incidents/step.ts';
import { policyForKind } from '../../src/monitor/gateway/policy-for-kind.ts';
import { NOTHING } from '../gateways/generic/settings.ts';
import { at, TEN } from './story.ts';

const LINKS = { tg: { up: 'LOGIN', lost: 'LOST', gave_up: 'GIVEUP', traffic: 'MESSAGE' } };
const STAGES = { starting: 'STARTING', ready: 'READY', stopping: 'STOPPING', fatal: 'FATAL' };

/** `[second, line]`. */
type Story = readonly (readonly [number, string])[];

const judgedAt = (story: Story, seconds: number, settings: Partial<GenericSettings> = {}): Judgement => {
  const kind = genericKind({
    name: 'g2',
    kind: 'generic',
    home: '/srv/g',
    command: [],
    unit: null,
    supervisor: 'auto',
    generic: { ...NOTHING, logs: [{ path: 'g.log', format: 'iso', dateOrder: null }], links: LINKS, ...settings },
  });
  const reader = kind.newLogReader('g.log');
  const state = story
    .filter(([second]) => second <= seconds)
    .flatMap(([second, words]) => reader.line(`${new Date(at(second)).toISOString()} ${words}`)?.evidence ?? [])
    .reduce(advance, initialState);
  return judge(state, {
    gateway: 'g2',
    policy: policyForKind({ ...DEFAULT_POLICY, defaultLinkGraceMs: 5_000 }, kind),
    now: at(seconds),
    links: null,
  });
};

const said = (judgement: Judgement): readonly string[] =>
  judgement.verdicts.map(({ condition, cause }) => `${condition}/${cause}`);

const OUT: Story = [
  [0, 'LOGIN'],
  [10, 'GIVEUP'],
  [22, 'LOGIN'],
];

describe('a gateway of which no process is ever looked for', () => {
  it.each<[string, Story, number, readonly string[]]>([
    ['of which nothing was heard is unknown', [], 1, ['unknown/no_evidence']],
    [
      'of which only a loss was heard is unknown',
      [[0, 'LOST']],
      1,
      ['unknown/no_evidence', 'reconnecting/lost_within_grace'],
    ],
    ['is well when it has logged in', OUT, 1, ['healthy/fine', 'up/fine']],
    ['is well when messages come', [[0, 'MESSAGE']], 1, ['healthy/fine', 'up/fine']],
    ['has a link that gave up', OUT, 11, ['healthy/fine', 'gave_up/attempts_exhausted']],
    ['is well when that has logged in again', OUT, 23, ['healthy/fine', 'up/fine']],
  ])('%s', (_what, story, seconds, expected) => expect(said(judgedAt(story, seconds))).toEqual(expected));

  it.each<[string, Story, number, string]>([
    ['starts until it has logged in', [[0, 'STARTING']], 9, 'starting/start_in_progress'],
    [
      'is up when it has logged in, whatever its log calls ready',
      [
        [0, 'STARTING'],
        [9, 'LOGIN'],
      ],
      600,
      'healthy/fine',
    ],
    [
      'is let stop, though messages still come',
      [
        [0, 'LOGIN'],
        [10, 'STOPPING'],
        [12, 'MESSAGE'],
      ],
      20,
      'stopping/stop_in_progress',
    ],
    [
      'is up again when it has logged in after its stop',
      [
        [0, 'LOGIN'],
        [10, 'STOPPING'],
        [60, 'LOGIN'],
      ],
      61,
      'healthy/fine',
    ],
    [
      'is up again when it works on long after the words of a stop',
      [
        [0, 'LOGIN'],
        [10, 'STOPPING'],
        [300, 'MESSAGE'],
      ],
      301,
      'healthy/fine',
    ],
    [
      'refuses its configuration',
      [
        [0, 'LOGIN'],
        [10, 'FATAL'],
      ],
      500,
      'misconfigured/config_rejected',
    ],
    [
      'has taken its configuration when it has logged in since',
      [
        [0, 'LOGIN'],
        [10, 'FATAL'],
        [500, 'LOGIN'],
      ],
      501,
      'healthy/fine',
    ],
  ])('with words for its stages, %s', (_what, story, seconds, expected) =>
    expect(said(judgedAt(story, seconds, STAGES))[0]).toBe(expected),
  );

  it('is well since it was first heard of, however often messages come', () => {
    const since = (seconds: number): number | undefined =>
      judgedAt(
        [
          [0, 'LOGIN'],
          [50, 'MESSAGE'],
          [90, 'MESSAGE'],
        ],
        seconds,
      ).verdicts[0]?.since;
    expect([since(1), since(60), since(99)]).toEqual([TEN, TEN, TEN]);
  });

  it('has incidents that end, and are told to be over', () => {
    const notices: string[] = [];
    let incidents: readonly Incident[] = [];
    for (let second = 1; second < 200; second += 1) {
      const { verdicts } = judgedAt(OUT, second);
      const now = at(second);
      const decision = decide({
        verdicts,
        isTreatable: false,
        mode: 'off',
        budget: { perHour: 3, perDay: 8, pausesMs: [0] },
        restarts: [],
        starts: [],
        killBrakeUntil: null,
        treatmentRunning: false,
        maintenanceUntil: null,
        last: { gateway: null, links: new Map() },
        now,
      });
      const known = {
        open: incidents.filter(({ closedAt }) => closedAt === null),
        closed: incidents.filter(({ closedAt }) => closedAt !== null),
      };
      const step = stepIncidents(
        known,
        { kind: 'judged', gateway: 'g2', verdicts, decision, silent: false },
        DEFAULT_INCIDENT_POLICY,
        now,
        incidents.length + 1,
      );
      incidents = [
        ...incidents.filter(({ id }) => !step.incidents.some((changed) => changed.id === id)),
        ...step.incidents,
      ];
      notices.push(...step.notices.map(({ kind }) => `${second} ${kind}`));
    }
    expect(notices).toEqual(['10 opened', '82 recovered']);
  });
});
