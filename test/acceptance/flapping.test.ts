/** A link that comes and goes is told twice, and from then on only when it has come to stay. */
import { describe, expect, test } from 'vitest';
import { fast } from './fast.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;
const SPEED = 40;
/** Shorter graces than elsewhere: what comes back after ten minutes of the scene's clock is news. */
const OPTIONS = fast(SPEED, { grace: { qqbot: 2, network: 2 } });
/** So long well, and then ill: that is another time. */
const SETTLED_MS = 20_000;
/** A quarter of an hour. */
const STEADY_MS = 900_000 / SPEED;

const breaks = async (scene: Scene, outage: number): Promise<void> => {
  await scene.sandbox.gateway.break('qq_server_error');
  await scene.until(`outage ${outage}`, () =>
    scene.incidents().some(({ open, outages }) => open && outages === outage),
  );
};

describe('a link that drops again soon after it was over', () => {
  test('is told when it drops, when it is back, when it drops again, and then when it has lasted', LIMIT, () =>
    inScene(OPTIONS, async (scene) => {
      const { gateway, clock } = scene.sandbox;
      const opened = scene.want(BOTH, /^🔴 main：QQ 连不上平台 #\d+\n/);
      await breaks(scene, 1);
      await opened;
      const recovered = scene.want(BOTH, /^🟢 main：QQ 已恢复 #\d+\n中断 /);
      await gateway.lift();
      await recovered;
      const again = scene.want(
        BOTH,
        /^🔴 main：QQ 连不上平台（第 2 次） #\d+\n[\s\S]*恢复后又断，已是第 2 次（从 \d\d:\d\d:\d\d 算起）[\s\S]*之后再断不再逐次通知，稳定恢复后告诉你/,
      );
      await breaks(scene, 2);
      await again;
      for (const outage of [3, 4]) {
        await gateway.lift();
        await scene.until('it to settle', () =>
          scene.incidents().some(({ wellSince }) => wellSince !== null && clock.now() - wellSince > SETTLED_MS),
        );
        await breaks(scene, outage);
      }
      await gateway.lift();
      const from = Date.now();
      const lasting = scene.want(
        BOTH,
        /^🟢 main：QQ 已恢复 #\d+\n[^\n]*中断 4 次，共 [^\n（]*（[^）\n]*\d\d:\d\d:\d\d – [^）\n]*\d\d:\d\d:\d\d）\n自行恢复，我没有重启它/,
      );
      for (const { at } of await lasting) expect(at - from).toBeGreaterThan(STEADY_MS - 1_000);
      await scene.quiet(2_000);
      expect(scene.incidents()).toMatchObject([
        { gateway: 'main', link: 'qqbot', open: false, outages: 4, told: 'recovered' },
      ]);
    }),
  );
});
