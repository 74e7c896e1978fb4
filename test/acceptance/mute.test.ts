/** What is muted is healed as ever and not told; what is still ill when the silence is over is told then. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { fast, inTime, mustBeBefore } from './fast.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { inScene, type Scene } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 480_000 };
const BOTH = ['feishu', 'qq'] as const;
const SPEED = 10;

const ALERT = /^🔴 main：QQ 连不上平台/;
const RECOVERED = /^🟢 main：QQ 已恢复 #\d+\n中断 /;

const known = (scene: Scene, link: string | null): boolean =>
  scene.incidents().some((incident) => incident.link === link);

describe.concurrent('a gateway that is muted', () => {
  test(
    'is healed without a word ever; what is ill when the silence ends is told then, and its end as well',
    LIMIT,
    () =>
      inTime((ms) =>
        inScene(fast(SPEED), async (scene) => {
          const { gateway } = scene.sandbox;
          const end = Date.now() + ms;
          await answered(
            scene,
            'feishu',
            `/mute ${(ms * SPEED) / 60_000}m`,
            /^main 已静音，到 \d\d:\d\d:\d\d\n照常自动恢复，但不发告警；到时还没好的会告诉你/,
          );
          await gateway.break('killed');
          await scene.until(
            'the gateway to be healed',
            () => treatmentsOf(scene).length === 1 && scene.incidents().every(({ open }) => !open),
          );
          expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
          expect(await startsOf(scene)).toBe(2);

          await gateway.break('qq_server_error');
          await scene.until('Lifeline to know of the other trouble', () => known(scene, 'qqbot'));
          mustBeBefore(end - 2_000);
          await scene.quiet(end - 500 - Date.now());
          for (const { at } of await scene.want(BOTH, ALERT)) expect(at).toBeGreaterThanOrEqual(end);
          const over = scene.want(BOTH, RECOVERED);
          await gateway.lift();
          await over;
          await scene.quiet(3_000);
          expect(scene.incidents().map(({ link, told }) => [link, told])).toEqual([
            [null, 'nothing'],
            ['qqbot', 'recovered'],
          ]);
        }),
      ),
  );

  test.runIf(IN_DEPTH)('is told of at once when its operator wants to hear again', LIMIT, () =>
    inScene(fast(SPEED), async (scene) => {
      const { gateway } = scene.sandbox;
      await answered(scene, 'qq', '/mute 7d main', /^main 已静音，到 /);
      await gateway.break('qq_server_error');
      await scene.until('Lifeline to know of the trouble', () => known(scene, 'qqbot'));
      await scene.quiet(4_000);
      const told = scene.want(BOTH, ALERT);
      await answered(scene, 'qq', '/unmute', /^🟢 main 已取消静音\n还没恢复的故障会马上告诉你/);
      await told;
      const over = scene.want(BOTH, RECOVERED);
      await gateway.lift();
      await over;
      await scene.quiet(3_000);
    }),
  );
});
