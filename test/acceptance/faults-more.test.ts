import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { expectHealed, expectHealedIn, treatmentsOf } from './expect-healed.ts';
import { inScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };

// Each in a scene of its own: what comes back soon after it was over is another story.
describe.concurrent('a gateway that falls ill in an unusual way', () => {
  test('is restarted with a SIGKILL when it hangs in its stop', LIMIT, () =>
    expectHealed('stop_hangs', {
      alert: /^🔴 main 卡死了[\s\S]*收到停止信号后卡住[\s\S]*正在重启[\s\S]*Received SIGTERM/,
      recovery: /^🟢 main 已恢复[\s\S]*重启 1 次/,
    }),
  );

  test.runIf(IN_DEPTH)('is restarted once, with the long task named, when it does not come back after one', LIMIT, () =>
    inScene({}, async (scene) => {
      const { qq, cast, gateway } = scene.sandbox;
      await expectHealedIn(
        scene,
        async () => {
          qq.setFaults(cast.gateway.qq.appId, { identify: { kind: 'silence' }, resume: { kind: 'silence' } });
          await gateway.break('long_tool');
        },
        {
          alert: /^🔴 main.QQ 失联[\s\S]*网关忙于长任务[\s\S]*正在重启/,
          recovery: /^🟢 main.QQ 已恢复[\s\S]*重启 1 次/,
        },
      );
    }),
  );

  test.runIf(IN_DEPTH)(
    'is left alone while an update has it down, and started when the update leaves it down',
    LIMIT,
    () =>
      inScene({}, async (scene) => {
        const { gateway } = scene.sandbox;
        await gateway.break('update');
        await scene.until('the gateway to end', () => gateway.current() === null);
        await scene.quiet(30_000);
        expect(existsSync(join(gateway.home, '.update_pending.json'))).toBe(true);
        expect(gateway.pids()).toEqual([]);
        expect(treatmentsOf(scene)).toEqual([]);
        await expectHealedIn(scene, () => gateway.lift(), {
          alert: /^🔴 main 没有在运行[\s\S]*正在启动/,
          recovery: /^🟢 main 已恢复[\s\S]*启动 1 次/,
        });
      }),
  );
});
