import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { expectAlert, expectRecovery } from './expect-alert.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { openScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };

// These mostly wait, and each in a scene of its own: side by side they take the time of one.
describe.concurrent('a gateway that a human must put right', () => {
  test.runIf(IN_DEPTH)(
    'is told of and not touched when it runs twice, nor when the second one is stopped',
    LIMIT,
    async () => {
      const scene = await openScene();
      try {
        const { gateway } = scene.sandbox;
        const before = gateway.current();
        await expectAlert(scene, 'duplicate', {
          alert: /^🔴 main 有多个实例同时在运行[\s\S]*需要你处理/,
          ownStarts: 1,
        });
        expect(gateway.pids()).toHaveLength(2);
        await expectRecovery(scene, () => gateway.lift(), /^🟢 main 已恢复[\s\S]*自行恢复，我没有重启它/);
        // Longer than a stop may take: its last words, in the log of both, must not be taken for the other's.
        await scene.quiet(12_000);
        expect(gateway.pids()).toEqual([before]);
        expect(treatmentsOf(scene)).toEqual([]);
      } finally {
        await scene.end();
      }
    },
  );

  test(
    'is told of and not started when it refuses its configuration; a start by hand fails honestly, and once mended it is well again',
    LIMIT,
    async () => {
      const scene = await openScene();
      try {
        const { gateway } = scene.sandbox;
        await expectAlert(scene, 'config_rejected', {
          alert: /^🔴 main 配置有误[\s\S]*需要你处理[\s\S]*(?:non-retryable startup conflict|exited with code 78)/,
        });
        expect(gateway.pids()).toEqual([]);
        const answers = Promise.all([
          scene.want(['qq'], /^main 没有在运行，正在启动/),
          scene.want(['qq'], /^🔴 main 启动没有成功/),
        ]);
        scene.say('qq', '/restart');
        await answers;
        await scene.quiet(5_000);
        expect(gateway.pids()).toEqual([]);
        await gateway.lift();
        await expectRecovery(scene, () => gateway.start(), /^🟢 main 已恢复/);
        expect(treatmentsOf(scene)).toEqual([{ requested_by: 'me', outcome: 'failed' }]);
      } finally {
        await scene.end();
      }
    },
  );

  test.runIf(IN_DEPTH)(
    'is told of once when it crashes after each start, and not started by Lifeline as well',
    LIMIT,
    async () => {
      // Whoever starts it again and again, the sandbox, is not known to Lifeline; on a slow machine that takes its time,
      // too.
      const scene = await openScene({ gateway: { supervisor: 'auto' }, config: { watch: { grace: { gone: '8s' } } } });
      try {
        const told = scene.want(['feishu', 'qq'], /^🔴 main 反复崩溃[\s\S]*需要你处理/);
        await Promise.all([told, scene.sandbox.gateway.break('crash_loop')]);
        await scene.quiet(6_000);
        expect(await startsOf(scene)).toBeGreaterThanOrEqual(4);
        expect(treatmentsOf(scene)).toEqual([]);
      } finally {
        await scene.end();
      }
    },
  );
});
