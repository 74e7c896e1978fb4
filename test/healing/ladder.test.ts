import { describe, expect, it } from 'vitest';
import type { Missing, Rung, Treatment } from '../../src/healing/decision.ts';
import { isWorthClimbing, planLadder, type LadderInput } from '../../src/healing/ladder.ts';

const ladder = (remedy: Treatment, condition: LadderInput['condition'] = 'healthy', graceful = true): readonly Rung[] => planLadder({ remedy, condition, graceful, mayKill: true });

describe('the ladder', () => {
  it.each<[string, readonly Rung[], readonly Rung[]]>([
    ['a restart', ladder('restart'), ['graceful', 'supervisor', 'hard']],
    ['a restart of what cannot be asked', ladder('restart', 'healthy', false), ['supervisor', 'hard']],
    ['a restart of a frozen gateway, which hears nothing', ladder('restart', 'frozen'), ['hard']],
    ['a restart of one without an executor, which can end no turn', ladder('restart', 'broken_executor'), ['supervisor', 'hard']],
    ['a restart of one whose stop hangs', ladder('restart', 'stopping'), ['graceful', 'supervisor', 'hard']],
    ['a start', ladder('start', 'stopped'), ['supervisor', 'hard']],
    ['a start of what was frozen', ladder('start', 'frozen'), ['supervisor', 'hard']],
    ['a stop', ladder('stop'), ['supervisor', 'hard']],
    ['a stop of a frozen gateway', ladder('stop', 'frozen'), ['supervisor', 'hard']],
    ['the end of strays', ladder('stop_strays', 'duplicate'), ['hard']],
  ])('of %s', (_what, rungs, expected) => expect(rungs).toEqual(expected));

  it('always ends with the hardest rung, and has none twice', () => {
    for (const remedy of ['start', 'restart', 'stop', 'stop_strays'] as const) {
      for (const condition of ['healthy', 'frozen', 'broken_executor', 'stopped', 'crash_looping', 'unknown'] as const) {
        for (const graceful of [true, false]) {
          const rungs = planLadder({ remedy, condition, graceful, mayKill: true });
          expect(rungs.at(-1)).toBe('hard');
          expect(new Set(rungs).size).toBe(rungs.length);
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
  ['it still runs', [{ what: 'stopped' }], true],
  ['a link did not log in: no harder restart helps', [{ what: 'login', link: 'qqbot' }], false],
  ['no link logged in', [{ what: 'login', link: 'qqbot' }, { what: 'login', link: 'feishu' }], false],
  ['it is not ready and a link is out', [{ what: 'ready' }, { what: 'login', link: 'qqbot' }], true],
  ['nothing', [], false],
])('the next rung is worth taking when %s', (_what, missing, worth) => expect(isWorthClimbing(missing)).toBe(worth));
