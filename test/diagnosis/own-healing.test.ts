/** Gateways that show the state of their links, heal them by themselves, and let one be restarted alone. */
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, GatewayFact, LinkFact, ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY, type DiagnosisPolicy } from '../../src/diagnosis/policy.ts';
import { initialState } from '../../src/diagnosis/state.ts';

const MINUTE = 60_000;
const PROCESS: ProcessSeen = { pid: 100, startTime: 1, startedAt: 0 };
const POLICY: DiagnosisPolicy = {
  ...DEFAULT_POLICY,
  ownHealingMs: 3 * MINUTE,
  connectMs: 3 * MINUTE,
  linkRestarts: { most: 2, windowMs: 30 * MINUTE },
};

type Told = readonly [minute: number, link: string | null, fact: LinkFact | GatewayFact];
const evidence = ([minute, link, fact]: Told): Evidence =>
  ({ at: minute * MINUTE, source: 'lifeline', text: fact.kind, link, fact }) as Evidence;

const stateAfter = (told: readonly Told[]) =>
  [[0, null, { kind: 'process', process: PROCESS }] as const, ...told]
    .map((each) => evidence(each))
    .reduce(advance, initialState);
/** `condition/cause/remedy` of the gateway and of each link. */
const verdictsAt = (minute: number, told: readonly Told[], policy = POLICY): Readonly<Record<string, string>> =>
  Object.fromEntries(
    judge(stateAfter(told), { gateway: 'main', policy, now: minute * MINUTE, links: null }).verdicts.map(
      ({ link, condition, cause, remedy }) => [link ?? 'gateway', `${condition}/${cause}/${remedy}`],
    ),
  );

const open: LinkFact = { kind: 'link-open', content: true };
const login: LinkFact = { kind: 'link-login' };
const lost: LinkFact = { kind: 'link-lost', reason: 'disconnected' };
const treated: LinkFact = { kind: 'link-treated' };
const closed: LinkFact = { kind: 'link-closed' };
const off: LinkFact = { kind: 'link-closed', wanted: true };

