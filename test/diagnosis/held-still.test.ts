/** A gateway that runs, and that somebody holds still, or whose keeper cannot be asked. */
import { describe, expect, it } from 'vitest';
import type { GatewayFact } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { at, healthyStart, noProcess, process, tell, type Chapter } from './story.ts';

const paused = (isPaused: boolean): GatewayFact => ({ kind: 'paused', paused: isPaused });
const silent = (isSilent: boolean): GatewayFact => ({ kind: 'keeper-silent', silent: isSilent });
const halted = (isHalted: boolean): GatewayFact => ({ kind: 'halted', halted: isHalted });
const alive: GatewayFact = { kind: 'loop', pid: 100, state: 'alive' };
const wedged: GatewayFact = { kind: 'loop', pid: 100, state: 'wedged' };

const verdicts = (story: readonly Chapter[], seconds: number): readonly string[] =>
  judge(tell([...healthyStart(), ...story]), {
    gateway: 'main',
    policy: DEFAULT_POLICY,
    now: at(seconds),
    links: null,
  }).verdicts.map(({ condition, cause, remedy }) => `${condition}/${cause}/${remedy}`);

describe('a gateway that somebody holds still', () => {
  it.each<[string, readonly Chapter[], number, string]>([
    [
      'for a moment, as a copy of its container does, is waited for',
      [[100, paused(true)]],
      109,
      'paused/held_still/wait',
    ],
    ['is told, and never let go or restarted', [[100, paused(true)]], 110, 'paused/held_still/alert'],
    [
      'is dated by the first sight of it',
      [
        [100, paused(true)],
        [500, paused(true)],
      ],
      501,
      'paused/held_still/alert',
    ],
    [
      'is not frozen, though its loop does not answer',
      [
        [100, paused(true)],
        [200, wedged],
      ],
      300,
      'paused/held_still/alert',
    ],
    [
      'is well when it goes on',
      [
        [100, paused(true)],
        [200, paused(false)],
      ],
      201,
      'healthy/fine/none',
    ],
    [
      'is not frozen the moment it goes on',
      [
        [100, paused(true)],
        [150, wedged],
        [200, paused(false)],
        [205, wedged],
      ],
      210,
      'healthy/fine/none',
    ],
    [
      'is frozen when its loop does not answer for long after that',
      [
        [100, paused(true)],
        [200, paused(false)],
        [205, wedged],
      ],
      300,
      'frozen/loop_not_answering/restart',
    ],
    [
      'is gone when it was killed meanwhile',
      [
        [100, paused(true)],
        [120, noProcess],
      ],
      121,
      'stopping/stop_in_progress/wait',
    ],
    [
      'and whose next process runs, is well',
      [
        [100, paused(true)],
        [120, noProcess],
        [121, process(200, 121)],
      ],
      122,
      'healthy/fine/none',
    ],
  ])('%s', (_what, story, seconds, expected) => expect(verdicts(story, seconds)[0]).toBe(expected));

  const ill: GatewayFact = { kind: 'check', check: 'log "poll"', ok: false, graceMs: 20_000, remedy: 'restart' };
  it.each<[string, readonly Chapter[], number, string]>([
    [
      'had no check answered while it was held, and is well when it goes on',
      [
        [100, paused(true)],
        [105, ill],
        [150, paused(false)],
      ],
      151,
      'healthy/fine/none',
    ],
    [
      'has its time before a check counts that fails when it goes on',
      [
        [100, paused(true)],
        [150, paused(false)],
        [151, ill],
      ],
      239,
      'healthy/check_fails/wait',
    ],
    [
      'is unwell when that check fails for long',
      [
        [100, paused(true)],
        [150, paused(false)],
        [151, ill],
      ],
      240,
      'unwell/check_fails/restart',
    ],
    [
      'has its whole time to stop',
      [
        [100, 'INFO Received SIGTERM — initiating shutdown'],
        [101, paused(true)],
        [400, paused(false)],
      ],
      579,
      'stopping/stop_in_progress/wait',
    ],
  ])('%s', (_what, story, seconds, expected) => expect(verdicts(story, seconds)[0]).toBe(expected));

  it.each<[string, readonly Chapter[], number, string]>([
    ['for a moment, as by Ctrl-Z, is waited for', [[100, halted(true)]], 109, 'paused/stopped_by_signal/wait'],
    [
      'is told, dated by the first sight of it',
      [
        [100, halted(true)],
        [105, halted(true)],
      ],
      110,
      'paused/stopped_by_signal/alert',
    ],
    [
      'is well when it goes on',
      [
        [100, halted(true)],
        [200, halted(false)],
      ],
      201,
      'healthy/fine/none',
    ],
    [
      'has its loop to say that it is frozen',
      [
        [90, alive],
        [100, halted(true)],
      ],
      160,
      'paused/stopped_by_signal/wait',
    ],
    [
      'is told though its loop says nothing for long',
      [
        [90, alive],
        [100, halted(true)],
      ],
      700,
      'paused/stopped_by_signal/alert',
    ],
    [
      'is frozen when its loop does not answer',
      [
        [90, alive],
        [100, halted(true)],
        [160, wedged],
      ],
      161,
      'frozen/loop_not_answering/restart',
    ],
    [
      'is unwell when a check fails',
      [
        [185, ill],
        [190, halted(true)],
      ],
      206,
      'unwell/check_fails/restart',
    ],
    [
      'and is replaced, says nothing of the next process',
      [
        [100, halted(true)],
        [120, noProcess],
        [121, process(200, 121)],
      ],
      140,
      'healthy/fine/none',
    ],
  ])('whose process a signal has stopped %s', (_what, story, seconds, expected) =>
    expect(verdicts(story, seconds)[0]).toBe(expected),
  );

  it('has links that have their whole grace when it goes on', () => {
    const story: readonly Chapter[] = [
      [200, { kind: 'link-lost', code: 1006 }],
      [201, paused(true)],
      [600, paused(false)],
    ];
    expect(verdicts(story, 719)[1]).toBe('reconnecting/lost_within_grace/wait');
    expect(verdicts(story, 720)[1]).toBe('down/no_login_after_loss/restart');
  });

  it('has links of which nothing is said', () => {
    expect(verdicts([[100, paused(true)]], 200).slice(1)).toEqual(
      verdicts([], 99)
        .slice(1)
        .map(() => 'unknown/held_still/none'),
    );
    expect(verdicts([], 99).length).toBeGreaterThan(1);
  });
});

