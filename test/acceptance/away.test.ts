/** Lifeline itself was away: it says so when it is back, and sees to what happened meanwhile. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { treatmentsOf } from './expect-healed.ts';
import { inScene } from './scene.ts';
import { noted } from './talk.ts';

const LIMIT = { timeout: 300_000 };
const BOTH = ['feishu', 'qq'] as const;
/** It is critical for nobody: the first channel that takes it is enough. */
const FIRST = ['feishu'] as const;
/** The last sign of life may be ten seconds old, and a start takes its time: that alone is not told. */
const AWAY = { config: { alerts: { away: '30s' } } };
const AWAY_MS = 31_000;
/** Shorter pauses are normal life; and so long after one nothing is concluded, since all looks stale. */
const PAUSE_MS = 62_000;
const REST_MS = 60_000;

const away = (why: string): RegExp =>
  new RegExp(
    `^\\S+ 我中断了 \\d\\d:\\d\\d:\\d\\d – \\d\\d:\\d\\d:\\d\\d（[^）]+）：${why}\\n+这段时间没有人看护网关；我现在全部重新检查`,
  );

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.concurrent('a Lifeline that was away', () => {
  test('for long, by SIGKILL, says so once, and heals and tells what died meanwhile', LIMIT, () =>
    inScene(AWAY, async (scene) => {
      await scene.endBot('SIGKILL');
      await scene.sandbox.gateway.break('killed');
      await pause(AWAY_MS);
      expect(scene.sandbox.gateway.pids()).toEqual([]);
      const told = Promise.all([
        scene.want(FIRST, away('异常结束')),
        scene.want(BOTH, /^🔴 main 没有在运行/),
        scene.want(BOTH, /^🟢 main 已恢复/),
      ]);
      await scene.startBot();
      await told;
      await noted(scene, 'recovered');
      await scene.restartBot('SIGKILL');
      await scene.quiet(3_000);
      expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
    }),
  );

  test.runIf(IN_DEPTH)(
    'for long, because somebody stopped it, says so; a restart of it is nothing to tell',
    LIMIT,
    () =>
      inScene({ ...AWAY, locale: 'en' }, async (scene) => {
        await scene.restartBot('SIGTERM');
        await scene.quiet(2_000);
        expect(await scene.endBot('SIGTERM')).toEqual({ code: 0, err: '' });
        await pause(AWAY_MS);
        const told = scene.want(
          FIRST,
          /I was away \d\d:\d\d:\d\d – \d\d:\d\d:\d\d \(\d+ s\): stopped as asked\n+Nobody watched the gateways meanwhile; I look at all of them anew/,
        );
        await scene.startBot();
        await told;
        await scene.quiet(2_000);
      }),
  );

  test.runIf(process.env['LIFELINE_TEST_ALL'] === '1')(
    'standing still for a minute, gives all a minute to have its turn, heals what died, and says where it was',
    LIMIT,
    () =>
      inScene(AWAY, async (scene) => {
        scene.signalBot('SIGSTOP');
        await scene.sandbox.gateway.break('killed');
        await pause(PAUSE_MS);
        const told = Promise.all([
          scene.want(FIRST, away('进程被暂停，或本机休眠'), { withinMs: 120_000 }),
          scene.want(BOTH, /^🔴 main 没有在运行/, { withinMs: 120_000 }),
          scene.want(BOTH, /^🟢 main 已恢复/, { withinMs: 150_000 }),
        ]);
        const woke = Date.now();
        scene.signalBot('SIGCONT');
        for (const { at } of (await told).flat()) expect(at - woke).toBeGreaterThan(REST_MS - 5_000);
        await scene.quiet(3_000);
        expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
      }),
  );
});