describe('a link that the gateway shows', () => {
  it.each<[string, number, readonly Told[], string]>([
    ['is on its way for three minutes', 2.9, [[0.1, 'feishu', open]], 'connecting/start_in_progress/wait'],
    [
      'is deaf after that, whatever the gateway thinks',
      3.2,
      [[0.1, 'feishu', open]],
      'deaf/no_login_after_start/restart_link',
    ],
    [
      'is up with a login',
      9,
      [
        [0.1, 'feishu', open],
        [1, 'feishu', login],
      ],
      'up/fine/none',
    ],
    [
      'that was lost is the gateway’s own to heal for three minutes, though QQ has but two',
      3.9,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', lost],
      ],
      'reconnecting/lost_within_grace/wait',
    ],
    [
      'is restarted alone after that',
      4.1,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', lost],
      ],
      'down/no_login_after_loss/restart_link',
    ],
    [
      'with an account of its own has the grace of its platform',
      5.9,
      [
        [0.1, 'feishu:work', login],
        [1, 'feishu:work', lost],
      ],
      'reconnecting/lost_within_grace/wait',
    ],
    [
      'that gave up is restarted alone at once',
      1.1,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', { kind: 'link-gave-up' }],
      ],
      'gave_up/attempts_exhausted/restart_link',
    ],
    [
      'that was restarted alone once is restarted alone once more',
      9,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', lost],
        [4, 'qqbot', treated],
        [4, 'qqbot', open],
      ],
      'deaf/no_login_after_start/restart_link',
    ],
    [
      'after two such restarts in half an hour needs the gateway’s',
      14,
      [
        [0.1, 'qqbot', login],
        [4, 'qqbot', treated],
        [8, 'qqbot', treated],
        [8.1, 'qqbot', open],
      ],
      'deaf/no_login_after_start/restart',
    ],
    [
      'after two long ago is restarted alone again',
      60,
      [
        [0.1, 'qqbot', treated],
        [8, 'qqbot', treated],
        [50, 'qqbot', open],
      ],
      'deaf/no_login_after_start/restart_link',
    ],
    [
      'that the gateway’s brake keeps off is restarted alone at once',
      1.1,
      [[1, 'qqbot', { kind: 'link-held', reason: 'breaker' }]],
      'down/held_by_breaker/restart_link',
    ],
    [
      'is held no more once it is started',
      1.2,
      [
        [1, 'qqbot', { kind: 'link-held', reason: 'breaker' }],
        [1.1, 'qqbot', open],
      ],
      'connecting/start_in_progress/wait',
    ],
    [
      'that somebody stopped is let alone',
      60,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', closed],
      ],
      'disabled/not_configured/none',
    ],
    [
      'that Lifeline stopped and could not start is ill',
      5,
      [
        [0.1, 'qqbot', login],
        [4, 'qqbot', treated],
        [4.1, 'qqbot', closed],
      ],
      'down/no_login_after_start/restart_link',
    ],
    [
      'and needs the gateway’s restart when that failed twice',
      9,
      [
        [3, 'qqbot', treated],
        [4, 'qqbot', treated],
        [4.1, 'qqbot', closed],
      ],
      'down/no_login_after_start/restart',
    ],
    [
      'that somebody stops long after is let alone',
      60,
      [
        [4, 'qqbot', treated],
        [5, 'qqbot', login],
        [6, 'qqbot', closed],
      ],
      'disabled/not_configured/none',
    ],
    [
      'that was lost and then stopped, by whomever, is restarted: it may be the end of what was lost',
      60,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', lost],
        [2, 'qqbot', closed],
      ],
      'down/no_login_after_loss/restart_link',
    ],
    [
      'that was lost and then switched off is let alone',
      60,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', lost],
        [2, 'qqbot', off],
      ],
      'disabled/not_configured/none',
    ],
    [
      'that gave up and was then switched off is let alone',
      60,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', { kind: 'link-gave-up' }],
        [2, 'qqbot', off],
      ],
      'disabled/not_configured/none',
    ],
    [
      'that was refused and then switched off is let alone',
      60,
      [
        [1, 'qqbot', { kind: 'link-rejected', reason: 'banned' }],
        [2, 'qqbot', off],
      ],
      'disabled/not_configured/none',
    ],
    [
      'that is switched on again is on its way',
      61,
      [
        [0.1, 'qqbot', login],
        [1, 'qqbot', lost],
        [2, 'qqbot', off],
        [60, 'qqbot', open],
      ],
      'connecting/start_in_progress/wait',
    ],
    [
      'that the platform refuses is told',
      2,
      [[1, 'qqbot', { kind: 'link-rejected', reason: 'banned' }]],
      'rejected/platform_refuses/alert',
    ],
  ])('%s', (_what, minute, told, expected) => expect(verdictsAt(minute, told)[told[0]?.[1] ?? '']).toBe(expected));

  it('is restarted with the gateway where that offers nothing else', () => {
    expect(
      verdictsAt(
        6,
        [
          [0.1, 'qqbot', login],
          [1, 'qqbot', lost],
        ],
        DEFAULT_POLICY,
      )['qqbot'],
    ).toBe('down/no_login_after_loss/restart');
  });

  it('forgets all that was before its own restart, but how often it was lost, with the first word of it', () => {
    const link = stateAfter([
      [0.1, 'qqbot', login],
      [1, 'qqbot', lost],
      [4, 'qqbot', treated],
      [4.1, 'qqbot', open],
    ]).links.get('qqbot');
    expect(link).toMatchObject({ proof: null, loss: null, closed: null, loginsVisible: true, awaited: false });
    expect(link?.losses).toHaveLength(1);
    expect(link?.treated).toHaveLength(1);
  });

  it('that nothing is heard of since its own restart is as ill as before', () => {
    const told: Told[] = [
      [0.1, 'qqbot', login],
      [1, 'qqbot', lost],
      [4, 'qqbot', treated],
    ];
    expect(verdictsAt(4.5, told)['qqbot']).toBe('down/no_login_after_loss/restart_link');
    expect(verdictsAt(9, [...told, [8, 'qqbot', treated]])['qqbot']).toBe('down/no_login_after_loss/restart');
  });

  it('that goes on as it was before its own restart is as ill as before: nothing was restarted', () => {
    expect(
      verdictsAt(6, [
        [0.1, 'feishu', open],
        [5, 'feishu', treated],
        [0.1, 'feishu', open],
      ])['feishu'],
    ).toBe('deaf/no_login_after_start/restart_link');
  });

  it('keeps in mind over a restart of the gateway how often it was restarted alone', () => {
    const after = stateAfter([
      [4, 'qqbot', treated],
      [5, null, { kind: 'gateway-starting' }],
    ]);
    expect(after.links.get('qqbot')?.treated).toHaveLength(1);
  });
});

