import { describe, expect, it } from 'vitest';
import type { Missing, Step, Treatment } from '../../src/healing/treatment.ts';
import { killBrakeUntil } from '../../src/healing/brakes.ts';
import { isWorthNextStep, planSteps, type StepOrderInput } from '../../src/healing/step-order.ts';

const stepsOf = (
  remedy: Treatment,
  condition: StepOrderInput['condition'] = 'healthy',
  graceful = true,
): readonly Step[] => planSteps({ remedy, condition, graceful, mayKill: true, blocked: false });

describe('the steps', () => {
  it.each<[string, readonly Step[], readonly Step[]]>([
    ['a restart', stepsOf('restart'), ['graceful', 'supervisor', 'hard']],
    ['a restart of what cannot be asked', stepsOf('restart', 'healthy', false), ['supervisor', 'hard']],
    ['a restart of a frozen gateway, which hears nothing', stepsOf('restart', 'frozen'), ['hard']],
    [
      'a restart of one without an executor, which can end no turn',
      stepsOf('restart', 'broken_executor'),
      ['supervisor', 'hard'],
    ],
    ['a restart of one whose stop hangs', stepsOf('restart', 'stopping'), ['graceful', 'supervisor', 'hard']],
    ['a start', stepsOf('start', 'stopped'), ['supervisor', 'hard']],
    ['a start of what was frozen', stepsOf('start', 'frozen'), ['supervisor', 'hard']],
    ['a stop', stepsOf('stop'), ['supervisor', 'hard']],
    ['a stop of a frozen gateway', stepsOf('stop', 'frozen'), ['supervisor', 'hard']],
    ['the end of a process beside the gateway', stepsOf('end_process', 'duplicate'), ['end']],
    [
      'the end of a process that keeps the gateway from its start',
      planSteps({ remedy: 'end_process', condition: 'unknown', graceful: false, mayKill: true, blocked: true }),
      ['end', 'supervisor', 'hard'],
    ],
    ['a restart of a link alone', stepsOf('restart_link'), ['link']],
    [
      'a restart, where one more kill would be one too many',
      planSteps({ remedy: 'restart', condition: 'healthy', graceful: false, mayKill: false, blocked: false }),
      ['supervisor'],
    ],
    [
      'a restart of a frozen one, where it would be',
      planSteps({ remedy: 'restart', condition: 'frozen', graceful: false, mayKill: false, blocked: false }),
      ['supervisor'],
    ],
    [
      'a start, where it would be',
      planSteps({ remedy: 'start', condition: 'stopped', graceful: false, mayKill: false, blocked: false }),
      ['supervisor'],
    ],
    [
      'a stop, where it would be: what is to stay down trips no brake',
      planSteps({ remedy: 'stop', condition: 'healthy', graceful: false, mayKill: false, blocked: false }),
      ['supervisor', 'hard'],
    ],
  ])('of %s', (_what, steps, expected) => expect(steps).toEqual(expected));

  it('that is to bring the gateway about, or to stop it, always ends with the hardest step, and has none twice', () => {
    for (const remedy of ['start', 'restart', 'stop', 'end_process'] as const) {
      for (const condition of [
        'healthy',
        'frozen',
        'broken_executor',
        'stopped',
        'crash_looping',
        'unknown',
      ] as const) {
        for (const graceful of [true, false]) {
          const steps = planSteps({ remedy, condition, graceful, mayKill: true, blocked: true });
          expect(steps.at(-1)).toBe('hard');
          expect(new Set(steps).size).toBe(steps.length);
        }
      }
    }
  });
});

it.each<[string, readonly Missing[], boolean]>([
  ['no process came', [{ what: 'process' }], true],
  ['it is the old one', [{ what: 'new_process' }], true],
  ['it is not ready', [{ what: 'ready' }], true],
  ['it is another user', [{ what: 'right_user' }], true],
  ['it holds too much: a harder restart would not change that', [{ what: 'memory' }], false],
  ['it still runs', [{ what: 'stopped' }], true],
  ['a link did not log in: no harder restart helps', [{ what: 'login', link: 'qqbot' }], false],
  [
    'no link logged in',
    [
      { what: 'login', link: 'qqbot' },
      { what: 'login', link: 'feishu' },
    ],
    false,
  ],
  ['it is not ready and a link is out', [{ what: 'ready' }, { what: 'login', link: 'qqbot' }], true],
  ['nothing', [], false],
])('the next step is worth taking when %s', (_what, missing, worth) => expect(isWorthNextStep(missing)).toBe(worth));

describe('the brake on kills', () => {
  const KILLS = { most: 2, windowMs: 300_000 };
  const NOW = 1_000_000;
  it.each<[string, readonly number[], number | null]>([
    ['none yet', [], null],
    ['one', [NOW - 10], null],
    ['two within the window: until the first of them leaves it', [NOW - 200_000, NOW - 100_000], NOW + 100_000],
    ['two, the older outside', [NOW - 300_001, NOW - 100_000], null],
    ['three, in any order', [NOW - 50_000, NOW - 250_000, NOW - 150_000], NOW + 150_000],
    ['in the future, by a clock that was set back', [NOW + 1, NOW + 2], null],
  ])('%s', (_what, ends, until) => expect(killBrakeUntil(ends, KILLS, NOW)).toBe(until));

  it('is none of a gateway that has none', () => expect(killBrakeUntil([NOW, NOW, NOW, NOW], null, NOW)).toBeNull());
});
