import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/healing/decision.ts';
import type { Incident, Notice, Severity } from '../../src/incidents/incident.ts';
import { hold as holdNotice, quietHold, type Hold } from '../../src/notify/hold.ts';
import { createStory, failed, gateway, hold, link, MINUTE, tell, TREAT, WELL, T0 } from '../incidents/helpers.ts';

const QUIET = { from: 23 * 60, to: 7 * 60 };
const NIGHT = Date.parse('2026-11-21T02:00:00+08:00');
const MORNING = Date.parse('2026-11-21T07:00:00+08:00');
const DAY = Date.parse('2026-11-21T12:00:00+08:00');

const incident = (severity: Severity = 'critical', change: Partial<Incident> = {}): Incident => {
  const [{ incident: opened }] = createStory().judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down')) as [Notice];
  return { ...opened, severity, ...change };
};

const notice = (kind: Notice['kind'], decision: Decision, severity: Severity): Notice => {
  const about = { incident: incident(severity) };
  switch (kind) {
    case 'recovered':
    case 'out_of_budget':
      return { kind, ...about };
    case 'treatment_failed':
      return { kind, ...about, decision, result: failed(T0, []) };
    case 'opened':
    case 'again':
    case 'needs_operator':
    case 'reminder':
      return { kind, ...about, decision };
  }
};

const untilMorning: Hold = { until: MORNING, why: 'quiet' };
const healing: Hold = { until: NIGHT + 15 * MINUTE, why: 'quiet' };

describe('in the quiet hours', () => {
  test.each<[Notice['kind'], Severity, Decision, Hold | null]>([
    ['opened', 'critical', TREAT, healing],
    ['opened', 'critical', hold('pause', NIGHT + 60 * MINUTE), healing],
    ['opened', 'critical', hold('storm_brake'), healing],
    ['opened', 'critical', hold('treatment_running'), healing],
    ['opened', 'critical', hold('stop_in_progress'), null],
    ['opened', 'critical', hold('update_in_progress'), null],
    ['opened', 'critical', hold('maintenance'), null],
    ['opened', 'critical', tell('heal_ask'), null],
    ['opened', 'critical', tell('heal_off'), null],
    ['opened', 'critical', tell('not_curable'), null],
    ['opened', 'critical', tell('out_of_budget'), null],
    ['opened', 'critical', WELL, null],
    ['opened', 'warning', TREAT, untilMorning],
    ['opened', 'warning', tell('not_curable'), untilMorning],
    ['again', 'critical', TREAT, healing],
    ['again', 'critical', tell('heal_ask'), null],
    ['again', 'warning', TREAT, untilMorning],
    ['treatment_failed', 'critical', TREAT, healing],
    ['treatment_failed', 'critical', hold('pause'), healing],
    ['treatment_failed', 'critical', tell('not_curable'), null],
    ['treatment_failed', 'warning', tell('not_curable'), untilMorning],
    ['needs_operator', 'critical', tell('heal_ask'), null],
    ['needs_operator', 'warning', tell('heal_ask'), untilMorning],
    ['out_of_budget', 'critical', TREAT, null],
    ['out_of_budget', 'warning', TREAT, untilMorning],
    ['reminder', 'critical', TREAT, null],
    ['reminder', 'warning', TREAT, untilMorning],
    ['recovered', 'critical', WELL, untilMorning],
    ['recovered', 'warning', WELL, untilMorning],
  ])('%s (%s), while %j', (kind, severity, decision, expected) => {
    expect(quietHold(notice(kind, decision, severity), QUIET, NIGHT)).toEqual(expected);
    expect(quietHold(notice(kind, decision, severity), QUIET, DAY)).toBeNull();
    expect(quietHold(notice(kind, decision, severity), null, NIGHT)).toBeNull();
  });

  test('what heals itself waits no longer than the quiet hours last', () => {
    expect(quietHold(notice('opened', TREAT, 'critical'), QUIET, MORNING - 5 * MINUTE)).toEqual(untilMorning);
  });
});

describe('with several gateways', () => {
  const of = (one: Notice, gateways: number, quiet: typeof QUIET | null = null) =>
    holdNotice(one, { quiet, gateways }, NIGHT).holds;
  const network: Notice = {
    kind: 'opened',
    decision: WELL,
    incident: incident('critical', {
      verdict: { ...incident().verdict, link: null, condition: 'network_down', cause: 'network_unreachable' },
    }),
  };

  test.each<[string, Notice, number, readonly Hold[]]>([
    [
      'an alert waits for those of the others',
      notice('opened', TREAT, 'critical'),
      2,
      [{ until: NIGHT + 3_000, why: 'gathering' }],
    ],
    ['a lost network takes longer to be noticed everywhere', network, 2, [{ until: NIGHT + 20_000, why: 'network' }]],
    [
      'a recovery waits as well',
      notice('recovered', WELL, 'critical'),
      3,
      [{ until: NIGHT + 3_000, why: 'gathering' }],
    ],
    [
      'that of the network as its alert did',
      { kind: 'recovered', incident: network.incident },
      2,
      [{ until: NIGHT + 20_000, why: 'network' }],
    ],
    ['what comes later in an incident does not', notice('out_of_budget', TREAT, 'critical'), 2, []],
    ['nor does a reminder', notice('reminder', TREAT, 'critical'), 2, []],
    ['with one gateway nothing waits', notice('opened', TREAT, 'critical'), 1, []],
    ['nor does the network', network, 1, []],
  ])('%s', (_what, one, gateways, expected) => {
    expect(of(one, gateways)).toEqual(expected);
  });

  test('in the quiet hours there are two reasons to wait', () => {
    expect(of(notice('opened', TREAT, 'critical'), 2, QUIET)).toEqual([
      healing,
      { until: NIGHT + 3_000, why: 'gathering' },
    ]);
  });
});