describe('a configuration that is not what runs', () => {
  const doubt = (which: 'reverted' | 'not_taken'): GatewayFact => ({
    kind: 'config-doubt',
    doubt: which,
    reason: 'gateway.port',
  });
  it.each<[string, readonly Told[], string]>([
    [
      'is told when the gateway went back to an older copy',
      [[1, null, doubt('reverted')]],
      'misconfigured/config_reverted/alert',
    ],
    [
      'is told when the gateway does not take it',
      [[1, null, doubt('not_taken')]],
      'misconfigured/config_not_taken/alert',
    ],
    [
      'is told for as long as that is so, restarts or not',
      [
        [1, null, doubt('reverted')],
        [2, null, { kind: 'gateway-starting' }],
        [2.1, null, { kind: 'gateway-ready' }],
        [2.2, null, { kind: 'process', process: { pid: 200, startTime: 2, startedAt: 2 * MINUTE } }],
      ],
      'misconfigured/config_reverted/alert',
    ],
    [
      'is well once it is taken',
      [
        [1, null, doubt('not_taken')],
        [2, null, { kind: 'config-taken' }],
      ],
      'healthy/fine/none',
    ],
    [
      'is well once it was edited back, of which the gateway says nothing',
      [
        [1, null, doubt('not_taken')],
        [2, null, { kind: 'config-taken', silently: true }],
      ],
      'healthy/fine/none',
    ],
    [
      'is not well for the edit that the gateway refused',
      [
        [1, null, doubt('not_taken')],
        [0.9, null, { kind: 'config-taken', silently: true }],
      ],
      'misconfigured/config_not_taken/alert',
    ],
    [
      'is not well for the copy that the gateway itself wrote',
      [
        [1, null, doubt('reverted')],
        [2, null, { kind: 'config-taken', silently: true }],
      ],
      'misconfigured/config_reverted/alert',
    ],
    [
      'is no reason not to start a gateway that is gone',
      [
        [0.5, null, { kind: 'gateway-ready' }],
        [1, null, doubt('not_taken')],
        [2, null, { kind: 'process', process: null }],
      ],
      'stopped/process_gone/start',
    ],
  ])('%s', (_what, told, expected) => expect(verdictsAt(10, told)['gateway']).toBe(expected));

  it('leaves the links their own state', () => {
    expect(
      verdictsAt(10, [
        [1, null, doubt('not_taken')],
        [1, 'qqbot', login],
        [2, 'qqbot', lost],
      ])['qqbot'],
    ).toBe('down/no_login_after_loss/restart_link');
  });
});

describe('a check of the operator’s own', () => {
  const check = (ok: boolean, remedy: 'restart' | 'alert' = 'restart', name = 'http'): GatewayFact => ({
    kind: 'check',
    check: name,
    ok,
    graceMs: MINUTE,
    remedy,
  });
  const anew = (minute: number): readonly Told[] => [
    [minute, null, { kind: 'process', process: { pid: 900, startTime: 9_000, startedAt: minute * MINUTE } }],
    [minute, null, { kind: 'gateway-starting' }],
    [minute + 0.1, null, { kind: 'gateway-ready' }],
  ];
  it.each<[string, number, readonly Told[], string]>([
    ['that passes says nothing', 9, [[5, null, check(true)]], 'healthy/fine/none'],
    ['may fail for as long as it was told', 5.9, [[5, null, check(false)]], 'healthy/check_fails/wait'],
    ['makes the gateway unwell after that', 6.1, [[5, null, check(false)]], 'unwell/check_fails/restart'],
    [
      'is dated by the first failure of a row',
      6.1,
      [
        [5, null, check(false)],
        [5.5, null, check(false)],
        [6, null, check(false)],
      ],
      'unwell/check_fails/restart',
    ],
    [
      'begins anew after it has passed',
      6.1,
      [
        [5, null, check(false)],
        [5.5, null, check(true)],
        [6, null, check(false)],
      ],
      'healthy/check_fails/wait',
    ],
    [
      'is only told where that is what was asked for',
      6.1,
      [[5, null, check(false, 'alert')]],
      'unwell/check_fails/alert',
    ],
    [
      'restarts when another one does',
      6.1,
      [
        [5, null, check(false, 'alert')],
        [5, null, check(false, 'restart', 'tcp')],
      ],
      'unwell/check_fails/restart',
    ],
    ['does not hurry a gateway that has just started', 2.9, [[0.5, null, check(false)]], 'healthy/check_fails/wait'],
    ['of an earlier life is waited for', 6.1, [[1, null, check(false)], ...anew(5)], 'healthy/check_fails/wait'],
    [
      'of an earlier life that has its time still has not succeeded yet',
      20,
      [[1, null, check(false)], ...anew(5), [5.2, null, { ...check(true), early: true } as GatewayFact]],
      'healthy/check_fails/wait',
    ],
    [
      'of an earlier life is over with its first success',
      6.1,
      [
        [1, null, check(false)],
        ...anew(5),
        [5.2, null, { ...check(true), early: true } as GatewayFact],
        [6, null, check(true)],
      ],
      'healthy/fine/none',
    ],
    [
      'of an earlier life that fails again is judged as one of this',
      8.1,
      [[1, null, check(false)], ...anew(5), [5.2, null, check(false)]],
      'unwell/check_fails/restart',
    ],
    [
      'of an earlier life that is not asked any more owes nothing after the time of a start',
      9,
      [[1, null, check(false)], ...anew(5)],
      'healthy/fine/none',
    ],
  ])('%s', (_what, minute, told, expected) => expect(verdictsAt(minute, told)['gateway']).toBe(expected));

  it('of a gateway whose process cannot be seen is judged all the same', () => {
    const state = [evidence([5, null, check(false)])].reduce(advance, initialState);
    expect(judge(state, { gateway: 'main', policy: POLICY, now: 7 * MINUTE, links: null }).verdicts[0]).toMatchObject({
      condition: 'unwell',
      remedy: 'restart',
    });
  });
});
