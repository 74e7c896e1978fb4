/** QQ's 「允许主动发送」 is off: the other phone says which switch to flip, and what was held comes once it is on. */
import { describe, expect, test } from 'vitest';
import { inScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };

const ALERT = /^🔴 main：QQ 连不上平台/;
const SWITCH = '打开「允许主动发送」';

describe('an alert that QQ does not let through', () => {
  test('comes on Feishu with the switch to flip, and on QQ once that is flipped', LIMIT, () =>
    inScene({ config: { alerts: { copies: 2 } } }, async (scene) => {
      const { qq, cast, gateway } = scene.sandbox;
      qq.switches.rejectPushes(cast.lifeline.qq.appId, cast.operator.qq);
      await scene.quiet(1_000);
      const told = scene.want(['feishu'], ALERT);
      await gateway.break('qq_server_error');
      const id = String((await told)[0]?.id);
      await scene.until('the switch to be named', () => scene.shown('feishu', id).text.includes(SWITCH));
      await scene.quiet(5_000);

      const held = scene.want(['qq'], ALERT);
      qq.switches.allowPushes(cast.lifeline.qq.appId, cast.operator.qq);
      const [late] = await held;
      expect(late?.text).not.toContain(SWITCH);
      await scene.quiet(5_000);

      // A recovery goes wherever the alert went.
      const over = scene.want(['feishu', 'qq'], /^🟢 main：QQ 已恢复/, { withinMs: 90_000 });
      await gateway.lift();
      await over;
      await scene.quiet(5_000);
      expect(scene.shown('feishu', id).text).not.toContain(SWITCH);
    }),
  );
});
