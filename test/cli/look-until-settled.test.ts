import { describe, expect, it } from 'vitest';
import { settledLook } from '../../src/cli/look-until-settled.ts';
import { stillWaitingText, waitingText } from '../../src/text/cli/check.ts';
import type { Look } from '../../src/monitor/gateway/look.ts';
import { instant } from '../instant.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';

const GONE: Verdict = {
  gateway: 'main',
  link: null,
  condition: 'stopping',
  cause: 'stop_in_progress',
  remedy: 'wait',
  since: instant(0),
  at: instant(0),
  evidence: [],
};

/** Looks at the given seconds, each to be repeated after so many more. */
const playing = async (steps: readonly (readonly [second: number, recheckAfter: number | null])[]) => {
  const left = [...steps];
  const slept: number[] = [];
  const waits: string[] = [];
  const look = await settledLook({
    watcher: {
      look: async () => {
        const [second, after] = left.shift() ?? [0, null];
        const at = second * 1_000;
        return { at, recheckAt: after === null ? null : at + after * 1_000, verdicts: [GONE] } as unknown as Look;
      },
    },
    patienceMs: 60_000,
    clock: { sleep: async (ms) => void slept.push(ms) },
    onWait: ({ verdicts, at }, until) => waits.push(waitingText('main', verdicts, 'en', until - at)),
  });
  return { at: look.at, slept, waits };
};

describe('a look that time alone settles', () => {
  it('is repeated until it has, and what is waited for is said once, before the wait', async () => {
    expect(
      await playing([
        [0, 10],
        [10, 20],
        [30, null],
      ]),
    ).toEqual({
      at: 30_000,
      slept: [10_001, 20_001],
      waits: ['main: it is stopping or restarting; waiting up to 1 min to see what becomes of it (Ctrl-C ends)'],
    });
  });

  it('is left as it is where that takes longer than the patience, and says nothing', async () => {
    expect(await playing([[0, 61]])).toEqual({ at: 0, slept: [], waits: [] });
  });
});

it('says that what is still on its way is no trouble yet', () => {
  expect(stillWaitingText('main', [GONE], 'zh-CN')).toBe('main：正在停止或重启；还不算故障，过一分钟再看');
});
