/** In a maintenance window a fault is told and left alone; after it, it is mended. */
import { describe, expect, test } from 'vitest';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { inScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;
/** Longer than opening a scene takes, with the graces after that. */
const WINDOW_MS = 75_000;

describe('a maintenance window', () => {
  test('lets a fault be told and not treated until it ends', LIMIT, async () => {
    // A window begins at a whole minute.
    const begin = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const end = Date.now() + WINDOW_MS;
    const maintenance = [{ schedule: `${begin.getMinutes()} ${begin.getHours()} * * *`, duration: `${Math.ceil((end - begin.getTime()) / 1_000)}s` }];
    await inScene({ gateway: { maintenance } }, async (scene) => {
      const alert = scene.want(BOTH, /^🔴 main 没有在运行[\s\S]*维护时段内先不动它，\d\d:\d\d:\d\d 结束后再处理/);
      const recovery = scene.want(BOTH, /^🟢 main 已恢复[\s\S]*启动 1 次/, { withinMs: 180_000 });
      await scene.sandbox.gateway.break('killed');
      await alert;
      expect(Date.now(), 'this machine was too slow for the window').toBeLessThan(end - 10_000);
      await scene.quiet(end - 3_000 - Date.now());
      expect(scene.sandbox.gateway.pids()).toEqual([]);
      expect(treatmentsOf(scene)).toEqual([]);
      await recovery;
      await scene.quiet(3_000);
      expect(await startsOf(scene)).toBe(2);
      expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
    });
  });
});