describe('a gateway whose keeper does not answer', () => {
  it.each<[string, readonly Chapter[], number, string]>([
    ['for a moment is well', [[100, silent(true)]], 159, 'healthy/keeper_silent/wait'],
    ['is told of, and runs', [[100, silent(true)]], 160, 'unkept/keeper_silent/alert'],
    [
      'is dated by the first question that was not answered',
      [
        [100, silent(true)],
        [150, silent(true)],
      ],
      160,
      'unkept/keeper_silent/alert',
    ],
    [
      'is well when that answers again',
      [
        [100, silent(true)],
        [200, silent(false)],
      ],
      201,
      'healthy/fine/none',
    ],
    [
      'is told dead when it is',
      [
        [100, silent(true)],
        [110, noProcess],
      ],
      170,
      'stopped/process_gone/start',
    ],
    [
      'is told frozen when it is',
      [
        [100, silent(true)],
        [150, wedged],
      ],
      170,
      'frozen/loop_not_answering/restart',
    ],
  ])('%s', (_what, story, seconds, expected) => expect(verdicts(story, seconds)[0]).toBe(expected));

  it('has links of its own, in whatever state they are', () =>
    expect(verdicts([[100, silent(true)]], 200).slice(1)).toEqual(verdicts([], 200).slice(1)));
});
